package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Condition is what the claim says of one tier.
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

// Conditions says of each tier whether it is ready, and if not what failed or
// what it waits for. The messages are the same for the same state: no times, no
// order of chance.
func Conditions(resources []*stack.Resource, verdicts map[stack.Key]Verdict) []Condition {
	out := make([]Condition, 0, len(v1alpha1.TierConditions))
	for _, t := range v1alpha1.TierConditions {
		var of []*stack.Resource
		for _, r := range resources {
			if r.Condition == t {
				of = append(of, r)
			}
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
		return Condition{name, true, v1alpha1.ReasonAvailable, "The claim asks for nothing here."}
	case working == total:
		return Condition{name, true, v1alpha1.ReasonAvailable, fmt.Sprintf("All %d resources are ready.", total)}
	case len(by[Failing]) > 0:
		return Condition{name, false, v1alpha1.ReasonFailed, failures(by[Failing], verdicts) + " " + progress}
	case len(by[Deleting]) > 0:
		return Condition{name, false, v1alpha1.ReasonDeleting, "Somebody deletes " + list(by[Deleting]) + ", which the claim asks for; it is made again once it is gone. " + progress}
	case len(by[Creating]) > 0 || slices.ContainsFunc(by[Absent], emitted):
		return Condition{name, false, v1alpha1.ReasonCreating, "Waits for " + unfinished(by, verdicts) + ". " + progress}
	}
	return Condition{name, false, v1alpha1.ReasonWaiting, "Waits for " + waits(by[Absent]) + ". " + progress}
}

func emitted(r *stack.Resource) bool { return r.Object != nil }

// named is how a person finds a resource: its kind and its object's name.
func named(r *stack.Resource) string { return r.Kind.Kind + " " + r.Name }

// maxNamed is how many resources a message names before it counts the rest.
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

// failures tells the first failure whole, the cloud's words first since tools
// cut messages short, and names the others.
func failures(rs []*stack.Resource, verdicts map[stack.Key]Verdict) string {
	cause := verdicts[rs[0].Key].Message
	m := strings.TrimSuffix(cause, ".") + ": " + named(rs[0])
	if do := Advice(cause); do != "" {
		m += "; " + do
	}
	if len(rs) > 1 {
		m += "; also failing: " + list(rs[1:])
	}
	return m + "."
}

// unfinished names what is being made, with what it lacks where that is known.
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

// waits is what the resources that are held back need.
func waits(rs []*stack.Resource) string {
	var of []string
	for _, r := range rs {
		of = append(of, r.Waits...)
	}
	slices.Sort(of)
	return join(slices.Compact(of))
}
