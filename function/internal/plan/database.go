package plan

import (
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Logs are the logs that every database instance exports.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.MySQLDB.PublishtoCloudWatchLogs.html
func Logs() []string { return []string{"error", "general", "slowquery"} }

// A Database is the claim's database.
type Database struct {
	// Systems are those that there are or shall be, and Serving is the one that the workloads
	// use.
	Systems []System
	Serving System
	// Leaving are those that go, of which AWS still needs what they use.
	Leaving []System
	// Move is how far the move from one engine to the other is, and what it wants.
	Move Move
	// Replicas are the keys of the read replicas of the engine MySQL.
	Replicas []stack.Key
	// Nodes are the keys of the nodes of an Aurora cluster.
	Nodes []stack.Key
}

// A System is a database of one engine. It has everything that tiers need to know about the
// engine, so that no other tier asks which one it is.
type System interface {
	Engine() v1alpha1.DatabaseEngine
	// Copying tells whether it is only a copy of another one, and holds nothing of its own.
	Copying() bool
	// Holder is the key of what holds the data, and of whose spec the master password is a part.
	Holder() stack.Key
	// ARN of the holder.
	ARN() string
	// Instances are the keys of all instances, the one that becomes the writer first.
	Instances() []stack.Key
	// Serves are the keys of what must work before anybody can connect.
	Serves() []stack.Key
	// ResourceIDs are tokens of the IDs by which IAM knows what one logs in to.
	ResourceIDs() []string
	// Host is a token of the host that takes writes, and ReaderHost the host for reads, which
	// may follow from it. It is empty where there is none.
	Host() string
	ReaderHost(writer string) string
	// LogGroups are those that RDS writes its logs to.
	LogGroups() []LogGroup
	Alarms() []Alarm
	Graphs() []Graph
}

// maxReplicas is the maximum that the API allows. It limits the plan of a claim that
// validation rejects.
const maxReplicas = 5

// maxNodes is the same for the nodes of a cluster.
const maxNodes = 15

// systems are the databases of a claim, by the table of a move. A claim without a move has one.
func (p *Plan) systems(f MoveFacts) Database {
	db, w := p.Claim.Spec.Database, f.Decide()
	begun := f.Primary || p.Claim.Status.Database.FinalSnapshotID != ""
	d := Database{Move: Move{Facts: f, Wants: w, Begun: begun}}
	if w.Replicas {
		d.Replicas = numbered(keys.Replica, ptr.Deref(db.ReadReplicas, 0), maxReplicas)
	}
	if w.FirstNode {
		d.Nodes = []stack.Key{keys.Node(0)}
		if w.Readers && db.Aurora != nil {
			d.Nodes = numbered(keys.Node, ptr.Deref(db.Aurora.Readers, 0)+1, maxNodes)
		}
	}
	old, cluster := mysqlSystem{p, w.Serves == v1alpha1.MySQL}, auroraSystem{p, w.Serves == v1alpha1.AuroraMySQL}
	for _, s := range []struct {
		System
		is, parts bool
	}{{old, w.MySQL, w.MySQLParts}, {cluster, w.Aurora, w.AuroraParts}} {
		switch {
		case s.is:
			d.Systems = append(d.Systems, s.System)
		case s.parts:
			d.Leaving = append(d.Leaving, s.System)
		}
	}
	if d.Serving = System(old); w.Serves == v1alpha1.AuroraMySQL {
		d.Serving = cluster
	}
	return d
}

// numbered are the keys of so many resources, but no more than most.
func numbered(key func(int) stack.Key, n int32, most int) []stack.Key {
	out := make([]stack.Key, min(max(int(n), 0), most))
	for i := range out {
		out[i] = key(i)
	}
	return out
}

// ReadersScale tells whether AWS may add readers at the moment.
func (p *Plan) ReadersScale() bool {
	_, exists := p.stack.Observed(keys.ReaderScaling)
	return exists
}

// ReadersAreOurs tells whether AWS reports that every node of the cluster is the claim's, and none
// one that AWS has added itself.
func (p *Plan) ReadersAreOurs() bool {
	members := p.stack.StatusList(keys.Aurora, "clusterMembers")
	own := map[string]bool{}
	for _, k := range p.Database.Nodes {
		own[p.DatabaseID(k)] = true
	}
	return len(members) > 0 && !slices.ContainsFunc(members, func(id string) bool { return !own[id] })
}

// Owner is what has the master password.
func (p *Plan) Owner() credentials.Owner { return credentials.Owner{Key: p.Database.Serving.Holder()} }

// Identifiers are the ID of a system's instance, or of its cluster, for the secret.
func (p *Plan) Identifiers(s System) (instance, cluster string) {
	if s.Engine() == v1alpha1.AuroraMySQL {
		return "", p.DatabaseID(s.Holder())
	}
	return p.DatabaseID(s.Holder()), ""
}

// ProxyTarget is the key of what connects the proxy to the database.
func (p *Plan) ProxyTarget() stack.Key {
	if p.Database.Serving.Engine() == v1alpha1.AuroraMySQL {
		return keys.ClusterProxyTarget
	}
	return keys.ProxyTarget
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
	if p.Database.Move.Wants.Serves == v1alpha1.AuroraMySQL {
		return nil
	}
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

// HasSchema tells whether the database exists with a first schema of this name, so that AWS
// has accepted the name.
func (p *Plan) HasSchema(name string) bool {
	for key, field := range map[stack.Key]string{keys.Primary: "dbName", keys.Aurora: "databaseName"} {
		if o, ok := p.stack.Observed(key); ok && p.stack.InAWS(key) {
			if there, _ := stack.Text(o, "spec", "forProvider", field); there == name {
				return true
			}
		}
	}
	return false
}

// Instances are the keys of all instances of the engine MySQL, the primary first.
func (d Database) Instances() []stack.Key { return append([]stack.Key{keys.Primary}, d.Replicas...) }

// managedSecretARN is the path of the ARN of the secret in which RDS keeps the password.
const managedSecretARN = "masterUserSecret.0.secretArn"
