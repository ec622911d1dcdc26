package judge

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// record is the record of an observed object's kind.
func record(o stack.Observed) *kinds.Record {
	version, _ := stack.Text(o, "apiVersion")
	kind, _ := stack.Text(o, "kind")
	return kinds.Of(version, kind)
}

// unproven returns what a resource still lacks, or an empty string when all proofs hold.
// For kinds without proofs the conditions are enough.
func unproven(o stack.Observed) string {
	for _, p := range record(o).Proofs {
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
