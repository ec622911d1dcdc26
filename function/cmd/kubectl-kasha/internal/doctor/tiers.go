package doctor

import (
	"fmt"
	"strings"
	"time"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/internal/judge"
)

// tierChecks are about what AWS refuses, and what takes long.
var tierChecks = []Check{
	{Name: "rejected", Rows: []string{"troubleshooting.md#a-tier-says-failed"}, find: each(rejected)},
	{
		Name: "late",
		Rows: []string{
			"troubleshooting.md#a-tier-says-waiting-for-long", "known-issues.md#delays-that-aws-does-not-cause",
		},
		find: late,
	},
	{Name: "gone", Rows: []string{"troubleshooting.md#a-tier-says-creating-and-nothing-happens"}, find: claimed(gone)},
}

// rejected finds what AWS refuses, with the advice that the claim itself gives.
func rejected(w *World, r *cluster.Resource) *Finding {
	if r.Verdict.State != judge.Failing || told(w, r) {
		return nil
	}
	says := "AWS or the provider refuses it: " + r.Verdict.Message
	f := &Finding{Severity: Broken, Says: says, Command: kubectl("describe", r, "")}
	if advice := judge.Advice(r.GetKind(), r.Verdict.Message); advice != "" {
		f.Says += ". Do this: " + advice
		if strings.HasPrefix(advice, "nothing to do") {
			f.Severity = Note
		}
	}
	if strings.Contains(r.Verdict.Message, "CNAMEAlreadyExists") {
		f.See = "docs/moving-a-domain.md"
	}
	return f
}

// told tells whether a check with a better answer knows the resource.
func told(w *World, r *cluster.Resource) bool {
	for _, better := range []func(*World, *cluster.Resource) *Finding{
		forgotten, pending, identity, conflict, privateDNS, leftover,
	} {
		if better(w, r) != nil {
			return true
		}
	}
	return strings.Contains(said(r), "cannot get ProviderConfig")
}

// long is after how long a tier waits for long.
const long = 30 * time.Minute

// late finds what takes longer than usual, and says what is normal.
func late(w *World) []Finding {
	var out []Finding
	status := cluster.Of(w.Claim, w.Now)
	for _, t := range status.Tiers {
		if t.Reason == v1alpha1.ReasonWaiting && time.Duration(t.Seconds)*time.Second > long {
			out = append(out, Finding{
				Severity: Warning, Object: "tier " + t.Name,
				Says: fmt.Sprintf("The tier has been waiting for %s for a value of another resource: %s",
					cluster.Age(t.Seconds), t.Message),
				Command: fmt.Sprintf("kubectl kasha status -n %s %s", w.Claim.GetNamespace(), w.Claim.GetName()),
			})
		}
		for _, wait := range t.Waits {
			if wait.State != "Creating" {
				continue
			}
			r := w.Claim.Resource(wait.Key)
			f := Finding{Severity: Note, Object: object(r), See: "docs/known-issues.md#delays-that-aws-does-not-cause"}
			usually := wait.Expected
			if usually == "" {
				usually = "at most 5 minutes"
			}
			f.Says = fmt.Sprintf("It is being created since %s, which usually takes %s",
				cluster.Age(wait.Seconds), usually)
			if wait.Message != "" {
				f.Says += ": " + wait.Message
			}
			if wait.Late {
				f.Severity, f.Command, f.See = Warning, kubectl("describe", r, ""), ""
			}
			out = append(out, f)
		}
	}
	return out
}

// gone finds objects that the claim names and that are not there.
func gone(w *World) *Finding {
	if len(w.Claim.Gone) == 0 || w.Claim.GetDeletionTimestamp() != nil {
		return nil
	}
	return &Finding{
		Severity: Warning,
		Says: "The claim names objects that are not in the cluster: " + few(w.Claim.Gone) + ". Crossplane makes " +
			"them " +
			"anew; if they do not come, it cannot apply them",
		Command: fmt.Sprintf("kubectl describe kasha -n %s %s", w.Claim.GetNamespace(), w.Claim.GetName()),
	}
}
