// Package identity composes the IAM roles: one for each AWS service that acts for this
// stack, and one for the backend's own code. The frontend has no role, so an attacker
// who breaks into it can do nothing in AWS.
package identity

import (
	"slices"
	"strings"

	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds the roles that the claim needs.
func Compose(s *stack.Stack, p *plan.Plan) {
	execution(s, p)
	task(s, p)
	taskRoles(s, p)
	for _, b := range p.Bindings {
		for _, r := range b.Roles() {
			serviceRole(s, p, r)
		}
	}
	if st := p.Static.Spec; st != nil && len(st.Uploaders) > 0 {
		uploads(s, p, st.Uploaders)
	}
	if p.Network.Own {
		flowLogs(s, p)
	}
	if s.Claim.Spec.Backup.ArchiveYears > 0 {
		backup(s, p)
	}
}

// execution is the role that ECS uses while it starts a task.
func execution(s *stack.Stack, p *plan.Plan) {
	role(s, p, keys.Execution, plan.RoleExecution,
		"ECS uses it to pull images and to write the containers' logs.", tasksTrust(p))
	rolePolicy(s, keys.Execution, executionPolicy(s, p))
}

// task is the role of the applications' own code.
func task(s *stack.Stack, p *plan.Plan) {
	role(s, p, keys.Task, plan.RoleTask,
		"The backend's own: the bucket, the queues and the database's secret.", tasksTrust(p))
	rolePolicy(s, keys.Task, taskPolicy(s, p))
	for _, b := range p.Bindings {
		for _, rp := range b.RolePolicies() {
			addRolePolicy(s, rp.Key, keys.Task, rp.Name, rp.Purpose, rp.Document)
		}
	}
}

// taskRoles are the roles of the workloads that have one of their own. Such a role allows what
// the task role allows, and what the claim adds. It stays as long as a version of the workload
// may run with it.
func taskRoles(s *stack.Stack, p *plan.Plan) {
	composed := map[stack.Key]bool{}
	for _, w := range p.Containers() {
		if w.OwnRole {
			taskRole(s, p, w)
			composed[keys.Role(keys.TaskRole(w.Name))] = true
		}
	}
	var names []string
	s.ObservedKeys(keys.TaskRolePrefix, func(k stack.Key, _ stack.Observed) {
		if name := strings.TrimPrefix(string(k), keys.TaskRolePrefix); !composed[k] && p.KeepsTaskRole(name) {
			names = append(names, name)
		}
	})
	slices.Sort(names)
	for _, name := range names {
		const purpose = "Kept until no task runs with it."
		role := keys.Role(keys.TaskRole(name))
		s.KeepObserved(role, iam.Role_GroupVersionKind, purpose, stack.EchoExternalName())
		for _, k := range policiesOf(s, name, role) {
			s.KeepObserved(k, iam.RolePolicy_GroupVersionKind, purpose, stack.EchoExternalName())
		}
	}
}

// policiesOf are the observed policies of a workload's own role. A workload's name may begin with
// that of another.
func policiesOf(s *stack.Stack, workload string, role stack.Key) []stack.Key {
	var out []stack.Key
	s.ObservedKeys(keys.TaskRolePolicies(workload), func(k stack.Key, o stack.Observed) {
		if of, _ := stack.Text(o, "spec", "forProvider", "roleRef", "name"); of == s.ObjectName(role) {
			out = append(out, k)
		}
	})
	slices.Sort(out)
	return out
}

func taskRole(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	name := keys.TaskRole(w.Name)
	role(s, p, name, plan.TaskRoleSuffix(w.Name), "The "+w.Name+"'s own, with what its claim allows it.",
		tasksTrust(p))
	if w.Role {
		addRolePolicy(s, keys.TaskRolePolicy(w.Name, keys.TaskRoleUses), name, "least-privilege",
			"Allows the role what it needs, and nothing else.", taskPolicy(s, p))
		for _, b := range p.Bindings {
			for _, rp := range b.RolePolicies() {
				addRolePolicy(s, keys.TaskRolePolicy(w.Name, rp.Name), name, rp.Name, rp.Purpose, rp.Document)
			}
		}
	}
	if len(w.Permissions) > 0 {
		addRolePolicy(s, keys.TaskRolePolicy(w.Name, keys.PermissionsPolicy), name, "permissions",
			"Allows the role what the claim adds.", plan.PermissionStatements(w.Permissions))
	}
	if w.Exec {
		addRolePolicy(s, keys.TaskRolePolicy(w.Name, keys.ExecPolicy), name, "exec",
			"Lets the agent of ECS Exec open shells, and log what they show.", execPolicy(p))
	}
}

// serviceRole is the role of an AWS service that acts for a binding.
func serviceRole(s *stack.Stack, p *plan.Plan, r plan.ServiceRole) {
	var condition policy.Condition
	if r.Source != "" {
		condition = only(r.Source)
	}
	role(s, p, r.Name, r.Suffix, r.Purpose, trust(r.Principal, condition))
	if len(r.Document) > 0 {
		rolePolicy(s, r.Name, r.Document)
	}
	if r.Managed != "" {
		attachment(s, r.Name, r.Name, r.Managed)
	}
}

// uploads is the role by which the roles that the claim names change the static files.
func uploads(s *stack.Stack, p *plan.Plan, by []string) {
	role(s, p, keys.Uploads, plan.RoleUploads,
		"The claim's uploaders use it to change the static files and to invalidate CloudFront's cache.",
		uploadsTrust(by))
	rolePolicy(s, keys.Uploads, uploadsPolicy(s))
}

func flowLogs(s *stack.Stack, p *plan.Plan) {
	role(s, p, keys.FlowLogs, plan.RoleFlowLogs, "The VPC uses it to write its flow logs.", flowLogsTrust(p))
	rolePolicy(s, keys.FlowLogs, flowLogsPolicy(p))
}

// backup is the role of AWS Backup. It outlives the claim, like the vault: AWS Backup
// expires a recovery point with the role that took it, and without that role some
// recovery points never expire.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-iam.html
func backup(s *stack.Stack, p *plan.Plan) {
	role(s, p, keys.BackupRole, plan.RoleBackup,
		"AWS Backup uses it to take, restore and expire snapshots. It outlives the claim, since recovery points do.",
		backupTrust(), stack.Retain())
	attachment(s, "backup", keys.BackupRole, "service-role/AWSBackupServiceRolePolicyForBackup", stack.Retain())
	attachment(s, "backup-restores", keys.BackupRole,
		"service-role/AWSBackupServiceRolePolicyForRestores", stack.Retain())
	if t := s.Claim.Spec.Backup.RestoreTest; t.Enabled && t.ProviderConfigRef == nil {
		rolePolicy(s, keys.BackupRole, restorePolicy(p))
	}
}
