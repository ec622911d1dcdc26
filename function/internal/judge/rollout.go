package judge

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// services are the names of the two services.
var services = []string{"frontend", "backend"}

// Rollout says whether both services run what the claim asks for. The failure of
// one outweighs the progress of the other.
func Rollout(s *stack.Stack) Condition {
	var failed, back, on []string
	for _, svc := range services {
		switch st := rollout.Judge(s, svc); st.Phase {
		case rollout.RolledOut:
		case rollout.Failed:
			failed = append(failed, "No version of the "+svc+" has become healthy. Change the claim to try again."+said(st))
		case rollout.RolledBack:
			back = append(back, "The new version of the "+svc+" did not become healthy, so ECS went back to the one before, which serves. Change the claim to try again."+said(st))
		default:
			on = append(on, progressing(svc, st))
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
		c.True, c.Reason, c.Message = true, v1alpha1.ReasonRolledOut, "Both services run what the claim asks for."
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

// recorded is what the status says of a service's rollout.
func recorded(s *stack.Stack, svc string) v1alpha1.RolloutStatus {
	return rollout.Record(rollout.Previous(s, svc), rollout.Judge(s, svc))
}
