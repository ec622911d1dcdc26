// Package judge turns the observed resources into the claim's conditions, status and
// warnings: which resources work, which tiers are ready, and what the other tiers are
// waiting for.
package judge

import (
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A State is the state of a resource.
type State int

// The states of a resource.
const (
	// Absent resources do not exist yet.
	Absent State = iota
	// Working resources exist and work, as far as AWS reports it.
	Working
	// Creating resources are being created or changed, without an error.
	Creating
	// Failing resources have an error of AWS or the provider.
	Failing
	// Deleting resources are being deleted.
	Deleting
)

// A Verdict is the state of one resource and the reason for it.
type Verdict struct {
	State State
	// Message is the error of a failing resource, or why a resource that is being
	// created is not ready.
	Message string
}

// Observed judges one observed resource.
//
// Ready alone is not enough: provider-aws leaves Ready at True when a later update
// fails, and for most kinds Ready means only that the resource exists in AWS.
func Observed(o stack.Observed) Verdict {
	if _, deleting := stack.Text(o, "metadata", "deletionTimestamp"); deleting {
		return Verdict{Deleting, "is being deleted"}
	}
	version, _ := stack.Text(o, "apiVersion")
	if version == coreVersion {
		// Core objects have no conditions. They work as soon as they exist.
		return Verdict{State: Working}
	}
	if isLookedAt(o) {
		return Verdict{State: Working}
	}
	for _, t := range []string{"LastAsyncOperation", "Synced"} {
		if c := stack.ConditionOf(o, t); c.Status == "False" {
			if isLong(o, c) {
				return Verdict{Creating, "AWS is still working on it, for more than an hour"}
			}
			return refused(c)
		}
	}
	if stack.ConditionOf(o, "Ready").Status != "True" {
		return Verdict{Creating, ""}
	}
	if isStale(stack.ConditionOf(o, "Synced"), o) {
		return Verdict{Creating, "is being changed"}
	}
	if missing := unproven(o); missing != "" {
		return Verdict{Creating, missing}
	}
	return Verdict{State: Working}
}

const coreVersion = "v1"

// isStale tells whether the provider has not observed a resource since its spec last
// changed. Its conditions are then about the old spec. A resource whose condition has no
// observedGeneration counts as current.
func isStale(synced stack.Condition, o stack.Observed) bool {
	v, _ := o.Lookup("metadata", "generation")
	generation, ok := v.(float64)
	return ok && synced.Generation > 0 && synced.Generation < generation
}

// isLong tells whether the provider has stopped waiting for a creation that takes AWS hours, such as
// the copy of a large database. It finds the resource again by its name.
func isLong(o stack.Observed, c stack.Condition) bool {
	kind := kinds.Observed(o).String()
	return (kind == "rds/Cluster" || kind == "rds/ClusterInstance") && c.Type == "LastAsyncOperation" &&
		strings.Contains(c.Message, "context deadline exceeded")
}

// isLookedAt tells whether a resource is an observe-only version of a secret. Such a
// version has done its work. AWS deletes old versions, and the provider then reports
// that the version does not exist.
func isLookedAt(o stack.Observed) bool {
	first, _ := stack.Text(o, "spec", "managementPolicies", "0")
	_, more := o.Lookup("spec", "managementPolicies", "1")
	return first == "Observe" && !more && kinds.Observed(o).String() == "secretsmanager/SecretVersion"
}

// refused judges a condition that is False. Two errors resolve themselves: a reference
// to a resource that does not exist yet, and a conflict between two writes.
func refused(c stack.Condition) Verdict {
	switch {
	case strings.Contains(c.Message, "cannot resolve references"):
		return Verdict{Creating, "waiting for the resources that it refers to"}
	case strings.Contains(c.Message, "the object has been modified"):
		return Verdict{Creating, ""}
	case c.Message == "":
		return Verdict{Failing, c.Reason}
	}
	return Verdict{Failing, Cause(c.Message)}
}
