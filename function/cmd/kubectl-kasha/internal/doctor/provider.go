package doctor

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/internal/judge"
)

// providerChecks are about the provider.
var providerChecks = []Check{
	{
		Name: "provider", Rows: []string{"troubleshooting.md#a-tier-says-creating-and-nothing-happens"},
		find: unhealthy,
	},
	{
		Name: "kind", Rows: []string{"troubleshooting.md#a-tier-says-creating-and-nothing-happens"}, find: inactive,
	},
	{
		Name: "configuration", Rows: []string{"troubleshooting.md#a-tier-says-creating-and-nothing-happens"},
		find: claimed(unconfigured),
	},
	{
		Name: "silent", Rows: []string{"troubleshooting.md#a-tier-says-creating-and-nothing-happens"},
		find: claimed(silent),
	},
	{
		Name: "conflict", Rows: []string{"known-issues.md#lists-of-references-are-sorted"}, find: each(conflict),
	},
	{
		Name: "endless",
		Rows: []string{"known-issues.md#references-inside-lists", "known-issues.md#differences-that-never-end"},
		find: each(endless),
	},
	{
		Name: "private-dns", Rows: []string{"known-issues.md#private-dns-of-an-endpoint"}, find: each(privateDNS),
	},
}

func unhealthy(w *World) []Finding {
	if w.Installation == nil {
		return nil
	}
	var out []Finding
	for i := range w.Installation.Providers {
		p := &w.Installation.Providers[i]
		// Those of AWS only: a claim needs no other.
		if !strings.Contains(p.GetName(), "aws") {
			continue
		}
		c := cluster.Conditions(p)["Healthy"]
		if c.Status == "True" {
			continue
		}
		out = append(out, Finding{
			Severity: Broken, Object: "Provider " + p.GetName(),
			Says:    "The provider does not run, so nothing of its kinds is created or changed: " + because(c.Message),
			Command: "kubectl describe provider.pkg.crossplane.io " + p.GetName(),
		})
	}
	return out
}

// because is a message, or that there is none.
func because(message string) string {
	if message == "" {
		return "it gives no reason"
	}
	return message
}

// inactive finds kinds of which the cluster has the definition and not the CRD.
func inactive(w *World) []Finding {
	var out []Finding
	needed := map[string]bool{}
	for i := range w.Claim.Resources {
		gvk := w.Claim.Resources[i].GroupVersionKind()
		needed[gvk.Kind+"."+gvk.Group] = true
	}
	for _, k := range w.Claim.Unknown {
		needed[k] = true
		out = append(out, Finding{
			Severity: Broken, Object: k,
			Says:    "The cluster does not know the kind " + k + ", so Crossplane applies nothing at all",
			Command: "kubectl get mrd | grep -i " + strings.ToLower(k[:strings.Index(k, ".")]),
		})
	}
	if w.Installation == nil {
		return out
	}
	for i := range w.Installation.Definitions {
		d := &w.Installation.Definitions[i]
		state, _, _ := unstructured.NestedString(d.Object, "spec", "state")
		kind, _, _ := unstructured.NestedString(d.Object, "spec", "names", "kind")
		group, _, _ := unstructured.NestedString(d.Object, "spec", "group")
		k := kind + "." + group
		if state != "Inactive" || !needed[k] && !strings.Contains(synced(w), k) {
			continue
		}
		out = append(out, Finding{
			Severity: Broken, Object: "ManagedResourceDefinition " + d.GetName(),
			Says:    "The kind " + k + " is not active, so Crossplane applies nothing at all",
			Command: `kubectl patch mrd ` + d.GetName() + ` --type merge -p '{"spec":{"state":"Active"}}'`,
		})
	}
	return out
}

func synced(w *World) string { return cluster.Conditions(w.Claim.Object)["Synced"].Message }

// unconfigured finds a provider configuration that is not there.
func unconfigured(w *World) *Finding {
	n, first := 0, ""
	for i := range w.Claim.Resources {
		if s := said(&w.Claim.Resources[i]); strings.Contains(s, "cannot get ProviderConfig") ||
			strings.Contains(s, "cannot get provider config") {
			n++
			first = s
		}
	}
	for _, e := range w.Events {
		if n == 0 && strings.Contains(e.Message, "cannot get ProviderConfig") {
			n, first = 1, e.Message
		}
	}
	if n == 0 {
		return nil
	}
	return &Finding{
		Severity: Broken,
		Says: fmt.Sprintf("There is no provider configuration for %d resources, or they may not use it: %s", n,
			judge.Cause(first)),
		Command: "kubectl get clusterproviderconfigs.aws.m.upbound.io; kubectl get " +
			"providerconfigs.aws.m.upbound.io -n " +
			w.Claim.GetNamespace(),
	}
}

// quiet is after how long a resource of which the provider has said nothing is one that no provider looks at.
const quiet = 5 * time.Minute

// silent finds resources without any condition: no provider looks at them.
func silent(w *World) *Finding {
	var names []string
	for i := range w.Claim.Resources {
		r := &w.Claim.Resources[i]
		old := w.Now.Sub(r.GetCreationTimestamp().Time) > quiet
		if strings.Contains(r.GroupVersionKind().Group, "upbound.io") && old &&
			len(cluster.Conditions(r.Unstructured)) == 0 {
			names = append(names, object(r))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return &Finding{
		Severity: Broken,
		Says:     "No provider looks at " + few(names) + ": it has no condition, although it was created long ago",
		Command:  "kubectl get providers; kubectl get pods -n crossplane-system",
	}
}

// few names, and how many more there are.
func few(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func conflict(w *World, r *cluster.Resource) *Finding {
	if !strings.Contains(said(r), "the object has been modified") {
		return nil
	}
	return &Finding{Severity: Note, Says: "The provider and Crossplane have written the object at once. The " +
		"provider " +
		"tries again: at once, and after two minutes for an ECS service"}
}

// rewritten is how many generations of an object are more than a person or a claim makes.
const rewritten = 100

// endless finds objects that two writers change without end.
func endless(w *World, r *cluster.Resource) *Finding {
	if r.GetGeneration() < rewritten {
		return nil
	}
	age := w.Now.Sub(r.GetCreationTimestamp().Time)
	if perHour := float64(r.GetGeneration()) / max(age.Hours(), 1); perHour < 10 {
		return nil // It is old, and was changed now and then.
	}
	return &Finding{
		Severity: Broken,
		Says: fmt.Sprintf("Two writers change the object without end: it has %d generations. Another function, a "+
			"person or an override sets what the provider writes back", r.GetGeneration()),
		Command: kubectl("get", r, "-o yaml --show-managed-fields"),
	}
}

func privateDNS(_ *World, r *cluster.Resource) *Finding {
	s := said(r)
	dns := strings.Contains(s, "private_dns_enabled") || strings.Contains(s, "privateDnsEnabled")
	if r.GetKind() != "VPCEndpoint" || !dns {
		return nil
	}
	return &Finding{
		Severity: Broken,
		Says: "The provider wants to replace the endpoint because of its private DNS, and then refuses to: AWS can " +
			"switch it in place",
		Command: "aws ec2 modify-vpc-endpoint --vpc-endpoint-id " + r.GetAnnotations()[externalName] +
			" --private-dns-enabled --region " + asks(r, "region"),
	}
}
