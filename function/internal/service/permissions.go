package service

import (
	"slices"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// permitted holds a version with a role of its own back until the role has the permissions that
// the claim gives to it, and until schedules and the runner may start tasks with it.
func permitted(s *stack.Stack, w plan.Workload, role string) []stack.Option {
	if !w.OwnRole {
		return nil
	}
	var opts []stack.Option
	arn, _ := s.Known(role)
	if w.Schedule != nil {
		opts = append(opts, stack.When(names(s, keys.RolePolicy(keys.Scheduler), arn),
			"the permission to start the "+w.Name+" with its role"))
	}
	if w.Release != nil {
		opts = append(opts, stack.When(names(s, keys.RolePolicy(keys.Runner), arn),
			"the permission to run the release of the "+w.Name+" with its role"))
	}
	if len(w.Permissions) > 0 {
		policy := keys.TaskRolePolicy(w.Name, keys.PermissionsPolicy)
		all := true
		for _, p := range w.Permissions {
			for _, text := range slices.Concat(p.Actions, p.Resources) {
				all = all && names(s, policy, text)
			}
		}
		opts = append(opts, stack.When(all, "the permissions of the "+w.Name))
	}
	return opts
}
