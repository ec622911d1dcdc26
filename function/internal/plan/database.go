package plan

import (
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Logs are the logs that every database instance exports.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQLDB.PublishtoCloudWatchLogs.html
func Logs() []string { return []string{"error", "general", "slowquery"} }

// A Database is the claim's database instances.
type Database struct {
	// Replicas are the keys of the read replicas.
	Replicas []stack.Key
}

// maxReplicas is the maximum that the API allows. It limits the plan of a claim that
// validation rejects.
const maxReplicas = 5

func database(s *stack.Stack) Database {
	asked := ptr.Deref(s.Claim.Spec.Database.ReadReplicas, 0)
	d := Database{Replicas: make([]stack.Key, min(max(asked, 0), maxReplicas))}
	for i := range d.Replicas {
		d.Replicas[i] = keys.Replica(i)
	}
	return d
}

// HasSchema tells whether the primary exists with a first schema of this name, so that AWS
// has accepted the name.
func (p *Plan) HasSchema(name string) bool {
	o, ok := p.stack.Observed(keys.Primary)
	if !ok || !p.stack.InAWS(keys.Primary) {
		return false
	}
	there, _ := stack.Text(o, "spec", "forProvider", "dbName")
	return there == name
}

// Instances are the keys of all instances, the primary first.
func (d Database) Instances() []stack.Key { return append([]stack.Key{keys.Primary}, d.Replicas...) }

// managedSecretARN is the path of the ARN of the secret in which RDS keeps the password.
const managedSecretARN = "masterUserSecret.0.secretArn"
