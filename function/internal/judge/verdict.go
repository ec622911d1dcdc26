// Package judge turns what the cluster observed into what the claim says: which
// resources work, which tiers are ready and what the others wait for, and the
// status that people and other programs read.
package judge

import (
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A State is how far a resource is.
type State int

// The states, worst last.
const (
	// Absent resources do not exist yet.
	Absent State = iota
	// Working resources exist and do what they are for, as far as AWS tells.
	Working
	// Creating resources are being created or changed, without an error.
	Creating
	// Failing resources are refused by AWS or the provider.
	Failing
	// Deleting resources are on their way out.
	Deleting
)

// A Verdict is what is known of one resource.
type Verdict struct {
	State State
	// Message is the error of a failing resource, or what a resource that is
	// being created lacks.
	Message string
}

// Observed judges one observed resource.
//
// Ready alone is not enough: provider-aws leaves Ready at True when a later
// update is refused, and for most kinds Ready says only that AWS knows the
// resource.
func Observed(o stack.Observed) Verdict {
	if _, deleting := stack.Text(o, "metadata", "deletionTimestamp"); deleting {
		return Verdict{Deleting, "is being deleted"}
	}
	version, _ := stack.Text(o, "apiVersion")
	if version == coreVersion {
		// Core objects have no conditions: they work as soon as they exist.
		return Verdict{State: Working}
	}
	if isLookedAt(o) {
		return Verdict{State: Working}
	}
	c := conditionsOf(o)
	for _, t := range []string{"LastAsyncOperation", "Synced"} {
		if c[t].status == "False" {
			return refused(c[t])
		}
	}
	if c["Ready"].status != "True" {
		return Verdict{Creating, ""}
	}
	if isStale(c["Synced"], o) {
		return Verdict{Creating, "is being changed"}
	}
	if missing := unproven(o); missing != "" {
		return Verdict{Creating, missing}
	}
	return Verdict{State: Working}
}

const coreVersion = "v1"

// isStale tells whether the provider has not looked at a resource since its spec
// last changed. What its conditions say is about something else then. A provider
// that does not say is taken at its word.
func isStale(synced condition, o stack.Observed) bool {
	v, _ := o.Lookup("metadata", "generation")
	generation, ok := v.(float64)
	return ok && synced.generation > 0 && synced.generation < generation
}

// isLookedAt tells whether a resource is a version of a secret that is left to
// AWS. It has done what it is for; AWS forgets old versions, and the provider
// then says that there is none.
func isLookedAt(o stack.Observed) bool {
	first, _ := stack.Text(o, "spec", "managementPolicies", "0")
	_, more := o.Lookup("spec", "managementPolicies", "1")
	return first == "Observe" && !more && record(o).String() == "secretsmanager/SecretVersion"
}

// refused judges a condition that is False. Two reasons pass by themselves: a
// reference to something that is not created yet, and a write that met another.
func refused(c condition) Verdict {
	switch {
	case strings.Contains(c.message, "cannot resolve references"):
		return Verdict{Creating, "waits for what it refers to"}
	case strings.Contains(c.message, "the object has been modified"):
		return Verdict{Creating, ""}
	case c.message == "":
		return Verdict{Failing, c.reason}
	}
	return Verdict{Failing, Cause(c.message)}
}

type condition struct {
	status, reason, message string
	// generation of the spec that the condition is about; 0 where it does not say.
	generation float64
}

// conditionsOf are an object's conditions by type.
func conditionsOf(o stack.Observed) map[string]condition {
	v, _ := o.Lookup("status", "conditions")
	list, _ := v.([]any)
	out := make(map[string]condition, len(list))
	for _, e := range list {
		m, _ := e.(map[string]any)
		t, _ := m["type"].(string)
		var c condition
		c.status, _ = m["status"].(string)
		c.reason, _ = m["reason"].(string)
		c.message, _ = m["message"].(string)
		c.generation, _ = m["observedGeneration"].(float64)
		out[t] = c
	}
	return out
}
