package identity

import (
	"maps"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// injected allows ECS to read the secrets that the claim gives to the services as
// variables, and to use their keys. The claim does not name these keys, so any key is
// allowed, but only through Secrets Manager and only for these secrets.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
func injected(s *stack.Stack, p *plan.Plan) policy.Document {
	arns := policy.List(slices.Sorted(maps.Keys(secrets(s, p))))
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

// secrets are the secrets that the claim names, and those of the versions that the
// services still run or may roll back to. Without the latter, a version that ECS rolls
// back to could not start.
func secrets(s *stack.Stack, p *plan.Plan) map[string]bool {
	out := map[string]bool{}
	for _, w := range p.Containers() {
		for _, v := range w.Secrets {
			out[v.SecretARN] = true
		}
	}
	for _, c := range running(s, p) {
		for _, secret := range c.Secrets {
			if arn, ok := secret.SecretARN(); ok {
				out[arn] = true
			}
		}
	}
	return out
}

// running are the containers of all versions that the services still run or may roll
// back to.
func running(s *stack.Stack, p *plan.Plan) []containers.Container {
	var out []containers.Container
	for _, w := range p.Containers() {
		rollout.Versions(s, w.Name, func(_ stack.Key, o stack.Observed) {
			out = append(out, containers.Of(o)...)
		})
	}
	return out
}
