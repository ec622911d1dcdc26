package doctor

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const albARN = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/shop-1a2b3c4d-public/0123456789"

// inAWS makes AWS say what it calls a resource.
func inAWS(p *patient, key, name string) { p.AWS = &AWS{Names: map[string]string{key: name}} }

// pendingAt marks a resource of which the provider does not know whether it was created.
func pendingAt(p *patient, key string) {
	p.change(key, func(o *unstructured.Unstructured) {
		annotations := o.GetAnnotations()
		annotations[createPending] = "2026-01-02T03:04:05Z"
		o.SetAnnotations(annotations)
	})
	p.says(key, "cannot determine creation result - remove the crossplane.io/external-create-pending annotation if "+
		"it is safe to proceed")
}

func TestStuck(t *testing.T) {
	const exists = "async create failed: failed to create the resource: [{0 creating ELBv2 Load Balancer (shop) " +
		"already exists  []}]"
	annotate := "kubectl annotate -n team-shop lb.elbv2.aws.m.upbound.io/shop-alb-public --overwrite " +
		"crossplane.io/external-name="
	rule := "networkaclrule-public-in-http"
	diagnose(t, map[string]diagnosis{
		"Forgotten": {
			reason: "Without AWS the command finds the ID.",
			harm:   func(p *patient) { p.says("alb-public", exists) }, check: "forgotten",
			says:    []string{"AWS has it, and the provider has forgotten its ID", "With --aws the doctor finds"},
			command: annotate + `"$(aws elbv2 describe-load-balancers --names `,
		},
		"ForgottenAndFound": {
			reason: "AWS has it with the claim's tag.",
			harm: func(p *patient) {
				p.says("alb-public", exists)
				inAWS(p, "alb-public", albARN)
			},
			check: "forgotten", command: annotate + albARN,
			fixes: []string{"annotate shop-alb-public crossplane.io/external-name=" + albARN},
		},
		"SomebodyElses": {
			reason: "What does not carry the claim's tag is never taken.",
			harm: func(p *patient) {
				p.says("alb-public", exists)
				inAWS(p, "alb-public", "")
			},
			check: "forgotten", says: []string{"does not carry the tag", "Find out whose it is"},
			command: "aws elbv2 describe-load-balancers",
		},
		"ByTag": {
			reason: "EC2 chooses the ID.",
			harm:   func(p *patient) { p.says("flowlog-60", "api error FlowLogAlreadyExists: there is one already") },
			check:  "forgotten", command: "Key=crossplane-name,Values=shop-flowlog-60",
		},
		"WebACL": {
			reason: "The firewall's ID is in no ARN of the claim.",
			harm:   func(p *patient) { p.says("webacl", "api error WAFDuplicateItemException: there is one") },
			check:  "forgotten", command: `aws wafv2 list-web-acls --scope CLOUDFRONT --query "WebACLs[?Name=='shop-`,
		},
		"Database": {
			reason: "RDS calls an instance otherwise than by its name.",
			harm: func(p *patient) {
				p.says("db-primary", "api error DBInstanceAlreadyExists: DB instance "+
					"already exists")
			},
			check: "forgotten", command: "aws rds describe-db-instances --db-instance-identifier ",
		},
		"Rule": {
			reason: "A rule has no ID: it is deleted in AWS, and made again.",
			harm: func(p *patient) {
				key := anyOf(p, "NetworkACLRule", rule)
				p.says(key, "api error NetworkAclEntryAlreadyExists: EC2 Network ACL Rule already exists")
			},
			check: "forgotten", says: []string{"own table has this rule already"},
			command: "aws ec2 delete-network-acl-entry --network-acl-id ",
			fixes:   []string{"drop shop-" + firstOf(t, "NetworkACLRule")},
		},
		"Uncertain": {
			reason: "The ID of a queue is its name, so there cannot be two.",
			harm:   func(p *patient) { pendingAt(p, "queue-jobs") }, check: "uncertain",
			command: "kubectl annotate -n team-shop queue.sqs.aws.m.upbound.io/shop-queue-jobs " + createPending + "-",
			fixes:   []string{"annotate shop-queue-jobs " + createPending + "-"},
		},
		"UncertainAndChosenByAWS": {
			reason: "A second VPC would be made beside the first.",
			harm:   func(p *patient) { pendingAt(p, "vpc") }, check: "uncertain",
			says:    []string{"look first, or give --aws"},
			command: "get-resources --tag-filters",
		},
		"UncertainAndThere": {
			reason: "AWS was asked.",
			harm: func(p *patient) {
				pendingAt(p, "vpc")
				inAWS(p, "vpc", "vpc-0123")
			},
			check: "uncertain", says: []string{"AWS has it: vpc-0123"},
			command: createPending + "- " + externalName + "=vpc-0123",
			fixes:   []string{"annotate shop-vpc " + createPending + "- " + externalName + "=vpc-0123"},
		},
		"UncertainAndAbsent": {
			reason: "AWS was asked, and has none.",
			harm: func(p *patient) {
				pendingAt(p, "vpc")
				inAWS(p, "vpc", "")
			},
			check: "uncertain", says: []string{"AWS does not have it"}, command: createPending + "-",
			fixes: []string{"annotate shop-vpc " + createPending + "-"},
		},
		"Unread": {
			reason: "The provider cannot manage this kind.",
			harm:   func(p *patient) { p.says("vpc", "Unexpected Identity: Missing Resource Identity After Read") },
			check:  "unread", says: []string{"creates it again at every reconcile"},
			command: "kubectl get -n team-shop vpc.ec2.aws.m.upbound.io/shop-vpc -o yaml",
		},
		"UnreadAndFound": {
			reason: "AWS has it with the claim's tag.",
			harm: func(p *patient) {
				p.says("vpc", "Unexpected Identity: Missing Resource Identity After Read")
				inAWS(p, "vpc", "vpc-0123")
			},
			check: "unread", command: externalName + "=vpc-0123",
			fixes: []string{"annotate shop-vpc " + createPending + "- " + externalName + "=vpc-0123"},
		},
	})
}

// anyOf is the key of a resource of a kind.
func anyOf(p *patient, kind, otherwise string) string {
	for _, r := range p.Claim.Resources {
		if r.GetKind() == kind {
			return r.Key
		}
	}
	return otherwise
}

func firstOf(t *testing.T, kind string) string { return anyOf(healthy(t), kind, "") }

// TestALiveSiteIsLeft: what a claim chooses itself, like a domain, may be somebody's production.
func TestALiveSiteIsLeft(t *testing.T) {
	p := healthy(t)
	p.says("distribution", "api error CNAMEAlreadyExists: One or more of the CNAMEs you provided are already "+
		"associated")
	for _, f := range Examine(p.World) {
		if f.Check == "forgotten" || f.Fixable {
			t.Errorf("the doctor would take a live site: %+v", f)
		}
		if f.Check == "rejected" && (f.See != "docs/moving-a-domain.md" || !strings.Contains(f.Says, "live site")) {
			t.Errorf("the advice is %+v", f)
		}
	}
}

// TestDropCommand: rules of each kind are deleted with what AWS knows them by.
func TestDropCommand(t *testing.T) {
	p := healthy(t)
	for _, tc := range []struct{ kind, want string }{
		{"Route", "aws ec2 delete-route --route-table-id rtb-"},
		{"NetworkACLRule", "--rule-number "},
		{"SecurityGroupRule", "aws ec2 revoke-security-group-"},
	} {
		if got := dropCommand(p.resource(anyOf(p, tc.kind, ""))); !strings.Contains(got, tc.want) ||
			!strings.HasSuffix(got, " --region us-east-1") || strings.Contains(got, "<nil>") {
			t.Errorf("%s: %s", tc.kind, got)
		}
	}
}
