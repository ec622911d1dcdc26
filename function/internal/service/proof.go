package service

import (
	lambda "github.com/upbound/provider-aws/v2/apis/namespaced/lambda/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// maxRounds is how often the runner is asked about one deployment: for four hours.
const maxRounds = 48

// proof asks the runner how the service's deployment ends, until the service has the answer in
// writing.
func proof(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	st := w.Rollout
	if !p.Proves() || !st.Proven || st.Ended {
		return
	}
	n := max(1, st.Asked)
	s.KeepObserved(keys.Proof(w.Name, st.Deployment, n), lambda.Invocation_GroupVersionKind, proves(w))
	switch {
	case !st.Again:
		// The answer of the last round counts until the next one is there.
		s.KeepObserved(keys.Proof(w.Name, st.Deployment, n-1), lambda.Invocation_GroupVersionKind, proves(w))
	case !st.Answer.Final():
		n = min(n+1, maxRounds)
	}
	if st.Deployed && !st.Answer.Final() {
		ask(s, p, keys.Proof(w.Name, st.Deployment, n), proves(w), runner.Rollout{
			Action: "rollout", Cluster: s.ID, Service: w.Name, TaskDefinition: st.Wanted, Round: n,
		})
	}
}

func proves(w plan.Workload) string {
	return "A call of the runner: it looks at the deployment of the " + w.Name + " until it has ended."
}

// waits tells whether the provider is to wait for the service's deployments. It need not where
// the runner looks at them. ECS starts all tasks anew when the setting changes, so a service
// that lives gets it together with its next version.
func waits(s *stack.Stack, p *plan.Plan, w plan.Workload, v version, today stack.Key) bool {
	o, exists := s.Observed(keys.Service(w.Name))
	switch {
	case !p.Proves():
		return true
	case !exists || !rollout.Waited(o):
		return false
	}
	is, _ := stack.Text(o, "spec", "forProvider", "taskDefinition")
	next, known := s.Known(v.taskDefinition)
	newest, _ := s.Status(today, "arn")
	return !known || next == is || next != newest || !s.Ready(keys.RunnerFunction)
}
