// Package identity composes the IAM roles: one for each AWS service that acts for this
// stack, and one for the backend's own code. The frontend has no role, so an attacker
// who breaks into it can do nothing in AWS.
package identity

import (
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds the roles that the claim needs.
func Compose(s *stack.Stack, p *plan.Plan) {
	execution(s, p)
	task(s, p)
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
