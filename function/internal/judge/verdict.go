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
	c := conditionsOf(o)
	for _, t := range []string{"LastAsyncOperation", "Synced"} {
		if c[t].status == "False" {
			return refused(c[t])
		}
	}
	if c["Ready"].status != "True" {
		return Verdict{Creating, ""}
	}
	if missing := unproven(kind(o), o); missing != "" {
		return Verdict{Creating, missing}
	}
	return Verdict{State: Working}
}

const coreVersion = "v1"

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

// group is rds of rds.aws.m.upbound.io/v1beta1.
func group(apiVersion string) string {
	g, _, _ := strings.Cut(apiVersion, ".")
	return g
}

type condition struct{ status, reason, message string }

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
		out[t] = c
	}
	return out
}
