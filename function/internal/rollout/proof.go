package rollout

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
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

// A Ledger is what a service has in writing about its deployments, in an annotation: the
// calls of the runner can go once their end is in it.
type Ledger struct {
	// Proven is the deployment that the service is at, once it has completed.
	Proven string `json:"proven,omitempty"`
	// Failed is the version that the claim asks for and that has failed.
	Failed *Failure `json:"failed,omitempty"`
}

// A Failure is how the deployment of a version has failed.
type Failure struct {
	// Generation of the service's spec. A change of the spec makes ECS try the version again.
	Generation int64 `json:"generation,omitempty"`
	// TaskDefinition is the ARN of the version, and Runs that of the version that ECS has
	// rolled back to. They are equal where there was none.
	TaskDefinition string `json:"taskDefinition"`
	Runs           string `json:"runs"`
	Reason         string `json:"reason,omitempty"`
	Started        string `json:"started,omitempty"`
	Finished       string `json:"finished,omitempty"`
}

// RolledBack tells whether ECS has gone back to another version of the same workload.
func (f Failure) RolledBack() bool {
	return f.Runs != f.TaskDefinition && family(f.Runs) != "" && family(f.Runs) == family(f.TaskDefinition)
}

// family is a task definition's ARN without its revision.
func family(arn string) string { return arn[:max(strings.LastIndex(arn, ":"), 0)] }

// Next is the ledger after this pass. Today is the ARN of the version that the claim asks for.
// It is empty where that is not known.
func (st State) Next(today string) Ledger {
	next := st.Ledger
	if f := next.Failed; f != nil && today != "" && f.TaskDefinition != today && f.TaskDefinition != st.Wanted {
		next.Failed = nil
	}
	return next
}

// String is the ledger in the annotation. It is empty where nothing is in it.
func (l Ledger) String() string {
	if l == (Ledger{}) {
		return ""
	}
	return stack.JSON(l)
}

// ledgerOf is the ledger of an observed service. What cannot be read is as if it were not
// there: the runner is asked again.
func ledgerOf(service stack.Observed) Ledger {
	var l Ledger
	text, _ := stack.Text(service, "metadata", "annotations", v1alpha1.AnnotationRollout)
	if json.Unmarshal([]byte(text), &l) != nil {
		return Ledger{}
	}
	return l
}

// Holds tells whether a version has failed, and ECS has gone back to another one of the same
// workload, which is returned.
func (st State) Holds(arn string) (runs string, held bool) {
	f := st.Ledger.Failed
	if f == nil || arn == "" || f.TaskDefinition != arn || !f.RolledBack() {
		return "", false
	}
	return f.Runs, true
}

// failed is the failure of what the service's spec asks for, or nil.
func (st State) failed(service stack.Observed) *Failure {
	f := st.Ledger.Failed
	if f == nil || f.TaskDefinition != st.Wanted || f.Generation != generation(service) {
		return nil
	}
	return f
}

func generation(service stack.Observed) int64 {
	n, _ := number(service, "metadata", "generation")
	return int64(n)
}

// proven is the state of a service that the runner looks at. The provider reports what it has
// told ECS to run, and the runner whether that runs.
func proven(s *stack.Stack, service string, o stack.Observed) State {
	st := State{Phase: Progressing, Proven: true, Deployment: deployment(o), Ledger: ledgerOf(o)}
	st.Wanted, _ = stack.Text(o, "spec", "forProvider", "taskDefinition")
	st.Current = KeyOf(s, service, st.Wanted)
	if st.Ledger.Proven != st.Deployment {
		st.Ledger.Proven = ""
	}
	if st.Ended = st.Ledger.Proven != "" || st.failed(o) != nil; !st.Ended {
		st.hear(s, service, o)
	}
	told, _ := stack.Text(o, "status", "atProvider", "taskDefinition")
	switch failed := st.failed(o); {
	case st.Wanted == "":
		st.Phase, st.Message = Unknown, "the service does not say yet which task definition it is to run"
	case st.Ledger.Proven != "":
		st.Phase, st.Running, st.Message = RolledOut, st.Wanted, ""
	case failed != nil:
		st.Phase, st.Message, st.GaveUp = Failed, failed.Reason, true
		if failed.RolledBack() {
			st.Phase, st.Running = RolledBack, failed.Runs
		}
	case told == "":
		st.Phase, st.Message = Unknown, "AWS has not reported which task definition the service runs"
	default:
		st.Deployed = seen(o) && absolute(told, st.Wanted) == st.Wanted &&
			slices.Equal(groups(o, "status", "atProvider"), groups(o, "spec", "forProvider"))
		if last := stack.ConditionOf(o, "LastAsyncOperation"); last.Status == "False" {
			st.Message = last.Message
		}
	}
	running, _ := Container(s, KeyOf(s, service, st.Running))
	st.Image = running.Image
	return st
}

// hear takes the runner's answers about the deployment into the state, and the end of it into
// the ledger.
func (st *State) hear(s *stack.Stack, service string, o stack.Observed) {
	heard := 0
	s.ObservedKeys(keys.Proofs(service), func(k stack.Key, call stack.Observed) {
		d, n, ok := keys.ProofCall(service, k)
		if !ok || d != st.Deployment {
			return
		}
		st.Asked = max(st.Asked, n)
		if a, answered := runner.AnswerOf(call); answered && n > heard {
			heard, st.Answer = n, a
		}
	})
	st.Message, st.Again = st.Answer.Reason, heard > 0 && heard == st.Asked
	switch a := st.Answer; a.Status {
	case runner.Succeeded:
		st.Ledger.Proven = st.Deployment
		if f := st.Ledger.Failed; f != nil && f.TaskDefinition == st.Wanted {
			st.Ledger.Failed = nil
		}
	case runner.Failed:
		st.Ledger.Failed = &Failure{
			generation(o), st.Wanted, cmp.Or(a.Runs, st.Wanted), a.Reason, a.Started, a.Finished,
		}
	}
}

// deployment is a digest of what a service is to run and of the target groups that its tasks
// are registered in. What a change of either makes superfluous goes only once the deployment
// has completed: a version, or a target group.
func deployment(service stack.Observed) string {
	arn, _ := stack.Text(service, "spec", "forProvider", "taskDefinition")
	return stack.Digest(stack.JSON(append([]string{arn}, groups(service, "spec", "forProvider")...)))
}

// groups are the ARNs of the target groups at a path of a service, sorted.
func groups(service stack.Observed, path ...string) []string {
	v, _ := service.Lookup(append(path, "loadBalancer")...)
	var out []string
	for _, e := range list(v) {
		arn, _ := e["targetGroupArn"].(string)
		out = append(out, arn)
	}
	slices.Sort(out)
	return out
}

// judgeProven returns the state of a service that the runner looks at with regard to the claim.
func judgeProven(s *stack.Stack, asked Asked, now State) State {
	f := now.Ledger.Failed
	switch {
	case now.Phase == RolledBack, now.Phase == Failed:
	case f != nil && f.RolledBack() && f.Runs == now.Wanted && s.Has(KeyOf(s, asked.Name, f.TaskDefinition)):
		now.Phase, now.Current, now.Message = RolledBack, KeyOf(s, asked.Name, f.TaskDefinition), f.Reason
	case now.Phase == RolledOut && newer(s, asked, now):
		now.Phase, now.Message = Progressing, notYet
	}
	return now
}
