package rules

import (
	"fmt"
	"strconv"
	"strings"
)

// isOfAurora tells whether the claim's database is an Aurora cluster.
func isOfAurora(w World) bool { return text(w.Claim, "spec", "database", "engine") == "AuroraMySQL" }

// nodes are the keys of the cluster's nodes.
func nodes(w World) []string {
	if !isOfAurora(w) {
		return nil
	}
	readers, _ := number(w.Claim, "spec.database.aurora.readers")
	var out []string
	for i := range int(readers) + 1 {
		out = append(out, fmt.Sprintf("db-node-%d", i+1))
	}
	return out
}

// clusterAlarms are those of the cluster, by key.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
func clusterAlarms(w World) map[string]alarm {
	out := map[string]alarm{}
	if !isOfAurora(w) {
		return out
	}
	const tib = 1 << 40
	is := map[string]string{"DBClusterIdentifier": externalName(w.Desired["db-cluster"])}
	out["alarm-db-cluster-volume"] = below(12.8*tib, 5*minute, 1).
		of("AWS/RDS", "AuroraVolumeBytesLeftTotal", "Minimum", is)
	for _, node := range nodes(w) {
		for name, a := range nodeAlarms(w, node) {
			out["alarm-"+node+"-"+name] = a
		}
	}
	return out
}

func nodeAlarms(w World, node string) map[string]alarm {
	is := map[string]string{"DBInstanceIdentifier": externalName(w.Desired[node])}
	class := text(w.Claim, "spec", "database", "aurora", "instanceClass")
	out := map[string]alarm{
		"cpu": above(threshold(w, "databaseCPUPercent"), 5*minute, 3).of("AWS/RDS", "CPUUtilization",
			"Average", is),
		"connections": above(auroraConnections(w, class), minute, 5).of("AWS/RDS", "DatabaseConnections",
			"Maximum", is),
	}
	if len(nodes(w)) > 1 {
		out["lag"] = above(1000, minute, 5).of("AWS/RDS", "AuroraReplicaLag", "Maximum", is)
	}
	if class == "db.serverless" {
		out["capacity"] = above(90, 5*minute, 3).of("AWS/RDS", "ACUUtilization", "Average", is)
		return out
	}
	size, known := memoryGiB[class]
	if !known {
		size = 16
	}
	spare := size * gib * threshold(w, "databaseFreeMemoryPercent") / 100
	out["memory"] = below(spare, 5*minute, 3).of("AWS/RDS", "FreeableMemory", "Average", is)
	out["localstorage"] = below(5*gib, 5*minute, 1).of("AWS/RDS", "FreeLocalStorage", "Minimum", is)
	if earned, burstable := hourlyCredits[class]; burstable {
		if n, ok := number(w.Claim, "spec.alarms.thresholds.databaseCPUCredits"); ok {
			earned = n
		}
		out["credits"] = below(earned, hour, 3).of("AWS/RDS", "CPUCreditBalance", "Average", is)
	}
	return out
}

// auroraMost are Aurora's maximum numbers of connections, by the memory of a node in GiB.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
var auroraMost = []struct{ gib, most float64 }{
	{512, 6000}, {256, 5000}, {128, 4000}, {64, 3000}, {32, 2000}, {16, 1000}, {8, 135}, {4, 90}, {0, 45},
}

func auroraConnections(w World, class string) float64 {
	if n, ok := number(w.Claim, "spec.alarms.thresholds.databaseConnections"); ok {
		return n
	}
	size, known := memoryGiB[class]
	if class == "db.serverless" {
		units, err := strconv.ParseFloat(text(w.Claim, "spec", "database", "aurora", "capacity", "maxACU"), 64)
		size, known = 2*units, err == nil
	}
	if !known {
		return 100
	}
	for _, row := range auroraMost {
		if size >= row.gib {
			return float64(int(0.6 * row.most))
		}
	}
	return 0
}

// isCopy tells whether the cluster is a copy of the database that the workloads use.
func isCopy(w World) bool { return w.Desired["db-cluster"] != nil && !isOfAurora(w) }

// copyAlarm is the one that tells whether the copy has everything.
func copyAlarm(w World) alarm {
	is := map[string]string{"DBInstanceIdentifier": externalName(w.Desired["db-node-1"])}
	return above(0, minute, 3).computed(
		"lag: AWS/RDS AuroraBinlogReplicaLag Maximum 60 "+pairs(is),
		"behind: IF(lag < 0, "+written(float64(day))+", lag) !",
	)
}

// clusterHasItsContent requires that a cluster is made of exactly one thing: a name, a snapshot, or a copy.
func clusterHasItsContent(w World, _ string, o map[string]any) string {
	p := params(o)
	if kindOf(o) != "rds/Cluster" {
		return ""
	}
	var of []string
	for _, field := range []string{"databaseName", "snapshotIdentifier", "replicationSourceIdentifier"} {
		if in(p, field) != "" {
			of = append(of, field)
		}
	}
	moved := lookup(w.Claim, "spec", "database", "move") != nil
	switch {
	case len(of) > 1 || len(of) == 0 && w.Observed["db-cluster"] == nil && !moved:
		return fmt.Sprintf("is made of %v, want exactly one", of)
	case (in(p, "masterUsername") != "") != (in(p, "databaseName") != ""):
		return "has a user without a schema, or a schema without a user"
	case in(p, "replicationSourceIdentifier") != "" && isOfAurora(w):
		return "is a copy, and the workloads use it"
	case in(p, "replicationSourceIdentifier") != "" && in(p, "masterPasswordSecretRef.name") != "":
		return "is a copy with a password of its own"
	case !strings.Contains(in(p, "engineVersion"), ".mysql_aurora."):
		return fmt.Sprintf("has the version %q, which is not a full one", in(p, "engineVersion"))
	}
	return ""
}
