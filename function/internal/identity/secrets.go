package identity

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// injected allows ECS to read the secrets that the claim gives to the services as
// variables, and to use their keys. The claim does not name these keys, so any key is
// allowed, but only through Secrets Manager and only for these secrets.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
func injected(s *stack.Stack, p *plan.Plan) policy.Document {
	arns := policy.List(p.Secrets())
	if len(arns) == 0 {
		return nil
	}
	keys := make(policy.List, 0, len(arns))
	for _, arn := range arns {
		// The key of a secret is in the secret's account and region:
		// arn:aws:secretsmanager:<region>:<account>:secret:<name>.
		at := strings.Split(arn, ":")
		keys = append(keys, "arn:aws:kms:"+at[3]+":"+at[4]+":key/*")
	}
	decrypt := policy.Permit("SecretKeys", slices.Compact(keys), "kms:Decrypt")
	decrypt.Condition = policy.Condition{"StringEquals": {
		"kms:ViaService":                  {"secretsmanager." + s.Region + ".amazonaws.com"},
		"kms:EncryptionContext:SecretARN": arns,
	}}
	return policy.Document{policy.Permit("Secrets", arns, "secretsmanager:GetSecretValue"), decrypt}
}
