package keys

import (
	"strconv"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Keys of the KMS keys.
const (
	DataKey      = stack.Key("key-data")
	TelemetryKey = stack.Key("key-telemetry")
	// EdgeKey is the telemetry key in us-east-1, for claims in other regions.
	EdgeKey = stack.Key("key-edge")
)

// KeyAlias is the key of a KMS key's alias.
func KeyAlias(name string) stack.Key { return join("alias-", name) }

// Names of IAM roles, from which Role makes their keys.
const (
	Execution     = "execution"
	Task          = "task"
	RDSMonitoring = "rds-monitoring"
	FlowLogs      = "flowlogs"
	BackupRole    = "backup"
	ProxyRole     = "db-proxy"
	Scheduler     = "scheduler"
	Uploads       = "uploads"
	Runner        = "runner"
)

// Role is the key of an IAM role.
func Role(name string) stack.Key { return join("role-", name) }

// RolePolicy is the key of a role's own policy.
func RolePolicy(name string) stack.Key { return join("rolepolicy-", name) }

// DatabaseUsersPolicy is the key of the policy that allows logging in to the database
// without a password.
const DatabaseUsersPolicy = stack.Key("rolepolicy-task-database")

// TaskRole is the name of the role of a workload that has one of its own, from which Role
// makes its key.
func TaskRole(workload string) string { return Task + "-" + workload }

// TaskRolePrefix begins the keys of the roles that workloads have of their own.
const TaskRolePrefix = "role-" + Task + "-"

// TaskRolePolicies are the parts of the policies of a workload's own role.
const (
	// TaskRoleUses is what its bindings allow, and PermissionsPolicy what the claim does.
	TaskRoleUses      = "task"
	PermissionsPolicy = "permissions"
	// ExecPolicy lets the agent of ECS Exec open shells.
	ExecPolicy = "exec"
)

// TaskRolePolicy is the key of one of the policies of a workload's own role.
func TaskRolePolicy(workload, part string) stack.Key {
	return stack.Key(TaskRolePolicies(workload) + part)
}

// TaskRolePolicies begins the keys of these policies.
func TaskRolePolicies(workload string) string { return "rolepolicy-" + workload + "-" }

// Attachment is the key of the attachment of an AWS managed policy to a role.
func Attachment(name string) stack.Key { return join("attachment-", name) }

// Bucket is the key of the application's bucket.
const Bucket = stack.Key("bucket-app")

// BucketPart is the key of one of a bucket's settings.
func BucketPart(bucket stack.Key, part string) stack.Key { return bucket + "-" + stack.Key(part) }

// Parts of a bucket.
const (
	BucketPublicAccess = "public-access"
	BucketEncryption   = "encryption"
	BucketVersioning   = "versioning"
	BucketOwnership    = "ownership"
	BucketPolicy       = "policy"
	BucketCORS         = "cors"
)

// Prefixes of the queues' keys.
const (
	QueuePrefix      = "queue-"
	DeadLetterPrefix = "dlq-"
)

// Queue is the key of a queue.
func Queue(name string) stack.Key { return join(QueuePrefix, name) }

// DeadLetter is the key of a queue's dead-letter queue.
func DeadLetter(name string) stack.Key { return join(DeadLetterPrefix, name) }

// QueuePolicy is the key of the policy of a queue that AWS services send to.
func QueuePolicy(name string) stack.Key { return join("queuepolicy-", name) }

// Keys of the dashboard, budget, alarm topics and flow logs.
const (
	Dashboard       = stack.Key("dashboard")
	Budget          = stack.Key("budget")
	Topic           = stack.Key("topic-alarms")
	TopicPolicy     = stack.Key("topicpolicy-alarms")
	EdgeTopic       = stack.Key("topic-alarms-edge")
	EdgeTopicPolicy = stack.Key("topicpolicy-alarms-edge")
	FlowLogGroup    = stack.Key("loggroup-flowlogs")
)

// Subscription is the key of a topic's subscription. AWS cannot change a subscription's
// address.
func Subscription(topic stack.Key, email string) stack.Key {
	prefix := "subscription-"
	if topic == EdgeTopic {
		prefix += "edge-"
	}
	return join(prefix, stack.Digest(email))
}

// Alarm is the key of an alarm.
func Alarm(name string) stack.Key { return join("alarm-", name) }

// Keys of the archive.
const (
	Vault       = stack.Key("vault")
	BackupPlan  = stack.Key("plan")
	Selection   = stack.Key("selection")
	RestoreTest = stack.Key("restore-test")
	// ClusterSelection applies the plan to the cluster. AWS cannot change a selection.
	ClusterSelection = stack.Key("selection-cluster")

	// RecoveryPoints is the key in the tags of the recovery points that AWS Backup creates.
	// No composed resource has this key.
	RecoveryPoints = stack.Key("archive")
)

// CopyKey is the key of the KMS key in the region of the copies. KMS keys and vaults
// cannot move, so each region has its own.
func CopyKey(region string) stack.Key { return join("key-copy-", region) }

// CopyVault is the key of the vault in the region of the copies.
func CopyVault(region string) stack.Key { return join("vault-copy-", region) }

// BackupsCopy is the key of the automated backups that are replicated to another region.
func BackupsCopy(region string) stack.Key { return join("backups-copy-", region) }

// VaultLockPrefix begins the keys of all locks.
const VaultLockPrefix = "vaultlock-"

// VaultLock is the key of the vault's lock. The provider cannot change a lock's minimum
// retention, which is in days.
func VaultLock(minimumDays int32) stack.Key {
	return join(VaultLockPrefix, strconv.Itoa(int(minimumDays)))
}

// CopyVaultLock is the key of the lock of the vault in the region of the copies. The
// minimum retention is in days.
func CopyVaultLock(region string, minimumDays int32) stack.Key {
	return join(VaultLockPrefix+"copy-"+region+"-", strconv.Itoa(int(minimumDays)))
}

// ClaimUsage is the key of the Usage that blocks the claim's deletion.
const ClaimUsage = stack.Key("usage-claim")

// Usage is the key of the Usage that blocks the deletion of one resource as long as
// another one uses it.
func Usage(of, by stack.Key) stack.Key { return "usage-" + of + "-by-" + by }
