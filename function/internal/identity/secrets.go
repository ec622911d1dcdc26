package identity

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// injected allows the secrets that the claim gives to the services as variables,
// and their keys. Which keys those are the claim does not say, so any is allowed,
// but through Secrets Manager only, and for these secrets only.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
func injected(s *stack.Stack) policy.Document {
	arns := policy.List(slices.Sorted(maps.Keys(secrets(s))))
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
	decrypt := allow("SecretKeys", slices.Compact(keys), "kms:Decrypt")
	decrypt.Condition = policy.Condition{"StringEquals": {
		"kms:ViaService":                  {"secretsmanager." + s.Region + ".amazonaws.com"},
		"kms:EncryptionContext:SecretARN": arns,
	}}
	return policy.Document{allow("Secrets", arns, "secretsmanager:GetSecretValue"), decrypt}
}

// secrets are those that the claim names, and those of the versions that the
// services still run or may go back to: without them a version that ECS goes
// back to could not start.
func secrets(s *stack.Stack) map[string]bool {
	out := map[string]bool{}
	for _, of := range []map[string]v1alpha1.SecretValue{s.Claim.Spec.Frontend.Secrets, s.Claim.Spec.Backend.Secrets} {
		for _, v := range of {
			out[v.SecretARN] = true
		}
	}
	for _, service := range services {
		s.ObservedKeys(string(rollout.TaskDefinitionKey(service, "")), func(_ stack.Key, o stack.Observed) {
			for _, arn := range read(o) {
				out[arn] = true
			}
		})
	}
	return out
}

// A container is as much of one as tells what its task definition needs.
type container struct {
	Image   string `json:"image"`
	Secrets []struct {
		ValueFrom string `json:"valueFrom"`
	} `json:"secrets"`
}

// containers are those of a task definition. What cannot be read needs nothing.
func containers(o stack.Observed) []container {
	var out []container
	text, _ := stack.Text(o, "spec", "forProvider", "containerDefinitions")
	if json.Unmarshal([]byte(text), &out) != nil {
		return nil
	}
	return out
}

// read are the secrets that a task definition reads.
func read(o stack.Observed) []string {
	var out []string
	for _, c := range containers(o) {
		for _, v := range c.Secrets {
			// What follows the name is the key within the secret.
			if at := strings.SplitN(v.ValueFrom, ":", arnParts+1); len(at) >= arnParts {
				out = append(out, strings.Join(at[:arnParts], ":"))
			}
		}
	}
	return out
}

// arnParts is how many parts the ARN of a secret has.
const arnParts = 7
