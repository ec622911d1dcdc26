package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
)

// crossplaneChecks are about Crossplane itself.
var crossplaneChecks = []Check{
	{
		Name: "circuit-breaker",
		Rows: []string{
			"known-issues.md#the-circuit-breaker", "troubleshooting.md#the-claim-reacts-slowly-or-only-every-minute",
		},
		find: claimed(circuitBreaker),
	},
	{
		Name: "recreated", Rows: []string{"known-issues.md#objects-are-recreated-while-a-claim-is-deleted"},
		find: claimed(recreated),
	},
	{
		Name: "webhooks", Rows: []string{"known-issues.md#nothing-stops-a-deletion-unless-webhooks-run"},
		find: claimed(webhooks),
	},
	{
		Name: "old-guardrail",
		Rows: []string{"known-issues.md#a-guardrail-is-read-as-it-was-before-its-schema-changed"},
		find: claimed(oldGuardrail),
	},
	{
		Name: "foreign-object", Rows: []string{"troubleshooting.md#a-warning-says-cannot-use--as-"},
		find: foreign,
	},
	{
		Name: "refused",
		Rows: []string{"troubleshooting.md#synced-is-false-and-the-message-begins-with-cannot-compose"},
		find: claimed(refused),
	},
	{
		Name: "stack",
		Rows: []string{"troubleshooting.md#cannot-tell-the-claims-stack-or-cannot-rename--in-aws"},
		find: claimed(stackLost),
	},
}

// Of Crossplane's own objects.
const (
	noUsages       = "crossplane-no-usages"
	deletionPolicy = "kasha-deletion"
	restart        = "kubectl rollout restart deployment/crossplane -n crossplane-system"
	helmValues     = "helm upgrade crossplane crossplane-stable/crossplane -n crossplane-system --reuse-values"
)

func circuitBreaker(w *World) *Finding {
	c, ok := cluster.Conditions(w.Claim.Object)["Responsive"]
	if !ok || c.Status != "False" {
		return nil
	}
	return &Finding{
		Severity: Warning,
		Says: "Crossplane's circuit breaker has opened (" + c.Reason + "): Crossplane looks at the claim only " +
			"every 30 to 60 seconds",
		Command: helmValues + " --set 'args={--circuit-breaker-burst=20000,--circuit-breaker-refill-rate=500," +
			"--circuit-breaker-cooldown=30s}'",
	}
}

func recreated(w *World) *Finding {
	at := w.Claim.GetDeletionTimestamp()
	if at == nil {
		return nil
	}
	n := 0
	for _, r := range w.Claim.Resources {
		if r.GetCreationTimestamp().After(at.Time) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return &Finding{Severity: Note, Says: fmt.Sprintf("Crossplane has created %d objects anew while it deletes the "+
		"claim. They are deleted again; nothing is left in the end", n)}
}

func webhooks(w *World) *Finding {
	in := w.Installation
	if in == nil || slices.Contains(in.Unread, "ValidatingWebhookConfiguration") || !protected(w.Claim) {
		return nil
	}
	for _, h := range in.Webhooks {
		if h.GetName() == noUsages {
			return nil
		}
	}
	for _, p := range in.Policies {
		if p.GetName() == deletionPolicy {
			return nil
		}
	}
	return &Finding{
		Severity: Warning,
		Says: "deletionProtection does not stop kubectl delete here: Crossplane's webhook " + noUsages +
			" is missing, and so is the admission policy",
		Command: helmValues + " --set webhooks.enabled=true",
	}
}

// protected tells whether a claim must not be deleted. It is so in production unless the claim says otherwise.
func protected(c *cluster.Claim) bool {
	if p := c.Spec.DeletionProtection; p != nil {
		return *p
	}
	return c.Spec.Environment != v1alpha1.NonProduction
}

func oldGuardrail(w *World) *Finding {
	in, name := w.Installation, w.Claim.Status.Guardrail
	if in == nil || name == "" || slices.Contains(in.Unread, "KashaGuardrail") {
		return nil
	}
	for _, g := range in.Guardrails {
		if g.GetName() == name {
			return nil
		}
	}
	return &Finding{
		Severity: Warning,
		Says:     "The claim is judged by the guardrail " + name + ", which the cluster no longer has",
		Command:  restart,
	}
}

// foreign finds objects that spec.crossplane.resourceRefs names and that are not the claim's.
func foreign(w *World) []Finding {
	var out []Finding
	seen := map[string]bool{}
	for _, e := range w.Events {
		if !strings.Contains(e.Message, "remove it from spec.crossplane.resourceRefs") {
			continue
		}
		said := e.Message[max(0, strings.Index(e.Message, "cannot use ")):]
		if seen[said] {
			continue
		}
		seen[said] = true
		out = append(out, Finding{
			Severity: Broken, Object: "KashaClaim " + w.Claim.GetName(),
			Says: "spec.crossplane.resourceRefs names an object that is not the claim's, and somebody has written " +
				"that: " + said,
			Command: fmt.Sprintf("kubectl edit kasha -n %s %s", w.Claim.GetNamespace(), w.Claim.GetName()),
		})
	}
	return out
}

// stackMessages are those of a claim of which Kasha does not know whose resources it has.
var stackMessages = []string{"cannot tell the claim's stack", "cannot rename ", "cannot continue as "}

func isStackMessage(said string) bool {
	return slices.ContainsFunc(stackMessages, func(m string) bool { return strings.Contains(said, m) })
}

func refused(w *World) *Finding {
	c := cluster.Conditions(w.Claim.Object)["Synced"]
	if c.Status != "False" || isStackMessage(c.Message) {
		return nil
	}
	if !strings.Contains(c.Message, "cannot compose") && !strings.Contains(c.Message, "cannot run Composition "+
		"pipeline") {
		return nil
	}
	_, said, fatal := strings.Cut(c.Message, "returned a fatal result: ")
	if !fatal {
		said = c.Message
	}
	return &Finding{
		Severity: Broken,
		Says:     "The function refuses the claim, and nothing in AWS changes until it is corrected: " + said,
		Command: fmt.Sprintf("kubectl edit kasha -n %s %s", w.Claim.GetNamespace(),
			w.Claim.GetName()),
	}
}

func stackLost(w *World) *Finding {
	c := cluster.Conditions(w.Claim.Object)["Synced"]
	if c.Status != "False" || !isStackMessage(c.Message) {
		return nil
	}
	return &Finding{
		Severity: Broken,
		Says: "Kasha is not sure which resources in AWS are the claim's, so it changes nothing, and everything " +
			"keeps running: " + c.Message,
		Command: fmt.Sprintf("kubectl get managed -n %s -L platform.kasha.io/stack", w.Claim.GetNamespace()),
	}
}
