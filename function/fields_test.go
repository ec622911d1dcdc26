package function

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/kasha-platform/kasha/function/internal/schema"
)

// neverDrawn are fields that the generator does not draw, and why it cannot.
var neverDrawn = map[string]string{
	"adopt":         "only a guardrail allows it, and the claims that are drawn have none: see TestAdopts",
	"adopt.stackID": "the same",
}

// TestEveryFieldIsDrawn: properties show nothing about fields that are never drawn. So
// every field of the spec has at least two values in accepted claims; unset counts as
// one.
func TestEveryFieldIsDrawn(t *testing.T) {
	t.Parallel()
	fields := fieldsOf("", specSchema())
	drawn := map[string]map[string]bool{}
	for seed := range 400 {
		c := aClaim().Example(seed)
		if errs := schema.Validate(c, nil); len(errs) > 0 {
			t.Fatalf("the generator must draw good claims: %v\n%s", errs.ToAggregate(), toYAML(t, c))
		}
		values := map[string][]string{}
		addValues(values, "", c["spec"])
		for _, f := range fields {
			if drawn[f] == nil {
				drawn[f] = map[string]bool{}
			}
			drawn[f][strings.Join(values[f], "\n")] = true
		}
	}
	for _, f := range fields {
		switch n := len(drawn[f]); {
		case n < 2 && neverDrawn[f] == "":
			t.Errorf("spec.%s always has the same value; let the generator in claims_test.go draw others", f)
		case n >= 2 && neverDrawn[f] != "":
			t.Errorf("spec.%s is drawn; take it off the list of what is not", f)
		}
	}
	for f := range neverDrawn {
		if !slices.Contains(fields, f) {
			t.Errorf("spec.%s is no field; take it off the list of what is not drawn", f)
		}
	}
	t.Logf("%d fields are drawn", len(fields)-len(neverDrawn))
}

// fieldsOf are the paths of all fields below a schema. An element of a list is [], and
// of a map {}.
func fieldsOf(path string, s *extv1.JSONSchemaProps) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p, at := s.Properties[name], strings.TrimPrefix(path+"."+name, ".")
		out = append(append(out, at), fieldsOf(at, &p)...)
	}
	if s.Items != nil {
		out = append(out, fieldsOf(path+"[]", s.Items.Schema)...)
	}
	if s.AdditionalProperties != nil {
		out = append(out, fieldsOf(path+"{}", s.AdditionalProperties.Schema)...)
	}
	return out
}

// addValues adds the values that a spec has for each path of a schema.
func addValues(to map[string][]string, path string, v any) {
	to[path] = append(to[path], fmt.Sprint(v))
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			addValues(to, path+"[]", e)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			addValues(to, strings.TrimPrefix(path+"."+k, "."), v[k])
			addValues(to, path+"{}", v[k])
		}
	}
}
