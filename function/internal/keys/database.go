package keys

import (
	"strconv"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Keys of the database's resources. Primary never changes.
const (
	Primary = stack.Key("db-primary")
	// Snapshot is only observed, until the primary that is made from it exists.
	Snapshot         = stack.Key("dbsnapshot-restored")
	SubnetGroup      = stack.Key("subnetgroup-data")
	Proxy            = stack.Key("db-proxy")
	ProxyTargetGroup = stack.Key("db-proxy-group")
	ProxyTarget      = stack.Key("db-proxy-target")
	Secret           = stack.Key("secret-db")
	Rotation         = stack.Key("secretrotation-db")
	ManagedRotation  = stack.Key("secretrotation-managed")
	// PrimaryConnection names the Secret that the provider writes the connection details to.
	PrimaryConnection   = Primary + "-connection"
	RotationApplication = stack.Key("rotation-application")

	// ParameterGroup contains the family, which AWS cannot change: the next MySQL version
	// gets a new group.
	ParameterGroup = stack.Key("parametergroup-mysql84")
)

// Keys of Aurora's resources. Aurora, the cluster, never changes.
const (
	Aurora = stack.Key("db-cluster")
	// AuroraConnection names the Secret that the provider writes the cluster's connection
	// details to.
	AuroraConnection = Aurora + "-connection"
	// ClusterSnapshot is only observed, until the cluster that is made from it exists.
	ClusterSnapshot = stack.Key("clustersnapshot-restored")
	// ClusterProxyTarget connects the proxy to the cluster. AWS cannot change a target.
	ClusterProxyTarget = stack.Key("db-proxy-target-cluster")
	// ClusterParameterGroup contains the family, like ParameterGroup.
	ClusterParameterGroup = stack.Key("clusterparametergroup-aurora84")
)

// Keys of what lets AWS change the number of readers.
const (
	ReaderScaling       = stack.Key("scaling-readers")
	ReaderScalingPolicy = ReaderScaling + "-cpu"
)

// Node is the key of the nth node of the cluster, from 0. The first one is made first, and so
// becomes the writer.
func Node(n int) stack.Key { return join(NodePrefix, strconv.Itoa(n+1)) }

// Prefixes of the keys of resources that hold the database's credentials.
const (
	ConnectionPrefix    = "connection-"
	SecretVersionPrefix = "secretversion-"
)

// UserSecret is the key of the secret of one of the two MySQL users that alternate, 1 or 2.
func UserSecret(slot int) stack.Key { return join("secret-user-", strconv.Itoa(slot)) }

// UsersClient is the name of what makes the database's users, in keys and in AWS. No workload
// of a claim has it.
const UsersClient = "users"

// Prefixes of the keys of replicas and of nodes.
const (
	ReplicaPrefix = "db-replica-"
	NodePrefix    = "db-node-"
)

// Replica is the key of the nth read replica, from 0.
func Replica(n int) stack.Key { return join(ReplicaPrefix, strconv.Itoa(n+1)) }

// DatabaseLogGroup is the key of the log group of one log of a database instance.
func DatabaseLogGroup(instance stack.Key, log string) stack.Key {
	return "loggroup-" + instance + "-" + stack.Key(log)
}
