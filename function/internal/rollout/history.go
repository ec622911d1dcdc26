package rollout

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// maxHistory is how many versions of a service the status has.
	maxHistory = 5
	// maxReason is the length of a reason in the history, in bytes.
	maxReason = 200
)

// Remember returns the last versions of a service, the newest first. Before is what the
// claim's status has, and now the result of Judge. Nothing may depend on it: a user who may
// write the status can write it.
func Remember(s *stack.Stack, service string, before []v1alpha1.VersionStatus, now State) []v1alpha1.VersionStatus {
	h := history{versions: slices.Clone(before)}
	if at := s.Now(); !at.IsZero() {
		h.now = at.UTC().Format(time.RFC3339)
	}
	seen := now.versions(s)
	for i, v := range seen {
		if c, ok := Container(s, KeyOf(s, service, v.TaskDefinition)); ok {
			v.Image = c.Image
			h.add(v, i == len(seen)-1)
		}
	}
	return h.last()
}

// A sight is what a state says about a version.
type sight struct {
	v1alpha1.VersionStatus

	// anew means that a version that has failed is deployed again.
	anew bool
}

// versions are what the state says about versions, the older one first.
func (st State) versions(s *stack.Stack) []sight {
	var out []sight
	of := func(arn string, o v1alpha1.Outcome, reason, started, finished string) {
		out = append(out, sight{VersionStatus: v1alpha1.VersionStatus{
			TaskDefinition: arn, Outcome: o, Reason: brief(reason), StartedAt: started, FinishedAt: finished,
		}})
	}
	switch {
	case st.Running == "":
	case st.Answer.Status == runner.Succeeded:
		of(st.Running, v1alpha1.OutcomeServing, "", st.Answer.Started, st.Answer.Finished)
	default:
		of(st.Running, v1alpha1.OutcomeServing, "", "", "")
	}
	switch {
	case st.Phase == Progressing && st.Running != st.Wanted:
		of(st.Wanted, v1alpha1.OutcomeProgressing, "", st.Answer.Started, "")
		out[len(out)-1].anew = st.Proven
	case st.Phase == RolledBack, st.Phase == Failed:
		outcome := v1alpha1.OutcomeFailed
		if st.Phase == RolledBack {
			outcome = v1alpha1.OutcomeRolledBack
		}
		arn, _ := s.Status(st.Current, "arn")
		f := Failure{}
		if st.Ledger.Failed != nil {
			f = *st.Ledger.Failed
		}
		of(arn, outcome, st.Message, f.Started, f.Finished)
	}
	return out
}

func brief(reason string) string {
	if len(reason) > maxReason {
		return strings.ToValidUTF8(reason[:maxReason], "") + "…"
	}
	return reason
}

// A history has versions, the newest first.
type history struct {
	versions []v1alpha1.VersionStatus
	// now is the time, as far as it is known.
	now string
}

// add takes in what is known of a version now. The newest one has overtaken all others.
func (h *history) add(v sight, newest bool) {
	is := func(o v1alpha1.VersionStatus) bool { return o.TaskDefinition == v.TaskDefinition }
	i := slices.IndexFunc(h.versions, is)
	if i < 0 || v.again(h.versions[i]) {
		began := v.VersionStatus
		if v.Outcome != v1alpha1.OutcomeServing {
			began.Outcome, began.StartedAt = v1alpha1.OutcomeProgressing, cmp.Or(v.StartedAt, h.now)
		}
		h.versions = slices.Insert(h.versions, 0, began)
		i = 0
	}
	// A version that serves goes on doing so while it is deployed for another target group, and one that has failed
	// has done so although the provider does not say it in each pass.
	if o := &h.versions[i]; !ended(o.Outcome) || ended(v.Outcome) {
		if ended(v.Outcome) && !ended(o.Outcome) {
			v.FinishedAt = cmp.Or(v.FinishedAt, h.now)
		}
		v.StartedAt, v.FinishedAt = cmp.Or(v.StartedAt, o.StartedAt), cmp.Or(v.FinishedAt, o.FinishedAt)
		if v.Outcome != v1alpha1.OutcomeServing {
			v.Reason = cmp.Or(v.Reason, o.Reason)
		}
		*o = v.VersionStatus
	}
	for j := range h.versions {
		o := &h.versions[j]
		switch {
		case j == i:
		case o.Outcome == v1alpha1.OutcomeProgressing && newest:
			o.Outcome, o.FinishedAt = v1alpha1.OutcomeReplaced, cmp.Or(o.FinishedAt, h.now)
		case o.Outcome == v1alpha1.OutcomeServing && v.Outcome == v1alpha1.OutcomeServing:
			o.Outcome = v1alpha1.OutcomeReplaced
		}
	}
}

// ended tells whether an outcome is the end of a deployment.
func ended(o v1alpha1.Outcome) bool { return o != v1alpha1.OutcomeProgressing }

// again tells whether a version that has ended is deployed once more.
func (v sight) again(old v1alpha1.VersionStatus) bool {
	switch old.Outcome {
	case v1alpha1.OutcomeReplaced:
		return true
	case v1alpha1.OutcomeRolledBack, v1alpha1.OutcomeFailed:
		return v.anew || v.StartedAt != "" && v.StartedAt != old.StartedAt
	}
	return false
}

// last are as many versions as the status has. The one that serves is among them.
func (h *history) last() []v1alpha1.VersionStatus {
	out := h.versions
	for i := len(out) - 1; i > 0 && len(out) > maxHistory; i-- {
		if out[i].Outcome != v1alpha1.OutcomeServing {
			out = slices.Delete(out, i, i+1)
		}
	}
	return out
}
