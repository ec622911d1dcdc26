package grants

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

const (
	rotation    = "kasha-rotation"
	restoreTest = "kasha-restore-test"
	theRunner   = "kasha-runner"
)

// Patterns of a stack's ID in a name: a claim's name, a hyphen, and eight characters, or six in a stack that v0.1.0
// composed first. A star stands for what is cut, and IAM's question mark for any character.
const (
	id     = "*-????????"
	idV010 = "*-??????"
)

// stack is the tag that every resource of a claim has. exists and missing are its conditions.
const stack = "kasha.io/stack"

func exists(key string) Condition  { return Condition{"Null": {key + "/" + stack: {"false"}}} }
func missing(key string) Condition { return Condition{"Null": {key + "/" + stack: {"true"}}} }

// arns are ARNs of a service in all regions of the account.
func arns(service string, resources ...string) []string {
	out := make([]string, 0, len(resources))
	for _, r := range resources {
		out = append(out, "arn:aws:"+service+":*:"+Account+":"+r)
	}
	return out
}

// both are the ARNs with the pattern ID replaced by those of new stacks and of those that v0.1.0 composed first.
func both(service string, resources ...string) []string {
	var out []string
	for _, r := range resources {
		for _, pattern := range []string{id, idV010} {
			out = append(out, arns(service, strings.ReplaceAll(r, "ID", pattern))...)
		}
	}
	return out
}

func iamARN(resource string) string { return "arn:aws:iam::" + Account + ":" + resource }

// newRoles are the roles that Kasha makes for new stacks. legacyRoles are those of stacks that v0.1.0 composed first.
const newRoles = "role/kasha/*"

var legacyRoles = []string{
	"role/*-??????-ecsTaskExecution", "role/*-??????-ecsTaskRole", "role/*-??????-ecsTask-*",
	"role/*-??????-rds-monitoring",
	"role/*-??????-flow-logs", "role/*-??????-backup", "role/*-??????-db-proxy", "role/*-??????-scheduler",
	"role/*-??????-uploads", "role/*-??????-runner",
}

var legacyRoleARNs = func() []string {
	var out []string
	for _, r := range legacyRoles {
		out = append(out, iamARN(r))
	}
	return out
}()

// attachable are the policies that a role of Kasha's may have.
var attachable = []string{
	"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
	"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
	"arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
}

var (
	anything = []string{"*"}
	bounded  = map[string][]string{"iam:PermissionsBoundary": {Boundary}}

	iamReads = []string{"iam:Get*", "iam:List*"}
	// iamBounds give a role permissions, or somebody a role: the role must have the boundary.
	iamBounds = []string{
		"iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy",
	}
	// iamKeeps take permissions away, or change none. Roles that have no boundary yet need them too.
	iamKeeps = []string{
		"iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:TagRole", "iam:UntagRole",
		"iam:UpdateRole", "iam:UpdateRoleDescription",
	}
	byCloudFormation = map[string][]string{"aws:CalledVia": {"cloudformation.amazonaws.com"}}
)

// scopes are in the order in which they take actions.
var scopes = slices.Concat(network, runtime, data, edge, identity, v010, rotations, restoreTests, runners)

var network = []scope{{
	policy: "kasha-network", sid: "Look", resources: anything,
	actions: []string{"ec2:Describe*", "elasticloadbalancing:Describe*"},
}, {
	// EC2 chooses the IDs, and default security groups and ACLs have no tags at first: see the guard.
	policy: "kasha-network", sid: "Networks", resources: anything, actions: []string{"ec2:*"},
}, {
	policy: "kasha-network", sid: "PrivateNames", resources: []string{"arn:aws:route53:::hostedzone/*"},
	actions: []string{"route53:AssociateVPCWithHostedZone"},
}, {
	policy: "kasha-network", sid: "LoadBalancers", actions: []string{"elasticloadbalancing:*"},
	resources: both("elasticloadbalancing", "loadbalancer/app/ID-*/*", "listener/app/ID-*/*/*",
		"listener-rule/app/ID-*/*/*/*", "targetgroup/ID-*/*"),
}}

var runtime = []scope{{
	// AWS knows no resource for the writes among them.
	policy: "kasha-runtime", sid: "Unscoped", resources: anything,
	actions: []string{
		"application-autoscaling:Describe*", "cloudwatch:DescribeAlarms", "ecs:DeregisterTaskDefinition",
		"ecs:DescribeTaskDefinition", "logs:*LogDelivery", "logs:DescribeLogGroups", "logs:*ResourcePolic*",
	},
}, {
	policy: "kasha-runtime", sid: "Services", actions: []string{"ecs:*"},
	resources: both("ecs", "cluster/ID", "service/ID/*", "service-deployment/ID/*/*", "task-definition/ID-*:*"),
}, {
	policy: "kasha-runtime", sid: "Images", actions: []string{"ecr:*"}, resources: both("ecr", "repository/ID/*"),
}, {
	policy: "kasha-runtime", sid: "Scaling", actions: []string{"application-autoscaling:*"},
	resources: arns("application-autoscaling", "scalable-target/*"),
}, {
	policy: "kasha-runtime", sid: "Alarms", actions: []string{"cloudwatch:*"},
	resources: append(both("cloudwatch", "alarm:ID-*"),
		"arn:aws:cloudwatch::"+Account+":dashboard/"+id, "arn:aws:cloudwatch::"+Account+":dashboard/"+idV010),
}, {
	policy: "kasha-runtime", sid: "Logs", actions: []string{"logs:*"},
	resources: arns("logs", "log-group:/kasha/*", "log-group:/aws/ecs/containerinsights/*/performance*",
		"log-group:/aws/rds/*-db-*", "log-group:/aws/rds/proxy/*-proxy*", "log-group:aws-waf-logs-*"),
}, {
	policy: "kasha-runtime", sid: "Topics", actions: []string{"sns:*"},
	resources: arns("sns", "*-alarms", "*-alarms:*"),
}, {
	policy: "kasha-runtime", sid: "Queues", actions: []string{"sqs:*"}, resources: both("sqs", "ID-*"),
}, {
	policy: "kasha-runtime", sid: "Schedules", actions: []string{"scheduler:*"},
	resources: both("scheduler", "schedule/ID/*", "schedule-group/ID"),
}, {
	policy: "kasha-runtime", sid: "FailedRuns", actions: []string{"events:*"},
	resources: both("events", "rule/ID-run-failed"),
}, {
	policy: "kasha-runtime", sid: "Budgets", actions: []string{"budgets:*"},
	resources: []string{"arn:aws:budgets::" + Account + ":budget/*-monthly"},
}}

var data = []scope{{
	// An instance is read by the ID that RDS chooses, which no ARN has.
	policy: "kasha-data", sid: "Look", resources: anything, actions: []string{"rds:Describe*", "kms:ListAliases"},
}, {
	policy: "kasha-data", sid: "NewProxies", resources: anything, actions: []string{"rds:CreateDBProxy"},
}, {
	policy: "kasha-data", sid: "Databases", actions: []string{"rds:*"},
	resources: append(
		arns("rds", "db:*-db-*", "cluster:*-db-cluster", "pg:*-mysql84", "cluster-pg:*-aurora84",
			"subgrp:*-data", "db-proxy:prx-*", "target-group:prx-tg-*",
			"og:default*", "auto-backup:*"), "arn:aws:rds:*:*:snapshot:*", "arn:aws:rds:*:*:cluster-snapshot:*"),
}, {
	policy: "kasha-data", sid: "ManagedPasswords", kinds: []string{"rds/*"}, actions: []string{"secretsmanager:*"},
	resources: arns("secretsmanager", "secret:rds!*"),
}, {
	policy: "kasha-data", sid: "Secrets", actions: []string{"secretsmanager:*"},
	resources: arns("secretsmanager", "secret:kasha/*", "secret:rds!*"),
}, {
	policy: "kasha-data", sid: "NewKeys", actions: []string{"kms:CreateKey"}, resources: anything,
	when: exists("aws:RequestTag"),
}, {
	policy: "kasha-data", sid: "Grants", actions: []string{"kms:CreateGrant"}, resources: arns("kms", "key/*"),
	when: Condition{"Bool": {"kms:GrantIsForAWSResource": {"true"}}},
}, {
	policy: "kasha-data", sid: "KeysThroughServices", actions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
	resources: arns("kms", "key/*"),
	when: Condition{"StringLike": {"kms:ViaService": {
		"backup.*.amazonaws.com", "rds.*.amazonaws.com", "secretsmanager.*.amazonaws.com",
	}}},
}, {
	policy: "kasha-data", sid: "Keys", actions: []string{"kms:*"},
	resources: arns("kms", "key/*", "alias/*-data", "alias/*-telemetry", "alias/*-edge", "alias/*-copy*"),
}, {
	policy: "kasha-data", sid: "Vaults", actions: []string{"backup:*"},
	resources: arns("backup", "backup-vault:*-archive*", "backup-vault:*-copy-*", "backup-plan:*"),
}, {
	policy: "kasha-data", sid: "VaultStorage", actions: []string{"backup-storage:*"}, resources: anything,
}}

// The edge is in us-east-1 or in no region.
var edge = []scope{{
	policy: "kasha-edge", sid: "New", resources: anything,
	actions: []string{"cloudfront:Create*", "acm:RequestCertificate", "route53:CreateHostedZone"},
}, {
	policy: "kasha-edge", sid: "Buckets", actions: []string{"s3:*"},
	resources: []string{
		"arn:aws:s3:::*-app-" + Account + "-*", "arn:aws:s3:::*-accesslogs-" + Account + "-*",
		"arn:aws:s3:::*-static-" + Account + "-*",
	},
}, {
	policy: "kasha-edge", sid: "Distributions", actions: []string{"cloudfront:*"},
	resources: []string{
		"arn:aws:cloudfront::" + Account + ":distribution/*", "arn:aws:cloudfront::" + Account + ":vpcorigin/*",
		"arn:aws:cloudfront::" + Account + ":cache-policy/*",
		"arn:aws:cloudfront::" + Account + ":response-headers-policy/*",
		"arn:aws:cloudfront::" + Account + ":function/" + id + "-static",
		"arn:aws:cloudfront::" + Account + ":function/" + idV010 + "-static",
		"arn:aws:cloudfront::" + Account + ":origin-access-control/*",
	},
}, {
	policy: "kasha-edge", sid: "Firewalls", actions: []string{"wafv2:*"},
	resources: []string{
		"arn:aws:wafv2:us-east-1:" + Account + ":global/webacl/*-edge/*",
		"arn:aws:wafv2:us-east-1:" + Account + ":global/ipset/*-allow-ipv?/*",
		"arn:aws:wafv2:us-east-1:" + Account + ":global/ipset/*-deny-ipv?/*",
		"arn:aws:wafv2:us-east-1:*:global/managedruleset/*/*",
	},
}, {
	policy: "kasha-edge", sid: "Certificates", actions: []string{"acm:*"}, resources: arns("acm", "certificate/*"),
}, {
	policy: "kasha-edge", sid: "Names", actions: []string{"route53:*"},
	resources: []string{"arn:aws:route53:::hostedzone/*", "arn:aws:route53:::change/*"},
}}

var identity = []scope{{
	policy: "kasha-identity", sid: "Look", actions: iamReads, resources: []string{iamARN(newRoles)},
}, {
	policy: "kasha-identity", sid: "Bounded", actions: iamBounds, resources: []string{iamARN(newRoles)},
	when: Condition{"StringEquals": bounded},
}, {
	policy: "kasha-identity", sid: "Attach", actions: []string{"iam:AttachRolePolicy"},
	resources: []string{iamARN(newRoles)},
	when:      Condition{"StringEquals": bounded, "ArnEquals": {"iam:PolicyARN": attachable}},
}, {
	policy: "kasha-identity", sid: "Keep", actions: iamKeeps, resources: []string{iamARN(newRoles)},
}}

// The roles of stacks that v0.1.0 composed first have no path. All of them have the tag.
var v010 = []scope{{
	policy: "kasha-v010", sid: "Look", actions: iamReads, resources: legacyRoleARNs,
}, {
	policy: "kasha-v010", sid: "Create", actions: []string{"iam:CreateRole"}, resources: legacyRoleARNs,
	when: Condition{"StringEquals": bounded, "Null": {"aws:RequestTag/" + stack: {"false"}}},
}, {
	// A role that is made with tags has none yet.
	policy: "kasha-v010", sid: "Tag", actions: []string{"iam:TagRole"}, resources: legacyRoleARNs, also: true,
	when: exists("aws:RequestTag"),
}, {
	policy: "kasha-v010", sid: "Bounded", actions: iamBounds, resources: legacyRoleARNs,
	when: Condition{"StringEquals": bounded, "Null": {"aws:ResourceTag/" + stack: {"false"}}},
}, {
	policy: "kasha-v010", sid: "Attach", actions: []string{"iam:AttachRolePolicy"},
	resources: legacyRoleARNs,
	when: Condition{
		"StringEquals": bounded, "ArnEquals": {"iam:PolicyARN": attachable},
		"Null": {"aws:ResourceTag/" + stack: {"false"}},
	},
}, {
	policy: "kasha-v010", sid: "Keep", actions: iamKeeps, resources: legacyRoleARNs,
	when: exists("aws:ResourceTag"),
}}

// AWS's rotation application makes a function and a role that takes no boundary.
var rotations = []scope{{
	policy: rotation, sid: "Application", kinds: []string{"serverlessrepo/*"}, actions: []string{"serverlessrepo:*"},
	resources: []string{
		"arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser",
	},
}, {
	policy: rotation, sid: "ApplicationsCode", kinds: []string{"serverlessrepo/*"}, actions: []string{"s3:GetObject"},
	resources: []string{"arn:aws:s3:::awsserverlessrepo-changesets-*/*"},
}, {
	policy: rotation, sid: "Stacks", kinds: []string{"serverlessrepo/*"}, actions: []string{"cloudformation:*"},
	resources: append(arns("cloudformation", "stack/serverlessrepo-*-rotation/*"),
		"arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31"),
}, {
	policy: rotation, sid: "Functions", kinds: []string{"serverlessrepo/*", "secretsmanager/SecretRotation"},
	actions: []string{"lambda:*"}, resources: arns("lambda", "function:*-rotation"),
}, {
	policy: rotation, sid: "Attach", kinds: []string{"serverlessrepo/*"}, actions: []string{"iam:AttachRolePolicy"},
	resources: []string{iamARN("role/serverlessrepo-*")},
	when: Condition{"ForAnyValue:StringEquals": byCloudFormation, "ArnEquals": {"iam:PolicyARN": {
		"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
		"arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
	}}},
}, {
	policy: rotation, sid: "Roles", kinds: []string{"serverlessrepo/*"}, actions: []string{"iam:*"},
	resources: []string{iamARN("role/serverlessrepo-*")},
	when:      Condition{"ForAnyValue:StringEquals": byCloudFormation},
}}

// A restore test may be in an account of its own, where its stack makes the role of AWS Backup: CloudFormation calls
// it <stack>-Role-<characters>, and cuts the stack's name. Only its stacks can reach such a role.
var restoreTests = []scope{{
	policy: restoreTest, sid: "Stacks", kinds: []string{"cloudformation/*"}, actions: []string{"cloudformation:*"},
	resources: arns("cloudformation", "stack/*-restore-test/*"),
}, {
	policy: restoreTest, sid: "Tests", kinds: []string{"cloudformation/*"}, actions: []string{"backup:*"},
	resources: arns("backup", "restore-testing-plan:*_monthly-*"),
}, {
	policy: restoreTest, sid: "Attach", kinds: []string{"cloudformation/*"}, actions: []string{"iam:AttachRolePolicy"},
	resources: []string{iamARN("role/*-Role-*")},
	when: Condition{
		"ForAnyValue:StringEquals": byCloudFormation, "ArnEquals": {"iam:PolicyARN": attachable[1:2]},
	},
}, {
	policy: restoreTest, sid: "Roles", kinds: []string{"cloudformation/*"}, actions: []string{"iam:*"},
	resources: []string{iamARN("role/*-Role-*")},
	when:      Condition{"ForAnyValue:StringEquals": byCloudFormation},
}}

// The runner is a function that its stack makes. Only the claim's own stack has a role that Lambda may use.
var runners = []scope{{
	policy: theRunner, sid: "Stacks", kinds: []string{"cloudformation/*"}, actions: []string{"cloudformation:*"},
	resources: both("cloudformation", "stack/ID-runner/*"),
}, {
	policy: theRunner, sid: "Functions", kinds: []string{"cloudformation/*", "lambda/*"},
	actions: []string{"lambda:*"}, resources: both("lambda", "function:ID-runner"),
}}

// passedBy are the services that the optional features hand roles to, and optionalRoles the roles, by policy.
var (
	passedBy = map[string][]string{
		rotation: {"lambda.amazonaws.com"}, restoreTest: {"backup.amazonaws.com"}, theRunner: {"lambda.amazonaws.com"},
	}

	optionalRoles = map[string][]string{
		rotation:    {"role/serverlessrepo-*"},
		restoreTest: {"role/*-Role-*", newRoles, "role/*-??????-backup"},
		theRunner:   {"role/kasha/*-runner", "role/*-??????-runner"},
	}
)

// passes allows to hand roles to the services that they are for.
func passes(to []string, roles ...string) Statement {
	s := Statement{Sid: "Pass", Effect: "Allow", Action: []string{"iam:PassRole"}}
	for _, r := range roles {
		s.Resource = append(s.Resource, iamARN(r))
	}
	s.Condition = Condition{"StringEquals": {"iam:PassedToService": to}}
	return s
}

// PassedTo are the services that resources hand roles to: those of the kinds that are optional, or of the others.
func PassedTo(optionally bool) []string {
	var out []string
	for _, r := range kinds.Records {
		if r.PassesRoleTo != "" && matches(optional, r.String()) == optionally {
			out = append(out, r.PassesRoleTo)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// linked are the services that make a role of their own with the first resource of a kind in an account.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
var linked = map[string]string{
	"appautoscaling/Target": "ecs.application-autoscaling.amazonaws.com " +
		"rds.application-autoscaling.amazonaws.com",
	"backup/Plan":                      "backup.amazonaws.com",
	"cloudfront/VPCOrigin":             "vpcorigin.cloudfront.amazonaws.com",
	"ecs/Cluster":                      "ecs.amazonaws.com",
	"elbv2/LB":                         "elasticloadbalancing.amazonaws.com",
	"rds/Instance":                     "rds.amazonaws.com",
	"wafv2/WebACLLoggingConfiguration": "wafv2.amazonaws.com",
}

func links() Statement {
	var services []string
	for _, r := range kinds.Records {
		services = append(services, strings.Fields(linked[r.String()])...)
	}
	slices.Sort(services)
	return Statement{
		Sid: "Link", Effect: "Allow", Action: []string{"iam:CreateServiceLinkedRole"},
		Resource:  []string{iamARN("role/aws-service-role/*")},
		Condition: Condition{"StringEquals": {"iam:AWSServiceName": services}},
	}
}
