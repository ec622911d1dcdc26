package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// needsRole tells whether the claim asks for something that only a role of the workload's own
// can have: the other workloads must not have it, too.
func (d Declared) needsRole() bool { return len(d.Permissions) > 0 || d.Exec }

// HasExec tells whether people may open a shell in a container of any workload.
func (p *Plan) HasExec() bool {
	return slices.ContainsFunc(p.Containers(), func(w Workload) bool { return w.Exec })
}

// ExecLogGroupName is the name of the log group of what shells in containers show.
func (p *Plan) ExecLogGroupName() string { return "/kasha/" + p.stack.ID + "/ecs-exec" }

// TaskRoleSuffix is the end of the name in AWS of a workload's own role. The boundary knows
// it.
func TaskRoleSuffix(workload string) string { return "ecsTask-" + workload }

// TaskRoleARN is the ARN of the role of a workload's tasks. It is empty for a workload without
// a role.
func (p *Plan) TaskRoleARN(w Workload) string {
	switch {
	case w.OwnRole:
		return p.RoleARN(TaskRoleSuffix(w.Name))
	case w.Role:
		return p.RoleARN(RoleTask)
	}
	return ""
}

// RoleKeys are the keys of the role of the workload's tasks and of those of its policies
// that exist without waiting for other resources. They are empty for a workload without a role.
func (w Workload) RoleKeys() (role stack.Key, policies []stack.Key) {
	switch {
	case w.OwnRole:
		role = keys.Role(keys.TaskRole(w.Name))
		if w.Role {
			policies = append(policies, keys.TaskRolePolicy(w.Name, keys.TaskRoleUses))
		}
		if len(w.Permissions) > 0 {
			policies = append(policies, keys.TaskRolePolicy(w.Name, keys.PermissionsPolicy))
		}
		if w.Exec {
			policies = append(policies, keys.TaskRolePolicy(w.Name, keys.ExecPolicy))
		}
	case w.Role:
		role, policies = keys.Role(keys.Task), []stack.Key{keys.RolePolicy(keys.Task)}
	}
	return role, policies
}

// PermissionStatements are the statements of a workload's permissions.
func PermissionStatements(permissions []v1alpha1.Permission) policy.Document {
	var out policy.Document
	for i, p := range permissions {
		st := policy.Permit("Permission"+strconv.Itoa(i+1), p.Resources, p.Actions...)
		for _, c := range p.Conditions {
			if st.Condition == nil {
				st.Condition = policy.Condition{}
			}
			if st.Condition[c.Test] == nil {
				st.Condition[c.Test] = map[string]policy.List{}
			}
			st.Condition[c.Test][c.Key] = c.Values
		}
		out = append(out, st)
	}
	return out
}

// KeepsTaskRole tells whether a version of a workload may still run with the role of its own
// that the claim does not ask for any more. Whatever is not known may run.
func (p *Plan) KeepsTaskRole(workload string) bool {
	i := indexOf(p.Containers(), workload)
	if i < 0 {
		// The workload has left the claim. Its tasks stop while its service is deleted.
		_, runs := p.stack.Observed(keys.Service(workload))
		return runs
	}
	arn := p.RoleName(TaskRoleSuffix(workload))
	has, seen := false, map[string]bool{}
	rollout.Versions(p.stack, workload, func(k stack.Key, o stack.Observed) {
		role, _ := stack.Text(o, "spec", "forProvider", "taskRoleArn")
		has = has || strings.HasSuffix(role, "/"+arn)
		if v, ok := p.stack.Status(k, "arn"); ok {
			seen[v] = true
		}
	})
	return has || !seen[p.runs(p.Containers()[i])]
}

func indexOf(workloads []Workload, name string) int {
	for i, w := range workloads {
		if w.Name == name {
			return i
		}
	}
	return -1
}

// runs is the ARN of the one version that a workload runs, as AWS says. It is empty where it
// is not known, or where another one may run, too.
func (p *Plan) runs(w Workload) string {
	if w.Schedule != nil {
		o, ok := p.stack.Observed(keys.Schedule(w.Schedule.Name))
		if !ok {
			return ""
		}
		arn, _ := stack.Text(o, "status", "atProvider", "target", "ecsParameters", "taskDefinitionArn")
		return arn
	}
	if w.Rollout.Running != w.Rollout.Wanted {
		return ""
	}
	return w.Rollout.Running
}

// ownRole is the role that a workload has of its own, or that a run of it may still have.
func (p *Plan) ownRole(workload string) policy.List {
	i := indexOf(p.Containers(), workload)
	_, observed := p.stack.Observed(keys.Role(keys.TaskRole(workload)))
	if i >= 0 && (p.Containers()[i].OwnRole || observed && p.KeepsTaskRole(workload)) {
		return policy.List{p.RoleARN(TaskRoleSuffix(workload))}
	}
	return nil
}
