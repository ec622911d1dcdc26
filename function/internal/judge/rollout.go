package judge

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// States tells how far each workload's service is, when everything has been asked
// for.
func States(s *stack.Stack, p *plan.Plan) []rollout.State {
	out := make([]rollout.State, len(p.Workloads))
	for i, w := range p.Workloads {
		out[i] = rollout.Judge(s, rollout.Asked{Name: w.Name, Image: w.Image, Before: w.Before}, w.Rollout)
	}
	return out
}

// Rollout says whether all services run what the claim asks for. The failure of
// one outweighs the progress of another.
func Rollout(p *plan.Plan, states []rollout.State) Condition {
	var failed, back, on []string
	for i, w := range p.Workloads {
		switch st := states[i]; st.Phase {
		case rollout.RolledOut:
		case rollout.Failed:
			failed = append(failed, "No version of the "+w.Name+" has become healthy. Change the claim to try again."+said(st))
		case rollout.RolledBack:
			back = append(back, "The new version of the "+w.Name+" did not become healthy, so ECS went back to the one before, which serves. Change the claim to try again."+said(st))
		default:
			on = append(on, progressing(w.Name, st))
		}
	}
	c := Condition{Type: v1alpha1.ConditionRollout, Message: strings.Join(slices.Concat(failed, back, on), " ")}
	switch {
	case len(failed) > 0:
		c.Reason = v1alpha1.ReasonFailed
	case len(back) > 0:
		c.Reason = v1alpha1.ReasonRolledBack
	case len(on) > 0:
		c.Reason = v1alpha1.ReasonProgressing
	default:
		c.True, c.Reason, c.Message = true, v1alpha1.ReasonRolledOut, "All services run what the claim asks for."
	}
	return c
}

// said is what ECS said of a failure, for as long as the service says it.
func said(st rollout.State) string {
	if st.Message == "" {
		return ""
	}
	return " AWS said: " + Cause(st.Message) + "."
}

func progressing(svc string, st rollout.State) string {
	if st.Message == "" {
		return "The " + svc + " is being rolled out."
	}
	return "The " + svc + " is on its way: " + Cause(st.Message) + "."
}
