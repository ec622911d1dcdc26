package service

import (
	"cmp"
	"slices"

	"k8s.io/utils/ptr"

	lambda "github.com/upbound/provider-aws/v2/apis/namespaced/lambda/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// release asks the runner whether the release of the workload's image has succeeded. The
// runner knows the release by its ID: it runs the command for the first call, and answers
// the others. A call never changes in the cluster, so other content is another call: a new
// task definition, for example.
func release(s *stack.Stack, p *plan.Plan, w plan.Workload, r *plan.Release, today stack.Key) {
	asks := runner.Release{
		Action: "release", ID: r.ID(), Series: w.Name, Cluster: s.ID, TaskDefinition: stack.ARN(today),
		Container: w.Name, Command: r.Command, SecurityGroups: []string{stack.Await(w.Group, "id")},
		TimeoutSeconds: r.TimeoutSeconds,
	}
	asks.Subnets = subnetIDs(p, w.Subnets)
	observed := callsOf(s, w)
	content, known := s.Known(stack.JSON(asks))
	if !known {
		// Which calls are still needed cannot be told.
		keepCalls(s, w, observed)
		return
	}
	now := keys.Call{Release: r.Digest, Input: stack.Digest(content)}
	last := observed.last(now)
	now.Round = max(1, last.Round)
	if last.answer.Status == runner.Running {
		now.Round++
	}
	asks.Round = now.Round
	keepCalls(s, w, slices.DeleteFunc(slices.Clone(observed), func(c call) bool { return !c.needed(last, now) }))
	ask(s, p, keys.Release(w.Name, now), purposeOf(w), asks, append(startable(p, w),
		stack.When(!observed.underway(r.Digest), "the end of an earlier release of the "+w.Name))...)
}

// subnetIDs are the IDs of a tier's subnets, for what cannot refer to them by name.
func subnetIDs(p *plan.Plan, tier v1alpha1.SubnetTier) []string {
	var out []string
	for _, k := range p.Network.Subnets(tier) {
		out = append(out, stack.Await(k, "id"))
	}
	return out
}

func purposeOf(w plan.Workload) string {
	return "A call of the runner: it runs the release of the " + w.Name + ", once, and says how it ended."
}

// ask calls the runner. The provider makes the call once it has created the object, and
// never again, so an object that exists stays as it is.
func ask(s *stack.Stack, p *plan.Plan, key stack.Key, purpose string, asks any, opts ...stack.Option) {
	if s.Has(key) {
		return
	}
	s.Add(key, purpose, &lambda.Invocation{Spec: lambda.InvocationSpec{ForProvider: lambda.InvocationParameters{
		Region:         &s.Region,
		FunctionName:   ptr.To(p.RunnerName()),
		LifecycleScope: ptr.To("CREATE_ONLY"),
		Input:          ptr.To(stack.JSON(asks)),
	}}}, append(opts, callable(s)...)...)
}

// A call is an observed call of the runner.
type call struct {
	keys.Call

	key    stack.Key
	answer runner.Answer
	// underway tells whether the runner may be working on it.
	underway bool
}

type calls []call

// callsOf are the observed calls for the releases of a workload, sorted by key.
func callsOf(s *stack.Stack, w plan.Workload) calls {
	var out calls
	s.ObservedKeys(keys.Releases(w.Name), func(k stack.Key, o stack.Observed) {
		if id, ok := keys.ReleaseCall(w.Name, k); ok {
			answer, answered := runner.AnswerOf(o)
			out = append(out, call{Call: id, key: k, answer: answer, underway: !answered && !runner.Refused(o)})
		}
	})
	slices.SortFunc(out, func(a, b call) int { return cmp.Compare(a.key, b.key) })
	return out
}

// last is the newest call with the same content. Its round is 0 where there is none.
func (cs calls) last(of keys.Call) call {
	var out call
	for _, c := range cs {
		if c.Release == of.Release && c.Input == of.Input && c.Round > out.Round {
			out = c
		}
	}
	return out
}

// underway tells whether the runner may be working on another release.
func (cs calls) underway(release string) bool {
	return slices.ContainsFunc(cs, func(c call) bool { return c.Release != release && c.underway })
}

// needed tells whether a call stays, when last is the newest one with today's content.
func (c call) needed(last call, now keys.Call) bool {
	switch {
	case c.Release != now.Release:
		// The call may start a task at any time, and no other release must run besides.
		return c.underway
	case c.Input != now.Input:
		// It is what says that the release has succeeded until the runner says so again.
		return last.answer.Status == ""
	}
	return c.Round == last.Round
}

func keepCalls(s *stack.Stack, w plan.Workload, cs calls) {
	for _, c := range cs {
		s.KeepObserved(c.key, lambda.Invocation_GroupVersionKind, purposeOf(w))
	}
}
