package identity

import (
	"slices"

	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

var services = []string{"frontend", "backend"}

// executionPolicy allows the images' repositories and this stack's log groups.
// Images of public registries need no permission. Encrypted log
// groups and repositories need none for their key either: CloudWatch Logs has it
// by the key's policy and ECR by a grant.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
func executionPolicy(s *stack.Stack) policy.Document {
	var streams policy.List
	for _, svc := range services {
		streams = append(streams, s.RegionalARN("logs", "log-group:"+s.ServiceLogGroup(svc)+":*"))
	}
	d := policy.Document{
		// The one action of these that AWS has no resource for.
		allow("RegistryToken", policy.List{"*"}, "ecr:GetAuthorizationToken"),
	}
	d = append(d, images(s)...)
	d = append(d, allow("Logs", streams, "logs:CreateLogStream", "logs:PutLogEvents"))
	return append(d, injected(s)...)
}

// taskPolicy allows what the claim gave the backend. Its queues' dead letters
// are for people, so they are not among it.
func taskPolicy(s *stack.Stack) policy.Document {
	bucket := s.ARN("bucket-app")
	d := policy.Document{
		allow("Objects", policy.List{bucket + "/*"}, "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
		allow("Bucket", policy.List{bucket}, "s3:ListBucket"),
		allow("Secret", policy.List{s.SecretARN()}, "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
		key(s),
	}
	if len(s.Claim.Spec.Queues) > 0 {
		d = append(d, queues(s))
	}
	return d
}

// key is for what the bucket and the secret are encrypted with, and only through
// them.
func key(s *stack.Stack) policy.Statement {
	k := allow("Key", policy.List{s.ARN("key-data")}, "kms:Decrypt", "kms:GenerateDataKey")
	k.Condition = policy.Condition{"StringEquals": {"kms:ViaService": {
		"s3." + s.Region + ".amazonaws.com",
		"secretsmanager." + s.Region + ".amazonaws.com",
	}}}
	return k
}

func queues(s *stack.Stack) policy.Statement {
	var arns policy.List
	for _, q := range s.Claim.Spec.Queues {
		arns = append(arns, s.RegionalARN("sqs", s.QueueName(q)))
	}
	return allow("Queues", arns, "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage")
}

// databaseUsersPolicy allows to log in as some users, to each instance by the
// identifier that it keeps when it is renamed.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
func databaseUsersPolicy(s *stack.Stack) policy.Document {
	var users policy.List
	for _, k := range append([]stack.Key{stack.Primary}, s.ReplicaKeys()...) {
		for _, u := range slices.Sorted(slices.Values(s.Claim.Spec.Database.IAMUsers)) {
			users = append(users, s.RegionalARN("rds-db", "dbuser:"+s.Await(k, "resourceId")+"/"+u))
		}
	}
	return policy.Document{allow("Login", users, "rds-db:connect")}
}

// proxyPolicy allows the one secret, and its key through it.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
func proxyPolicy(s *stack.Stack) policy.Document {
	k := allow("Key", policy.List{s.ARN("key-data")}, "kms:Decrypt")
	k.Condition = policy.Condition{"StringEquals": {"kms:ViaService": {"secretsmanager." + s.Region + ".amazonaws.com"}}}
	return policy.Document{
		allow("Secret", policy.List{s.ARN("secret-db")}, "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
		k,
	}
}

// restorePolicy lets AWS Backup give a restored database the role that the
// database had when the snapshot was taken, and to nobody else.
func restorePolicy(s *stack.Stack) policy.Document {
	p := allow("PassMonitoringRole", policy.List{s.RoleARN(stack.RoleRDSMonitoring)}, "iam:PassRole")
	p.Condition = policy.Condition{"StringEquals": {"iam:PassedToService": {"monitoring.rds.amazonaws.com"}}}
	return policy.Document{p}
}

// flowLogsPolicy allows the one log group. It may not create it: a group that
// was deleted on purpose would come back, unencrypted and for ever. Groups are
// listed across the account or not at all; their streams by group.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
func flowLogsPolicy(s *stack.Stack) policy.Document {
	return policy.Document{
		allow("Streams", policy.List{s.ARN("loggroup-flowlogs") + ":*"}, "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
		allow("Groups", policy.List{s.RegionalARN("logs", "log-group:*")}, "logs:DescribeLogGroups"),
	}
}

func allow(sid string, resources policy.List, actions ...string) policy.Statement {
	return policy.Statement{Sid: sid, Effect: policy.Allow, Action: actions, Resource: resources}
}
