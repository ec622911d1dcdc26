package function

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// forgedSpecs are claims whose status has the most in it: generations, a proxy, a domain, workers, schedules.
var forgedSpecs = map[string]string{
	"Generation": `spec: {database: {passwordGeneration: 2, proxy: {enabled: true}},
  workers: [{name: mails, image: "public.ecr.aws/docker/library/busybox:1", queue: jobs}]}`,
	"Application": `spec: {database: {rotation: Application}}`,
}

// TestEveryForgedStatus forges every field of the status of a claim at rest, one at a time, and then whole parts of
// it. Whatever the admission policies let through, no composed object changes, appears or disappears: not its spec,
// its name, nor what the provider may delete. The exception is in docs/security.md: the password's record can begin
// another generation of the password, as spec.database.passwordGeneration can, and like that not while AWS's
// application changes it.
func TestEveryForgedStatus(t *testing.T) {
	crd, err := schema.CRD()
	if err != nil {
		t.Fatal(err)
	}
	status := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["status"]
	delete(status.Properties, "conditions")
	delete(status.Properties, "crossplane")
	for name, spec := range forgedSpecs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := atRest(t, claim(t, spec))
			honest := answerTo(t, w, w.Composite["status"])
			forged := 0
			forgeries(&status, w.Composite["status"], "status", func(where string, v any) {
				forged++
				got := answerTo(t, w, v)
				if m := simulator.Fatal(got); m != "" {
					t.Errorf("%s: the claim stops: %s", where, m)
					return
				}
				diff := differing(honest, got)
				if name == "Generation" && strings.HasPrefix(where, "status.database.password") {
					diff = slices.DeleteFunc(diff, func(key string) bool { return rotates(honest, got, key) })
				}
				if len(diff) > 0 {
					t.Errorf("%s: the status decides what %v is", where, diff)
				}
			})
			if forged < 100 {
				t.Errorf("only %d forgeries were tried", forged)
			}
		})
	}
}

// answerTo is the function's answer to a world whose claim has this status.
func answerTo(t *testing.T, w *simulator.World, status any) *fnv1.RunFunctionResponse {
	t.Helper()
	req := requestOf(t, w)
	v, err := structpb.NewValue(status)
	if err != nil {
		t.Fatal(err)
	}
	req.GetObserved().GetComposite().GetResource().Fields["status"] = v
	rsp, err := newFunction().RunFunction(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	return rsp
}

// differing are the keys under which two answers compose something different.
func differing(a, b *fnv1.RunFunctionResponse) []string {
	was, is := a.GetDesired().GetResources(), b.GetDesired().GetResources()
	var out []string
	for _, key := range slices.Sorted(maps.Keys(was)) {
		if !proto.Equal(was[key].GetResource(), is[key].GetResource()) {
			out = append(out, key)
		}
	}
	for key := range is {
		if was[key] == nil {
			out = append(out, key)
		}
	}
	return out
}

// rotates tells whether the only difference is the password: the Secret that the instance takes it from, and the
// version of the secret that is made of it.
func rotates(a, b *fnv1.RunFunctionResponse, key string) bool {
	if strings.HasPrefix(key, "secretversion-") {
		return true
	}
	was, is := composed(a, key), composed(b, key)
	for _, o := range []map[string]any{was, is} {
		delete(parametersOf(o), "passwordSecretRef")
	}
	return key == "db-primary" && cmp.Equal(was, is)
}

func composed(r *fnv1.RunFunctionResponse, key string) map[string]any {
	return r.GetDesired().GetResources()[key].GetResource().AsMap()
}

func parametersOf(o map[string]any) map[string]any {
	spec, _ := o["spec"].(map[string]any)
	p, _ := spec["forProvider"].(map[string]any)
	return p
}

// forgeries calls back with every forgery of a value, each in a copy of the value.
func forgeries(s *extv1.JSONSchemaProps, v any, where string, do func(string, any)) {
	do(where+" is gone", nil)
	switch s.Type {
	case "object":
		o, _ := v.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			p := s.Properties[name]
			forgeries(&p, o[name], where+"."+name, func(where string, forged any) {
				c := maps.Clone(o)
				if c == nil {
					c = map[string]any{}
				}
				c[name] = forged
				if forged == nil {
					delete(c, name)
				}
				do(where, c)
			})
		}
	case "array":
		list, _ := v.([]any)
		for _, i := range slices.Compact([]int{0, len(list)}) {
			var e any
			if i < len(list) {
				e = list[i]
			}
			forgeries(s.Items.Schema, e, fmt.Sprintf("%s[%d]", where, i), func(where string, forged any) {
				c := append(slices.Clone(list[:min(i, len(list))]), forged)
				if i < len(list) {
					c = append(c, list[i+1:]...)
				}
				do(where, slices.DeleteFunc(c, func(e any) bool { return e == nil }))
			})
		}
	default:
		for _, lie := range lies(s, v) {
			do(fmt.Sprintf("%s = %v", where, lie), lie)
		}
	}
}

// lies are values that somebody would write who wants something else composed.
func lies(s *extv1.JSONSchemaProps, v any) []any {
	switch s.Type {
	case "integer":
		return []any{-1.0, 0.0, 3.0, float64(math.MaxInt32)}
	case "boolean":
		return []any{v != true}
	}
	out := []any{
		victim, "shop-1a2b3c", "Application", "2001-01-01T00:00:00Z",
	}
	if text, ok := v.(string); ok {
		out = append(out, lie(text))
	}
	return out
}
