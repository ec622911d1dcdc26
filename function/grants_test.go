package function

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/grants"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/rules"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// installedPolicies are the policies of the provider's role as they are shipped, and the boundary.
func installedPolicies(t *testing.T) (provider []grants.Policy, boundary grants.Policy) {
	t.Helper()
	all, err := grants.Read("../docs/install/policies")
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range all {
		if strings.HasPrefix(name, "kasha-") && name != "kasha-boundary" {
			provider = append(provider, p)
		}
	}
	return provider, all["kasha-boundary"]
}

// ours is what AWS tells IAM of a request for a resource of a claim's, in a region that is in use.
func ours() map[string][]string {
	return map[string][]string{
		"aws:RequestedRegion":            {grants.Region},
		"aws:ResourceTag/kasha.io/stack": {"shop-otjdslhi"},
		"aws:RequestTag/kasha.io/stack":  {"shop-otjdslhi"},
		"iam:PermissionsBoundary":        {grants.Boundary},
		"kms:GrantIsForAWSResource":      {"true"},
		"kms:ViaService":                 {"secretsmanager." + grants.Region + ".amazonaws.com"},
		"aws:CalledVia":                  {"cloudformation.amazonaws.com"},
	}
}

// without is a context without a key, or with another value of it.
func without(c map[string][]string, key string, value ...string) map[string][]string {
	c = maps.Clone(c)
	delete(c, key)
	if len(value) > 0 {
		c[key] = value
	}
	return c
}

func allowed(t *testing.T, r grants.Request, policies ...grants.Policy) bool {
	t.Helper()
	ok, err := grants.Allows(r, policies...)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// roles begins the ARN of every role of a new stack.
const roles = "arn:aws:iam::111122223333:role/kasha/"

// manyClaims have everything that can be composed between them.
func manyClaims(t *testing.T) map[string]map[string]any {
	t.Helper()
	claims := examples(t)
	claims["everything"] = claim(t, everything)
	claims["rotation"] = claim(t, "spec: {database: {rotation: Application}}")
	claims["managed"] = claim(t, "spec: {database: {manageMasterUserPassword: true, readReplicas: 0}}")
	claims["shells"] = claim(t, "spec: {frontend: {exec: true, readOnlyRootFilesystem: false}}")
	claims["long"] = claim(t, "metadata: {name: a-claim-whose-name-has-forty-characters}")
	return claims
}

// TestPoliciesFitNames: the provider may do with each resource of each claim what its kind needs. A name that the
// policies do not know would be refused by IAM, hours after the release.
func TestPoliciesFitNames(t *testing.T) {
	provider, _ := installedPolicies(t)
	reached := map[string]bool{}
	for name, c := range manyClaims(t) {
		w := atRest(t, c)
		for key, o := range w.Observed {
			fitsName(t, provider, name+" "+key, o, reached)
		}
	}
	for _, kind := range []string{
		"iam/Role", "rds/Instance", "rds/Proxy", "rds/SubnetGroup", "s3/Bucket", "sqs/Queue", "sns/Topic", "kms/Alias",
		"kms/Key", "ecs/Cluster", "ecs/Service", "ecs/TaskDefinition", "ecr/Repository", "elbv2/LB",
		"elbv2/LBTargetGroup",
		"cloudwatch/MetricAlarm", "cloudwatch/CompositeAlarm", "cloudwatchlogs/Group", "secretsmanager/Secret",
		"backup/Vault", "backup/Plan", "budgets/Budget", "wafv2/WebACL", "wafv2/IPSet", "cloudfront/Distribution",
		"cloudformation/Stack", "acm/Certificate", "route53/Zone",
	} {
		if !reached[kind] {
			t.Errorf("no resource of the kind %s was looked at", kind)
		}
	}
}

// fitsName looks at the actions of a resource's own service that delete, change and read it.
func fitsName(t *testing.T, provider []grants.Policy, name string, o map[string]any, reached map[string]bool) {
	t.Helper()
	r := kinds.Of(simulator.Text(o, "apiVersion"), simulator.Text(o, "kind"))
	arn := simulator.Text(o, "status", "atProvider", "arn")
	// A listener's ARN has the name of its load balancer, and the simulator knows it not.
	arn = listener.ReplaceAllString(arn, ":listener/app/shop-otjdslhi-public/1/2")
	arn = listenerRule.ReplaceAllString(arn, ":listener-rule/app/shop-otjdslhi-public/1/2/3")
	for _, a := range r.Actions {
		service, verb, _ := strings.Cut(a, ":")
		if !strings.HasPrefix(arn, "arn:aws:"+service+":") || strings.HasPrefix(arn, "arn:aws:ec2:") || elsewhere[a] {
			continue
		}
		if !changes(verb) {
			continue
		}
		reached[r.String()] = true
		if strings.Contains(arn, ":log-group:") {
			arn = strings.TrimSuffix(arn, ":*") + ":*"
		}
		if !allowed(t, grants.Request{Action: a, Resource: arn, Context: ours()}, provider...) {
			t.Errorf("%s: %s is not allowed on %s; extend a scope in package grants", name, a, arn)
		}
	}
}

var listener, listenerRule = regexp.MustCompile(":listener/app/.*"), regexp.MustCompile(":listener-rule/app/.*")

func changes(verb string) bool {
	return slices.ContainsFunc([]string{"Delete", "Update", "Modify", "Put", "Tag", "Create"}, func(p string) bool {
		return strings.HasPrefix(verb, p)
	})
}

// elsewhere are actions that are about another resource than that of their kind.
var elsewhere = map[string]bool{
	"cloudformation:CreateChangeSet": true, "rds:CreateDBSnapshot": true, "cloudfront:CreateVpcOrigin": true,
	"cloudfront:CreateDistribution": true,
	// Anybody attaches only what is on the list.
	"iam:AttachRolePolicy": true,
}

// TestPoliciesFitOldNames: the claims that v0.1.0 composed have other names, and their roles no path.
func TestPoliciesFitOldNames(t *testing.T) {
	provider, _ := installedPolicies(t)
	for _, name := range []string{"minimal", "production"} {
		b, err := os.ReadFile("testdata/compat/v0.1.0/" + name + ".observed.yaml")
		if err != nil {
			t.Fatal(err)
		}
		var was struct{ Observed map[string]map[string]any }
		if err := yaml.Unmarshal(b, &was); err != nil {
			t.Fatal(err)
		}
		reached := map[string]bool{}
		for key, o := range was.Observed {
			fitsName(t, provider, name+" "+key, o, reached)
		}
		if !reached["iam/Role"] || !reached["sqs/Queue"] {
			t.Errorf("%s: only %v was looked at", name, reached)
		}
	}
}

// TestRolesAreWithinTheBoundary: a boundary that lacks what a role's policy allows breaks the application.
func TestRolesAreWithinTheBoundary(t *testing.T) {
	_, boundary := installedPolicies(t)
	n := 0
	for name, c := range manyClaims(t) {
		for key, o := range desired(atRest(t, c)) {
			text, _ := params(o)["policy"].(string)
			if simulator.Text(o, "kind") != "RolePolicy" || text == "" {
				continue
			}
			for _, r := range requestsIn(t, text) {
				n++
				if !allowed(t, r, boundary) {
					t.Errorf("%s %s: the boundary does not allow %s on %s", name, key, r.Action, r.Resource)
				}
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d actions were looked at", n)
	}
}

// requestsIn are the requests that a policy allows, one for each action and resource.
func requestsIn(t *testing.T, policy string) []grants.Request {
	t.Helper()
	var d struct {
		Statement []struct {
			Action, Resource any
			Condition        map[string]map[string]any
		}
	}
	if err := json.Unmarshal([]byte(policy), &d); err != nil {
		t.Fatal(err)
	}
	list := func(v any) []string {
		if one, is := v.(string); is {
			return []string{one}
		}
		var out []string
		for _, e := range v.([]any) { //nolint:forcetypeassert // IAM has nothing else.
			out = append(out, e.(string))
		}
		return out
	}
	var out []grants.Request
	for _, s := range d.Statement {
		context := map[string][]string{}
		for _, keys := range s.Condition {
			for key, v := range keys {
				context[key] = list(v)
			}
		}
		for _, action := range list(s.Action) {
			for _, resource := range list(s.Resource) {
				out = append(out, grants.Request{Action: action, Resource: resource, Context: context})
			}
		}
	}
	return out
}

// TestRolesMayBeMade: the provider may make and hand over every role that a claim has, with the policies that it has.
func TestRolesMayBeMade(t *testing.T) {
	provider, _ := installedPolicies(t)
	for name, c := range manyClaims(t) {
		for key, o := range desired(atRest(t, c)) {
			arn, _ := params(o)["policyArn"].(string)
			if simulator.Text(o, "kind") != "RolePolicyAttachment" {
				continue
			}
			r := grants.Request{Action: "iam:AttachRolePolicy", Resource: roles + "x-otjdslhi-backup"}
			r.Context = without(ours(), "iam:PolicyARN", arn)
			if !allowed(t, r, provider...) {
				t.Errorf("%s %s: %s may not be attached", name, key, arn)
			}
		}
	}
}

// TestVaultsStay: nothing asks the provider to delete a vault or a lock, which it may not do.
func TestVaultsStay(t *testing.T) {
	n := 0
	const spec = "spec: {backup: {lock: Governance, copyTo: {region: eu-west-1, pointInTime: true}}, " +
		"deletionProtection: "
	for name, protected := range map[string]string{"Protected": "true", "Unprotected": "false"} {
		for key, o := range desired(atRest(t, claim(t, spec+protected+"}"))) {
			kind := simulator.Text(o, "kind")
			if kind != "Vault" && kind != "VaultLockConfiguration" {
				continue
			}
			n++
			if !stays(o) {
				t.Errorf("%s: %s is deleted with its object", name, key)
			}
		}
	}
	if n < 8 {
		t.Errorf("only %d vaults and locks were looked at", n)
	}
}

// TestRolesWithoutABoundary: roles of living claims have none until a guardrail imposes one. The provider may still
// read them, take permissions away, and give them the boundary, and do nothing that gives them more.
func TestRolesWithoutABoundary(t *testing.T) {
	provider, _ := installedPolicies(t)
	bare := without(ours(), "iam:PermissionsBoundary")
	for _, role := range []string{
		roles + "shop-otjdslhi-ecsTaskRole", "arn:aws:iam::111122223333:role/shop-1a2b3c-ecsTaskRole",
	} {
		for action, want := range map[string]bool{
			"iam:GetRole": true, "iam:DetachRolePolicy": true, "iam:DeleteRolePolicy": true, "iam:DeleteRole": true,
			"iam:TagRole": true, "iam:PutRolePolicy": false, "iam:AttachRolePolicy": false,
			"iam:UpdateAssumeRolePolicy": false, "iam:CreateRole": false,
		} {
			if got := allowed(t, grants.Request{Action: action, Resource: role, Context: bare},
				provider...); got != want {
				t.Errorf("%s on %s is allowed: %v, want %v", action, role, got, want)
			}
		}
		// The boundary in the request, not in the role.
		r := grants.Request{Action: "iam:PutRolePermissionsBoundary", Resource: role, Context: ours()}
		if !allowed(t, r, provider...) {
			t.Errorf("%s cannot get the boundary", role)
		}
	}
}

// TestTheBoundaryKeepsWhatIsLeft: who controls a provider may write any policy of a claim's role, and use the role.
// The boundary is all that holds then. AWS Backup's own role must still delete the snapshots that it made.
func TestTheBoundaryKeepsWhatIsLeft(t *testing.T) {
	_, boundary := installedPolicies(t)
	const snapshot = "arn:aws:rds:eu-central-1:111122223333:snapshot:"
	cases := map[string]struct {
		action, resource string
		want             bool
	}{
		"Backup":         {action: "backup:DeleteRecoveryPoint", resource: snapshot + "awsbackup:job-1"},
		"Lock":           {action: "backup:DeleteBackupVaultLockConfiguration", resource: "*"},
		"FinalSnapshot":  {action: "rds:DeleteDBSnapshot", resource: snapshot + "shop-otjdslhi-db-primary-final-2026"},
		"BackupsOwn":     {action: "rds:DeleteDBSnapshot", resource: snapshot + "awsbackup:job-1", want: true},
		"Key":            {action: "kms:ScheduleKeyDeletion", resource: "arn:aws:kms:eu-central-1:111122223333:key/1"},
		"Permissions":    {action: "iam:PutRolePolicy", resource: "arn:aws:iam::111122223333:role/kasha/evil"},
		"AnotherRole":    {action: "sts:AssumeRole", resource: "arn:aws:iam::111122223333:role/admin"},
		"AnotherService": {action: "lambda:CreateFunction", resource: "*"},
	}
	for name, tc := range cases {
		r := grants.Request{Action: tc.action, Resource: tc.resource, Context: ours()}
		if got := allowed(t, r, boundary); got != tc.want {
			t.Errorf("%s: %s on %s is allowed: %t", name, tc.action, tc.resource, got)
		}
	}
}

// TestOneBoundary: the guardrail that is shipped imposes the boundary that the provider's policies require.
func TestOneBoundary(t *testing.T) {
	if got := lookup(exampleGuardrail(t), "spec", "impose", "permissionsBoundaryARN"); got != grants.Boundary {
		t.Errorf("the guardrail imposes %v, and the policies require %s", got, grants.Boundary)
	}
}

// IAM's attacks, by the words of their rows in docs/guardrails.md. The attacker has the
// provider's credentials.
func iamAttacks() map[string]grants.Request {
	const account = "arn:aws:iam::111122223333:"
	role, of := account+"role/kasha/evil", ours()
	return map[string]grants.Request{
		"makes a role without the boundary": {
			Action: "iam:CreateRole", Resource: role, Context: without(of, "iam:PermissionsBoundary"),
		},
		"makes a role with a wider boundary": {
			Action: "iam:CreateRole", Resource: role,
			Context: without(of, "iam:PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess"),
		},
		"takes the boundary off a role": {
			Action: "iam:DeleteRolePermissionsBoundary", Resource: role, Context: of,
		},
		"attaches `AdministratorAccess` to a role": {
			Action: "iam:AttachRolePolicy", Resource: role,
			Context: without(of, "iam:PolicyARN", "arn:aws:iam::aws:policy/AdministratorAccess"),
		},
		"writes a policy of a role that has no boundary": {
			Action: "iam:PutRolePolicy", Resource: account + "role/shop-1a2b3c-ecsTaskRole",
			Context: without(of, "iam:PermissionsBoundary"),
		},
		"starts an EC2 instance with a role of Kasha's": {
			Action: "iam:PassRole", Resource: role, Context: without(of, "iam:PassedToService", "ec2.amazonaws.com"),
		},
		"changes a role of another platform": {
			Action: "iam:UpdateAssumeRolePolicy", Resource: account + "role/billing-admin", Context: of,
		},
		"changes a role of another platform that is named like an old one of Kasha's": {
			Action: "iam:UpdateAssumeRolePolicy", Resource: account + "role/acme-weekly-backup",
			Context: without(of, "aws:ResourceTag/kasha.io/stack"),
		},
		"widens the provider's own role": {
			Action: "iam:PutRolePolicy", Resource: account + "role/kasha-provider", Context: of,
		},
		"rewrites the boundary": {
			Action: "iam:CreatePolicyVersion", Resource: grants.Boundary, Context: of,
		},
		"takes the lock off a backup vault": {
			Action: "backup:DeleteBackupVaultLockConfiguration", Context: of,
			Resource: "arn:aws:backup:eu-central-1:111122223333:backup-vault:shop-otjdslhi-archive",
		},
		"deletes a backup": {
			Action: "backup:DeleteRecoveryPoint", Context: of,
			Resource: "arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:job-1",
		},
		"deletes a database that is not a claim's": {
			Action: "rds:DeleteDBInstance", Resource: "arn:aws:rds:eu-central-1:111122223333:db:billing", Context: of,
		},
		"deletes a VPC that is not a claim's": {
			Action: "ec2:DeleteVpc", Resource: "arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1",
			Context: without(of, "aws:ResourceTag/kasha.io/stack"),
		},
		"changes a distribution that is not a claim's": {
			Action:   "cloudfront:UpdateDistribution",
			Resource: "arn:aws:cloudfront::111122223333:distribution/E1VICTIM",
			Context:  without(of, "aws:ResourceTag/kasha.io/stack"),
		},
		"opens a bucket that is not a claim's": {
			Action: "s3:PutBucketPolicy", Resource: "arn:aws:s3:::billing-exports", Context: of,
		},
		"reads a secret that is not a claim's": {
			Action: "secretsmanager:GetSecretValue", Context: of,
			Resource: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:team-pay/root-AbCdEf",
		},
		"gives itself a key that is not a claim's, by its policy": {
			Action: "kms:PutKeyPolicy", Resource: "arn:aws:kms:eu-central-1:111122223333:key/1",
			Context: without(without(of, "aws:ResourceTag/kasha.io/stack"), "aws:RequestTag/kasha.io/stack"),
		},
		"writes a policy into the role of a restore test": {
			Action: "iam:PutRolePolicy", Resource: account + "role/shop-otjdslhi-restore-test-Role-1ABC",
			Context: without(of, "aws:CalledVia", "cloudformation.amazonaws.com"),
		},
		"decrypts data with a key by itself": {
			Action: "kms:Decrypt", Resource: "arn:aws:kms:eu-central-1:111122223333:key/1",
			Context: without(of, "kms:ViaService"),
		},
		"works in a region that is not in use": {
			Action: "ec2:CreateVpc", Resource: "arn:aws:ec2:ap-south-1:111122223333:vpc/vpc-1",
			Context: without(of, "aws:RequestedRegion", "ap-south-1"),
		},
	}
}

// mended is the request of an attack with what it lacks: it shows that nothing else stops it.
var mended = map[string]grants.Request{
	"gives itself a key that is not a claim's, by its policy": {
		Action: "kms:PutKeyPolicy", Resource: "arn:aws:kms:eu-central-1:111122223333:key/1",
	},
	"makes a role without the boundary": {
		Action: "iam:CreateRole", Resource: "arn:aws:iam::111122223333:role/kasha/evil",
	},
	"writes a policy of a role that has no boundary": {
		Action: "iam:PutRolePolicy", Resource: "arn:aws:iam::111122223333:role/shop-1a2b3c-ecsTaskRole",
	},
	"deletes a database that is not a claim's": {
		Action: "rds:DeleteDBInstance", Resource: "arn:aws:rds:eu-central-1:111122223333:db:shop-otjdslhi-db-primary",
	},
	"deletes a VPC that is not a claim's": {
		Action: "ec2:DeleteVpc", Resource: "arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1",
	},
	"changes a distribution that is not a claim's": {
		Action: "cloudfront:UpdateDistribution", Resource: "arn:aws:cloudfront::111122223333:distribution/E1VICTIM",
	},
	"reads a secret that is not a claim's": {
		Action: "secretsmanager:GetSecretValue",
		Resource: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:" +
			"kasha/shop-otjdslhi/rds/mysql/password-AbCdEf",
	},
	"decrypts data with a key by itself": {
		Action: "kms:Decrypt", Resource: "arn:aws:kms:eu-central-1:111122223333:key/1",
	},
	"works in a region that is not in use": {
		Action: "ec2:CreateVpc", Resource: "arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1",
	},
}

// TestIAMAttacks runs every attack that the page says IAM stops, against the policies that are shipped.
func TestIAMAttacks(t *testing.T) {
	provider, _ := installedPolicies(t)
	left := iamAttacks()
	for _, a := range attacks(t) {
		if !strings.HasPrefix(a.stops, "IAM, ") {
			continue
		}
		t.Run(a.name, func(t *testing.T) {
			r, ok := left[a.name]
			delete(left, a.name)
			if !ok {
				t.Fatal("the row has no request")
			}
			if unknown, err := rules.UnknownActions([]string{r.Action}); err != nil || len(unknown) > 0 {
				t.Errorf("there is no action %s (%v)", r.Action, err)
			}
			if allowed(t, r, provider...) {
				t.Errorf("%s on %s is allowed", r.Action, r.Resource)
			}
			policy := strings.Trim(strings.TrimPrefix(a.stops, "IAM, "), "`")
			if _, err := os.Stat("../docs/install/policies/" + policy + ".json"); err != nil {
				t.Error(err)
			}
			if m := mended[a.name]; m.Action != "" {
				m.Context = ours()
				if !allowed(t, m, provider...) {
					t.Errorf("%s on %s is not allowed with all that it needs: accident stops the attack", m.Action,
						m.Resource)
				}
			}
		})
	}
	for name := range left {
		t.Errorf("the page does not have the attack: %s", name)
	}
}
