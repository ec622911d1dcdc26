// Package rollout determines the state of a service's rollout: whether the service runs the
// task definition in its spec, and whether ECS rolled it back. Observe depends only on the
// observed resources, so the tier that composes the service and the package that judges it
// get the same answer.
//
// Observe does not depend on what the claim asks for now. The task definition in a State is
// the one in the observed service's spec, found by its ARN among the observed task
// definitions.
package rollout

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Phase is the phase of a service's rollout.
type Phase string

// The phases.
const (
	// Unknown means that there is no service yet, or that it does not report what it runs.
	Unknown Phase = "Unknown"
	// Progressing means that the service is not known to run the task definition in its spec.
	Progressing Phase = "Progressing"
	// RolledOut means that the service runs the task definition in its spec.
	RolledOut Phase = "RolledOut"
	// RolledBack means that ECS tried the task definition in the service's spec and returned to
	// the previous one.
	RolledBack Phase = "RolledBack"
	// Failed means that no version of the service has ever become healthy. ECS has no previous
	// version to return to, and stops starting tasks once it has given up.
	Failed Phase = "Failed"
)

// A State is the state of a service's rollout.
type State struct {
	Phase Phase
	// Current is the key of the task definition that the state is about: the one in the
	// service's spec, or the one that failed. It is empty where its object does not exist.
	Current stack.Key
	// Wanted is the ARN of the task definition in the service's spec.
	Wanted string
	// Running is the ARN of the task definition that the service runs.
	Running string
	// Image is the image in Running. It is empty where that object does not exist.
	Image string
	// Busy means that the provider is working on the service. It does one operation at a time:
	// a newer version would have to wait, and an error now is about Wanted.
	Busy bool
	// GaveUp means that the last deployment has failed.
	GaveUp bool
	// Proven means that the runner tells how deployments end, and not the provider.
	Proven bool
	// Deployment is a digest of what the service's spec asks ECS to deploy, and Deployed means
	// that ECS has been told, so that the runner can be asked how it ends.
	Deployment string
	Deployed   bool
	// Asked is how often the runner has been asked about the deployment, and Answer its newest
	// answer. Again means that the last call was answered before the deployment had ended.
	Asked  int
	Answer runner.Answer
	Again  bool
	// Ledger is what the service is to have in writing. Ended means that it already has the end
	// of the deployment, so that the calls about it can go.
	Ledger Ledger
	Ended  bool
	// Message is the reason for the phase, where there is one.
	Message string
}

// Asked is what the claim asks of a workload.
type Asked struct {
	// Name of the workload, and the image that the claim asks for.
	Name, Image string
	// Before is the workload's entry in the claim's status before this pass.
	Before v1alpha1.ServiceStatus
}

// Judge returns the state of a service with regard to the claim, from the result of
// Observe. Call it after all tiers have added their resources.
//
// After a rollback the service's spec keeps the task definition that runs, so the service
// itself looks fine. It counts as RolledBack as long as the claim asks for the version that
// failed. A service that never became healthy counts as Failed, although the provider drops
// the error at its next observation, because spec and state do not differ. The claim's status
// remembers both, where the runner does not.
func Judge(s *stack.Stack, asked Asked, now State) State {
	if now.Proven {
		return judgeProven(s, asked, now)
	}
	before := asked.Before
	failed := stack.Key(before.Failed)
	switch {
	case now.Phase == RolledBack:
	case before.TaskDefinition == "" && (now.GaveUp || failed != "" && now.Current == failed):
		now.Phase = Failed
	case failed != "" && s.Has(failed) && now.Wanted == before.TaskDefinition &&
		now.Running == before.TaskDefinition:
		now.Phase, now.Current = RolledBack, failed
	case now.Phase == RolledOut && newer(s, asked, now):
		now.Phase, now.Message = Progressing, notYet
	}
	return now
}

// notYet is the message about a service that does not yet run what the claim asks for.
const notYet = "the newer version is not deployed yet"

// Record returns the service's new entry in the claim's status.
func Record(before v1alpha1.ServiceStatus, now State) v1alpha1.ServiceStatus {
	switch {
	case now.Phase == RolledOut:
		before.TaskDefinition, before.Failed = now.Running, ""
	case now.Phase == RolledBack && now.Current != "":
		before.TaskDefinition = cmp.Or(now.Running, before.TaskDefinition)
		before.Failed = string(now.Current)
	case now.Phase == Failed && now.Current != "":
		before.Failed = string(now.Current)
		return before
	default:
		return before
	}
	if now.Image != "" {
		before.Image = now.Image
	}
	return before
}

// Observe returns the state that the service itself reports, or that the runner reports of it
// where proof says so. A service whose deployments the provider waits for is not proven.
func Observe(s *stack.Stack, service string, proof bool) State {
	o, ok := s.Observed(keys.Service(service))
	switch {
	case !ok:
		return State{Phase: Unknown, Proven: proof, Message: "the service does not exist yet"}
	case proof && !Waited(o):
		return proven(s, service, o)
	}
	wanted, _ := stack.Text(o, "spec", "forProvider", "taskDefinition")
	runs, _ := stack.Text(o, "status", "atProvider", "taskDefinition")
	last := stack.ConditionOf(o, "LastAsyncOperation")
	failed := last.Status == "False"
	st := State{
		Phase:   Progressing,
		Current: KeyOf(s, service, wanted),
		Wanted:  wanted,
		GaveUp:  failed && seen(o) && gaveUp(last),
	}
	if wanted == "" || runs == "" {
		st.Phase, st.Message = Unknown, "AWS has not reported which task definition the service runs"
		if st.GaveUp {
			st.Message = last.Message
		}
		return st
	}
	st.Running = absolute(runs, wanted)
	running, _ := Container(s, KeyOf(s, service, st.Running))
	st.Image = running.Image
	switch {
	case !seen(o):
		st.Busy = true
	case st.GaveUp && st.Running != wanted:
		st.Phase, st.Message = RolledBack, last.Message
	case failed:
		st.Message = last.Message
	case st.Running == wanted:
		st.Phase = RolledOut
	default:
		st.Busy = recent(o)
	}
	return st
}

// newer tells whether the claim asks for a version that is not in the service's spec yet:
// another image, or another task definition. Call it after all tiers have added their
// resources.
func newer(s *stack.Stack, asked Asked, now State) bool {
	if now.Image != "" && now.Image != asked.Image {
		return true
	}
	return slices.ContainsFunc(s.Keys(keys.TaskDefinitions(asked.Name)), func(k stack.Key) bool {
		return keys.IsTaskDefinition(asked.Name, k) && k != now.Current
	})
}

// Versions calls f with every observed task definition of a workload, in no particular order.
func Versions(s *stack.Stack, workload string, f func(stack.Key, stack.Observed)) {
	s.ObservedKeys(keys.TaskDefinitions(workload), func(k stack.Key, o stack.Observed) {
		if keys.IsTaskDefinition(workload, k) {
			f(k, o)
		}
	})
}

// KeyOf returns the key of the observed task definition with this ARN. It is empty where
// there is none.
func KeyOf(s *stack.Stack, service, arn string) stack.Key {
	var key stack.Key
	Versions(s, service, func(k stack.Key, _ stack.Observed) {
		if a, ok := s.Status(k, "arn"); ok && a == arn {
			key = max(key, k)
		}
	})
	return key
}

// Container returns the workload's own container in an observed task definition, and false
// where it cannot be read.
func Container(s *stack.Stack, key stack.Key) (containers.Container, bool) {
	all := Containers(s, key)
	if len(all) == 0 {
		return containers.Container{}, false
	}
	return all[0], true
}

// Containers returns the containers of an observed task definition.
func Containers(s *stack.Stack, key stack.Key) []containers.Container {
	return stack.Once(s, key, containers.Of)
}

// absolute returns a task definition's ARN. The provider may shorten it to family:revision
// while it has no state of its own.
func absolute(revision, like string) string {
	if strings.HasPrefix(revision, "arn:") {
		return revision
	}
	return like[:strings.LastIndex(like, "/")+1] + revision
}

// gaveUp tells whether a deployment failed, and not only a request. The provider waits for
// the deployment, and its error says so. A deployment that only timed out may still
// succeed while the previous version serves; a first deployment has no previous version.
func gaveUp(last stack.Condition) bool {
	return strings.Contains(last.Message, "waiting for ECS Service") &&
		(last.Reason == "AsyncCreateFailure" || !strings.Contains(last.Message, "timeout while waiting"))
}

// seen tells whether the provider has observed the service since its spec last changed.
// Older conditions are about the old spec.
func seen(o stack.Observed) bool {
	generation, ok := number(o, "metadata", "generation")
	looked := stack.ConditionOf(o, "Synced").Generation
	return !ok || looked == 0 || looked == generation
}

// patience is longer than the provider works on one update of a service: it retries for
// two minutes and waits for twenty.
const patience = 30 * time.Minute

// recent tells whether the provider may still work on the last change. It compares the time
// of the change with that of the provider's last observation, because the function has no
// clock. It returns false where one of them is not known, so that nothing waits.
func recent(o stack.Observed) bool {
	looked, applied := stack.ConditionOf(o, "Synced"), applied(o)
	at := looked.Since()
	return looked.Status == "True" && !applied.IsZero() && !at.IsZero() && at.Sub(applied) < patience
}

// applied is when Crossplane last changed the service's spec.
func applied(o stack.Observed) time.Time {
	var at time.Time
	fields, _ := o.Lookup("metadata", "managedFields")
	for _, f := range list(fields) {
		manager, _ := f["manager"].(string)
		_, status := f["subresource"]
		if status || !strings.HasPrefix(manager, "apiextensions.crossplane.io/composed") {
			continue
		}
		if t := timestamp(f["time"]); t.After(at) {
			at = t
		}
	}
	return at
}

func list(v any) []map[string]any {
	elements, _ := v.([]any)
	out := make([]map[string]any, 0, len(elements))
	for _, e := range elements {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func number(o stack.Observed, path ...string) (float64, bool) {
	v, _ := o.Lookup(path...)
	return float(v)
}

// float converts a number of JSON or of Kubernetes.
func float(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	default:
		return 0, false
	}
}

func timestamp(v any) time.Time {
	text, _ := v.(string)
	t, _ := time.Parse(time.RFC3339, text)
	return t
}
