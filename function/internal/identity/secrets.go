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
	return policy.Document{
		policy.Permit("Secrets", arns, "secretsmanager:GetSecretValue"),
		decrypt(s, "SecretKeys", "secretsmanager", "SecretARN", arns),
	}
}

// parameters allows the same for the Parameter Store. A String has no key, and a SecureString
// may have any.
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
func parameters(s *stack.Stack, p *plan.Plan) policy.Document {
	arns := policy.List(p.Parameters())
	if len(arns) == 0 {
		return nil
	}
	return policy.Document{
		policy.Permit("Parameters", arns, "ssm:GetParameters"),
		decrypt(s, "ParameterKeys", "ssm", "PARAMETER_ARN", arns),
	}
}

// decrypt allows using the keys of some secrets or parameters through the service that has
// them, which tells KMS the ARN in the encryption context. A key is in the account and region
// of what it encrypts: arn:aws:<service>:<region>:<account>:<name>.
func decrypt(s *stack.Stack, sid, service, context string, arns policy.List) policy.Statement {
	keys := make(policy.List, 0, len(arns))
	for _, arn := range arns {
		at := strings.Split(arn, ":")
		keys = append(keys, "arn:aws:kms:"+at[3]+":"+at[4]+":key/*")
	}
	st := policy.Permit(sid, slices.Compact(keys), "kms:Decrypt")
	st.Condition = policy.Condition{"StringEquals": {
		"kms:ViaService":                   {service + "." + s.Region + ".amazonaws.com"},
		"kms:EncryptionContext:" + context: arns,
	}}
	return st
}
