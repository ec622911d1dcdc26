package judge

import (
	"slices"
	"strconv"
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
	refused, releasing := releases(p)
	for i, w := range p.Workloads {
		switch st := states[i]; st.Phase {
		case rollout.RolledOut:
		case rollout.Failed:
			failed = append(failed, neverHealthy(w)+" Change the claim to try again."+said(st))
		case rollout.RolledBack:
			back = append(back, "The new version of the "+w.Name+" did not become healthy, "+
				"so ECS rolled back to the previous version, which still serves requests. "+
				"Change the claim to try again."+said(st))
		default:
			// The release says why nothing happens yet.
			if w.Released() {
				on = append(on, progressing(w.Name, st))
			}
		}
	}
	all := slices.Concat(failed, refused, back, releasing, on)
	c := Condition{Type: v1alpha1.ConditionRollout, Message: strings.Join(all, " ")}
	switch {
	case len(failed) > 0:
		c.Reason = v1alpha1.ReasonFailed
	case len(refused) > 0:
		c.Reason = v1alpha1.ReasonReleaseFailed
	case len(back) > 0:
		c.Reason = v1alpha1.ReasonRolledBack
	case len(releasing) > 0:
		c.Reason = v1alpha1.ReasonReleasing
	case len(on) > 0:
		c.Reason = v1alpha1.ReasonProgressing
	default:
		c.True, c.Reason, c.Message = true, v1alpha1.ReasonRolledOut, "All services run what the claim asks for."
	}
	return c
}

func neverHealthy(w plan.Workload) string {
	if w.Before.TaskDefinition != "" {
		return "The deployment of the " + w.Name + " has failed, and ECS has not rolled it back."
	}
	return "No version of the " + w.Name + " has become healthy."
}

// releases are the messages about the releases that have failed, and about those that have
// not ended.
func releases(p *plan.Plan) (failed, on []string) {
	for _, r := range p.Releases {
		switch {
		case r.Failed():
			failed = append(failed, "The release of the "+r.Workload+" "+ended(r)+
				", so no task of its image is started, and the version before goes on serving. "+lookInto(p, r)+
				"Change the image, or "+r.Field+".attempt to run it again.")
		case !r.Succeeded() && r.Answer.Task != "":
			on = append(on, "The release of the "+r.Workload+" runs. "+lookInto(p, r))
		case !r.Succeeded():
			on = append(on, "The release of the "+r.Workload+" waits"+because(r.Answer.Reason)+".")
		}
	}
	for i, m := range on {
		on[i] = strings.TrimSuffix(m, " ")
	}
	return failed, on
}

// ended is how a release has failed.
func ended(r *plan.Release) string {
	if c := r.Answer.ExitCode; c != nil {
		return "ended with exit code " + strconv.Itoa(int(*c)) + because(r.Answer.Reason)
	}
	return "failed" + because(r.Answer.Reason)
}

// because is a reason of AWS's in a sentence.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + strings.TrimRight(reason, " .")
}

// lookInto is where the output of a release is.
func lookInto(p *plan.Plan, r *plan.Release) string {
	stream := r.LogStream()
	if stream == "" {
		return ""
	}
	return "Its output is in the log stream " + stream + " of " + p.LogGroupName(r.Workload) + ". "
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
