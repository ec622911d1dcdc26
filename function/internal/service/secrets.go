package service

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// secrets are the claim's variables whose values ECS reads from Secrets Manager, sorted
// by name.
func secrets(w plan.Workload) []containers.Secret {
	var out []containers.Secret
	for _, name := range slices.Sorted(maps.Keys(w.Secrets)) {
		from := w.Secrets[name].SecretARN
		if key := w.Secrets[name].Key; key != "" {
			// The last two parts are the version's stage and ID. Empty means the
			// current version.
			// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
			from += ":" + key + "::"
		}
		out = append(out, containers.Secret{Name: name, ValueFrom: from})
	}
	return out
}

// readable holds a task definition back until ECS may read its secrets. A task that
// starts earlier fails, and ECS would treat that as a version that does not work, and
// roll back.
func readable(s *stack.Stack, w plan.Workload) []stack.Option {
	if len(w.Secrets) == 0 {
		return nil
	}
	all := true
	for _, v := range w.Secrets {
		all = all && granted(s, v.SecretARN)
	}
	return []stack.Option{stack.When(all, "the permission to read the secrets of the "+w.Name)}
}

// granted tells whether the execution role's policy, as AWS has it, names the ARN.
func granted(s *stack.Stack, arn string) bool {
	policy, _ := s.Status(keys.RolePolicy(keys.Execution), "policy")
	return strings.Contains(policy, strconv.Quote(arn))
}
