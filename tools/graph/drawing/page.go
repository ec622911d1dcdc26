// Package drawing draws a rendered claim as one page: the resources in the boxes of their tiers, and for each what it
// needs and what needs it.
package drawing

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

//go:embed page.html
var source string

var page = template.Must(template.New("page").Parse(source))

// columns are the tiers from left to right: the way of a request, what it reaches, and what
// surrounds both. Tiers that are not listed come last.
var columns = [][]string{
	{"edge", "ingress", "frontend", "backend"},
	{"database", "queues", "security", "backup"},
	{"network", "observability"},
}

// A tierBox is the box of a tier.
type tierBox struct {
	Name   string
	Groups []group
	Count  int
}

// A group are the resources of one kind in a tier.
type group struct {
	Kind      string
	Resources []Resource
}

// layout puts resources into the boxes of their tiers, by kind.
func layout(resources []Resource) [][]tierBox {
	boxes := map[string]*tierBox{}
	var names []string
	for _, r := range resources {
		b := boxes[r.Tier]
		if b == nil {
			b = &tierBox{Name: r.Tier}
			boxes[r.Tier] = b
			names = append(names, r.Tier)
		}
		i := slices.IndexFunc(b.Groups, func(g group) bool { return g.Kind == r.Kind })
		if i < 0 {
			i = len(b.Groups)
			b.Groups = append(b.Groups, group{Kind: r.Kind})
		}
		b.Groups[i].Resources = append(b.Groups[i].Resources, r)
		b.Count++
	}
	slices.Sort(names)
	out := make([][]tierBox, 0, len(columns)+1)
	var placed []string
	for _, column := range append(slices.Clone(columns), names) {
		var list []tierBox
		for _, name := range column {
			if b := boxes[name]; b != nil && !slices.Contains(placed, name) {
				list, placed = append(list, *b), append(placed, name)
			}
		}
		if len(list) > 0 {
			out = append(out, list)
		}
	}
	return out
}

// Draw writes the page. It needs nothing but itself.
func Draw(claim string, resources []Resource) ([]byte, error) {
	data, err := json.Marshal(resources)
	if err != nil {
		return nil, err
	}
	edges := 0
	for _, r := range resources {
		edges += len(r.Needs)
	}
	var out strings.Builder
	err = page.Execute(&out, map[string]any{
		"Claim": claim, "Columns": layout(resources), "Data": template.JS(data),
		"Count": len(resources), "Edges": edges,
	})
	if err != nil {
		return nil, fmt.Errorf("cannot write the page: %w", err)
	}
	return []byte(out.String()), nil
}
