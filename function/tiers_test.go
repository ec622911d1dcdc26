package function

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// TestTiersHaveConditions: without a listed condition, no condition would cover a
// tier's resources; a condition without resources would always be true.
func TestTiersHaveConditions(t *testing.T) {
	var composed []string
	for _, name := range []string{"monolith", "services"} {
		for _, r := range composedIn(t, inOrder(), atRest(t, examples(t)[name])).Resources {
			composed = append(composed, r.Condition)
		}
	}
	slices.Sort(composed)
	listed := slices.Sorted(slices.Values(v1alpha1.TierConditions))
	if diff := cmp.Diff(listed, slices.Compact(composed)); diff != "" {
		t.Errorf("the conditions of the table of tiers (-v1alpha1.TierConditions, +tiers):\n%s", diff)
	}
}

// conditionRow begins a row of the page's table of conditions.
var conditionRow = regexp.MustCompile("(?m)^\\| `([A-Za-z]+(?:Ready|Succeeded|Met))` \\|")

// TestPageListsConditions: the page has the conditions in the order in which
// kubectl shows them.
func TestPageListsConditions(t *testing.T) {
	b, err := os.ReadFile("../docs/status.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, m := range conditionRow.FindAllStringSubmatch(string(b), -1) {
		rows = append(rows, m[1])
	}
	want := append(slices.Clone(v1alpha1.TierConditions), v1alpha1.ConditionRollout, v1alpha1.ConditionGuardrails)
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("docs/status.md lists other conditions (-API, +page):\n%s", diff)
	}
}
