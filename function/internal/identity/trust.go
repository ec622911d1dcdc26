package identity

import (
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
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

// only is the condition that the service acts for something of this account:
// somebody else's must not talk it into using this role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func only(s *stack.Stack, source string) policy.Condition {
	return policy.Condition{
		"StringEquals": {"aws:SourceAccount": {s.Account()}},
		"ArnLike":      {"aws:SourceArn": {source}},
	}
}

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
func tasksTrust(s *stack.Stack) policy.Document {
	return trust("ecs-tasks.amazonaws.com", only(s, s.RegionalARN("ecs", "*")))
}

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
func rdsTrust(s *stack.Stack) policy.Document {
	return trust("monitoring.rds.amazonaws.com", only(s, s.RegionalARN("rds", "db:*")))
}

// proxyTrust has no condition, as AWS documents it: one that RDS does not send
// would leave the pool without a password.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
func proxyTrust() policy.Document { return trust("rds.amazonaws.com", nil) }

// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
func flowLogsTrust(s *stack.Stack) policy.Document {
	return trust("vpc-flow-logs.amazonaws.com", only(s, s.RegionalARN("ec2", "vpc-flow-log/*")))
}

// backupTrust has no condition: AWS Backup documents none for its role, and one
// that it does not send would end the backups without a word.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-service-confused-deputy-prevention.html
func backupTrust() policy.Document { return trust("backup.amazonaws.com", nil) }
