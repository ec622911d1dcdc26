package main

import (
	"testing"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestCostIsTheSameAtEveryPass: the estimate follows from the claim alone. It must not
// change while AWS creates the resources.
func TestCostIsTheSameAtEveryPass(t *testing.T) {
	claims := examples(t)
	claims["everything"] = claim(t, everything)
	for name, c := range claims {
		t.Run(name, func(t *testing.T) {
			w := simulator.New(c)
			pass(t, w)
			first := simulator.Text(w.Composite, "status", "cost", "monthlyUSD")
			if rest := simulator.Text(atRest(t, c).Composite, "status", "cost", "monthlyUSD"); rest != first ||
				first == "" {
				t.Errorf("%s USD at the first pass, %s at rest", first, rest)
			}
		})
	}
}
