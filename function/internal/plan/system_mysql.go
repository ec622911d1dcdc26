package plan

import (
	"fmt"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A mysqlSystem is a primary with its standby and its replicas, each with a volume of its own.
type mysqlSystem struct {
	p *Plan
	// serves tells whether the workloads use it.
	serves bool
}

func (mysqlSystem) Copying() bool { return false }

func (mysqlSystem) Engine() v1alpha1.DatabaseEngine { return v1alpha1.MySQL }
func (mysqlSystem) Holder() stack.Key               { return keys.Primary }
func (mysqlSystem) Serves() []stack.Key             { return []stack.Key{keys.Primary} }
func (mysqlSystem) Host() string                    { return stack.Await(keys.Primary, "address") }

func (b mysqlSystem) ARN() string { return b.p.RegionalARN("rds", "db:"+b.p.DatabaseID(keys.Primary)) }

func (b mysqlSystem) Instances() []stack.Key { return b.p.Database.Instances() }

func (b mysqlSystem) ResourceIDs() []string {
	var out []string
	for _, k := range b.Instances() {
		out = append(out, stack.Await(k, "resourceId"))
	}
	return out
}

// ReaderHost is the host of the first replica, derived from the primary's host: an instance's
// host is its identifier, followed by a part that is fixed for the account and region. So
// nothing waits for the replica. It is empty where there is none.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.html
func (b mysqlSystem) ReaderHost(writer string) string {
	rest, ok := strings.CutPrefix(writer, b.p.DatabaseID(keys.Primary)+".")
	if len(b.p.Database.Replicas) == 0 || !ok {
		return ""
	}
	return b.p.DatabaseID(b.p.Database.Replicas[0]) + "." + rest
}

func (b mysqlSystem) LogGroups() []LogGroup {
	var out []LogGroup
	for _, instance := range b.Instances() {
		for _, log := range Logs() {
			out = append(out, LogGroup{
				Key:     keys.DatabaseLogGroup(instance, log),
				Name:    "/aws/rds/instance/" + b.p.DatabaseID(instance) + "/" + log,
				Purpose: "The " + log + " log of " + string(instance) + ".",
			})
		}
	}
	return out
}

const (
	// usualShare is the part of MySQL's maximum number of connections above which the alarm
	// rings. unknownConnections is the threshold where the maximum is not known.
	usualShare         = 0.6
	unknownConnections = 100
	// unknownGiB stands for the memory of a class whose memory is not known. Those are the
	// memory-optimized classes, which have at least as much.
	unknownGiB = 16
	gib        = 1 << 30
)

func (b mysqlSystem) Alarms() []Alarm {
	var out []Alarm
	for _, k := range b.Instances() {
		out = append(out, b.instanceAlarms(k)...)
		if perHour, burstable := awsfacts.CPUCreditsPerHour(b.p.Claim.Spec.Database.InstanceClass); burstable {
			out = append(out, b.p.credits(k, perHour, "spec.database.instanceClass"))
		}
	}
	for _, k := range b.p.Database.Replicas {
		out = append(out, b.lag(k))
	}
	return out
}

func (p *Plan) instance(key stack.Key) map[string]string {
	return map[string]string{"DBInstanceIdentifier": p.DatabaseID(key)}
}

func (b mysqlSystem) instanceAlarms(key stack.Key) []Alarm {
	t, name, writer := b.p.Claim.Spec.Alarms.Thresholds, string(key), key == keys.Primary && b.serves
	class := b.p.Claim.Spec.Database.InstanceClass
	return []Alarm{{
		Name:        name + "-cpu",
		Purpose:     "Fires when " + name + " uses too much CPU for 15 minutes.",
		Do:          "Look at the slow query log; else choose a larger spec.database.instanceClass.",
		Runbook:     "database-cpu",
		Threshold:   Above(float64(t.DatabaseCPUPercent), 5*Minute, 3),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "CPUUtilization", "Average", b.p.instance(key)},
	}, {
		Name:    name + "-storage",
		Purpose: "Fires when " + name + " runs out of storage.",
		Do: "AWS has not grown the volume: raise spec.database.maxStorageGiB, or spec.database.storageGiB at once. " +
			"A full database stops.",
		Runbook:     "database-storage",
		Threshold:   Below(b.storage(key)*float64(t.DatabaseFreeStoragePercent)/100, 5*Minute, 1),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "FreeStorageSpace", "Minimum", b.p.instance(key)},
		Critical:    writer,
	}, {
		Name:    name + "-connections",
		Purpose: "Fires when " + name + " has too many connections for five minutes.",
		Do: "Look for connections that are not closed; else choose smaller pools or " +
			"a larger spec.database.instanceClass.",
		Runbook:     "database-connections",
		Threshold:   Above(b.p.usualConnections(awsfacts.MaxConnections(class)), Minute, 5),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "DatabaseConnections", "Maximum", b.p.instance(key)},
		Critical:    writer,
	}, {
		Name:    name + "-memory",
		Purpose: "Fires when " + name + " has too little free memory for 15 minutes.",
		Do: "The instance begins to swap, and restarts when no memory is left: choose smaller pools or " +
			"a larger spec.database.instanceClass.",
		Runbook:     "database-memory",
		Threshold:   Below(b.memory()*float64(t.DatabaseFreeMemoryPercent)/100, 5*Minute, 3),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "FreeableMemory", "Average", b.p.instance(key)},
	}}
}

// storage is the size of an instance's volume in bytes. AWS grows the volume, so the claim's
// size is only its first size.
func (b mysqlSystem) storage(instance stack.Key) float64 {
	size := float64(b.p.Claim.Spec.Database.StorageGiB)
	if o, ok := b.p.stack.Observed(instance); ok {
		v, _ := o.Lookup("status", "atProvider", "allocatedStorage")
		grown, _ := v.(float64)
		size = max(size, grown)
	}
	return size * gib
}

// memory is the memory of the instance class in bytes.
func (b mysqlSystem) memory() float64 {
	if size, ok := awsfacts.MemoryGiB(b.p.Claim.Spec.Database.InstanceClass); ok {
		return size * gib
	}
	return unknownGiB * gib
}

// credits is the alarm of a burstable instance that uses more CPU than its class earns. The
// default threshold is what the class earns in an hour. A new instance starts without
// credits and is above that after about an hour, so the alarm waits for three.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html
func (p *Plan) credits(key stack.Key, perHour float64, field string) Alarm {
	least := perHour
	if n := p.Claim.Spec.Alarms.Thresholds.DatabaseCPUCredits; n != nil {
		least = float64(*n)
	}
	return Alarm{
		Name:    string(key) + "-credits",
		Purpose: "Fires when " + string(key) + " has almost no CPU credits for three hours.",
		Do: "AWS bills the CPU above the baseline of the instance class: look at the slow query log; " +
			"else choose a larger " + field + ", or one that is not burstable.",
		Runbook:     "database-cpu-credits",
		Threshold:   Below(least, Hour, 3),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "CPUCreditBalance", "Average", p.instance(key)},
	}
}

// usualConnections is the number of connections above which an instance's alarm rings, of one
// that allows most, or a number that is not known.
func (p *Plan) usualConnections(most float64, known bool) float64 {
	if n := p.Claim.Spec.Alarms.Thresholds.DatabaseConnections; n != nil {
		return float64(*n)
	}
	if known {
		return float64(int(most * usualShare))
	}
	return unknownConnections
}

// lag treats a replica that does not replicate, which AWS reports as -1, as one day behind.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_MySQL.Replication.ReadReplicas.html
func (b mysqlSystem) lag(key stack.Key) Alarm {
	return Alarm{
		Name:        string(key) + "-lag",
		Purpose:     "Fires when " + string(key) + " is behind, or does not replicate, for five minutes.",
		Do:          "Readers see old data. Look for long transactions on the primary, and at the replica's load.",
		Runbook:     "replica-lag",
		Threshold:   Above(float64(b.p.Claim.Spec.Alarms.Thresholds.ReplicaLagSeconds), Minute, 5),
		MissingData: MissingIsNone,
		Expression: []Query{
			{ID: "lag", Metric: &Metric{"AWS/RDS", "ReplicaLag", "Maximum", b.p.instance(key)}},
			{ID: "behind", Formula: fmt.Sprintf("IF(lag < 0, %d, lag)", Day), Label: "seconds behind", Result: true},
		},
	}
}

// instanceLines are a metric of several instances.
func (p *Plan) instanceLines(metric string, instances []stack.Key) []Line {
	var out []Line
	for _, k := range instances {
		out = append(out, Line{Namespace: "AWS/RDS", Metric: metric, Label: string(k),
			Dimensions: []string{"DBInstanceIdentifier", p.DatabaseID(k)}})
	}
	return out
}

func (b mysqlSystem) Graphs() []Graph {
	lines := b.p.instanceLines
	all, replicas := b.Instances(), b.p.Database.Replicas
	out := []Graph{
		{Title: "Database: CPU, %", Statistic: "Average", Percent: true, Lines: lines("CPUUtilization", all)},
		{Title: "Database: connections", Statistic: "Maximum", Lines: lines("DatabaseConnections", all)},
		{Title: "Database: free storage, bytes", Statistic: "Minimum", Lines: lines("FreeStorageSpace", all)},
		{Title: "Database: free memory, bytes", Statistic: "Average", Lines: lines("FreeableMemory", all)},
	}
	if _, burstable := awsfacts.CPUCreditsPerHour(b.p.Claim.Spec.Database.InstanceClass); burstable {
		out = append(out, Graph{
			Title:     "Database: CPU credits",
			Statistic: "Average",
			Lines:     lines("CPUCreditBalance", all),
		})
	}
	if len(replicas) > 0 {
		out = append(out, Graph{
			Title:     "Database: replica lag, seconds",
			Statistic: "Maximum",
			Lines:     lines("ReplicaLag", replicas),
		})
	}
	return out
}
