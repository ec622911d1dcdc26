package doctor

import (
	"strings"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
)

// deletionChecks are about claims that are being deleted.
var deletionChecks = []Check{
	{
		Name: "not-deleted", Rows: []string{"troubleshooting.md#the-claim-cannot-be-deleted"}, find: each(leftover),
	},
	{
		Name: "no-provider", Rows: []string{"troubleshooting.md#the-claim-cannot-be-deleted"},
		find: claimed(abandoned),
	},
}

// leftovers are AWS's reasons for not deleting something, with what helps.
var leftovers = []struct{ text, says, command string }{
	{
		"BucketNotEmpty", "The bucket has objects in it, and AWS deletes only empty ones",
		"aws s3 rm s3://NAME --recursive",
	},
	{
		"RepositoryNotEmpty", "The repository has images in it, and AWS deletes only empty ones",
		"aws ecr delete-repository --repository-name NAME --force",
	},
	{
		"has dependencies and cannot be deleted", "Something outside of the claim uses it: a network interface, " +
			"as a rule",
		"aws ec2 describe-network-interfaces --filters Name=vpc-id,Values=VPC",
	},
	{
		"DependencyViolation", "Something outside of the claim uses it: a network interface, as a rule",
		"aws ec2 describe-network-interfaces --filters Name=vpc-id,Values=VPC",
	},
	{
		"deletion protection", "AWS's own protection against deletion is on. It is switched off with " +
			"deletionProtection",
		"kubectl patch kasha CLAIM -n NAMESPACE --type merge -p '{\"spec\":{\"deletionProtection\":false}}'",
	},
}

// leftover finds what AWS does not delete.
func leftover(w *World, r *cluster.Resource) *Finding {
	if r.GetDeletionTimestamp() == nil {
		return nil
	}
	s := said(r)
	for _, l := range leftovers {
		if !strings.Contains(s, l.text) {
			continue
		}
		command := strings.NewReplacer("NAMESPACE", w.Claim.GetNamespace(), "NAME", r.GetAnnotations()[externalName],
			"CLAIM", w.Claim.GetName(), "VPC", w.Claim.Status.Network.VPCID).Replace(l.command)
		if strings.HasPrefix(command, "aws ") {
			command += " --region " + w.Claim.Spec.Region
		}
		return &Finding{Severity: Broken, Says: l.says, Command: command}
	}
	return nil
}

// abandoned finds a claim that is being deleted after its provider.
func abandoned(w *World) *Finding {
	in := w.Installation
	if in == nil || w.Claim.GetDeletionTimestamp() == nil || len(in.Unread) > 0 || len(w.Claim.Resources) == 0 {
		return nil
	}
	for i := range in.Providers {
		if strings.Contains(in.Providers[i].GetName(), "aws") {
			return nil
		}
	}
	return &Finding{
		Severity: Broken,
		Says:     "The provider was removed before the claim, so nothing deletes its resources",
		Command:  "kubectl get configurations; install the package again, and the deletion continues",
	}
}
