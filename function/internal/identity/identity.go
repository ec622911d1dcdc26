// Package identity is who may do what: one role for each of AWS's services that
// acts for this stack, and one for the backend itself. The frontend has none, so
// what breaks into it can do nothing in AWS.
package identity

import (
	"k8s.io/utils/ptr"

	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose makes a role for each who acts.
func Compose(s *stack.Stack) {
	execution(s)
	task(s)
	rdsMonitoring(s)
	if s.OwnNetwork() {
		flowLogs(s)
	}
	if s.HasProxy() {
		databaseProxy(s)
	}
	if s.Claim.Spec.Backup.ArchiveYears > 0 {
		backup(s)
	}
}

// execution is for ECS while it starts a task.
func execution(s *stack.Stack) {
	role(s, "execution", stack.RoleExecution, "ECS uses it to pull images and to write the containers' logs.", tasksTrust(s))
	rolePolicy(s, "execution", executionPolicy(s))
}

// task is for the backend's own code.
func task(s *stack.Stack) {
	role(s, "task", stack.RoleTask, "The backend's own: the bucket, the queues and the database's secret.", tasksTrust(s))
	rolePolicy(s, "task", taskPolicy(s))
	if len(s.Claim.Spec.Database.IAMUsers) > 0 {
		databaseUsers(s)
	}
}

// databaseUsers is a policy of its own, so that what else the backend may do does
// not wait for the replicas.
func databaseUsers(s *stack.Stack) {
	s.Add("rolepolicy-task-database", "As whom the backend may log in to the database without a password.", &iam.RolePolicy{Spec: iam.RolePolicySpec{ForProvider: iam.RolePolicyParameters{
		RoleRef: s.Ref("role-task"),
		Policy:  ptr.To(databaseUsersPolicy(s).String()),
	}}}, stack.ExternalName("database-users"))
}

// databaseProxy is for the connection pool, which logs in with the secret.
func databaseProxy(s *stack.Stack) {
	role(s, "db-proxy", stack.RoleProxy, "The database's connection pool uses it to read the secret.", proxyTrust())
	rolePolicy(s, "db-proxy", proxyPolicy(s))
}

// rdsMonitoring is for the agent on the database's host.
func rdsMonitoring(s *stack.Stack) {
	role(s, "rds-monitoring", stack.RoleRDSMonitoring, "RDS uses it to write the operating system's metrics.", rdsTrust(s))
	attachment(s, "rds-monitoring", "rds-monitoring", "service-role/AmazonRDSEnhancedMonitoringRole")
}

func flowLogs(s *stack.Stack) {
	role(s, "flowlogs", stack.RoleFlowLogs, "The VPC uses it to write its flow logs.", flowLogsTrust(s))
	rolePolicy(s, "flowlogs", flowLogsPolicy(s))
}

// backup outlives the claim, like the vault: AWS Backup expires a recovery point
// with the role that it was taken with, and without it leaves some for ever.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-iam.html
func backup(s *stack.Stack) {
	role(s, "backup", stack.RoleBackup, "AWS Backup uses it to take, restore and expire snapshots. It outlives the claim, since recovery points do.", backupTrust(), stack.Retain())
	attachment(s, "backup", "backup", "service-role/AWSBackupServiceRolePolicyForBackup", stack.Retain())
	attachment(s, "backup-restores", "backup", "service-role/AWSBackupServiceRolePolicyForRestores", stack.Retain())
	if t := s.Claim.Spec.Backup.RestoreTest; t.Enabled && t.ProviderConfigRef == nil {
		rolePolicy(s, "backup", restorePolicy(s))
	}
}
