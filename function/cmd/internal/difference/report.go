package difference

import "github.com/kasha-platform/kasha/function/internal/manifest"

// A Report is a difference for programs.
type Report struct {
	Claim    string   `json:"claim"`
	Summary  string   `json:"summary"`
	Lost     []Object `json:"lost"`
	Warnings []string `json:"warnings"`
	Replaced []Object `json:"replaced"`
	Added    []Object `json:"added"`
	Changed  []Object `json:"changed"`
	Deleted  []Object `json:"deleted"`
}

// An Object is a resource of a report.
type Object struct {
	Key     string `json:"key"`
	Kind    string `json:"kind"`
	Purpose string `json:"purpose,omitempty"`
	// By is the key of what replaces it.
	By string `json:"by,omitempty"`
	// Loses is what is lost with it, and Retained tells that AWS keeps it.
	Loses    string   `json:"loses,omitempty"`
	Retained bool     `json:"retained,omitempty"`
	Fields   []Change `json:"fields,omitempty"`
}

// A Change is a field before and after. It is nil where there is no value.
type Change struct {
	Path   string `json:"path"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// Report is the difference for programs.
func (d *Difference) Report() Report {
	r := Report{
		Claim: d.claim, Summary: d.Summary(), Warnings: append([]string{}, d.felt...),
		Lost: []Object{}, Replaced: []Object{}, Added: []Object{}, Changed: []Object{}, Deleted: []Object{},
	}
	for _, l := range d.lost {
		o := object(l.resource)
		o.Loses, o.Retained = l.what, l.retained
		r.Lost = append(r.Lost, o)
	}
	for _, p := range d.replaced {
		r.Replaced = append(r.Replaced, Object{Key: p.from, Kind: p.kind, By: p.to, Fields: changes(p.fields)})
	}
	for _, a := range d.added {
		r.Added = append(r.Added, object(a))
	}
	for _, c := range d.changed {
		o := object(c.resource)
		o.Fields = changes(c.fields)
		r.Changed = append(r.Changed, o)
	}
	for _, g := range d.deleted {
		r.Deleted = append(r.Deleted, object(g))
	}
	return r
}

func object(r resource) Object { return Object{Key: r.key, Kind: r.kind, Purpose: r.purpose} }

func changes(fields []field) []Change {
	var out []Change
	for _, f := range fields {
		out = append(out, Change{f.path, f.before, f.after})
	}
	return out
}

// Of is the world of a claim and its resources.
func Of(claim map[string]any, resources []map[string]any) World {
	w := World{Claim: claim, Resources: map[string]map[string]any{}}
	for _, o := range resources {
		w.Resources[manifest.Object(o).Key()] = o
	}
	return w
}
