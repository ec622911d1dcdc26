package grants

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/rules"
)

const installed = "../../../docs/install/policies"

// A reference is what AWS documents of the actions in the policies: see make iam-data.
type reference struct {
	Resources map[string]string
	Actions   map[string]struct{ Resources, Tagged, Conditions, Dependent []string }
}

func documented(t *testing.T) reference {
	t.Helper()
	b, err := os.ReadFile("testdata/iam.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// attached are the policies of the provider's role: all but the boundary, which is its roles', and the trust policies.
func attached(t *testing.T) map[string]Policy {
	t.Helper()
	all, err := Read(installed)
	if err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(all, func(name string, _ Policy) bool {
		return name == "kasha-boundary" || !strings.HasPrefix(name, "kasha-")
	})
	return all
}

// TestGenerated: what is installed is what is generated.
func TestGenerated(t *testing.T) {
	want, err := Policies()
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(want, Trusts())
	got, err := Read(installed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("run make generate (-generated, +committed):\n%s", diff)
	}
}

// TestSizes: IAM takes 6,144 characters, and a role takes ten policies. Regions and accounts that a platform adds must
// fit, too.
func TestSizes(t *testing.T) {
	const room = 500
	files, err := filepath.Glob(filepath.Join(installed, "kasha-*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := Size(b); got > Limit-room {
			t.Errorf("%s has %d characters, want at most %d: make two of it", f, got, Limit-room)
		}
	}
	if n := len(attached(t)); n > 10 {
		t.Errorf("%d policies are to be attached to one role, which takes 10", n)
	}
}

// each calls check for every statement that allows something.
func each(t *testing.T, check func(t *testing.T, s Statement)) {
	t.Helper()
	for name, p := range attached(t) {
		for _, s := range p.Statement {
			if s.Effect == "Allow" {
				t.Run(name+"/"+s.Sid, func(t *testing.T) { check(t, s) })
			}
		}
	}
}

// TestActionsExist: IAM accepts names of actions that do not exist.
func TestActionsExist(t *testing.T) {
	known := documented(t)
	for name, p := range attached(t) {
		for _, s := range p.Statement {
			for _, a := range s.Action {
				if _, ok := known.Actions[a]; !ok {
					t.Errorf("%s: AWS does not document %s; correct it, or run make iam-data", name, a)
				}
			}
		}
	}
	for _, s := range boundary().Statement {
		if unknown, err := rules.UnknownActions(s.Action); err != nil || len(unknown) > 0 {
			t.Errorf("kasha-boundary: AWS does not document %v (%v)", unknown, err)
		}
	}
}

// undocumented are resources that AWS looks for beside an action and does not document there, with the source.
var undocumented = map[string]string{
	// An error says so: https://github.com/aws/serverless-application-model/issues/1190
	"arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31": "cloudformation:CreateChangeSet",
}

// everywhere are actions that could be limited to resources, and are allowed on all of them, with the reason.
var everywhere = map[string]string{
	"ec2:*":                     "EC2 chooses the IDs of its resources; a network may be another account's",
	"rds:Describe*":             "an instance is read by the ID that RDS chooses, which no ARN has",
	"cloudwatch:DescribeAlarms": "an alarm of each kind is looked for by name in a list",
}

// TestResourcesFit: each resource stands beside an action that has it, and each action beside a resource that it has.
// Otherwise a statement allows nothing, and IAM reports no error.
func TestResourcesFit(t *testing.T) {
	known := documented(t)
	each(t, func(t *testing.T, s Statement) {
		for _, a := range s.Action {
			types, service := known.Actions[a].Resources, a[:strings.Index(a, ":")+1]
			of := slices.DeleteFunc(slices.Clone(s.Resource), func(arn string) bool {
				return !slices.ContainsFunc(types,
					func(t string) bool { return fits(known.Resources[service+t], arn) })
			})
			star := slices.Equal(s.Resource, anything)
			switch {
			case len(types) == 0 && !star:
				t.Errorf("%s has no resource in IAM, and is allowed on %v: it needs *", a, s.Resource)
			case len(types) > 0 && star && !matches(slices.Collect(maps.Keys(everywhere)), a):
				t.Errorf("%s is allowed on every resource; limit it to %v, or say why not in everywhere", a, types)
			case len(types) > 0 && !star && len(of) == 0:
				t.Errorf("%s is about %v, and is allowed on %v", a, types, s.Resource)
			}
		}
		for _, arn := range s.Resource {
			used := slices.ContainsFunc(s.Action, func(a string) bool {
				service := a[:strings.Index(a, ":")+1]
				return slices.ContainsFunc(known.Actions[a].Resources, func(t string) bool {
					return fits(known.Resources[service+t], arn)
				})
			})
			if arn != "*" && !used && !slices.Contains(s.Action, undocumented[arn]) {
				t.Errorf("no action of the statement is about %s", arn)
			}
		}
	})
}

var variable = regexp.MustCompile(`\\\$\\\{[A-Za-z]+\\\}`)

// fits tells whether a pattern of ARNs can be of a documented form.
func fits(form, arn string) bool {
	if strings.HasPrefix(form, "arn:${Partition}:logs:") && strings.Contains(arn, ":log-group:") {
		return strings.Contains(form, ":log-group:")
	}
	p := variable.ReplaceAllString(regexp.QuoteMeta(form), ".+")
	ok, err := regexp.MatchString("^"+p+"$", arn)
	return form != "" && ok && err == nil
}

// global are condition keys that every request may have.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var global = []string{"aws:CalledVia", "aws:RequestedRegion"}

// TestConditionsAreKnown: a condition on a key that an action does not have never holds.
func TestConditionsAreKnown(t *testing.T) {
	known := documented(t)
	each(t, func(t *testing.T, s Statement) {
		for _, keys := range s.Condition {
			for key := range keys {
				for _, a := range s.Action {
					if !slices.Contains(global, key) && !slices.Contains(known.Actions[a].Conditions, key) {
						t.Errorf("%s does not know %s", a, key)
					}
				}
			}
		}
	})
}

// TestGuardKnowsTags: a Deny for what has no tag denies everything where the service does not tell IAM the tags, and
// where a request is about a second resource, which is not ours.
func TestGuardKnowsTags(t *testing.T) {
	known := documented(t)
	for _, a := range onlyOurs {
		k := known.Actions[a]
		if len(k.Resources) != 1 || len(k.Tagged) != 1 {
			t.Errorf("%s is about %v, and tags are known of %v; want one resource with tags", a, k.Resources, k.Tagged)
		}
	}
}

// TestGuardLetsCreate: what AWS asks for beside the creation of something is about a resource that has no tags yet.
func TestGuardLetsCreate(t *testing.T) {
	known := documented(t)
	for a := range granted(t) {
		for _, d := range known.Actions[a].Dependent {
			if slices.Contains(onlyOurs, d) && after[a] == "" {
				t.Errorf("%s needs %s, which the guard denies without tags", a, d)
			}
		}
	}
}

// after are actions that need a denied one only for what has tags, with the reason.
var after = map[string]string{
	"rds:DeleteDBCluster": "the nodes are objects of their own, and are deleted before the cluster",
}

// needless are dependent actions, as AWS documents them, that are not allowed, with the reason.
var needless = map[string]string{
	"billing:GetBillingViewData":       "a budget has no billing view",
	"cloudformation:ListStacks":        "a stack is described by its name",
	"cloudfront:CreateConnectionGroup": "a distribution is not for tenants",
	"ecs:ListClusters":                 "flow logs are of a VPC, and not of ECS",
	"ecs:ListContainerInstances":       "flow logs are of a VPC, and not of ECS",
	"ecs:ListServices":                 "flow logs are of a VPC, and not of ECS",
	"ecs:ListTaskDefinitions":          "flow logs are of a VPC, and not of ECS",
	"ecs:ListTasks":                    "flow logs are of a VPC, and not of ECS",
	"lambda:PassCapacityProvider":      "the function has no capacity provider",
	"rds:CreateTenantDatabase":         "MySQL has no tenant databases",
	"rds:DeleteTenantDatabase":         "MySQL has no tenant databases",
}

// TestDependentActions: what AWS says is needed beside an action is allowed, too.
func TestDependentActions(t *testing.T) {
	known, all := documented(t), granted(t)
	unused := maps.Clone(needless)
	for a := range all {
		for _, d := range known.Actions[a].Dependent {
			delete(unused, d)
			if all[d] == (needless[d] != "") {
				t.Errorf("%s needs %s: allowed %v, waived for %q", a, d, all[d], needless[d])
			}
		}
	}
	for d := range unused {
		t.Errorf("no action needs %s; remove it from needless", d)
	}
}

// granted are the actions that some policy allows.
func granted(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, p := range attached(t) {
		for _, s := range p.Statement {
			for _, a := range s.Action {
				if s.Effect == "Allow" {
					out[a] = true
				}
			}
		}
	}
	return out
}

// TestNoMoreThanNeeded: the policies allow what the records of the kinds say, what hands roles over, and nothing else.
func TestNoMoreThanNeeded(t *testing.T) {
	want := map[string]bool{"iam:PassRole": true, "iam:CreateServiceLinkedRole": true}
	for _, r := range kinds.Records {
		for _, a := range r.Actions {
			want[a] = true
		}
	}
	if diff := cmp.Diff(want, granted(t)); diff != "" {
		t.Errorf("what is allowed (-needed, +allowed):\n%s", diff)
	}
}

// TestNever: no policy allows to undo what protects data, and the guard denies it beside any policy.
func TestNever(t *testing.T) {
	admin := Policy{Statement: []Statement{{Effect: "Allow", Action: []string{"*"}, Resource: anything}}}
	for _, a := range never {
		if granted(t)[a] {
			t.Errorf("%s is allowed", a)
		}
		ok, err := Allows(Request{Action: a, Resource: "arn:aws:x:eu-central-1:1:y"}, admin,
			attached(t)["kasha-guard"])
		if err != nil || ok {
			t.Errorf("the guard does not deny %s (%v)", a, err)
		}
	}
	for _, a := range []string{
		"backup:DeleteBackupVault", "backup:DeleteBackupVaultLockConfiguration", "iam:DeleteRolePermissionsBoundary",
	} {
		if !slices.Contains(never, a) {
			t.Errorf("%s may happen", a)
		}
	}
}

// TestOnlySomeKindsAreLinked: the table of service-linked roles is about kinds that there are.
func TestOnlySomeKindsAreLinked(t *testing.T) {
	for kind := range linked {
		if !slices.ContainsFunc(kinds.Records, func(r kinds.Record) bool { return r.String() == kind }) {
			t.Errorf("there is no kind %s", kind)
		}
	}
}

// TestAllows: the tests of attacks rely on what a policy means.
func TestAllows(t *testing.T) {
	with := func(c Condition) Statement {
		return Statement{
			Effect: "Allow", Action: []string{"s3:Get*"}, Resource: []string{"arn:aws:s3:::a?c/*"}, Condition: c,
		}
	}
	never := Statement{Effect: "Deny", Action: []string{"S3:getobject"}, Resource: anything}
	deny := Statement{Effect: "Deny", NotAction: []string{"s3:*"}, Resource: anything}
	get := Request{
		Action: "s3:GetObject", Resource: "arn:aws:s3:::abc/d/e", Context: map[string][]string{"k": {"v", "w"}},
	}
	for name, tc := range map[string]struct {
		r    Request
		s    []Statement
		want bool
	}{
		"Nothing":       {get, nil, false},
		"Patterns":      {get, []Statement{with(nil)}, true},
		"OtherAction":   {Request{Action: "s3:PutObject", Resource: get.Resource}, []Statement{with(nil)}, false},
		"OtherResource": {Request{Action: get.Action, Resource: "arn:aws:s3:::abbc/d"}, []Statement{with(nil)}, false},
		"NotAction":     {get, []Statement{with(nil), deny}, true},
		"Denied":        {get, []Statement{with(nil), never}, false},
		"Equals":        {get, []Statement{with(Condition{"StringEquals": {"k": {"w"}}})}, true},
		"EqualsNot":     {get, []Statement{with(Condition{"StringEquals": {"k": {"x"}}})}, false},
		"Missing":       {get, []Statement{with(Condition{"StringEquals": {"other": {"x"}}})}, false},
		"NotEquals":     {get, []Statement{with(Condition{"StringNotEquals": {"other": {"x"}}})}, true},
		"Null":          {get, []Statement{with(Condition{"Null": {"other": {"true"}}})}, true},
		"NotNull":       {get, []Statement{with(Condition{"Null": {"k": {"true"}}})}, false},
		"Like":          {get, []Statement{with(Condition{"StringLike": {"k": {"v*"}}})}, true},
		"LikeIsExact":   {get, []Statement{with(Condition{"StringEquals": {"k": {"v*"}}})}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Allows(tc.r, Policy{Statement: tc.s})
			if err != nil || got != tc.want {
				t.Errorf("allowed: %v (%v), want %v", got, err, tc.want)
			}
		})
	}
	if _, err := Allows(get,
		Policy{Statement: []Statement{with(Condition{"DateLessThan": {"k": {"1"}}})}}); err == nil {
		t.Error("an unknown operator is taken for something")
	}
}
