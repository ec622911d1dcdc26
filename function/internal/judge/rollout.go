package judge

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// States returns the rollout state of each workload's service, in the order of the
// workloads. Call it after all tiers have added their resources.
func States(s *stack.Stack, p *plan.Plan) []rollout.State {
	out := make([]rollout.State, len(p.Workloads))
	for i, w := range p.Workloads {
		out[i] = rollout.Judge(s, rollout.Asked{Name: w.Name, Image: w.Image, Before: w.Before}, w.Rollout)
	}
	return out
}

// Rollout returns the condition that says whether all services run what the claim asks
// for. A failed service outweighs one in progress.
func Rollout(p *plan.Plan, states []rollout.State) Condition {
	var failed, back, on []string
	for i, w := range p.Workloads {
		switch st := states[i]; st.Phase {
		case rollout.RolledOut:
		case rollout.Failed:
			failed = append(failed, "No version of the "+w.Name+" has become healthy. "+
				"Change the claim to try again."+said(st))
		case rollout.RolledBack:
			back = append(back, "The new version of the "+w.Name+" did not become healthy, "+
				"so ECS rolled back to the previous version, which still serves requests. "+
				"Change the claim to try again."+said(st))
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

// said is ECS's message about a failure, as long as the service still reports it.
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
	return "The " + svc + " is being rolled out: " + Cause(st.Message) + "."
}
