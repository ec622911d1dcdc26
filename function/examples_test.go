package function

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/badclaims"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestExamplesBecomeReady settles every example and says how large it is.
func TestExamplesBecomeReady(t *testing.T) {
	for name, c := range examples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := atRest(t, c)
			// The last pass finds nothing to change.
			t.Logf("%d resources, ready after %d passes", len(w.Observed), w.Passes-1)
			if got := w.Response.GetDesired().GetComposite().GetReady(); got != fnv1.Ready_READY_TRUE {
				t.Errorf("the claim is not ready at rest:\n%s", conditionLines(w))
			}
		})
	}
}

// TestBadClaimsChangeNothing runs every bad claim over a living one: the function must
// answer with all its messages in one fatal result, and with no resource.
func TestBadClaimsChangeNothing(t *testing.T) {
	cases, err := badclaims.Load("testdata/bad")
	if err != nil {
		t.Fatal(err)
	}
	living := atRest(t, claim(t, ""))
	for _, c := range cases {
		if len(c.Function) == 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if err := schema.Default(c.Claim); err != nil {
				t.Fatal(err)
			}
			bad := simulator.New(c.Claim)
			bad.Observed, bad.Connection, bad.Guardrails = living.Observed, living.Connection, c.Guardrails
			// The author changes the living claim.
			meta, _ := bad.Composite["metadata"].(map[string]any)
			meta["generation"] = 2.0
			req, err := bad.Request()
			if err != nil {
				t.Fatal(err)
			}
			rsp, err := newFunction().RunFunction(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			if simulator.Fatal(rsp) == "" {
				t.Error("the function accepts the claim")
			}
			if n := len(rsp.GetDesired().GetResources()); n != 0 || len(rsp.GetConditions()) != 0 {
				t.Errorf("a bad claim must change nothing; the function answers with %d resources and %d conditions",
					n, len(rsp.GetConditions()))
			}
		})
	}
}
