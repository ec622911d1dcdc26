package function

import (
	"slices"
	"strings"
	"testing"
)

// TestAdoptionIsSaidOnce: a queue of this name was in AWS already, so the provider never
// created it. The claim says so in a warning, once, and in its status from then on.
func TestAdoptionIsSaidOnce(t *testing.T) {
	t.Parallel()
	w := copyOf(t, atRest(t, claim(t, "")))
	w.Interfere = func(key string, o map[string]any) {
		if key == "queue-jobs" || key == "loggroup-backend" {
			//nolint:forcetypeassert // Set.
			annotations := o["metadata"].(map[string]any)["annotations"].(map[string]any)
			delete(annotations, "crossplane.io/external-create-pending")
		}
	}
	said := 0
	for range 4 {
		pass(t, w)
		for _, r := range w.Response.GetResults() {
			if strings.Contains(r.GetMessage(), "existed in AWS before the claim asked for them") {
				said++
				if !strings.Contains(r.GetMessage(), "belong to it: shop-queue-jobs;") {
					t.Errorf("want the queue alone, got: %s", r.GetMessage())
				}
			}
		}
	}
	if said != 1 {
		t.Errorf("the adoption is said %d times, want once", said)
	}
	if got, _ := lookup(w.Composite, "status", "adopted").([]any); !slices.Equal(got, []any{"queue-jobs"}) {
		t.Errorf("status.adopted is %v, want the queue; AWS may create a log group first, so it does not count", got)
	}
}
