package function

import (
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestResumes: a new claim that its guardrail lists continues with an ID that it had before,
// in every name, and another claim of the namespace does not.
func TestResumes(t *testing.T) {
	const id = "shop-1a2b3c"
	resumed := guardrail(t, "spec: {stacks: [{claim: team-shop/shop, id: "+id+"}]}")
	cases := map[string]struct {
		reason string
		over   string
		within []map[string]any
		want   bool
	}{
		"Listed": {reason: "The platform team has listed it.", within: []map[string]any{resumed}, want: true},
		"Another": {
			reason: "Another claim is listed.", over: "metadata: {name: shop-two}",
			within: []map[string]any{resumed},
		},
		"NotListed": {reason: "The guardrail lists nothing.", within: []map[string]any{guardrail(t, "")}},
		"Unbounded": {reason: "Nobody lists anything."},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := within(claim(t, tc.over), tc.within...)
			if m := settleOrRefuse(t, w); m != "" {
				t.Fatal(m)
			}
			if got := simulator.Text(w.Composite, "status", "stackID"); (got == id) != tc.want {
				t.Errorf("%s\nthe stack is %s", tc.reason, got)
			}
			begins := 0
			for key := range w.Observed {
				if strings.HasPrefix(externalNameOf(w, key), id) {
					begins++
				}
			}
			if tc.want != (begins > 0) {
				t.Errorf("%s\n%d resources are called after %s", tc.reason, begins, id)
			}
			if role := externalNameOf(w, "role-task"); (role == id+"-ecsTaskRole") != tc.want {
				t.Errorf("%s\nthe role is called %s", tc.reason, role)
			}
		})
	}
}

func externalNameOf(w *simulator.World, key string) string {
	return simulator.Text(w.Observed[key], "metadata", "annotations", "crossplane.io/external-name")
}
