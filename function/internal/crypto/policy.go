package crypto

import (
	"strings"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// account leaves it to IAM in the account who may use the key. RDS, S3, Secrets
// Manager, ECR and AWS Backup need nothing more: they use the key on behalf of the
// identity that calls them, which IAM allows, or through a grant that this identity
// creates.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func account(s *stack.Stack) policy.Statement {
	return policy.Statement{
		Sid:       "Account",
		Effect:    policy.Allow,
		Principal: &policy.Principal{AWS: policy.List{plan.RootARN()}},
		Action:    policy.List{"kms:*"},
		// In a key policy, * is the key itself.
		Resource: policy.List{"*"},
	}
}

// dataPolicy admits CloudFront to the claim's static files, which its own requests to S3
// decrypt. No IAM identity makes these requests.
func dataPolicy(s *stack.Stack, p *plan.Plan) policy.Document {
	d := policy.Document{account(s)}
	if to := copiesTo(s); to != "" {
		d = append(d, copies(to)...)
	}
	if p.Static.Admits(keys.DataKey) {
		d = append(d, p.Static.Admit("Files", "*", "kms:Decrypt"))
	}
	return d
}

// copiesTo is the other account that the archive is copied to, if any.
func copiesTo(s *stack.Stack) string {
	c := s.Claim.Spec.Backup.CopyTo
	if c == nil || c.VaultARN == "" {
		return ""
	}
	const place = 4
	to := strings.Split(c.VaultARN, ":")[place]
	if own, _ := s.Known(plan.Account()); own == to {
		return ""
	}
	return to
}

// copies lets the account of the other vault read what it copies: a recovery point of
// RDS stays encrypted with the database's key, whatever key its vault has. Only AWS
// services may get grants.
// https://repost.aws/knowledge-center/backup-cross-account-copy-error
func copies(to string) []policy.Statement {
	there := &policy.Principal{AWS: policy.List{"arn:aws:iam::" + to + ":root"}}
	return []policy.Statement{{
		Sid:       "Copies",
		Effect:    policy.Allow,
		Principal: there,
		Action: policy.List{
			"kms:DescribeKey", "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*",
		},
		Resource: policy.List{"*"},
	}, {
		Sid:       "CopiesGrants",
		Effect:    policy.Allow,
		Principal: there,
		Action:    policy.List{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"},
		Resource:  policy.List{"*"},
		Condition: policy.Condition{"Bool": {"kms:GrantIsForAWSResource": {"true"}}},
	}}
}

func telemetryPolicy(s *stack.Stack) policy.Document {
	d := policy.Document{account(s), logs(s, s.Region), alarms()}
	if s.Claim.Spec.Alarms.MonthlyBudgetUSD != nil {
		d = append(d, budgets())
	}
	if len(s.Claim.Spec.Schedules) > 0 {
		d = append(d, failedRuns())
	}
	return d
}

func edgePolicy(s *stack.Stack) policy.Document {
	return policy.Document{account(s), logs(s, plan.GlobalRegion), alarms()}
}

// budgets lets AWS Budgets publish to the encrypted topic.
// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
func budgets() policy.Statement {
	return publishes("Budgets", "budgets.amazonaws.com", thisAccount())
}

// failedRuns lets EventBridge publish to the encrypted topic. SNS does not support the
// conditions aws:SourceAccount and aws:SourceArn here: with them, nothing would arrive. The
// topic's policy admits only the claim's own rule.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func failedRuns() policy.Statement {
	return publishes("FailedRuns", "events.amazonaws.com", nil)
}

// logs lets CloudWatch Logs encrypt this account's log groups in a region.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
func logs(s *stack.Stack, region string) policy.Statement {
	groups := "arn:aws:logs:" + region + ":" + plan.Account() + ":log-group:*"
	return policy.Statement{
		Sid:       "Logs",
		Effect:    policy.Allow,
		Principal: &policy.Principal{Service: policy.List{"logs." + region + ".amazonaws.com"}},
		Action: policy.List{
			"kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*",
		},
		Resource:  policy.List{"*"},
		Condition: policy.Condition{"ArnLike": {"kms:EncryptionContext:aws:logs:arn": {groups}}},
	}
}

// alarms lets CloudWatch alarms publish to the encrypted topic.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func alarms() policy.Statement {
	return publishes("Alarms", "cloudwatch.amazonaws.com", thisAccount())
}

// publishes lets a service publish to the encrypted topic.
func publishes(sid, service string, condition policy.Condition) policy.Statement {
	return policy.Statement{
		Sid:       sid,
		Effect:    policy.Allow,
		Principal: &policy.Principal{Service: policy.List{service}},
		Action:    policy.List{"kms:Decrypt", "kms:GenerateDataKey*"},
		Resource:  policy.List{"*"},
		Condition: condition,
	}
}

func thisAccount() policy.Condition {
	return policy.Condition{"StringEquals": {"aws:SourceAccount": {plan.Account()}}}
}
