// Package rollout tells how far a service is on its way to the task definition
// that it is given, and whether ECS gave up and went back. It knows only what
// the cluster says of the service, so that whoever composes the service and
// whoever judges it agree.
//
// What the claim asks for now is not among that. The task definition that a
// State speaks of is the one that the observed service was told to run, found by
// its ARN among the observed task definitions.
package rollout

import (
	"slices"
	"strings"
	"time"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Phase is how far a service is.
type Phase string

// The phases.
const (
	// Unknown means that there is no service yet, or that it does not say.
	Unknown Phase = "Unknown"
	// Progressing means that the service does not run what it was told to, or not
	// as far as is known.
	Progressing Phase = "Progressing"
	// RolledOut means that the service runs what it was told to.
	RolledOut Phase = "RolledOut"
	// RolledBack means that ECS tried what the service was told to run and went
	// back to what ran before.
	RolledBack Phase = "RolledBack"
	// Failed means that no version of the service has ever become healthy. ECS has
	// nothing to go back to, and starts no more tasks once it has given up.
	Failed Phase = "Failed"
)

// A State is what is known of a service's rollout.
type State struct {
	Phase Phase
	// Current is the key of the task definition that the state is about: the one
	// that the service was told to run, or the one that it went back from. Empty
	// where its object is not known.
	Current stack.Key
	// Wanted is the ARN of the task definition that the service was told to run.
	Wanted string
	// Running is the ARN of the task definition that the service runs.
	Running string
	// Image is the one in Running, where its object is known.
	Image string
	// Busy means that the provider is at it. It does one thing at a time: a newer
	// version would wait anyway, and a failure now belongs to Wanted.
	Busy bool
	// GaveUp means that the last deployment has failed.
	GaveUp bool
	// Message says why, where there is a reason.
	Message string
}

// Asked is what the claim asks of a workload.
type Asked struct {
	// Name of the workload, and the image that the claim asks for.
	Name, Image string
	// Before is what the claim's status said.
	Before v1alpha1.ServiceStatus
}

// Judge tells how far a service is for whoever reads the claim, from what Observe
// has told. It is to be called when everything has been asked for. Where ECS went
// back, the service is told to stay with what runs, so by itself it looks fine; as
// long as the claim asks for what failed, it has not. Nor has a service that never
// became healthy, though the provider forgets the failure at its next look, since
// nothing differs.
func Judge(s *stack.Stack, asked Asked, now State) State {
	before := asked.Before
	failed := stack.Key(before.Failed)
	switch {
	case now.Phase == RolledBack:
	case before.TaskDefinition == "" && (now.GaveUp || failed != "" && now.Current == failed):
		now.Phase = Failed
	case failed != "" && s.Has(failed) && now.Wanted == before.TaskDefinition && now.Running == before.TaskDefinition:
		now.Phase, now.Current = RolledBack, failed
	case now.Phase == RolledOut && newer(s, asked, now):
		now.Phase, now.Message = Progressing, "a newer version is on its way"
	}
	return now
}

// Record is what the claim's status shall say of a service's rollout.
func Record(before v1alpha1.ServiceStatus, now State) v1alpha1.ServiceStatus {
	switch {
	case now.Phase == RolledOut:
		before.TaskDefinition, before.Failed = now.Running, ""
	case now.Phase == RolledBack && now.Current != "":
		before.TaskDefinition, before.Failed = now.Running, string(now.Current)
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

// Observe tells what the service itself says.
func Observe(s *stack.Stack, service string) State {
	o, ok := s.Observed(keys.Service(service))
	if !ok {
		return State{Phase: Unknown, Message: "there is no service yet"}
	}
	wanted, _ := stack.Text(o, "spec", "forProvider", "taskDefinition")
	runs, _ := stack.Text(o, "status", "atProvider", "taskDefinition")
	last := condition(o, "LastAsyncOperation")
	failed := last.status == "False"
	st := State{Phase: Progressing, Current: KeyOf(s, service, wanted), Wanted: wanted, GaveUp: failed && seen(o) && gaveUp(last)}
	if wanted == "" || runs == "" {
		st.Phase, st.Message = Unknown, "the service does not say what it runs"
		if st.GaveUp {
			st.Message = last.message
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
		st.Phase, st.Message = RolledBack, last.message
	case failed:
		st.Message = last.message
	case st.Running == wanted:
		st.Phase = RolledOut
	default:
		st.Busy = recent(o)
	}
	return st
}

// newer tells whether the claim asks for what the service was not told of yet:
// another image, or a task definition besides. To be asked when everything has
// been asked for.
func newer(s *stack.Stack, asked Asked, now State) bool {
	if now.Image != "" && now.Image != asked.Image {
		return true
	}
	return slices.ContainsFunc(s.Keys(keys.TaskDefinitions(asked.Name)), func(k stack.Key) bool { return k != now.Current })
}

// KeyOf is the key of the observed task definition with this ARN, or empty.
func KeyOf(s *stack.Stack, service, arn string) stack.Key {
	var key stack.Key
	s.ObservedKeys(keys.TaskDefinitions(service), func(k stack.Key, _ stack.Observed) {
		if a, ok := s.Status(k, "arn"); ok && a == arn {
			key = max(key, k)
		}
	})
	return key
}

// Container is the workload's own container in an observed task definition, and
// false where that cannot be read.
func Container(s *stack.Stack, key stack.Key) (containers.Container, bool) {
	o, ok := s.Observed(key)
	if !ok {
		return containers.Container{}, false
	}
	return containers.Main(o)
}

// absolute makes an ARN of what the provider may shorten to family:revision when
// it has no state of its own yet.
func absolute(revision, like string) string {
	if strings.HasPrefix(revision, "arn:") {
		return revision
	}
	return like[:strings.LastIndex(like, "/")+1] + revision
}

// gaveUp tells the failure of a deployment from that of a request. The provider
// waits for the deployment and words it so. What it only lost patience with may
// still succeed, while the version before serves; before the first there is none.
func gaveUp(last terms) bool {
	return strings.Contains(last.message, "waiting for ECS Service") &&
		(last.reason == "AsyncCreateFailure" || !strings.Contains(last.message, "timeout while waiting"))
}

// seen tells whether the provider has looked at the service since its spec last
// changed. What it said before was about something else.
func seen(o stack.Observed) bool {
	generation, ok := number(o, "metadata", "generation")
	looked := condition(o, "Synced").generation
	return !ok || looked == 0 || looked == generation
}

// patience is longer than the provider works at one update of a service: two
// minutes of trying and twenty of waiting.
const patience = 30 * time.Minute

// recent tells whether the provider may still be at the last change. It is told
// by the times of the change and of the provider's last look, since there is no
// clock here; where they are not known, nothing shall wait.
func recent(o stack.Observed) bool {
	looked, applied := condition(o, "Synced"), applied(o)
	return looked.status == "True" && !applied.IsZero() && !looked.time.IsZero() && looked.time.Sub(applied) < patience
}

// applied is when Crossplane last changed the service's spec.
func applied(o stack.Observed) time.Time {
	var at time.Time
	fields, _ := o.Lookup("metadata", "managedFields")
	for _, f := range list(fields) {
		manager, _ := f["manager"].(string)
		if _, status := f["subresource"]; status || !strings.HasPrefix(manager, "apiextensions.crossplane.io/composed") {
			continue
		}
		if t := timestamp(f["time"]); t.After(at) {
			at = t
		}
	}
	return at
}

// terms are those of a condition.
type terms struct {
	status, reason, message string
	generation              float64
	time                    time.Time
}

func condition(o stack.Observed, kind string) terms {
	conditions, _ := o.Lookup("status", "conditions")
	for _, c := range list(conditions) {
		if c["type"] != kind {
			continue
		}
		t := terms{time: timestamp(c["lastTransitionTime"])}
		t.status, _ = c["status"].(string)
		t.reason, _ = c["reason"].(string)
		t.message, _ = c["message"].(string)
		t.generation, _ = float(c["observedGeneration"])
		return t
	}
	return terms{}
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

// float reads a number as JSON or as Kubernetes has it.
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
