package plan

import (
	"fmt"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// An auroraSystem is a cluster with its nodes, which share one volume.
type auroraSystem struct {
	p *Plan
	// serves tells whether the workloads use it.
	serves bool
}

func (a auroraSystem) Copying() bool { return !a.serves }

func (auroraSystem) Engine() v1alpha1.DatabaseEngine { return v1alpha1.AuroraMySQL }
func (auroraSystem) Holder() stack.Key               { return keys.Aurora }
func (auroraSystem) Serves() []stack.Key             { return []stack.Key{keys.Aurora, keys.Node(0)} }
func (auroraSystem) Host() string                    { return stack.Await(keys.Aurora, "endpoint") }

func (a auroraSystem) ARN() string {
	return a.p.RegionalARN("rds", "cluster:"+a.p.DatabaseID(keys.Aurora))
}

func (a auroraSystem) Instances() []stack.Key { return a.p.Database.Nodes }

// ResourceIDs has the cluster's, which stands for all nodes, also for those that AWS adds.
func (a auroraSystem) ResourceIDs() []string {
	if a.Copying() {
		return nil
	}
	return []string{stack.Await(keys.Aurora, "clusterResourceId")}
}

// ReaderHost is the host that leads to any reader, or to the writer if there is none. Both hosts
// of a cluster are the same but for two letters, so it is known whenever the writer's is.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html
func (auroraSystem) ReaderHost(writer string) string {
	return strings.Replace(writer, ".cluster-", ".cluster-ro-", 1)
}

// LogGroups are shared by all nodes.
func (a auroraSystem) LogGroups() []LogGroup {
	var out []LogGroup
	for _, log := range Logs() {
		out = append(out, LogGroup{
			Key:     keys.DatabaseLogGroup(keys.Aurora, log),
			Name:    "/aws/rds/cluster/" + a.p.DatabaseID(keys.Aurora) + "/" + log,
			Purpose: "The " + log + " log of the nodes of " + string(keys.Aurora) + ".",
		})
	}
	return out
}

// serverless is the class of nodes that scale.
const serverless = "db.serverless"

// class is the class of the nodes.
func (a auroraSystem) class() string {
	if s := a.p.Claim.Spec.Database.Aurora; s != nil && s.InstanceClass != "" {
		return s.InstanceClass
	}
	return serverless
}

const (
	// volumeBytes is what a cluster's volume grows to at most, and volumeShare the part of it
	// that is left when the alarm rings.
	// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html
	volumeBytes = 128 << 40
	volumeShare = 0.1
	// localBytes is what a node needs for temporary tables.
	localBytes = 5 << 30
	// lagMilliseconds is many times what readers lag.
	lagMilliseconds = 1000
	// capacityPercent is the use of the maximum capacity above which an alarm rings.
	capacityPercent = 90
)

func (a auroraSystem) Alarms() []Alarm {
	if a.Copying() {
		return a.copyAlarms()
	}
	out := []Alarm{{
		Name:        string(keys.Aurora) + "-volume",
		Purpose:     "Fires when the volume of the cluster has less than a tenth of 128 TiB left.",
		Do:          "A volume of Aurora does not grow beyond 128 TiB, and a full one takes no writes: remove data.",
		Runbook:     "aurora-volume",
		Threshold:   Below(volumeBytes*volumeShare, 5*Minute, 1),
		MissingData: MissingIsNone,
		Metric: Metric{"AWS/RDS", "AuroraVolumeBytesLeftTotal", "Minimum", map[string]string{
			"DBClusterIdentifier": a.p.DatabaseID(keys.Aurora),
		}},
		Critical: true,
	}}
	for i, k := range a.Instances() {
		out = append(out, a.nodeAlarms(k, i == 0)...)
		if a.class() == serverless {
			out = append(out, a.full(k))
		} else {
			out = append(out, a.fixedSize(k)...)
		}
		if len(a.Instances()) > 1 {
			out = append(out, a.lag(k))
		}
	}
	return out
}

// copyAlarms tell whether the copy has caught up: the alarm is over while it has everything. While
// nothing is known it rings, because somebody is about to trust it. AWS says -1 for a copy that
// does not replicate.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Migrating.RDSMySQL.Replica.html
func (a auroraSystem) copyAlarms() []Alarm {
	if len(a.Instances()) == 0 {
		return nil
	}
	first := a.Instances()[0]
	return []Alarm{{
		Name:        "db-copy-lag",
		Purpose:     "Fires when the copy of the database is behind, or does not replicate, for three minutes.",
		Do:          "The copy is not complete: do not set database.move.caughtUp. Wait, or look at the load of both.",
		Runbook:     "copy-lag",
		Threshold:   Above(0, Minute, 3),
		MissingData: MissingIsBad,
		After:       []stack.Key{first},
		Expression: []Query{
			{ID: "lag", Metric: &Metric{"AWS/RDS", "AuroraBinlogReplicaLag", "Maximum", a.p.instance(first)}},
			{ID: "behind", Formula: fmt.Sprintf("IF(lag < 0, %d, lag)", Day), Label: "seconds behind", Result: true},
		},
	}}
}

// nodeAlarms are those of every node. Any node may be the writer.
func (a auroraSystem) nodeAlarms(key stack.Key, first bool) []Alarm {
	name := string(key)
	return []Alarm{{
		Name:        name + "-cpu",
		Purpose:     "Fires when " + name + " uses too much CPU for 15 minutes.",
		Do:          "Look at the slow query log; else raise what a node may have in spec.database.aurora.",
		Runbook:     "database-cpu",
		Threshold:   Above(float64(a.p.Claim.Spec.Alarms.Thresholds.DatabaseCPUPercent), 5*Minute, 3),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "CPUUtilization", "Average", a.p.instance(key)},
	}, {
		Name:    name + "-connections",
		Purpose: "Fires when " + name + " has too many connections for five minutes.",
		Do: "Look for connections that are not closed; else choose smaller pools, or raise what a node may have " +
			"in spec.database.aurora.",
		Runbook:     "database-connections",
		Threshold:   Above(a.p.usualConnections(maxAuroraConnections(a.p.Claim.Spec.Database)), Minute, 5),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "DatabaseConnections", "Maximum", a.p.instance(key)},
		Critical:    first,
	}}
}

// full is about a node that cannot grow any more.
func (a auroraSystem) full(key stack.Key) Alarm {
	return Alarm{
		Name:        string(key) + "-capacity",
		Purpose:     "Fires when " + string(key) + " has almost all of its maximum capacity for 15 minutes.",
		Do:          "It grows no more: look at the slow query log; else raise spec.database.aurora.capacity.maxACU.",
		Runbook:     "aurora-capacity",
		Threshold:   Above(capacityPercent, 5*Minute, 3),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "ACUUtilization", "Average", a.p.instance(key)},
	}
}

// fixedSize are the alarms of a node whose memory and disk do not grow with its load.
func (a auroraSystem) fixedSize(key stack.Key) []Alarm {
	name, t := string(key), a.p.Claim.Spec.Alarms.Thresholds
	size, known := awsfacts.MemoryGiB(a.class())
	if !known {
		size = unknownGiB
	}
	out := []Alarm{{
		Name:    name + "-memory",
		Purpose: "Fires when " + name + " has too little free memory for 15 minutes.",
		Do: "The node begins to swap, and restarts when no memory is left: choose smaller pools or " +
			"a larger spec.database.aurora.instanceClass.",
		Runbook:     "database-memory",
		Threshold:   Below(size*gib*float64(t.DatabaseFreeMemoryPercent)/100, 5*Minute, 3),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "FreeableMemory", "Average", a.p.instance(key)},
	}, {
		Name:    name + "-localstorage",
		Purpose: "Fires when " + name + " runs out of space for temporary tables.",
		Do: "Look for large sorts and changes of tables; else choose a larger " +
			"spec.database.aurora.instanceClass.",
		Runbook:     "aurora-local-storage",
		Threshold:   Below(localBytes, 5*Minute, 1),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "FreeLocalStorage", "Minimum", a.p.instance(key)},
	}}
	if perHour, burstable := awsfacts.CPUCreditsPerHour(a.class()); burstable {
		out = append(out, a.p.credits(key, perHour, "spec.database.aurora.instanceClass"))
	}
	return out
}

// lag is about a reader. The writer has no such metric, and any node may become a reader.
func (a auroraSystem) lag(key stack.Key) Alarm {
	return Alarm{
		Name:        string(key) + "-lag",
		Purpose:     "Fires when " + string(key) + " is a reader that is more than a second behind for five minutes.",
		Do:          "Readers see old data, and AWS restarts a reader that falls far behind. Look at the node's load.",
		Runbook:     "aurora-lag",
		Threshold:   Above(lagMilliseconds, Minute, 5),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "AuroraReplicaLag", "Maximum", a.p.instance(key)},
	}
}

func (a auroraSystem) Graphs() []Graph {
	if a.Copying() {
		return nil
	}
	nodes, lines := a.Instances(), a.p.instanceLines
	out := []Graph{
		{Title: "Database: CPU, %", Statistic: "Average", Percent: true, Lines: lines("CPUUtilization", nodes)},
		{Title: "Database: connections", Statistic: "Maximum", Lines: lines("DatabaseConnections", nodes)},
		{Title: "Database: size of the volume, bytes", Statistic: "Maximum", Lines: []Line{{
			Namespace: "AWS/RDS", Metric: "VolumeBytesUsed", Label: string(keys.Aurora),
			Dimensions: []string{"DBClusterIdentifier", a.p.DatabaseID(keys.Aurora)},
		}}},
	}
	if a.class() == serverless {
		out = append(out, Graph{
			Title: "Database: capacity units", Statistic: "Maximum", Lines: lines("ServerlessDatabaseCapacity", nodes),
		})
	} else {
		out = append(out, Graph{
			Title: "Database: free memory, bytes", Statistic: "Average", Lines: lines("FreeableMemory", nodes),
		})
	}
	if len(nodes) > 1 {
		out = append(out, Graph{
			Title: "Database: reader lag, milliseconds", Statistic: "Maximum", Lines: lines("AuroraReplicaLag", nodes),
		})
	}
	return out
}
