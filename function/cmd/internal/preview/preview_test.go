package preview

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/manifest"
)

func TestObserve(t *testing.T) {
	in := map[string]any{
		"kind": "VPC", "metadata": map[string]any{"name": "shop-vpc", "annotations": map[string]any{"a": "b"}},
	}
	want := map[string]any{"kind": "VPC", "metadata": map[string]any{
		"name": "shop-vpc", "namespace": "team-shop",
		"annotations": map[string]any{"a": "b", manifest.KeyAnnotation: "vpc"},
	}}
	if diff := cmp.Diff(want, Observe("vpc", "team-shop", in)); diff != "" {
		t.Errorf("Observe(...): -want, +got:\n%s", diff)
	}
	if _, ok := in["metadata"].(map[string]any)["namespace"]; ok {
		t.Error("Observe(...): the world's own object was changed")
	}
	bare := Observe("vpc", "team-shop", map[string]any{})
	if diff := cmp.Diff(want["metadata"].(map[string]any)["namespace"],
		bare["metadata"].(map[string]any)["namespace"]); diff != "" {
		t.Errorf("Observe({}): -want, +got:\n%s", diff)
	}
}
