package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// createPending is the annotation that the provider writes before it creates a resource,
// and never removes. A backup tool keeps it.
const createPending = "crossplane.io/external-create-pending"

// Adopted returns the keys of the resources that existed in AWS before the provider was
// asked for them: they work, and the provider has never created them. Resources that the
// provider only observes are left out, as are log groups, which AWS may create first.
func Adopted(s *stack.Stack, resources []*stack.Resource) []string {
	var out []string
	for _, r := range resources {
		o, ok := s.Observed(r.Key)
		if !ok || r.Object == nil || r.Kind.Kind == "Group" || r.ObservedOnly() {
			continue
		}
		// Most resources were created by the provider, so this decides for most of them.
		if _, created := stack.Text(o, "metadata", "annotations", createPending); created {
			continue
		}
		_, exists := o.Lookup("status", "atProvider", "id")
		if exists && kinds.Observed(o).IsAWS() && s.Ready(r.Key) {
			out = append(out, string(r.Key))
		}
	}
	slices.Sort(out)
	return out
}

// adoptions warns about adopted resources that the status does not list yet.
func adoptions(s *stack.Stack, adopted []string) []string {
	var names []string
	for _, key := range adopted {
		if !slices.Contains(s.Claim.Status.Adopted, key) {
			names = append(names, s.ObjectName(stack.Key(key)))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("these existed in AWS before the claim asked for them, and now belong to it: %s; "+
		"if they are not this claim's, stop the provider and see docs/deletion.md", strings.Join(names, ", "))}
}
