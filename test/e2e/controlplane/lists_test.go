package controlplane

import (
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// GitOps tools use server-side apply. A list that has a default becomes what the claim
// says, whatever the API server has stored before.
func TestAListWithADefaultIsWhatTheClaimSays(t *testing.T) {
	const namespace = "lists"
	ctx := t.Context()
	need(t, lab.Plane.Namespace(ctx, namespace))
	defer discard(t, namespace, "shop")

	const (
		written = `{spec: {queues: [{name: orders}],
			frontend: {writablePaths: [/run]}, backend: {writablePaths: [/var/cache]}}}`
		none = `{spec: {queues: [], frontend: {writablePaths: []}, backend: {writablePaths: []}}}`
	)
	steps := []struct {
		reason, over       string
		queues             []any
		frontend, backend  []any
		changesNothingMore bool
	}{
		{
			reason: "A claim without lists has the defaults.",
			queues: []any{"jobs"}, frontend: []any{"/tmp"}, backend: []any{"/tmp"},
		},
		{
			reason: "What a claim writes replaces the defaults.",
			over:   written,
			queues: []any{"orders"}, frontend: []any{"/run"}, backend: []any{"/var/cache"},
		},
		{
			reason: "Applied a second time, the claim is not changed.",
			over:   written,
			queues: []any{"orders"}, frontend: []any{"/run"}, backend: []any{"/var/cache"},
			changesNothingMore: true,
		},
		{
			reason: "An empty list means none.",
			over:   none,
			queues: nil, frontend: []any{}, backend: []any{},
		},
		{
			reason: "A claim whose lists are removed has the defaults again.",
			queues: []any{"jobs"}, frontend: []any{"/tmp"}, backend: []any{"/tmp"},
		},
		{
			reason: "None replaces the defaults.",
			over:   none,
			queues: nil, frontend: []any{}, backend: []any{},
		},
	}
	generation := int64(0)
	for _, s := range steps {
		claim := spoiled(t, s.over)
		claim.SetNamespace(namespace)
		// Crossplane must not compose anything for this claim.
		claim.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
		need(t, lab.Plane.Apply(ctx, claim))
		stored, err := lab.Plane.Get(ctx, harness.Claims, namespace, claim.GetName())
		need(t, err)
		for what, want := range map[string][]any{"queues": s.queues, "frontend": s.frontend, "backend": s.backend} {
			if got := listed(stored, what); !reflect.DeepEqual(got, want) {
				t.Errorf("%s\n%s: want %v, got %v", s.reason, what, want, got)
			}
		}
		if is := stored.GetGeneration() == generation; is != s.changesNothingMore {
			t.Errorf("%s\nthe generation was %d and is %d", s.reason, generation, stored.GetGeneration())
		}
		generation = stored.GetGeneration()
	}
}

// listed are the names of a claim's queues, or the writable paths of a service.
func listed(claim *unstructured.Unstructured, what string) []any {
	if what != "queues" {
		list, _, _ := unstructured.NestedSlice(claim.Object, "spec", what, "writablePaths")
		return list
	}
	var names []any
	list, _, _ := unstructured.NestedSlice(claim.Object, "spec", "queues")
	for _, q := range list {
		names = append(names, q.(map[string]any)["name"]) //nolint:forcetypeassert // A queue is an object.
	}
	return names
}
