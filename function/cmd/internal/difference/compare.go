// Package difference tells what a change to a claim does: what is lost and what is replaced first, then what is
// added, changed field by field, and deleted.
package difference

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/manifest"
)

// A Difference is what a change does to the resources of one claim.
type Difference struct {
	claim    string
	costs    [2]costs
	lost     []loss
	felt     []string
	replaced []replacement
	added    []resource
	changed  []change
	deleted  []resource
}

// Costs are what a claim costs a month, together with its usage and at rest.
type costs struct{ total, atRest string }

func costsOf(w World) costs {
	return costs{text(w.Claim, "status", "cost", "totalUSD"), text(w.Claim, "status", "cost", "monthlyUSD")}
}

// A resource is one that is added or deleted.
type resource struct{ key, kind, purpose string }

// A loss is a resource that is deleted together with the data in it.
type loss struct {
	resource
	what string
	// retained says that the object is deleted, but AWS keeps the resource.
	retained bool
}

// A replacement is a resource that AWS cannot change in place: a new one is made
// under a new key, and the old one is deleted.
type replacement struct {
	kind, from, to string
	fields         []field
}

// A change is a resource that stays and changes.
type change struct {
	resource
	fields []field
}

// A field is a value at a path, before and after. Nil means that there is no value.
type field struct {
	path          string
	before, after any
}

// Compare two worlds of one claim.
func Compare(before, after World) *Difference {
	d := &Difference{
		claim: text(after.Claim, "metadata", "namespace") + "/" + text(after.Claim, "metadata", "name"),
		costs: [2]costs{costsOf(before), costsOf(after)},
	}
	var gone, come []string
	for _, key := range slices.Sorted(maps.Keys(before.Resources)) {
		if after.Resources[key] == nil {
			gone = append(gone, key)
			continue
		}
		if fields := walk("", before.Resources[key], after.Resources[key]); len(fields) > 0 {
			c := change{describe(key, after.Resources[key]), hide(fields, after.Resources[key])}
			d.changed, d.felt = append(d.changed, c), append(d.felt, c.felt(record(after.Resources[key]))...)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(after.Resources)) {
		if before.Resources[key] == nil {
			come = append(come, key)
		}
	}
	d.felt = append(d.felt, overridden(before, after)...)
	gone, come = d.replacements(before, after, gone, come)
	for _, key := range gone {
		r := describe(key, before.Resources[key])
		d.deleted = append(d.deleted, r)
		if what := record(before.Resources[key]).Loss; what != "" {
			d.lost = append(d.lost, loss{r, what, retained(before.Resources[key])})
		}
	}
	for _, key := range come {
		d.added = append(d.added, describe(key, after.Resources[key]))
	}
	return d
}

func describe(key string, o map[string]any) resource {
	return resource{key, kind(o), manifest.Object(o).Purpose()}
}

// overridden says where spec.overrides begins or ends to set a field. The change of the field
// itself does not tell who sets it.
func overridden(before, after World) []string {
	had, has := overrides(before), overrides(after)
	var out []string
	for _, field := range slices.Sorted(maps.Keys(has)) {
		if !had[field] {
			out = append(out, "spec.overrides sets "+field)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(had)) {
		if !has[field] {
			out = append(out, "spec.overrides no longer sets "+field)
		}
	}
	return out
}

// overrides are the fields that the claim sets itself, in words.
func overrides(w World) map[string]bool {
	out := map[string]bool{}
	for key, o := range w.Resources {
		for _, path := range strings.Fields(text(o, "metadata", "annotations", v1alpha1.AnnotationOverrides)) {
			out[path+" of "+stem(key)] = true
		}
	}
	return out
}

// stem is a key without the digest at its end, which differs from version to version.
func stem(key string) string { return contentDigest.ReplaceAllString(key, "") }

// record is the record of a resource's kind.
func record(o map[string]any) *kinds.Record { return kinds.Of(text(o, "apiVersion"), text(o, "kind")) }

// refusal is what happens to a change of a field that AWS cannot change.
const refusal = "is refused by the provider: AWS cannot change it in place"

// felt is the effect of a change that users notice.
func (c *change) felt(r *kinds.Record) []string {
	var out []string
	for _, f := range c.fields {
		name := strings.TrimPrefix(f.path, "spec.forProvider.")
		for _, h := range r.Harms {
			if h.Field == name && (!h.Lowered || less(f.after, f.before)) {
				out = append(out, fmt.Sprintf("changing %s of %s %s", f.path, c.key, h.Does))
			}
		}
		if f.before != nil && slices.Contains(r.Immutable, top(name)) {
			out = append(out, fmt.Sprintf("changing %s of %s %s", f.path, c.key, refusal))
		}
	}
	return out
}

// less tells whether a number is smaller than another one.
func less(a, b any) bool {
	x, isX := a.(float64)
	y, isY := b.(float64)
	return isX && isY && x < y
}

// top is the field that a path begins with: resources of resources[0].
func top(path string) string {
	if i := strings.IndexAny(path, ".[("); i >= 0 {
		return path[:i]
	}
	return path
}

// hide the content of a Secret. Simulated values are not secret, but a reader of the
// diff cannot see that.
func hide(fields []field, o map[string]any) []field {
	if text(o, "apiVersion") != "v1" || text(o, "kind") != "Secret" {
		return fields
	}
	for i, f := range fields {
		if strings.HasPrefix(f.path, "data") || strings.HasPrefix(f.path, "stringData") {
			fields[i].before, fields[i].after = "(a secret)", "(another)"
		}
	}
	return fields
}

// retained says whether AWS keeps a resource that the claim no longer asks for.
func retained(o map[string]any) bool {
	if record(o).RetainedWhileProtected {
		return false
	}
	spec, _ := o["spec"].(map[string]any)
	policies, ok := spec["managementPolicies"].([]any)
	return ok && !slices.Contains(policies, "Delete") && !slices.Contains(policies, "*")
}

// contentDigest is the end of the key of a resource that AWS cannot change in place.
var contentDigest = regexp.MustCompile(`-[0-9a-f]{8}$`)

// replacements pairs deleted resources with their replacements, and returns the rest.
// The two have the same kind, and their keys differ only in the digest.
func (d *Difference) replacements(before, after World, gone, come []string) (left, more []string) {
	taken := map[string]bool{}
	for _, g := range gone {
		stem := contentDigest.ReplaceAllString(g, "")
		i := slices.IndexFunc(come, func(c string) bool {
			return !taken[c] && stem != g && contentDigest.ReplaceAllString(c, "") == stem &&
				kind(before.Resources[g]) == kind(after.Resources[c])
		})
		if i < 0 {
			left = append(left, g)
			continue
		}
		taken[come[i]] = true
		d.replaced = append(d.replaced,
			replacement{
				kind(before.Resources[g]), g, come[i],
				hide(walk("", before.Resources[g], after.Resources[come[i]]), before.Resources[g]),
			})
	}
	more = slices.DeleteFunc(come, func(c string) bool { return taken[c] })
	return left, more
}

// walk compares two values and returns the fields that differ. Fields that only name
// the object, or that only the cluster sets, are left out.
func walk(path string, before, after any) []field {
	b, bIs := before.(map[string]any)
	a, aIs := after.(map[string]any)
	switch {
	case reflect.DeepEqual(before, after) || slices.Contains(ignored, path):
		return nil
	case bIs && aIs:
		var out []field
		for _, k := range slices.Sorted(maps.Keys(union(b, a))) {
			out = append(out, walk(strings.TrimPrefix(path+"."+k, "."), b[k], a[k])...)
		}
		return out
	}
	if bl, al, ok := lists(before, after); ok {
		return elements(path, bl, al)
	}
	if bj, aj, ok := documents(before, after); ok {
		return walk(path+"(json)", bj, aj)
	}
	return []field{{path, before, after}}
}

// ignored are fields that follow from the key.
var ignored = []string{
	"metadata.name", "metadata.annotations", "metadata.uid", "metadata.generation", "metadata.creationTimestamp",
	"spec.forProvider.tags.Name", "status",
}

func union(a, b map[string]any) map[string]bool {
	out := map[string]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}

func lists(before, after any) (b, a []any, ok bool) {
	b, bIs := before.([]any)
	a, aIs := after.([]any)
	return b, a, bIs && aIs
}

// elements compares lists of the same length element by element. For other lists it
// reports the elements that only one of them has.
func elements(path string, before, after []any) []field {
	var out []field
	if len(before) == len(after) {
		for i := range before {
			out = append(out, walk(fmt.Sprintf("%s[%d]", path, i), before[i], after[i])...)
		}
		return out
	}
	has := func(list []any, v any) bool {
		return slices.ContainsFunc(list, func(e any) bool { return reflect.DeepEqual(e, v) })
	}
	for _, v := range before {
		if !has(after, v) {
			out = append(out, field{path + "[]", v, nil})
		}
	}
	for _, v := range after {
		if !has(before, v) {
			out = append(out, field{path + "[]", nil, v})
		}
	}
	return out
}

// documents are JSON in a string: policies, container definitions, dashboards.
func documents(before, after any) (b, a any, ok bool) {
	bs, bIs := before.(string)
	as, aIs := after.(string)
	if !bIs || !aIs || !strings.ContainsAny(bs[:min(1, len(bs))], "{[") {
		return nil, nil, false
	}
	return b, a, json.Unmarshal([]byte(bs), &b) == nil && json.Unmarshal([]byte(as), &a) == nil
}

// Empty tells whether nothing changes.
func (d *Difference) Empty() bool {
	return len(d.added)+len(d.changed)+len(d.deleted)+len(d.replaced) == 0
}
