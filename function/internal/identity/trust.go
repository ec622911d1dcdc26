package identity

import (
	"slices"

	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
)

// trust lets one of AWS's services assume a role.
func trust(service string, condition policy.Condition) policy.Document {
	return policy.Document{{
		Effect:    policy.Allow,
		Principal: &policy.Principal{Service: policy.List{service}},
		Action:    policy.List{"sts:AssumeRole"},
		Condition: condition,
	}}
}

// only is the condition that the service acts for a resource of this account. Without
// it, another account could make the service use this role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func only(source string) policy.Condition {
	return policy.Condition{
		"StringEquals": {"aws:SourceAccount": {plan.Account()}},
		"ArnLike":      {"aws:SourceArn": {source}},
	}
}

// uploadsTrust lets roles assume a role, and nobody else of their accounts.
func uploadsTrust(roles []string) policy.Document {
	return policy.Document{{
		Effect:    policy.Allow,
		Principal: &policy.Principal{AWS: slices.Sorted(slices.Values(roles))},
		Action:    policy.List{"sts:AssumeRole"},
	}}
}

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
func tasksTrust(p *plan.Plan) policy.Document {
	return trust("ecs-tasks.amazonaws.com", only(p.RegionalARN("ecs", "*")))
}

// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
func flowLogsTrust(p *plan.Plan) policy.Document {
	return trust("vpc-flow-logs.amazonaws.com", only(p.RegionalARN("ec2", "vpc-flow-log/*")))
}

// backupTrust has no condition: AWS Backup documents none for its role, and a condition
// that AWS Backup does not meet would silently stop the backups.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-service-confused-deputy-prevention.html
func backupTrust() policy.Document { return trust("backup.amazonaws.com", nil) }
