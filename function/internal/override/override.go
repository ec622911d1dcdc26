// Package override knows which fields of composed resources a claim may set itself. It checks
// a claim's overrides against the provider's types and a table of open fields.
package override

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/near"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Open are the fields of a kind that a claim may override: rds/Instance.
func Open(kind string) []string { return open[kind] }

// Of are the claim's overrides as the stack applies them.
func Of(c *v1alpha1.KashaClaim) []stack.Override {
	out := make([]stack.Override, len(c.Spec.Overrides))
	for i, o := range c.Spec.Overrides {
		out[i] = stack.Override{Key: o.Key, Path: strings.Split(o.Path, "."), Value: decoded(o), Field: name(i)}
	}
	return out
}

// name is an override's field in the claim.
func name(i int) string { return fmt.Sprintf("spec.overrides[%d]", i) }

// decoded is an override's value. It is nil where the value is no JSON, which Check refuses.
func decoded(o v1alpha1.Override) any {
	var v any
	if json.Unmarshal(o.Value.Raw, &v) != nil {
		return nil
	}
	return v
}

// A Mistake is why an override is refused, and the field of the claim that is wrong.
type Mistake struct{ Field, Message string }

// Check returns the mistakes in a claim's overrides, at most one of each.
func Check(c *v1alpha1.KashaClaim) []Mistake {
	var out []Mistake
	seen := map[string]string{}
	for i, o := range c.Spec.Overrides {
		m := mistake(o)
		for _, other := range slices.Sorted(maps.Keys(seen)) {
			if m == nil && seen[other] == o.Key && overlaps(other, o.Path) {
				m = &Mistake{".path", fmt.Sprintf("cannot override %s of %s twice: another override is %s of it; "+
					"keep one of them", o.Path, o.Key, other)}
			}
		}
		seen[o.Path] = o.Key
		if m != nil {
			out = append(out, Mistake{name(i) + m.Field, m.Message})
		}
	}
	return out
}

// overlaps tells whether two paths are the same, or one is in the other.
func overlaps(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+".")
}

func mistake(o v1alpha1.Override) *Mistake {
	r, why := kindOf(o.Key)
	if r == nil {
		return &Mistake{".key", fmt.Sprintf("cannot override %q: %s", o.Key, why)}
	}
	path := strings.Split(o.Path, ".")
	f, err := find(r, path)
	if err != nil {
		return &Mistake{".path", fmt.Sprintf("cannot override %s of %s: %s", o.Path, o.Key, err)}
	}
	if why := closed(r, f, path); why != "" {
		return &Mistake{".path", fmt.Sprintf("cannot override %s of %s: %s; %s", o.Path, o.Key, why, instead(r))}
	}
	if err := unusable(o.Value.Raw); err != "" {
		return &Mistake{".value", fmt.Sprintf("cannot set %s of %s: %s", o.Path, o.Key, err)}
	}
	if err := f.fits(o.Value.Raw); err != nil {
		return &Mistake{".value", fmt.Sprintf("cannot set %s of %s to %s: %s", o.Path, o.Key, cut(o.Value.Raw), err)}
	}
	return nil
}

// kindOf is the kind of the resource at a key, or why there is none.
func kindOf(key string) (*kinds.Record, string) {
	entry, ok := kinds.Entry(key)
	if !ok {
		return nil, "no resource has this key; " + likeliest(key)
	}
	r := kinds.AWS[kinds.ByKey[entry]]
	if r == nil {
		return nil, "it is no resource in AWS; override one that is"
	}
	return r, ""
}

// likeliest names a key that was probably meant.
func likeliest(key string) string {
	var known []string
	for k := range kinds.ByKey {
		known = append(known, strings.TrimSuffix(k, "-*"))
	}
	slices.Sort(known)
	if n := near.Nearest(key, known); n != "" {
		return "perhaps you mean " + n + "; docs/reference/resources.md has all keys"
	}
	return "docs/reference/resources.md has all keys"
}

// closed is why a field may not be overridden, or empty.
func closed(r *kinds.Record, f field, path []string) string {
	switch {
	case f.reference:
		return "it refers to another object"
	case isOpen(r, path):
		return ""
	case isForceNew(r, f):
		return "AWS cannot change it in place"
	}
	return "it is not open, because it decides what is made, who may use it or what is lost with it, or a field of " +
		"the claim sets it"
}

func isForceNew(r *kinds.Record, f field) bool {
	return slices.ContainsFunc(r.ForceNew(), func(a string) bool { return overlaps(a, f.argument) })
}

// isOpen tells whether a path is one of the table's, or below one.
func isOpen(r *kinds.Record, path []string) bool {
	return slices.ContainsFunc(open[r.String()], func(p string) bool {
		parts := strings.Split(p, ".")
		if len(parts) > len(path) {
			return false
		}
		for i, part := range parts {
			if part != path[i] && part != "*" {
				return false
			}
		}
		return true
	})
}

// instead says what is open.
func instead(r *kinds.Record) string {
	if fields := open[r.String()]; len(fields) > 0 {
		return "open are " + strings.Join(fields, ", ")
	}
	return "nothing of a " + r.GVK.Kind + " is open, so remove the override"
}

// expression is what the AWS provider would evaluate in a text.
var expression = regexp.MustCompile(`\$\{|%\{`)

// maxValue is the largest value in bytes.
const maxValue = 4096

// unusable is why no field can have a value, or empty.
func unusable(value []byte) string {
	var v any
	switch {
	case len(value) == 0 || json.Unmarshal(value, &v) != nil:
		return "there is no value; write one"
	case v == nil:
		return "null does not remove a field; write a value, or remove the override"
	case len(value) > maxValue:
		return fmt.Sprintf("the value has more than %d bytes; write a shorter one", maxValue)
	case strings.ContainsAny(string(value), "⟦⟧"):
		return "Kasha uses the characters ⟦ and ⟧ itself; leave them out"
	case expression.Match(value):
		return "the AWS provider would evaluate ${ and %{ in it; leave them out"
	}
	return ""
}

const maxShown = 60

func cut(value []byte) string {
	if r := []rune(string(value)); len(r) > maxShown {
		return string(r[:maxShown]) + "…"
	}
	return string(value)
}
