package judge

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// unproven returns what a resource still lacks, or an empty string when all proofs hold.
// For kinds without proofs the conditions are enough.
func unproven(o stack.Observed) string {
	for _, p := range kinds.Observed(o).Proofs {
		v, ok := stack.Text(o, append([]string{"status", "atProvider"}, strings.Split(p.Field, ".")...)...)
		switch {
		case !ok:
			return "AWS has not reported its " + p.Field + " yet"
		case len(p.OneOf) > 0 && !slices.Contains(p.OneOf, v):
			return "is " + v
		}
	}
	return ""
}
