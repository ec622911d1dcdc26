package service

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// secrets are variables of the claim whose values ECS reads from Secrets Manager or the
// Parameter Store, sorted by name.
func secrets(claimed map[string]v1alpha1.SecretValue) []containers.Secret {
	var out []containers.Secret
	for _, name := range slices.Sorted(maps.Keys(claimed)) {
		from := cmp.Or(claimed[name].SecretARN, claimed[name].ParameterARN)
		if key := claimed[name].Key; key != "" {
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
	some, all := false, true
	for _, c := range w.Parts() {
		for _, v := range c.Secrets {
			some, all = true, all && granted(s, cmp.Or(v.SecretARN, v.ParameterARN))
		}
	}
	if !some {
		return nil
	}
	return []stack.Option{stack.When(all, "the permission to read the secrets of the "+w.Name)}
}

// granted tells whether the execution role's policy, as AWS has it, names the ARN.
func granted(s *stack.Stack, arn string) bool {
	return names(s, keys.RolePolicy(keys.Execution), arn)
}

// names tells whether a role's policy, as AWS has it, names an ARN or an action.
func names(s *stack.Stack, policy stack.Key, text string) bool {
	has, _ := s.Status(policy, "policy")
	return strings.Contains(has, strconv.Quote(text))
}
