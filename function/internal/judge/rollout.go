package judge

import (
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// services are the names of the two services.
var services = []string{"frontend", "backend"}

// Rollout says whether both services run what the claim asks for. A rollback of
// one outweighs the progress of the other.
func Rollout(s *stack.Stack) Condition {
	var back, on []string
	for _, svc := range services {
		switch st := rollout.Judge(s, svc); st.Phase {
		case rollout.RolledOut:
		case rollout.RolledBack:
			back = append(back, "The new version of the "+svc+" was rolled back: "+Cause(st.Message)+". The version before it serves; change the claim to try again.")
		default:
			on = append(on, progressing(svc, st))
		}
	}
	c := Condition{Type: v1alpha1.ConditionRollout, Message: strings.Join(append(back, on...), " ")}
	switch {
	case len(back) > 0:
		c.Reason = v1alpha1.ReasonRolledBack
	case len(on) > 0:
		c.Reason = v1alpha1.ReasonProgressing
	default:
		c.True, c.Reason, c.Message = true, v1alpha1.ReasonRolledOut, "Both services run what the claim asks for."
	}
	return c
}

func progressing(svc string, st rollout.State) string {
	if st.Message == "" {
		return "The " + svc + " is being rolled out."
	}
	return "The " + svc + " is on its way: " + Cause(st.Message) + "."
}

// rolledOut is what the status says of a service. The image is that of the last
// version that ran steadily.
func rolledOut(s *stack.Stack, svc, image string) v1alpha1.RolloutStatus {
	st := rollout.Judge(s, svc)
	out := rollout.Record(rollout.Previous(s, svc), st)
	if st.Phase == rollout.RolledOut {
		out.Image = image
	}
	return out
}
