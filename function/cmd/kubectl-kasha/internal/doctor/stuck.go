package doctor

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// The annotations in which the provider remembers what it has made.
const (
	externalName  = "crossplane.io/external-name"
	createPending = "crossplane.io/external-create-pending"
)

// Messages of a resource that AWS has and the provider does not know, of one of which the provider does not know
// whether AWS has it, and of one that AWS has made and the provider could not read.
var (
	exists    = regexp.MustCompile(`already exists|AlreadyExists|ResourceExists|Duplicate|Subnet\.Conflict`)
	uncertain = regexp.MustCompile(`cannot determine creation result`)
	unread    = regexp.MustCompile(`Missing Resource Identity After Read`)
)

// stuckChecks are about resources of which the provider does not know whether AWS has them.
var stuckChecks = []Check{
	{
		Name: "forgotten", Rows: []string{"known-issues.md#a-resource-that-the-provider-has-made-and-forgotten"},
		find: each(forgotten),
	},
	{
		Name: "uncertain", Rows: []string{"known-issues.md#a-resource-that-the-provider-has-made-and-forgotten"},
		find: each(pending),
	},
	{
		Name: "unread", Rows: []string{"known-issues.md#kinds-that-cannot-be-created"},
		find: each(identity),
	},
}

// rules are the kinds that the provider makes again once they are deleted in AWS. They have no ID of their own.
var rules = []string{"NetworkACLRule", "SecurityGroupRule", "Route"}

// A find is how a user finds a resource of a kind in AWS: the command, and which part of the answer is its external
// name.
type find struct{ command, query string }

// finds are those of the kinds that docs/known-issues.md lists.
var finds = map[string]find{
	"LB":            {"aws elbv2 describe-load-balancers --names %s", "LoadBalancers[0].LoadBalancerArn"},
	"LBTargetGroup": {"aws elbv2 describe-target-groups --names %s", "TargetGroups[0].TargetGroupArn"},
	"WebACL":        {"aws wafv2 list-web-acls --scope CLOUDFRONT", "WebACLs[?Name=='%s'].Id | [0]"},
	"IPSet":         {"aws wafv2 list-ip-sets --scope CLOUDFRONT", "IPSets[?Name=='%s'].Id | [0]"},
	"Secret":        {"aws secretsmanager describe-secret --secret-id %s", "ARN"},
	"Instance":      {"aws rds describe-db-instances --db-instance-identifier %s", "DBInstances[0].DbiResourceId"},
}

// forgotten finds a resource that AWS has, and that the provider tries to create at every reconcile.
func forgotten(w *World, r *cluster.Resource) *Finding {
	said := said(r)
	if !exists.MatchString(said) || !ours(r) {
		return nil
	}
	if slices.Contains(rules, r.GetKind()) {
		return &Finding{
			Severity: Broken,
			Says: "The claim's own table has this rule already, and the provider does not know it: " +
				r.Verdict.Message,
			Command: dropCommand(r), fix: &fix{resource: r, drop: true},
		}
	}
	f := &Finding{Severity: Broken, Says: "AWS has it, and the provider has forgotten its ID: " + r.Verdict.Message}
	name, known := known(w, r)
	switch {
	case known && name == "":
		f.Says = "AWS has something of this name that does not carry the tag kasha.io/stack of this claim: " +
			r.Verdict.Message + ". Find out whose it is before you change anything"
		f.Command = locate(r)
	case known:
		f.Command = kubectl("annotate", r, "--overwrite "+externalName+"="+name)
		f.fix = &fix{resource: r, annotate: map[string]*string{externalName: &name}}
	default:
		f.Command = kubectl("annotate", r, "--overwrite "+externalName+`="$(`+locate(r)+`)"`)
		f.Says += ". With --aws the doctor finds the ID itself"
	}
	return f
}

// pending finds a resource of which the provider does not know whether AWS has it, because it was stopped in between.
func pending(w *World, r *cluster.Resource) *Finding {
	if !uncertain.MatchString(said(r)) {
		return nil
	}
	f := &Finding{
		Severity: Broken,
		Says:     "The provider was stopped while it created this, and does not know whether AWS has it",
		Command:  kubectl("annotate", r, createPending+"-"),
	}
	name, known := known(w, r)
	switch {
	case !known && chosenByAWS(r):
		f.Says += ". AWS chooses its ID: look first, or give --aws, or there may be two"
		f.Command = locate(r) + "; then " + f.Command
		return f
	case known && name == "":
		f.Says += ". AWS does not have it, so the provider may create it"
	case known:
		f.Says += ". AWS has it: " + name
		f.Command = kubectl("annotate", r, "--overwrite "+createPending+"- "+externalName+"="+name)
	}
	f.fix = &fix{resource: r, annotate: remember(r, name)}
	return f
}

// identity finds a resource that AWS has made and of which the provider could not read the identity.
func identity(w *World, r *cluster.Resource) *Finding {
	if !unread.MatchString(said(r)) {
		return nil
	}
	f := &Finding{
		Severity: Broken,
		Says: "The provider has created this in AWS and could not read it afterwards, so it creates it again at " +
			"every reconcile: this version of the provider cannot manage the kind " + r.Kind,
		Command: kubectl("get", r, "-o yaml"),
	}
	if name, known := known(w, r); known && name != "" {
		f.Says = "The provider has created this in AWS and could not read it afterwards: AWS calls it " + name
		f.Command = kubectl("annotate", r, "--overwrite "+createPending+"- "+externalName+"="+name)
		f.fix = &fix{resource: r, annotate: remember(r, name)}
	}
	return f
}

// said is all that the provider says about a resource that does not work.
func said(r *cluster.Resource) string {
	conditions := cluster.Conditions(r.Unstructured)
	var out []string
	for _, t := range []string{"LastAsyncOperation", "Synced", "Ready"} {
		if c := conditions[t]; c.Status == "False" {
			out = append(out, c.Message)
		}
	}
	return strings.Join(out, "\n")
}

// ours tells whether a name in AWS can only be the claim's: names that a claim chooses itself, like a domain, may be
// somebody's production.
func ours(r *cluster.Resource) bool {
	for _, foreign := range []string{
		"CNAMEAlreadyExists", "BucketAlreadyExists", "HostedZoneAlreadyExists", "ConflictingDomainExists",
		"InvalidChangeBatch",
	} {
		if strings.Contains(said(r), foreign) {
			return false
		}
	}
	return true
}

// known is what AWS calls a resource, where AWS was asked.
func known(w *World, r *cluster.Resource) (string, bool) {
	if w.AWS == nil {
		return "", false
	}
	name, ok := w.AWS.Names[r.Key]
	return name, ok
}

// remember are the annotations that tell the provider what AWS calls a resource.
func remember(r *cluster.Resource, name string) map[string]*string {
	out := map[string]*string{}
	if _, has := r.GetAnnotations()[createPending]; has {
		out[createPending] = nil
	}
	if name != "" {
		out[externalName] = &name
	}
	return out
}

// chosenByAWS tells whether AWS chooses the ID of a resource, so that there may be two.
func chosenByAWS(r *cluster.Resource) bool {
	record := kinds.Of(r.GetAPIVersion(), r.GetKind())
	_, listed := finds[r.GetKind()]
	return record.IDPrefix != "" || listed || r.GetKind() == "Distribution" || r.GetKind() == "Key"
}

// asks is a field of what a resource asks for.
func asks(r *cluster.Resource, field string) string {
	s, _, _ := unstructured.NestedString(r.Object, "spec", "forProvider", field)
	return s
}

// locate is the command that finds a resource in AWS and prints its external name.
func locate(r *cluster.Resource) string {
	where := " --region " + asks(r, "region") + " --output text"
	if f, ok := finds[r.GetKind()]; ok {
		name := asks(r, "name")
		if r.GetKind() == "Instance" {
			name = asks(r, "identifier")
		}
		command, query := f.command, f.query
		if strings.Contains(command, "%s") {
			command = fmt.Sprintf(command, name)
		} else {
			query = fmt.Sprintf(query, name)
		}
		return command + ` --query "` + query + `"` + where
	}
	stack, _, _ := unstructured.NestedString(r.Object, "spec", "forProvider", "tags", "kasha.io/stack")
	return "aws resourcegroupstaggingapi get-resources --tag-filters Key=kasha.io/stack,Values=" + stack +
		" Key=crossplane-name,Values=" + r.GetName() + ` --query "ResourceTagMappingList[].ResourceARN"` + where
}

// dropCommand deletes a rule in AWS.
func dropCommand(r *cluster.Resource) string {
	text := func(field string) string { return asks(r, field) }
	number := func(field string) string {
		v, _, _ := unstructured.NestedFieldNoCopy(r.Object, "spec", "forProvider", field)
		return fmt.Sprintf("%v", v)
	}
	where := " --region " + text("region")
	switch r.GetKind() {
	case "Route":
		return "aws ec2 delete-route --route-table-id " + text("routeTableId") + " --destination-cidr-block " +
			text("destinationCidrBlock") + where
	case "NetworkACLRule":
		direction := " --ingress"
		if egress, _, _ := unstructured.NestedBool(r.Object, "spec", "forProvider", "egress"); egress {
			direction = " --egress"
		}
		return "aws ec2 delete-network-acl-entry --network-acl-id " + text("networkAclId") + " --rule-number " +
			number("ruleNumber") + direction + where
	}
	return "aws ec2 revoke-security-group-" + text("type") + " --group-id " + text("securityGroupId") +
		" --protocol " + text("protocol") + " --port " + number("fromPort") + "-" + number("toPort") + peer(r) + where
}

// peer is the other side of a rule of a security group, as the AWS CLI takes it.
func peer(r *cluster.Resource) string {
	if group := asks(r, "sourceSecurityGroupId"); group != "" {
		return " --source-group " + group
	}
	blocks, _, _ := unstructured.NestedStringSlice(r.Object, "spec", "forProvider", "cidrBlocks")
	if len(blocks) > 0 {
		return " --cidr " + blocks[0]
	}
	return ""
}
