package rules

import (
	"fmt"
	"slices"
	"strings"
)

// may tells whether a role's own policies allow a request. The content of AWS's managed policies is not known
// here.
func may(w World, role string, r request) bool {
	all, _ := policiesIn(w)
	var d document
	for _, p := range all {
		if p.use == ofIdentity && w.ref(params(w.Desired[p.key]), "role") == role {
			d.Statement = append(d.Statement, p.Statement...)
		}
	}
	return d.allows(r)
}

// lacks are the actions on a resource that a role needs and does not have.
func lacks(w World, role, resource string, context map[string]string, actions ...string) []string {
	var out []string
	for _, a := range actions {
		if r := (request{action: a, resource: resource, context: context}); !may(w, role, r) {
			out = append(out, role+" may not "+r.String())
		}
	}
	return out
}

// via is the context of a request to KMS that a service makes for its caller.
func via(service, region string) map[string]string {
	return map[string]string{"kms:ViaService": service + "." + region + ".amazonaws.com"}
}

// trusts are the fields with which an object gives a role to a service, and the condition keys that AWS sends when
// it assumes the role.
var trusts = []struct {
	kind, field, service string
	source               func(w World, key string) string
}{
	{"ecs/TaskDefinition", "executionRoleArn", "ecs-tasks.amazonaws.com", taskSource},
	{"ecs/TaskDefinition", "taskRoleArn", "ecs-tasks.amazonaws.com", taskSource},
	{"rds/Instance", "monitoringRoleArn", "monitoring.rds.amazonaws.com", World.arn},
	{"rds/ClusterInstance", "monitoringRoleArn", "monitoring.rds.amazonaws.com", World.arn},
	{"ec2/FlowLog", "iamRoleArn", "vpc-flow-logs.amazonaws.com", flowLogSource},
	{"rds/Proxy", "roleArn", "rds.amazonaws.com", nil},
	{"scheduler/Schedule", "target.roleArn", "scheduler.amazonaws.com", groupSource},
	{"backup/Selection", "iamRoleArn", "backup.amazonaws.com", nil},
}

// taskSource is what ECS sends: something of its own in the region.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
func taskSource(w World, _ string) string {
	return "arn:aws:ecs:" + w.region() + ":" + w.account() + ":task/any"
}

// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
func flowLogSource(w World, key string) string {
	return "arn:aws:ec2:" + w.region() + ":" + w.account() + ":vpc-flow-log/" + text(w.at(key), "id")
}

// groupSource is the group of the schedules.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
func groupSource(w World, _ string) string { return w.arn("schedulegroup") }

// roleOf is the key of the role that a dotted field gives, by reference or by ARN.
func roleOf(w World, o map[string]any, field string) string {
	at := strings.Split(field, ".")
	last := at[len(at)-1]
	beside := asMap(lookup(params(o), at[:len(at)-1]...))
	if key := w.ref(beside, last); key != "" {
		return key
	}
	return w.byARN(text(beside, last))
}

// givesRole tells whether a dotted field gives a role.
func givesRole(o map[string]any, field string) bool {
	return in(params(o), field) != "" || in(params(o), field+"Ref.name") != ""
}

func rolesCanBeAssumed(w World) []Violation {
	var out []Violation
	for _, t := range trusts {
		for _, key := range w.keys(t.kind) {
			o := w.Desired[key]
			if !givesRole(o, t.field) {
				continue
			}
			role := roleOf(w, o, t.field)
			r := request{kind: "Service", caller: t.service, action: "sts:AssumeRole"}
			if t.source != nil {
				r.context = map[string]string{"aws:SourceAccount": w.account(), "aws:SourceArn": t.source(w, key)}
			}
			var d document
			if err := decode(text(params(w.Desired[role]), "assumeRolePolicy"), &d); err != nil || !d.allows(r) {
				out = append(out, violation(key, "has the %s %q, which %s cannot assume", t.field, role, t.service))
			}
		}
	}
	return out
}

// A container has the fields that determine the permissions of its task.
type container struct {
	Name, Image string
	Environment []struct{ Name, Value string }
	Secrets     []struct{ ValueFrom string }

	LogConfiguration struct {
		LogDriver string
		Options   map[string]string
	}
}

func containersOf(o map[string]any) []container {
	var out []container
	if decode(text(params(o), "containerDefinitions"), &out) != nil {
		return nil
	}
	return out
}

func tasksCanStart(w World) []Violation {
	var out []Violation
	for _, key := range w.keys("ecs/TaskDefinition") {
		o := w.Desired[key]
		role := roleOf(w, o, "executionRoleArn")
		containers := containersOf(o)
		if len(containers) == 0 {
			out = append(out, violation(key, "has no containers that can be read"))
		}
		for _, c := range containers {
			for _, m := range slices.Concat(cannotPull(w, role, c), cannotRead(w, role, c), cannotLog(w, role, c)) {
				out = append(out, Violation{Key: key, Message: "cannot start its container " + c.Name + ": " + m})
			}
		}
	}
	return out
}

func cannotPull(w World, role string, c container) []string {
	repository := repositoryARN(c.Image)
	if repository == "" {
		return nil
	}
	return append(lacks(w, role, "*", nil, "ecr:GetAuthorizationToken"),
		lacks(w, role, repository, nil,
			"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")...)
}

// cannotRead looks at the secrets, each arn:aws:secretsmanager:<region>:<account>:secret:<name>, and a key of its
// content, and at the parameters, each arn:aws:ssm:<region>:<account>:parameter/<name>.
func cannotRead(w World, role string, c container) []string {
	var out []string
	for _, s := range c.Secrets {
		if parameter := s.ValueFrom; strings.HasPrefix(parameter, "arn:aws:ssm:") {
			context := via("ssm", w.region())
			context["kms:EncryptionContext:PARAMETER_ARN"] = parameter
			out = append(out, lacks(w, role, parameter, nil, "ssm:GetParameters")...)
			out = append(out,
				lacks(w, role, strings.Replace(keysBeside(parameter), "*", "any", 1), context, "kms:Decrypt")...)
			continue
		}
		parts := strings.SplitN(s.ValueFrom, ":", 8)
		if len(parts) < 7 {
			out = append(out, s.ValueFrom+" is not the ARN of a secret")
			continue
		}
		secret := strings.Join(parts[:7], ":")
		context := via("secretsmanager", w.region())
		context["kms:EncryptionContext:SecretARN"] = secret
		with := strings.Replace(keysBeside(secret), "*", "any", 1)
		if c.Name == usersClient {
			with = w.arn("key-data")
		}
		out = append(out, lacks(w, role, secret, nil, "secretsmanager:GetSecretValue")...)
		out = append(out, lacks(w, role, with, context, "kms:Decrypt")...)
	}
	return out
}

func cannotLog(w World, role string, c container) []string {
	group, region := c.LogConfiguration.Options["awslogs-group"], c.LogConfiguration.Options["awslogs-region"]
	known := slices.ContainsFunc(w.keys("cloudwatchlogs/Group"), func(key string) bool {
		return externalName(w.Desired[key]) == group && text(params(w.Desired[key]), "region") == region
	})
	if !known || c.LogConfiguration.LogDriver != "awslogs" {
		return []string{fmt.Sprintf("its log group %q is not composed", group)}
	}
	stream := "arn:aws:logs:" + region + ":" + w.account() + ":log-group:" + group + ":log-stream:ecs/any"
	return lacks(w, role, stream, nil, "logs:CreateLogStream", "logs:PutLogEvents")
}

func backendCanUseWhatItIsTold(w World) []Violation {
	var out []Violation
	for _, key := range w.keys("ecs/TaskDefinition") {
		o := w.Desired[key]
		role := roleOf(w, o, "taskRoleArn")
		if name := withoutData(w, key); name != "" {
			if params(o)["taskRoleArn"] != nil && w.Settled && !hasOwnRole(w, name) {
				out = append(out, violation(key, "gives a role to what has no data"))
			}
			continue
		}
		for _, c := range containersOf(o) {
			for _, m := range cannotUse(w, role, c) {
				out = append(out, Violation{Key: key, Message: m})
			}
		}
		for _, m := range cannotLogIn(w, role) {
			out = append(out, Violation{Key: key, Message: m})
		}
	}
	return out
}

// hasOwnRole tells whether the claim asks for something that a workload needs a role of its own for.
func hasOwnRole(w World, name string) bool {
	return len(objects(lookup(w.Claim, "spec", name, "permissions"))) > 0 ||
		lookup(w.Claim, "spec", name, "exec") == true
}

// authors tells whether a role's policy is of the claim's permissions. Validation and the guardrail bound what these
// name.
func authors(key string) bool {
	return strings.HasPrefix(key, "rolepolicy-") && strings.HasSuffix(key, "-permissions")
}

// givesWhatIsAsked compares the policies of permissions with the claim, at rest: older ones stay until no task has
// their role.
func givesWhatIsAsked(w World) []Violation {
	if !w.Settled {
		return nil
	}
	var out []Violation
	for _, name := range workloads(w) {
		key := "rolepolicy-" + name + "-permissions"
		claimed := objects(lookup(w.Claim, "spec", name, "permissions"))
		var d document
		switch o := w.Desired[key]; {
		case o == nil && len(claimed) == 0:
			continue
		case o == nil:
			out = append(out, violation(key, "is not composed"))
			continue
		case w.ref(params(o), "role") != "role-task-"+name:
			out = append(out, violation(key, "is of the role %q", w.ref(params(o), "role")))
			continue
		case decode(text(params(o), "policy"), &d) != nil || len(d.Statement) != len(claimed):
			out = append(out, violation(key, "has %d statements, want %d", len(d.Statement), len(claimed)))
			continue
		}
		for i, c := range claimed {
			s := d.Statement[i]
			if !slices.Equal(s.Action, texts(c["actions"])) || !slices.Equal(s.Resource, texts(c["resources"])) ||
				s.Effect != "Allow" {
				out = append(out, violation(key, "allows %v on %v, and the claim something else", s.Action,
					s.Resource))
			}
			for _, by := range objects(c["conditions"]) {
				if !slices.Equal(s.Condition[text(by, "test")][text(by, "key")], texts(by["values"])) {
					out = append(out, violation(key, "lacks the condition on %s", text(by, "key")))
				}
			}
		}
		for _, version := range w.keys("ecs/TaskDefinition") {
			digest, ok := strings.CutPrefix(version, "taskdefinition-"+name+"-")
			if ok && !strings.Contains(digest, "-") &&
				roleOf(w, w.Desired[version], "taskRoleArn") != "role-task-"+name {
				out = append(out, violation(version, "does not have the role with the claim's permissions"))
			}
		}
	}
	return out
}

// withoutData is the name of the frontend, or of a further service without data, where a version is of one.
func withoutData(w World, key string) string {
	name := strings.TrimPrefix(key[:strings.LastIndex(key, "-")], "taskdefinition-")
	further := strings.HasPrefix(name, servicePrefix) && isPlaced(w, name) == "frontend"
	if name == "frontend" || name == usersClient || further {
		return name
	}
	return ""
}

// cannotUse goes through the variables that Kasha sets.
func cannotUse(w World, role string, c container) []string {
	var out []string
	for _, v := range c.Environment {
		switch {
		case v.Name == "BUCKET":
			out = append(out, cannotUseBucket(w, role, v.Value)...)
		case v.Name == "DB_SECRET_ARN":
			out = append(out, cannotReadSecret(w, role, v.Value)...)
		case strings.HasPrefix(v.Name, "QUEUE_URL_"):
			out = append(out, cannotUseQueue(w, role, v.Value)...)
		}
	}
	return out
}

func cannotUseBucket(w World, role, bucket string) []string {
	arn := "arn:aws:s3:::" + bucket
	if w.byARN(arn) == "" {
		return []string{"has the variable of the bucket " + bucket + ", which is not composed"}
	}
	return slices.Concat(
		lacks(w, role, arn+"/any", nil, "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
		lacks(w, role, arn, nil, "s3:ListBucket"),
		lacks(w, role, w.arn("key-data"), via("s3", w.region()), "kms:Decrypt", "kms:GenerateDataKey"),
	)
}

func cannotReadSecret(w World, role, secret string) []string {
	return append(lacks(w, role, secret, nil, "secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"),
		lacks(w, role, w.arn("key-data"), via("secretsmanager", w.region()), "kms:Decrypt")...)
}

// cannotUseQueue also checks that the backend may not use the dead-letter queue, which is for
// people.
func cannotUseQueue(w World, role, url string) []string {
	for _, key := range w.keys("sqs/Queue") {
		if text(w.at(key), "url") != url {
			continue
		}
		out := lacks(w, role, w.arn(key), nil, "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage",
			"sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl")
		dead := request{action: "sqs:ReceiveMessage", resource: w.arn("dlq-" + strings.TrimPrefix(key, "queue-"))}
		if may(w, role, dead) {
			out = append(out, role+" may "+dead.String())
		}
		return out
	}
	return []string{"has the variable of the queue " + url + ", which is not composed"}
}

func cannotLogIn(w World, role string) []string {
	var out []string
	for _, user := range loginsByIAM(w) {
		for _, key := range loggedInTo(w) {
			if w.Settled {
				out = append(out, lacks(w, role, databaseUser(w, key, user), nil, "rds-db:connect")...)
			}
		}
	}
	return out
}

// managedPolicies are AWS's own policies that a role of Kasha may have, by the key of the attachment.
var managedPolicies = map[string]struct{ role, policy string }{
	"attachment-rds-monitoring":  {"role-rds-monitoring", awsManaged + "AmazonRDSEnhancedMonitoringRole"},
	"attachment-backup":          {"role-backup", awsManaged + "AWSBackupServiceRolePolicyForBackup"},
	"attachment-backup-restores": {"role-backup", awsManaged + "AWSBackupServiceRolePolicyForRestores"},
}

const awsManaged = "arn:aws:iam::aws:policy/service-role/"

func servicesCanAct(w World) []Violation {
	out := attachesKnownPolicies(w)
	add := func(key string, messages []string) {
		for _, m := range messages {
			out = append(out, Violation{Key: key, Message: m})
		}
	}
	for _, key := range w.keys("ec2/FlowLog") {
		group, role := w.ref(params(w.Desired[key]), "logDestination"), roleOf(w, w.Desired[key], "iamRoleArn")
		streams := []string{"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"}
		add(key, lacks(w, role, w.arn(group)+":*", nil, streams...))
		add(key, lacks(w, role, groupsOf(w), nil, "logs:DescribeLogGroups"))
	}
	for _, key := range w.keys("scheduler/Schedule") {
		add(key, cannotRun(w, key))
	}
	for _, key := range w.keys("rds/Proxy") {
		role := roleOf(w, w.Desired[key], "roleArn")
		for _, auth := range objects(params(w.Desired[key])["auth"]) {
			add(key, cannotReadSecret(w, role, text(auth, "secretArn")))
		}
	}
	test := text(params(w.Desired["restore-test"]), "templateBody")
	if test != "" && strings.Contains(test, w.arn("role-backup")) {
		context := map[string]string{"iam:PassedToService": "monitoring.rds.amazonaws.com"}
		add("restore-test", lacks(w, "role-backup", w.arn("role-rds-monitoring"), context, "iam:PassRole"))
	}
	return out
}

// attachesKnownPolicies requires each managed policy of the existing roles, and no other.
func attachesKnownPolicies(w World) []Violation {
	var out []Violation
	for _, key := range w.keys("iam/RolePolicyAttachment") {
		p := params(w.Desired[key])
		got := struct{ role, policy string }{w.ref(p, "role"), text(p, "policyArn")}
		if got != managedPolicies[key] {
			out = append(out,
				violation(key, "gives %s the policy %s, want %v", got.role, got.policy, managedPolicies[key]))
		}
	}
	for key, of := range managedPolicies {
		if w.Settled && w.Desired[of.role] != nil && w.Desired[key] == nil {
			out = append(out, Violation{Key: of.role, Message: "lacks the policy " + of.policy})
		}
	}
	return out
}

// restoreTestRoleIsAWSBackups checks the template for CloudFormation.
func restoreTestRoleIsAWSBackups(_ World, _ string, o map[string]any) string {
	if kindOf(o) != "cloudformation/Stack" {
		return ""
	}
	var t struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				AssumeRolePolicyDocument document
				ManagedPolicyArns        []string
				Policies                 any
			}
		}
	}
	if err := decode(text(params(o), "templateBody"), &t); err != nil {
		return "has a template that is not JSON: " + err.Error()
	}
	for name, r := range t.Resources {
		if r.Type != "AWS::IAM::Role" {
			continue
		}
		p := r.Properties
		s := p.AssumeRolePolicyDocument.Statement
		backups := []string{"backup.amazonaws.com", "sts:AssumeRole"}
		if len(s) != 1 || len(s[0].Principal) != 1 ||
			!slices.Equal(slices.Concat(s[0].Principal["Service"], s[0].Action), backups) {
			return "lets another principal than AWS Backup assume its role " + name
		}
		restores := managedPolicies["attachment-backup-restores"].policy
		if p.Policies != nil || strings.Join(p.ManagedPolicyArns, ",") != restores {
			return "gives its role " + name + " other policies than AWS's for restores"
		}
	}
	return ""
}
