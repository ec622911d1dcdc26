package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// principalRules are about who may use a role, a key, a bucket or a topic.
var principalRules = []Rule{{
	ID:     "principal-no-everybody",
	Title:  "No policy allows everybody, or everybody but some.",
	Why:    "The resource would be public, whatever else protects it.",
	Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
	check:  allowsNotEverybody,
}, {
	ID: "principal-known",
	Title: "Each policy names the accounts and services of the table, each under the conditions of the table, " +
		"and no others.",
	Why:    "Without its source condition, AWS's service acts for anybody's account: the confused deputy.",
	Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
	check:  namesKnownCallers,
}, {
	ID:     "principal-known-policies",
	Title:  "A policy is in a field that these rules look at.",
	Why:    "A policy that no rule reads could allow anything.",
	Source: "Kasha: this package",
	check:  eachOf(hidesNoPolicy),
}}

func allowsNotEverybody(w World) []Violation {
	all, out := policiesIn(w)
	for _, p := range all {
		for _, s := range p.Statement {
			switch {
			case s.Effect != "Allow" && s.Effect != "Deny":
				out = append(out, violation(p.key, "has a statement %q of the effect %q", s.Sid, s.Effect))
			case s.Effect == "Allow" && s.Principal.everybody():
				out = append(out, violation(p.key, "allows everybody %v", s.Action))
			case s.NotPrincipal != nil || s.NotAction != nil || s.NotResource != nil:
				out = append(out, violation(p.key, "has a statement %q of all but some", s.Sid))
			case p.use == ofIdentity && s.Principal != nil:
				out = append(out, violation(p.key, "names a principal, which a role's own policy cannot"))
			case p.use != ofIdentity && len(s.Principal) == 0:
				out = append(out, violation(p.key, "has a statement %q without a principal", s.Sid))
			}
		}
	}
	return out
}

// A caller is a principal that a resource policy may name.
type caller struct {
	// name is a service, or an account's root.
	name string
	// conditions of the statement, as statement.conditions writes them.
	conditions []string
	// holds tells whether the claim needs the caller.
	holds func(World) bool
}

// callers by pattern of key. A caller is expected exactly where it holds.
var callers = []struct {
	keys    string
	callers func(World) []caller
}{
	{"key-data", func(w World) []caller { return append([]caller{own(w), viewers(w)}, copiesTo(w)...) }},
	{"key-copy-*", func(w World) []caller { return []caller{own(w)} }},
	{"key-telemetry", func(w World) []caller {
		return []caller{own(w), logs(w, w.region()), alarms(w), budgetsDecrypt(w), failedRunsEncrypt()}
	}},
	{"key-edge", func(w World) []caller { return []caller{own(w), logs(w, globalRegion), alarms(w)} }},
	{"topicpolicy-alarms", func(w World) []caller { return []caller{own(w), alarms(w), budgets(w), failedRuns(w)} }},
	{"topicpolicy-alarms-edge", func(w World) []caller { return []caller{own(w), alarms(w)} }},
	{"bucket-static-policy", func(w World) []caller { return []caller{viewers(w)} }},
	{"bucket-*-policy", func(World) []caller { return nil }},
	{"role-execution", acts("ecs-tasks.amazonaws.com", "ecs", "*")},
	{"role-task", acts("ecs-tasks.amazonaws.com", "ecs", "*")},
	{"role-task-*", acts("ecs-tasks.amazonaws.com", "ecs", "*")},
	{"role-uploads", uploaders},
	{"role-scheduler", func(w World) []caller {
		return acts("scheduler.amazonaws.com", "scheduler", "schedule-group/"+w.stack())(w)
	}},
	{"role-rds-monitoring", acts("monitoring.rds.amazonaws.com", "rds", "db:*")},
	{"role-flowlogs", acts("vpc-flow-logs.amazonaws.com", "ec2", "vpc-flow-log/*")},
	// For these AWS documents no source condition, and one that it does not send locks the service out.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
	// https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-service-confused-deputy-prevention.html
	// https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
	{"role-runner", func(World) []caller { return []caller{{name: "lambda.amazonaws.com"}} }},
	{"role-db-proxy", func(World) []caller { return []caller{{name: "rds.amazonaws.com"}} }},
	{"role-backup", func(World) []caller { return []caller{{name: "backup.amazonaws.com"}} }},
}

// viewers are those of the claim's own distribution, which reads static files for them.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func viewers(w World) caller {
	arn := w.arn("distribution")
	return caller{
		name: "cloudfront.amazonaws.com", conditions: []string{"StringEquals aws:SourceArn " + arn},
		holds: func(w World) bool { return hasStaticFiles(w) && arn != "" },
	}
}

func hasStaticFiles(w World) bool { return lookup(w.Claim, "spec", "edge", "static") != nil }

// uploaders are the roles that the claim names.
func uploaders(w World) []caller {
	var out []caller
	for _, arn := range texts(lookup(w.Claim, "spec", "edge", "static", "uploaders")) {
		out = append(out, caller{name: arn})
	}
	return out
}

// own is the claim's own account, whose IAM decides who is allowed.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func own(w World) caller { return caller{name: "arn:aws:iam::" + w.account() + ":root"} }

// acts is a service that uses a role for a resource of this account and region.
func acts(service, of, resource string) func(World) []caller {
	return func(w World) []caller {
		return []caller{{name: service, conditions: []string{
			"ArnLike aws:SourceArn arn:aws:" + of + ":" + w.region() + ":" + w.account() + ":" + resource,
			"StringEquals aws:SourceAccount " + w.account(),
		}}}
	}
}

// logs encrypts the account's log groups.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
func logs(w World, region string) caller {
	return caller{name: "logs." + region + ".amazonaws.com", conditions: []string{
		"ArnLike kms:EncryptionContext:aws:logs:arn arn:aws:logs:" + region + ":" + w.account() + ":log-group:*",
	}}
}

// alarms publish to the topic, and encrypt what they publish.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func alarms(w World) caller {
	return caller{
		name: "cloudwatch.amazonaws.com", conditions: []string{"StringEquals aws:SourceAccount " + w.account()},
	}
}

func hasBudget(w World) bool { return lookup(w.Claim, "spec", "alarms", "monthlyBudgetUSD") != nil }

// budgets publish to the topic.
// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
func budgets(w World) caller {
	return caller{name: "budgets.amazonaws.com", holds: hasBudget, conditions: []string{
		"ArnLike aws:SourceArn arn:aws:budgets::" + w.account() + ":*",
		"StringEquals aws:SourceAccount " + w.account(),
	}}
}

// failedRuns are published by the claim's own rule.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
func failedRuns(w World) caller {
	return caller{name: "events.amazonaws.com", holds: hasSchedules, conditions: []string{
		"ArnEquals aws:SourceArn " + w.arn("rule-run-failed"),
	}}
}

// failedRunsEncrypt is without a condition: SNS supports none of the source's here, and nothing would arrive.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func failedRunsEncrypt() caller { return caller{name: "events.amazonaws.com", holds: hasSchedules} }

func budgetsDecrypt(w World) caller {
	c := alarms(w)
	c.name, c.holds = "budgets.amazonaws.com", hasBudget
	return c
}

// copiesTo is the account of the vault that the archive is copied to, if it is another one. It uses the key, and lets
// AWS's services use it.
// https://repost.aws/knowledge-center/backup-cross-account-copy-error
func copiesTo(w World) []caller {
	to := copyAccount(w)
	if to == "" || to == w.account() {
		return nil
	}
	root := "arn:aws:iam::" + to + ":root"
	return []caller{{name: root}, {name: root, conditions: []string{"Bool kms:GrantIsForAWSResource true"}}}
}

// copyAccount is the account in the ARN of the vault that the claim copies to:
// arn:aws:backup:<region>:<account>:backup-vault:<name>.
func copyAccount(w World) string {
	parts := strings.Split(text(w.Claim, "spec", "backup", "copyTo", "vaultARN"), ":")
	if archived, _ := number(w.Claim, "spec.backup.archiveYears"); len(parts) < 5 || archived == 0 {
		return ""
	}
	return parts[4]
}

func namesKnownCallers(w World) []Violation {
	all, out := policiesIn(w)
	for _, p := range all {
		if p.use == ofIdentity {
			continue
		}
		want, known := callersOf(w, p.key)
		if !known {
			out = append(out, violation(p.key, "has a policy and no row in the table of callers"))
			continue
		}
		have := named(p.document)
		for _, c := range slices.Sorted(maps.Keys(have)) {
			if !want[c] {
				out = append(out,
					Violation{Key: p.key, Message: "allows " + c + ", which is not in the table of callers"})
			}
		}
		for _, c := range slices.Sorted(maps.Keys(want)) {
			if !have[c] {
				out = append(out, Violation{Key: p.key, Message: "does not allow " + c})
			}
		}
	}
	return out
}

// callersOf are the callers that a policy must name, each with its conditions, and whether the table has the key.
func callersOf(w World, key string) (map[string]bool, bool) {
	if queue, is := strings.CutPrefix(key, "queuepolicy-"); is {
		return senders(w, queue), true
	}
	for _, row := range callers {
		if !matches(row.keys, key) {
			continue
		}
		out := map[string]bool{}
		for _, c := range row.callers(w) {
			if c.holds == nil || c.holds(w) {
				out[inWords(c.name, c.conditions)] = true
			}
		}
		return out, true
	}
	return nil, false
}

// sendsFrom are the services that send to queues, by how a claim names them.
var sendsFrom = map[string]string{
	"S3": "s3.amazonaws.com", "SNS": "sns.amazonaws.com", "EventBridge": "events.amazonaws.com",
}

// senders are the producers of a queue, each from its sources only. The ARN of a bucket names no account.
func senders(w World, queue string) map[string]bool {
	sources := map[string][]string{}
	for _, q := range objects(lookup(w.Claim, "spec", "queues")) {
		for _, p := range objects(q["producers"]) {
			if text(q, "name") == queue {
				sources[text(p, "service")] = append(sources[text(p, "service")], text(p, "sourceARN"))
			}
		}
	}
	out := map[string]bool{}
	for service, arns := range sources {
		conditions := []string{"ArnEquals aws:SourceArn " + strings.Join(arns, ",")}
		if service == "S3" {
			conditions = append(conditions, "StringEquals aws:SourceAccount "+w.account())
		}
		out[inWords(sendsFrom[service], conditions)] = true
	}
	return out
}

// named are the callers that a document allows something.
func named(d document) map[string]bool {
	out := map[string]bool{}
	for _, s := range d.Statement {
		if s.Effect != "Allow" {
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(s.Principal)) {
			for _, name := range s.Principal[kind] {
				out[inWords(name, s.conditions())] = true
			}
		}
	}
	return out
}

func inWords(name string, conditions []string) string {
	if len(conditions) == 0 {
		return name
	}
	return name + " if " + strings.Join(conditions, " and ")
}

// hidesNoPolicy looks for statements in every text of an object.
// readElsewhere are fields with policies that a rule of their own is about: network-endpoint-policies, and
// iam-restore-test-role for the role that a restore test has in another account.
var readElsewhere = []string{"ec2/VPCEndpoint.policy", "cloudformation/Stack.templateBody"}

func hidesNoPolicy(_ World, _ string, o map[string]any) []string {
	var out []string
	for field, v := range params(o) {
		b, err := json.Marshal(v)
		if err != nil || !strings.Contains(string(b), "Statement") || !strings.Contains(string(b), "Effect") {
			continue
		}
		known := slices.ContainsFunc(policyFields, func(f struct{ kind, field, use string }) bool {
			return f.kind == kindOf(o) && f.field == field
		})
		if !known && !slices.Contains(readElsewhere, kindOf(o)+"."+field) {
			out = append(out, "has a policy in "+field+", which no rule reads")
		}
	}
	slices.Sort(out)
	return out
}
