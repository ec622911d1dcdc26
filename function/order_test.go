package function

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kasha-platform/kasha/function/internal/simulator"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// worlds are the world of a claim before its first pass, after it, and at rest.
func worlds(t *testing.T, claim map[string]any) map[string]*simulator.World {
	t.Helper()
	begun := simulator.New(claim)
	pass(t, begun)
	return map[string]*simulator.World{"new": simulator.New(claim), "begun": begun, "at rest": atRest(t, claim)}
}

// composedIn is the result of composing the tiers in this order.
func composedIn(t *testing.T, order []int, w *simulator.World) outcome {
	t.Helper()
	req, err := w.Request()
	if err != nil {
		t.Fatal(err)
	}
	_, out, err := composeIn(order, req, platform{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// inOrder are the tiers in the order of the table.
func inOrder() []int {
	out := make([]int, len(tiers))
	for i := range out {
		out[i] = i
	}
	return out
}

// TestTiersMayBeComposedInAnyOrder: neither the composed resources nor the status
// depend on the order of the table of tiers.
func TestTiersMayBeComposedInAnyOrder(t *testing.T) {
	for name, claim := range examples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at, w := range worlds(t, claim) {
				want := composedIn(t, inOrder(), w)
				for seed := range uint64(4) {
					order := rand.New(rand.NewPCG(seed, seed)).Perm(len(tiers))
					got := composedIn(t, order, w)
					if diff := cmp.Diff(want, got, cmp.AllowUnexported(outcome{}),
						cmpopts.IgnoreUnexported(stack.Resource{})); diff != "" {
						t.Errorf("%s: composing the tiers in the order %v changes something\n-want, +got:\n%s", at,
							order, diff)
					}
				}
			}
		})
	}
}

// TestNobodyWaitsForWhatIsNotComposed: a resource that waits for a key that
// nothing composes is never created.
func TestNobodyWaitsForWhatIsNotComposed(t *testing.T) {
	claims := examples(t)
	claims["everything"] = claim(t, everything)
	claims["another account"] = claim(t, anotherAccount)
	claims["rotation by application"] = claim(t, "spec: {database: {rotation: Application}}")
	for name, claim := range claims {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at, w := range worlds(t, claim) {
				out := composedIn(t, inOrder(), w)
				composed := map[stack.Key]bool{}
				for _, r := range out.Resources {
					composed[r.Key] = true
				}
				for _, r := range out.Resources {
					for _, k := range r.Needs() {
						if !composed[k] {
							t.Errorf("%s: %s waits for %s, which is not composed", at, r.Key, k)
						}
					}
				}
			}
		})
	}
}
