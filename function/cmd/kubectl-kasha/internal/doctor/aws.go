package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
)

// awsChecks compare the cluster with AWS. They find nothing where AWS was not asked.
var awsChecks = []Check{
	{
		Name: "twice", Rows: []string{"known-issues.md#a-resource-that-the-provider-has-made-and-forgotten"},
		find: twice,
	},
	{
		Name: "services",
		Rows: []string{
			"known-issues.md#a-first-deployment-that-failed-is-forgotten",
			"troubleshooting.md#the-claim-is-ready-but-the-site-answers-502-or-503",
		},
		find: services,
	},
}

// twice finds resources that AWS has twice: the provider has made one, forgotten it, and made another.
func twice(w *World) []Finding {
	if w.AWS == nil {
		return nil
	}
	groups := map[string][]Tagged{}
	for _, t := range w.AWS.Tagged {
		if t.Object != "" {
			groups[t.Kind+"/"+t.Object] = append(groups[t.Kind+"/"+t.Object], t)
		}
	}
	var out []Finding
	for i := range w.Claim.Resources {
		r := &w.Claim.Resources[i]
		group := groups[strings.ToLower(r.GetKind())+"."+r.GroupVersionKind().Group+"/"+r.GetName()]
		if len(group) < 2 {
			continue
		}
		for _, t := range group {
			if isKnownAs(r, t) {
				continue
			}
			out = append(out, Finding{
				Severity: Warning, Object: object(r),
				Says: "AWS has this twice, and no object knows " + t.ID + ". Delete it, after a look at what is " +
					"in it: " +
					t.ARN,
				Command: "aws resourcegroupstaggingapi get-resources --resource-arn-list " + t.ARN + " --region " +
					region(t.ARN, w.Claim.Spec.Region),
			})
		}
	}
	return out
}

// isKnownAs tells whether a resource of AWS is the one that an object knows.
func isKnownAs(r *cluster.Resource, t Tagged) bool {
	name := r.GetAnnotations()[externalName]
	return name == t.ARN || name == t.ID || strings.HasSuffix(t.ARN, "/"+name)
}

// region of an ARN. Global services have none.
func region(arn, otherwise string) string {
	const at = 3
	if parts := strings.Split(arn, ":"); len(parts) > at && parts[at] != "" {
		return parts[at]
	}
	return otherwise
}

// services finds services of ECS that run less than they should, with the reasons why their tasks stopped.
func services(w *World) []Finding {
	if w.AWS == nil {
		return nil
	}
	var out []Finding
	for _, s := range w.AWS.Services {
		if s.Running >= s.Desired && !s.Failed {
			continue
		}
		says := fmt.Sprintf("%d of %d tasks run", s.Running, s.Desired)
		if s.Failed {
			says += ", and ECS has given up the deployment: " + because(s.Reason)
		}
		reasons := slices.Compact(slices.Sorted(slices.Values(s.Stopped)))
		if len(reasons) > 0 {
			says += ". The last tasks stopped because: " + strings.Join(reasons, "; ")
		}
		if why := explained(strings.Join(append(reasons, s.Reason), "\n")); why != "" {
			says += ". Likely: " + why
		}
		f := Finding{
			Severity: Broken, Object: "service " + s.Name, Says: says,
			Command: fmt.Sprintf("kubectl kasha logs -n %s %s %s", w.Claim.GetNamespace(), w.Claim.GetName(), s.Name),
			See:     "docs/troubleshooting.md#the-claim-is-ready-but-the-site-answers-502-or-503",
		}
		if s.Failed {
			f.See = "docs/known-issues.md#a-first-deployment-that-failed-is-forgotten"
			f.Says += ". ECS does not try again: correct the image, or change anything in the service's env"
		}
		out = append(out, f)
	}
	return out
}
