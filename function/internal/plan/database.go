package plan

import (
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
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

// AfterReplicas is the value of a field of the primary that its replicas get first. An
// existing primary keeps its value until AWS reports the new one for each replica: AWS
// upgrades a primary only after its replicas, and a replica that is smaller than its primary
// falls behind. A replica that does not exist in AWS is not waited for.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.MySQL.html
func (p *Plan) AfterReplicas(field, asked string) string {
	was := p.stack.Sticky(keys.Primary, field, asked)
	if was == asked || len(p.behind(field, asked)) == 0 {
		return asked
	}
	return was
}

// behind are the replicas that do not have a value yet.
func (p *Plan) behind(field, asked string) []stack.Key {
	var out []stack.Key
	for _, k := range p.Database.Replicas {
		if p.stack.InAWS(k) && !p.has(k, field, asked) {
			out = append(out, k)
		}
	}
	return out
}

// has tells whether AWS reports that an instance has a value, or a later version.
func (p *Plan) has(key stack.Key, field, asked string) bool {
	if field == "engineVersion" {
		runs, known := p.RunningVersion(key)
		return known && (strings.HasPrefix(runs, asked+".") || !awsfacts.Older(runs, asked))
	}
	is, _ := p.stack.Status(key, field)
	return is == asked
}

// RunningVersion is the version that AWS reports of an instance: 8.4.6 where the claim says
// 8.4.
func (p *Plan) RunningVersion(key stack.Key) (string, bool) {
	if v, ok := p.stack.Status(key, "engineVersionActual"); ok {
		return v, true
	}
	return p.stack.Status(key, "engineVersion")
}

// A Waiting field of the primary waits for the replicas.
type Waiting struct {
	Field, Is, Will string
	For             []stack.Key
}

// Waiting are the fields of the primary that wait for its replicas.
func (p *Plan) Waiting() []Waiting {
	db := p.Claim.Spec.Database
	var out []Waiting
	for _, f := range []struct{ field, asked string }{
		{"instanceClass", db.InstanceClass}, {"engineVersion", db.Version},
	} {
		if is := p.AfterReplicas(f.field, f.asked); is != f.asked {
			out = append(out, Waiting{f.field, is, f.asked, p.behind(f.field, f.asked)})
		}
	}
	return out
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
