package rollout

import (
	"strings"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Waited tells whether the provider waits for a service's deployments. It then reports how
// they end, and forgets it in many cases.
func Waited(service stack.Observed) bool {
	v, given := service.Lookup("spec", "forProvider", "waitForSteadyState")
	return !given || v != false
}

// proven is the state of a service that the runner looks at. The provider reports what it has
// told ECS to run, and the runner whether that runs.
func proven(s *stack.Stack, service string, o stack.Observed) State {
	st := State{Phase: Progressing, Proven: true}
	st.Wanted, _ = stack.Text(o, "spec", "forProvider", "taskDefinition")
	told, _ := stack.Text(o, "status", "atProvider", "taskDefinition")
	st.Current = KeyOf(s, service, st.Wanted)
	if st.Wanted == "" || told == "" {
		st.Phase, st.Message = Unknown, "AWS has not reported which task definition the service runs"
		return st
	}
	st.Deployed = seen(o) && absolute(told, st.Wanted) == st.Wanted
	if last := stack.ConditionOf(o, "LastAsyncOperation"); last.Status == "False" {
		st.Message = last.Message
	}
	if st.Current == "" {
		return st
	}
	st.Answer = answer(s, service, st.Current)
	switch a := st.Answer; {
	case a.Status == runner.Succeeded:
		st.Phase, st.Running, st.Message = RolledOut, st.Wanted, ""
	case a.Status == runner.Failed && a.Runs != st.Wanted && sameFamily(a.Runs, st.Wanted):
		st.Phase, st.Running, st.Message, st.GaveUp = RolledBack, a.Runs, a.Reason, true
	case a.Status == runner.Failed:
		st.Phase, st.Message, st.GaveUp = Failed, a.Reason, true
	case a.Reason != "":
		st.Message = a.Reason
	}
	running, _ := Container(s, KeyOf(s, service, st.Running))
	st.Image = running.Image
	return st
}

// proved tells whether the runner has seen that the service runs what its spec asks for.
func (st State) proved() bool { return st.Proven && st.Phase == RolledOut }

// answer is the newest answer about a version: that with the highest round.
func answer(s *stack.Stack, service string, version stack.Key) runner.Answer {
	var newest runner.Answer
	round := 0
	s.ObservedKeys(keys.Proofs(service), func(k stack.Key, o stack.Observed) {
		digest, n, ok := keys.ProofCall(service, k)
		if !ok || digest != keys.TaskDefinitionDigest(service, version) || n < round {
			return
		}
		if a, answered := runner.AnswerOf(o); answered {
			newest, round = a, n
		}
	})
	return newest
}

// sameFamily tells whether two task definitions are of one family. Nothing else is taken for
// what the service ran before.
func sameFamily(a, b string) bool {
	family := func(arn string) string { return arn[:max(strings.LastIndex(arn, ":"), 0)] }
	return family(a) != "" && family(a) == family(b)
}
