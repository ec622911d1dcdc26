package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Condition is the claim's condition for one tier.
type Condition struct {
	Type    string
	True    bool
	Reason  string
	Message string
}

// Verdicts judges every observed resource.
func Verdicts(observed map[stack.Key]stack.Observed) map[stack.Key]Verdict {
	out := make(map[stack.Key]Verdict, len(observed))
	for k, o := range observed {
		out[k] = Observed(o)
	}
	return out
}

// Conditions returns one condition for each tier: whether it is ready, and if not, what
// failed or what it is waiting for. The same state gives the same messages: they contain
// no times, and their order is fixed.
func Conditions(resources []*stack.Resource, verdicts map[stack.Key]Verdict) []Condition {
	out := make([]Condition, 0, len(v1alpha1.TierConditions))
	for _, t := range v1alpha1.TierConditions {
		var of []*stack.Resource
		for _, r := range resources {
			if r.Condition == t {
				of = append(of, r)
			}
		}
		if len(of) == 0 && slices.Contains(v1alpha1.OptionalConditions, t) {
			continue
		}
		out = append(out, tier(t, of, verdicts))
	}
	return out
}

// tier judges one tier by its worst resource.
func tier(name string, resources []*stack.Resource, verdicts map[stack.Key]Verdict) Condition {
	by := map[State][]*stack.Resource{}
	for _, r := range resources {
		s := verdicts[r.Key].State
		by[s] = append(by[s], r)
	}
	total, working := len(resources), len(by[Working])
	progress := fmt.Sprintf("%d of %d resources are ready.", working, total)
	switch {
	case total == 0:
		return Condition{name, true, v1alpha1.ReasonAvailable, "The claim needs no resources in this tier."}
	case working == total:
		return Condition{name, true, v1alpha1.ReasonAvailable, fmt.Sprintf("All %d resources are ready.", total)}
	case len(by[Failing]) > 0:
		return Condition{name, false, v1alpha1.ReasonFailed, failures(by[Failing], verdicts) + " " + progress}
	case len(by[Deleting]) > 0:
		return Condition{name, false, v1alpha1.ReasonDeleting, deletions(by[Deleting]) + " " + progress}
	case len(by[Creating]) > 0 || slices.ContainsFunc(by[Absent], emitted):
		message := "Waiting for " + unfinished(by, verdicts) + ". " + progress
		return Condition{name, false, v1alpha1.ReasonCreating, message}
	}
	return Condition{name, false, v1alpha1.ReasonWaiting, "Waiting for " + waits(by[Absent]) + ". " + progress}
}

func emitted(r *stack.Resource) bool { return r.Object != nil }

// deletions reports resources that are being deleted although the claim needs them.
func deletions(rs []*stack.Resource) string {
	if len(rs) == 1 {
		return named(rs[0]) + " is being deleted but the claim still needs it; it will be recreated."
	}
	return list(rs) + " are being deleted but the claim still needs them; they will be recreated."
}

// named is a resource's kind and object name, by which a reader finds it.
func named(r *stack.Resource) string { return r.Kind.Kind + " " + r.Name }

// maxNamed is the number of resources that a message names. It counts the others.
const maxNamed = 4

func list(rs []*stack.Resource) string {
	names := make([]string, 0, len(rs))
	for _, r := range rs {
		names = append(names, named(r))
	}
	return join(names)
}

func join(names []string) string {
	if n := len(names); n > maxNamed {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), n-maxNamed)
	}
	return strings.Join(names, ", ")
}

// failures reports the first failure in full and names the other resources. AWS's words
// come first, because tools cut long messages.
func failures(rs []*stack.Resource, verdicts map[stack.Key]Verdict) string {
	cause := verdicts[rs[0].Key].Message
	m := strings.TrimSuffix(cause, ".") + ": " + named(rs[0])
	if do := Advice(rs[0].Kind.Kind, cause); do != "" {
		m += "; " + do
	}
	if len(rs) > 1 {
		m += "; also failing: " + list(rs[1:])
	}
	return m + "."
}

// unfinished names the resources that are being created, and why each is not ready where
// that is known.
func unfinished(by map[State][]*stack.Resource, verdicts map[stack.Key]Verdict) string {
	var names []string
	for _, r := range by[Creating] {
		n := named(r)
		if m := verdicts[r.Key].Message; m != "" {
			n += " (" + m + ")"
		}
		names = append(names, n)
	}
	for _, r := range by[Absent] {
		if emitted(r) {
			names = append(names, named(r))
		}
	}
	return join(names)
}

// waits names what the held-back resources are waiting for.
func waits(rs []*stack.Resource) string {
	var of []string
	for _, r := range rs {
		of = append(of, r.Waits...)
	}
	slices.Sort(of)
	return join(slices.Compact(of))
}
