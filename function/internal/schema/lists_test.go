package schema_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/schema/schematest"
)

// defaultedLists are the lists that have a default, with a value that a claim may write
// instead. Items are written without the fields that have defaults.
var defaultedLists = map[string]string{
	"spec.queues":                 `[{name: orders}]`,
	"spec.frontend.writablePaths": `[/run]`,
	"spec.backend.writablePaths":  `[/var/cache]`,
}

// TestDefaultedListsAreAtomic checks the whole schema. If server-side apply merges a list,
// no manager owns the items of its default, so a claim that writes the list cannot remove
// them.
func TestDefaultedListsAreAtomic(t *testing.T) {
	found := lists(t)
	for path, atomic := range found {
		if !atomic {
			t.Errorf("%s has a default and is merged, so a claim that writes it gets the default too; "+
				"give it +listType=atomic, or leave the default out", path)
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(defaultedLists)), slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("every list with a default needs a case in defaultedLists: -cases, +schema:\n%s", diff)
	}
}

// TestDefaultedListsOfGuardrailsAreAtomic: a platform team applies guardrails by GitOps too. A merged default would
// let through what the file does not allow.
func TestDefaultedListsOfGuardrailsAreAtomic(t *testing.T) {
	crd, err := schema.GuardrailCRD()
	if err != nil {
		t.Fatal(err)
	}
	found := listsOf(crd)
	if len(found) == 0 {
		t.Fatal("no list of a guardrail has a default")
	}
	for path, atomic := range found {
		if !atomic {
			t.Errorf("%s has a default and is merged; give it +listType=atomic, or leave the default out", path)
		}
	}
}

// TestDefaultsOf checks that the walk finds the lists and maps with defaults.
func TestDefaultsOf(t *testing.T) {
	cases := map[string]struct {
		reason string
		schema string
		want   map[string]bool
	}{
		"Map": {
			reason: "A list map is merged by key.",
			schema: `{type: array, x-kubernetes-list-type: map, default: [{name: jobs}], items: {type: object}}`,
			want:   map[string]bool{"spec": false},
		},
		"Set": {
			reason: "A set is merged by value.",
			schema: `{type: array, x-kubernetes-list-type: set, default: [/tmp], items: {type: string}}`,
			want:   map[string]bool{"spec": false},
		},
		"Atomic": {
			reason: "An atomic list is replaced.",
			schema: `{type: array, x-kubernetes-list-type: atomic, default: [/tmp], items: {type: string}}`,
			want:   map[string]bool{"spec": true},
		},
		"Plain": {
			reason: "A list without a type is atomic.",
			schema: `{type: array, default: [/tmp], items: {type: string}}`,
			want:   map[string]bool{"spec": true},
		},
		"Empty": {
			reason: "An empty default has nothing to merge.",
			schema: `{type: array, x-kubernetes-list-type: set, default: [], items: {type: string}}`,
			want:   map[string]bool{},
		},
		"InADefaultedObject": {
			reason: "The default of an object contains the defaults of its lists.",
			schema: `{type: object, default: {paths: [/tmp]},
				properties: {paths: {type: array, x-kubernetes-list-type: set, items: {type: string}}}}`,
			want: map[string]bool{"spec.paths": false},
		},
		"InAnItem": {
			reason: "The items of a merged list are merged too.",
			schema: `{type: array, x-kubernetes-list-type: map, items: {type: object,
				properties: {paths: {type: array, x-kubernetes-list-type: set, default: [/tmp],
				items: {type: string}}}}}`,
			want: map[string]bool{"spec[].paths": false},
		},
		"InAnAtomicItem": {
			reason: "A manager that writes an atomic list writes all of its content.",
			schema: `{type: array, items: {type: object,
				properties: {paths: {type: array, x-kubernetes-list-type: set, default: [/tmp],
				items: {type: string}}}}}`,
			want: map[string]bool{},
		},
		"StringMap": {
			reason: "A map is merged by key.",
			schema: `{type: object, default: {a: b}, additionalProperties: {type: string}}`,
			want:   map[string]bool{"spec": false},
		},
		"AtomicMap": {
			reason: "A map can be atomic too.",
			schema: `{type: object, x-kubernetes-map-type: atomic, default: {a: b},
				additionalProperties: {type: string}}`,
			want: map[string]bool{"spec": true},
		},
		"Scalars": {
			reason: "A field that holds one value is replaced.",
			schema: `{type: object, default: {min: 2}, properties: {min: {type: integer, default: 2}}}`,
			want:   map[string]bool{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := &extv1.JSONSchemaProps{}
			if err := yaml.Unmarshal([]byte(tc.schema), s); err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			defaultsIn("spec", s, got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// lists returns the paths of the claim's lists and maps that have a default, and whether
// they are atomic.
func lists(t *testing.T) map[string]bool {
	t.Helper()
	crd, err := schema.CRD()
	if err != nil {
		t.Fatal(err)
	}
	return listsOf(crd)
}

func listsOf(crd *extv1.CustomResourceDefinition) map[string]bool {
	out := map[string]bool{}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	defaultsIn("spec", &spec, out)
	return out
}

// defaultsIn finds the lists and maps with a default that is not empty. It does not descend
// into atomic ones.
func defaultsIn(path string, s *extv1.JSONSchemaProps, found map[string]bool) {
	if s.Default != nil {
		var value any
		if err := json.Unmarshal(s.Default.Raw, &value); err != nil { // The API server has accepted it.
			panic(err)
		}
		valuesIn(path, s, value, found)
	}
	if isAtomic(s) {
		return
	}
	for name, p := range s.Properties {
		defaultsIn(path+"."+name, &p, found)
	}
	for _, inner := range elements(s) {
		defaultsIn(path+"[]", inner, found)
	}
}

// valuesIn finds the lists and maps that are not empty in a default.
func valuesIn(path string, s *extv1.JSONSchemaProps, value any, found map[string]bool) {
	switch value := value.(type) {
	case []any:
		if len(value) > 0 {
			found[path] = isAtomic(s)
		}
	case map[string]any:
		if s.AdditionalProperties != nil && len(value) > 0 {
			found[path] = isAtomic(s)
		}
		for name, v := range value {
			if p, ok := s.Properties[name]; ok && !isAtomic(s) {
				valuesIn(path+"."+name, &p, v, found)
			}
		}
	}
}

// elements returns the schemas of a list's or map's elements.
func elements(s *extv1.JSONSchemaProps) []*extv1.JSONSchemaProps {
	var out []*extv1.JSONSchemaProps
	if s.Items != nil && s.Items.Schema != nil {
		out = append(out, s.Items.Schema)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		out = append(out, s.AdditionalProperties.Schema)
	}
	return out
}

// isAtomic tells whether an applied value replaces the stored one as a whole. A list is
// atomic unless its type says otherwise; a map only if its type says so.
func isAtomic(s *extv1.JSONSchemaProps) bool {
	if s.Type == "array" {
		return s.XListType == nil || *s.XListType == "atomic"
	}
	return s.XMapType != nil && *s.XMapType == "atomic"
}

// TestServerSideApply checks that each list with a default gets the value of the claim in
// Git, whatever was stored before.
func TestServerSideApply(t *testing.T) {
	const written, empty, absent = "written", "empty", "absent"
	cases := map[string]struct {
		reason string
		// released tells whether the first claim was stored with the schema of v0.1.0.
		released bool
		// claims are applied by one manager, one after the other.
		claims []string
		want   string
	}{
		"NewAbsent": {
			reason: "A claim without the list gets the default.",
			claims: []string{absent}, want: absent,
		},
		"NewWritten": {
			reason: "A new claim gets the value that it writes.",
			claims: []string{written}, want: written,
		},
		"NewEmpty": {
			reason: "An empty list stays empty.",
			claims: []string{empty}, want: empty,
		},
		"Unchanged": {
			reason: "Applying a claim a second time changes nothing.",
			claims: []string{written, written}, want: written,
		},
		"AbsentToWritten": {
			reason: "A written list replaces the default.",
			claims: []string{absent, written}, want: written,
		},
		"AbsentToEmpty": {
			reason: "An empty list replaces the default.",
			claims: []string{absent, empty}, want: empty,
		},
		"WrittenToEmpty": {
			reason: "An empty list replaces a written one, and does not bring back the default.",
			claims: []string{written, empty}, want: empty,
		},
		"WrittenToAbsent": {
			reason: "A claim that no longer has the list gets the default again.",
			claims: []string{written, absent}, want: absent,
		},
		"EmptyToAbsent": {
			reason: "A claim that no longer has the empty list gets the default again.",
			claims: []string{empty, absent}, want: absent,
		},
		"EmptyToWritten": {
			reason: "A written list replaces an empty one.",
			claims: []string{empty, written}, want: written,
		},
		"ReleasedStays": {
			reason:   "An existing claim keeps the default that v0.1.0 stored.",
			released: true, claims: []string{absent, absent}, want: absent,
		},
		"ReleasedAbsentToWritten": {
			reason:   "A written list replaces the default that v0.1.0 stored.",
			released: true, claims: []string{absent, written}, want: written,
		},
		"ReleasedAbsentToEmpty": {
			reason:   "An empty list replaces the default that v0.1.0 stored.",
			released: true, claims: []string{absent, empty}, want: empty,
		},
		"ReleasedWrittenToEmpty": {
			reason:   "With v0.1.0 the claim owned the items; now it owns the list.",
			released: true, claims: []string{written, empty}, want: empty,
		},
		"ReleasedWrittenToAbsent": {
			reason:   "The list that v0.1.0 stored for the claim is replaced by the default.",
			released: true, claims: []string{written, absent}, want: absent,
		},
		"ReleasedWrittenUnchanged": {
			reason:   "An upgrade changes no list.",
			released: true, claims: []string{written, written}, want: written,
		},
	}
	now, released := server(t), server(t, asReleased)
	for path, value := range defaultedLists {
		for name, tc := range cases {
			t.Run(path+"/"+name, func(t *testing.T) {
				variants := map[string]map[string]any{
					written: claimWith(t, path, value),
					empty:   claimWith(t, path, "[]"),
					absent:  claimWith(t, path, ""),
				}
				var live map[string]any
				for i, c := range tc.claims {
					s := now
					if i == 0 && tc.released {
						s = released
					}
					live = apply(t, s, live, variants[c], "flux")
				}
				if diff := cmp.Diff(created(t, variants[tc.want])["spec"], live["spec"]); diff != "" {
					t.Errorf("%s\n%v of %s: -want, +got:\n%s", tc.reason, tc.claims, path, diff)
				}
			})
		}
	}
}

// TestTwoManagers shows the disadvantage of an atomic list: two managers cannot share it.
func TestTwoManagers(t *testing.T) {
	s := server(t)
	for path, value := range defaultedLists {
		t.Run(path, func(t *testing.T) {
			live := apply(t, s, nil, claimWith(t, path, ""), "flux")
			want := claimWith(t, path, value)
			live = apply(t, s, live, want, "somebody")
			live = apply(t, s, live, claimWith(t, path, ""), "flux")
			if diff := cmp.Diff(created(t, want)["spec"], live["spec"]); diff != "" {
				t.Errorf("the last manager that writes the list must own it alone: -want, +got:\n%s", diff)
			}
		})
	}
}

// asReleased gives the lists the types that they had in v0.1.0.
func asReleased(s *extv1.JSONSchemaProps) {
	spec := s.Properties["spec"].Properties
	queues := spec["queues"]
	queues.XListType, queues.XListMapKeys = new("map"), []string{"name"}
	spec["queues"] = queues
	for _, name := range []string{"frontend", "backend"} {
		paths := spec[name].Properties["writablePaths"]
		paths.XListType = new("set")
		spec[name].Properties["writablePaths"] = paths
	}
}

func server(t *testing.T, edits ...func(*extv1.JSONSchemaProps)) *schematest.Server {
	t.Helper()
	s, err := schematest.NewServer(edits...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func apply(t *testing.T, s *schematest.Server, live, claim map[string]any, manager string) map[string]any {
	t.Helper()
	stored, err := s.Apply(live, claim, manager)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// created returns what the API server stores for a new claim.
func created(t *testing.T, claim map[string]any) map[string]any {
	t.Helper()
	o := (&unstructured.Unstructured{Object: claim}).DeepCopy().Object
	if err := schema.Default(o); err != nil {
		t.Fatal(err)
	}
	for _, err := range schema.Validate(o, nil) {
		t.Errorf("the claim must be good: %v", err)
	}
	return o
}

// claimWith returns a minimal claim with a list. If value is empty, the claim does not have
// the list.
func claimWith(t *testing.T, path, value string) map[string]any {
	t.Helper()
	c, err := schema.Decode([]byte(`
apiVersion: platform.kasha.io/v1alpha1
kind: KashaClaim
metadata: {name: shop, namespace: team-shop}
spec:
  frontend: {image: "public.ecr.aws/nginx/nginx:1.29"}
  backend: {image: "public.ecr.aws/docker/library/httpd:2.4"}
`))
	if err != nil {
		t.Fatal(err)
	}
	if value == "" {
		return c
	}
	o, err := schema.Decode([]byte(fmt.Sprintf("list: %s", value)))
	if err != nil {
		t.Fatal(err)
	}
	if err := unstructured.SetNestedField(c, o["list"], strings.Split(path, ".")...); err != nil {
		t.Fatal(err)
	}
	return c
}
