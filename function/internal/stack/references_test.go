package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

func TestReferencesHaveTheProvidersOrder(t *testing.T) {
	refs := func(names ...string) []any {
		out := make([]any, 0, len(names))
		for _, n := range names {
			out = append(out, map[string]any{"name": n})
		}
		return out
	}
	subnet := func(id string) Observed { return field(id, "status", "atProvider", "id") }
	known := map[Key]Observed{"subnet-a": subnet("subnet-9"), "subnet-b": subnet("subnet-1")}
	there := func(refs []any) Observed {
		return stacktest.Object{"spec": map[string]any{"network": map[string]any{"subnetRefs": refs}}}
	}
	cases := map[string]struct {
		reason   string
		known    map[Key]Observed
		observed Observed
		want     []any
	}{
		"ByID": {
			reason: "The provider sorts them by what they resolve to.",
			known:  known,
			want:   refs("shop-subnet-b", "shop-subnet-a"),
		},
		"Unknown": {
			reason: "No ID is known yet. The provider will sort them.",
			want:   refs("shop-subnet-a", "shop-subnet-b"),
		},
		"AsThere": {
			reason:   "An existing object keeps its order.",
			known:    known,
			observed: there(refs("shop-subnet-a", "shop-subnet-b")),
			want:     refs("shop-subnet-a", "shop-subnet-b"),
		},
		"Resolved": {
			reason:   "The provider has sorted them. A missing ID does not change the order.",
			observed: there(refs("shop-subnet-b", "shop-subnet-a")),
			want:     refs("shop-subnet-b", "shop-subnet-a"),
		},
		"Others": {
			reason:   "The observed object has other references.",
			known:    known,
			observed: there(refs("shop-subnet-a", "shop-subnet-c")),
			want:     refs("shop-subnet-b", "shop-subnet-a"),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := &Stack{Claim: &v1alpha1.KashaClaim{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}, observed: tc.known}
			o := map[string]any{
				"spec": map[string]any{
					"network": map[string]any{"subnetRefs": refs("shop-subnet-a", "shop-subnet-b")},
				},
			}
			s.orderReferences(o, tc.observed, nil)
			want := map[string]any{"spec": map[string]any{"network": map[string]any{"subnetRefs": tc.want}}}
			if diff := cmp.Diff(want, o); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
