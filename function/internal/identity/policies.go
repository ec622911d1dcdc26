package identity

import (
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// executionPolicy allows ECS to pull the images and to write to this stack's log
// groups. Images of public registries need no permission. Encrypted log groups and
// repositories need no permission for their key: CloudWatch Logs may use it by the
// key's policy, and ECR by a grant.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
func executionPolicy(s *stack.Stack, p *plan.Plan) policy.Document {
	var streams policy.List
	for _, w := range p.Containers() {
		streams = append(streams, p.RegionalARN("logs", "log-group:"+p.LogGroupName(w.Name)+":*"))
	}
	d := policy.Document{
		// AWS has no resource for this action.
		policy.Permit("RegistryToken", policy.List{"*"}, "ecr:GetAuthorizationToken"),
	}
	d = append(d, images(s, p)...)
	d = append(d, policy.Permit("Logs", streams, "logs:CreateLogStream", "logs:PutLogEvents"))
	return append(append(d, injected(s, p)...), parameters(s, p)...)
}

// taskPolicy allows what the workloads' bindings need, once for each binding.
func taskPolicy(s *stack.Stack, p *plan.Plan) policy.Document {
	var d policy.Document
	var encrypted policy.List
	for _, b := range p.Bindings {
		grant := b.Grant()
		d = append(d, grant.Statements...)
		for _, service := range grant.Encrypted {
			encrypted = append(encrypted, service+"."+s.Region+".amazonaws.com")
		}
	}
	if len(encrypted) > 0 {
		d = append(d, plan.DataKeyThrough(encrypted, "kms:Decrypt", "kms:GenerateDataKey"))
	}
	return d
}

// execPolicy lets the agent in the containers open sessions that people ask for, decrypt them,
// and write what they show. AWS has no resource for channels.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
func execPolicy(p *plan.Plan) policy.Document {
	return policy.Document{
		policy.Permit("Sessions", policy.List{"*"}, "ssmmessages:CreateControlChannel",
			"ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
		policy.Permit("SessionLogs", policy.List{stack.ARN(keys.ExecLogGroup) + ":*"},
			"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
		policy.Permit("Groups", policy.List{p.RegionalARN("logs", "log-group:*")}, "logs:DescribeLogGroups"),
		policy.Permit("SessionKey", policy.List{stack.ARN(keys.TelemetryKey)}, "kms:Decrypt"),
	}
}

// uploadsPolicy allows what aws s3 sync and an invalidation need. With a bucket key, S3
// still calls KMS on behalf of who uploads.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
func uploadsPolicy(s *stack.Stack) policy.Document {
	bucket := stack.ARN(keys.Static)
	return policy.Document{
		policy.Permit("Files", policy.List{bucket + "/*"},
			"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
		policy.Permit("Bucket", policy.List{bucket}, "s3:ListBucket"),
		policy.Permit("Cache", policy.List{stack.ARN(keys.Distribution)}, "cloudfront:CreateInvalidation"),
		plan.DataKeyThrough(policy.List{"s3." + s.Region + ".amazonaws.com"}, "kms:Decrypt", "kms:GenerateDataKey"),
	}
}

// restorePolicy lets AWS Backup restore a database with the monitoring role that the
// database had when the snapshot was taken. It may pass this role to RDS only.
func restorePolicy(p *plan.Plan) policy.Document {
	pass := policy.Permit("PassMonitoringRole", policy.List{p.RoleARN(plan.RoleRDSMonitoring)}, "iam:PassRole")
	pass.Condition = policy.Condition{"StringEquals": {"iam:PassedToService": {"monitoring.rds.amazonaws.com"}}}
	return policy.Document{pass}
}

// flowLogsPolicy allows writing to the one log group. It does not allow creating the
// group: a group that was deleted on purpose would be created again, unencrypted and
// without expiry. AWS can allow listing the groups only for the whole account, but the
// streams of one group.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
func flowLogsPolicy(p *plan.Plan) policy.Document {
	return policy.Document{
		policy.Permit("Streams", policy.List{stack.ARN(keys.FlowLogGroup) + ":*"},
			"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
		policy.Permit("Groups", policy.List{p.RegionalARN("logs", "log-group:*")}, "logs:DescribeLogGroups"),
	}
}
