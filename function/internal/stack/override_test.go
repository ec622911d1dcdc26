package stack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

func TestReplaced(t *testing.T) {
	cases := map[string]struct {
		reason, path string
		in, want     any
		was          any
		err          string
	}{
		"Field": {
			"A field should be set.", "a", map[string]any{"a": 1.0, "b": 2.0},
			map[string]any{"a": "x", "b": 2.0}, 1.0, "",
		},
		"NewField":  {"One that is not there, too.", "a", map[string]any{}, map[string]any{"a": "x"}, nil, ""},
		"NewObject": {"With all that it is in.", "a.b", nil, map[string]any{"a": map[string]any{"b": "x"}}, nil, ""},
		"Element": {
			"An element should be replaced alone.", "1", []any{1.0, 2.0}, []any{1.0, "x"}, 2.0, "",
		},
		"InElement": {
			"Or a field in it.", "l.0.a", map[string]any{"l": []any{map[string]any{"a": 1.0}}},
			map[string]any{"l": []any{map[string]any{"a": "x"}}}, 1.0, "",
		},
		"Beyond":    {"A hole would be left.", "2", []any{1.0, 2.0}, nil, nil, "the list has 2 elements"},
		"Before":    {"Nothing is before the first.", "-1", []any{1.0}, nil, nil, "the list has 1 elements"},
		"NoList":    {"There is no list to have an element.", "a.0.b", map[string]any{}, nil, nil, "there is no list"},
		"Inside":    {"A text has no fields.", "a.b", map[string]any{"a": "t"}, nil, nil, "it has no fields"},
		"Reference": {"Two sources fight.", "a", map[string]any{"aRef": map[string]any{}}, nil, nil, "from aRef"},
		"References": {
			"Also of several.", "as", map[string]any{"asRefs": []any{}}, nil, nil, "from asRefs",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := JSON(tc.in)
			out, was, err := replaced(tc.in, strings.Split(tc.path, "."), "x")
			if JSON(tc.in) != before {
				t.Errorf("the value that was given is now %v: it may be an observed one", tc.in)
			}
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Errorf("%s\ngot the error %v, want %q", tc.reason, err, tc.err)
				}
				return
			}
			if err != nil || !cmp.Equal(was, tc.was) || !cmp.Equal(out, tc.want) {
				t.Errorf("%s\nreplaced(): got %v for %v, %v, want %v for %v", tc.reason, out, was, err,
					tc.want, tc.was)
			}
		})
	}
}

// TestOverridesAreHeld: what is composed, what is kept as it is observed, and the versions of
// something that has a digest in its key.
func TestOverridesAreHeld(t *testing.T) {
	gvk := schema.GroupVersionKind{Version: "v1", Kind: "Thing"}
	c := &v1alpha1.KashaClaim{}
	c.Name = "shop"
	observed := func(mark string) Observed {
		annotations := map[string]any{}
		if mark != "" {
			annotations[v1alpha1.AnnotationOverrides] = mark
		}
		return stacktest.Object{
			"metadata": map[string]any{"annotations": annotations},
			"spec":     map[string]any{"forProvider": map[string]any{"size": 1.0}},
		}
	}
	was := observed("")
	s := New(Input{
		Claim: c,
		Observed: map[Key]Observed{
			"kept": was, "version-1a2b3c4d": observed("size"), "version-5a6b7c8d": observed(""),
		},
		Overrides: []Override{
			{Key: "made", Path: []string{"size"}, Value: 7.0}, {Key: "kept", Path: []string{"size"}, Value: 7.0},
			{Key: "version", Path: []string{"size"}, Value: 7.0}, {Key: "nothing", Path: []string{"size"}, Value: 7.0},
			{Key: "made", Path: []string{"color"}, Value: "red"},
		},
	})
	s.AddObject("made", "A test.", gvk, map[string]any{"spec": map[string]any{"forProvider": map[string]any{
		"size": 1.0, "color": Await("kept", "color"),
	}}})
	s.KeepObserved("kept", gvk, "A test.")
	empty := func() map[string]any { return map[string]any{"spec": map[string]any{"forProvider": map[string]any{}}} }
	s.AddObject("version-00000000", "A test.", gvk, empty())
	s.AddObject("versions-00000000", "A test.", gvk, empty())
	s.KeepAllObserved("version-", gvk, "A test.")
	resources, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range resources {
		o := stacktest.Object(r.Object)
		size, _ := o.Lookup("spec", "forProvider", "size")
		mark, _ := Text(o, "metadata", "annotations", v1alpha1.AnnotationOverrides)
		got[string(r.Key)] = JSON(size) + " " + mark
	}
	want := map[string]string{
		"made": "7 color size", "kept": "7 size", "version-00000000": "7 size", "versions-00000000": "null ",
		"version-1a2b3c4d": "1 size", "version-5a6b7c8d": "1 ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if size, _ := was.Lookup("spec", "forProvider", "size"); size != 1.0 {
		t.Errorf("the observed object has been changed: %v", was)
	}
	done := []Overridden{s.Overridden(0), s.Overridden(1), s.Overridden(2), s.Overridden(3), s.Overridden(4)}
	// What only AWS knows is not told.
	if diff := cmp.Diff([]Overridden{{true, 1.0}, {true, 1.0}, {true, nil}, {}, {true, nil}}, done); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if got := s.Overrides("version-"); got != `{"size":7}` {
		t.Errorf("the digest of a version is of %q", got)
	}
	if got := s.Overrides("versions-"); got != "" {
		t.Errorf("without overrides, the digest is of %q more than before", got)
	}
}
