package stack

import "github.com/kasha-platform/kasha/apis/v1alpha1"

// Names and keys that more than one tier speaks of. A tier that makes a thing
// and a tier that uses it both take its name from here.

// EndpointPrefix is what the keys of VPC endpoints and of their parts begin with.
const EndpointPrefix = "endpoint-"

// WayOutPrefix is what the keys of the private subnets' routes to the internet
// begin with.
const WayOutPrefix = "route-private-"

// SubnetKey is the key of a zone's subnet in a tier.
func SubnetKey(tier v1alpha1.SubnetTier, az Zone) Key {
	return Key("subnet-" + string(tier) + "-" + az.Letter)
}

// SubnetKeys are the keys of a tier's subnets, in the order of the zones.
func (s *Stack) SubnetKeys(tier v1alpha1.SubnetTier) []Key {
	out := make([]Key, len(s.Zones))
	for i, az := range s.Zones {
		out[i] = SubnetKey(tier, az)
	}
	return out
}

// OwnNetwork tells whether the network is the claim's own, and not one that
// somebody else looks after.
func (s *Stack) OwnNetwork() bool { return s.Claim.Spec.Network.Existing == nil }

// Primary is the key of the database's primary. It never changes.
const Primary = Key("db-primary")

// ReplicaKeys are the keys of the database's read replicas.
func (s *Stack) ReplicaKeys() []Key {
	if s.Claim.Spec.Database.ReadReplicas == nil {
		return nil
	}
	out := make([]Key, *s.Claim.Spec.Database.ReadReplicas)
	for i := range out {
		out[i] = Key("db-replica-" + string(rune('1'+i)))
	}
	return out
}

// DatabaseID is the RDS identifier of the database instance behind a key:
// shop-1a2b3c-db-primary.
func (s *Stack) DatabaseID(key Key) string { return s.Name(string(key), LimitDatabase) }

// SubnetGroupName is the DB subnet group of the data subnets.
func (s *Stack) SubnetGroupName() string { return s.Name("data", LimitName) }

// DatabaseLogs are the logs that every database instance exports.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQLDB.PublishtoCloudWatchLogs.html
var DatabaseLogs = []string{"error", "general", "slowquery"}

// ServiceLogGroup is the log group of a service's containers.
func (s *Stack) ServiceLogGroup(service string) string { return "/kasha/" + s.ID + "/ecs/" + service }

// ServiceLogGroupKey is the key of a service's log group.
func ServiceLogGroupKey(service string) Key { return Key("loggroup-" + service) }

// RoleName is the name in AWS of an IAM role of this stack.
func (s *Stack) RoleName(suffix string) string { return s.Name(suffix, LimitRole) }

// RoleARN is the ARN of an IAM role of this stack. It waits for the account.
func (s *Stack) RoleARN(suffix string) string {
	return "arn:aws:iam::" + s.Account() + ":role/" + s.RoleName(suffix)
}

// Suffixes of the IAM roles' names.
const (
	RoleExecution     = "ecsTaskExecution"
	RoleTask          = "ecsTaskRole"
	RoleRDSMonitoring = "rds-monitoring"
	RoleFlowLogs      = "flow-logs"
	RoleBackup        = "backup"
	RoleProxy         = "db-proxy"
)

// RepositoryName is the ECR repository of a service's images.
func (s *Stack) RepositoryName(service string) string { return s.ID + "/" + service }

// QueueName is the name in AWS of one of the claim's queues.
func (s *Stack) QueueName(q v1alpha1.Queue) string { return s.Name(q.Name, LimitQueue) }

// DeadLetterName is the name in AWS of a queue's dead-letter queue.
func (s *Stack) DeadLetterName(q v1alpha1.Queue) string { return s.Name(q.Name+"-dlq", LimitQueue) }

// QueueKey is the key of one of the claim's queues.
func QueueKey(q v1alpha1.Queue) Key { return Key("queue-" + q.Name) }

// DeadLetterKey is the key of a queue's dead-letter queue.
func DeadLetterKey(q v1alpha1.Queue) Key { return Key("dlq-" + q.Name) }

// RegionalARN is the ARN of something regional of this stack's account. It waits
// for the account.
func (s *Stack) RegionalARN(service, resource string) string {
	return "arn:aws:" + service + ":" + s.Region + ":" + s.Account() + ":" + resource
}
