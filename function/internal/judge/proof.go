package judge

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// record is what is known of an observed object's kind.
func record(o stack.Observed) *kinds.Record {
	version, _ := stack.Text(o, "apiVersion")
	kind, _ := stack.Text(o, "kind")
	return kinds.Of(version, kind)
}

// unproven says what a resource still lacks, or nothing when it is proven to
// work. Kinds without proofs prove themselves by their conditions.
func unproven(o stack.Observed) string {
	for _, p := range record(o).Proofs {
		v, ok := stack.Text(o, append([]string{"status", "atProvider"}, strings.Split(p.Field, ".")...)...)
		switch {
		case !ok:
			return "AWS has not told its " + p.Field + " yet"
		case len(p.OneOf) > 0 && !slices.Contains(p.OneOf, v):
			return "is " + v
		}
	}
	return ""
}
