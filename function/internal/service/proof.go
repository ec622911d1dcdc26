package service

import (
	"slices"

	lambda "github.com/upbound/provider-aws/v2/apis/namespaced/lambda/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// maxRounds is how often the runner is asked about one deployment: for four hours.
const maxRounds = 48

// proof asks the runner how the deployment of the service's version has ended. It stays as
// long as the version is wanted, so that nothing that is forgotten can unsay it.
func proof(s *stack.Stack, p *plan.Plan, w plan.Workload, today stack.Key) {
	if !p.Proves() || !w.Rollout.Proven {
		return
	}
	st := w.Rollout
	last := map[string]int{}
	var old []stack.Key
	s.ObservedKeys(keys.Proofs(w.Name), func(k stack.Key, _ stack.Observed) {
		if digest, n, ok := keys.ProofCall(w.Name, k); ok {
			last[digest] = max(last[digest], n)
			old = append(old, k)
		}
	})
	// Which versions are wanted cannot be told in each pass.
	unknown := today == "" || st.Wanted != "" && st.Current == ""
	slices.Sort(old)
	for _, k := range old {
		digest, n, _ := keys.ProofCall(w.Name, k)
		wanted := keys.TaskDefinition(w.Name, digest)
		if unknown || n == last[digest] && (wanted == today || wanted == st.Current) {
			s.KeepObserved(k, lambda.Invocation_GroupVersionKind, proves(w))
		}
	}
	digest := keys.TaskDefinitionDigest(w.Name, st.Current)
	n := max(1, last[digest])
	if st.Answer.Status == runner.Running {
		n = min(n+1, maxRounds)
	}
	if st.Current != "" && st.Deployed {
		ask(s, p, keys.Proof(w.Name, digest, n), proves(w), runner.Rollout{
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
func waits(s *stack.Stack, p *plan.Plan, w plan.Workload, v version) bool {
	o, exists := s.Observed(keys.Service(w.Name))
	switch {
	case !p.Proves():
		return true
	case !exists || !rollout.Waited(o):
		return false
	}
	is, _ := stack.Text(o, "spec", "forProvider", "taskDefinition")
	next, known := s.Known(v.taskDefinition)
	return !known || next == is || !s.Ready(keys.RunnerFunction)
}
