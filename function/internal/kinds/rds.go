package kinds

import (
	"cmp"
	"net"
	"strconv"
	"strings"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
)

// serving are the states in which an RDS instance answers queries. AWS enters the
// states other than available by itself, every night for a backup, so they must not
// make a ready claim unready.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
var serving = []string{
	"available", "backing-up", "storage-optimization", "storage-initialization",
	"configuring-enhanced-monitoring", "configuring-iam-database-auth", "configuring-log-exports",
}

var rdsKinds = []Record{
	{
		GVK: rds.Cluster_GroupVersionKind, Object: &rds.Cluster{},
		Keys: []string{"db-cluster"},
		Actions: []string{
			"rds:CreateDBCluster", "rds:RestoreDBClusterFromSnapshot", "rds:DescribeDBClusters",
			"rds:DescribeGlobalClusters", "rds:ModifyDBCluster", "rds:PromoteReadReplicaDBCluster",
			"rds:DeleteDBCluster", "rds:CreateDBClusterSnapshot", "rds:AddTagsToResource",
			"rds:RemoveTagsFromResource", "rds:ListTagsForResource", "kms:CreateGrant", "kms:DescribeKey",
			"kms:Decrypt", "kms:GenerateDataKey", "secretsmanager:CreateSecret", "secretsmanager:RotateSecret",
			"secretsmanager:TagResource",
		},
		// The provider does not report the state of a cluster.
		Proofs: []Proof{{Field: "endpoint"}, {Field: "clusterResourceId"}},
		Loss:   "the database, except for the final snapshot that AWS takes of it",
		Harms: []Harm{
			{Field: "engineVersion", Does: "restarts all nodes for an upgrade: an outage of up to some minutes"},
			{
				Field: "backupRetentionPeriod", Lowered: true,
				Does: "deletes the automated backups that are older",
			},
		},
		Immutable: []string{
			"engine", "engineMode", "databaseName", "masterUsername", "storageEncrypted", "kmsKeyIdRef",
			"dbSubnetGroupNameRef", "snapshotIdentifier",
		},
		Simulated: simulateCluster,
	},
	{
		GVK: rds.ClusterInstance_GroupVersionKind, Object: &rds.ClusterInstance{},
		Keys: []string{"db-node-*"},
		Actions: []string{
			"rds:CreateDBInstance", "rds:DescribeDBInstances", "rds:ModifyDBInstance", "rds:DeleteDBInstance",
			"rds:PromoteReadReplicaDBCluster", "rds:DescribeDBClusters", "rds:AddTagsToResource",
			"rds:RemoveTagsFromResource", "rds:ListTagsForResource", "kms:CreateGrant", "kms:DescribeKey",
		},
		PassesRoleTo: "monitoring.rds.amazonaws.com",
		Proofs:       []Proof{{Field: "endpoint"}, {Field: "dbiResourceId"}},
		Loss:         "a node, and no data: that is in the cluster's volume",
		Harms: []Harm{{
			Field: "instanceClass",
			Does:  "restarts the node; of the writer, with readers, that is a failover of about half a minute",
		}},
		Immutable: []string{"clusterIdentifierRef", "engine", "availabilityZone", "dbSubnetGroupNameRef"},
		Simulated: func(a *Answer) {
			id := a.External()
			a.arn("rds", "db:"+id)
			a.At["dbiResourceId"] = "db-" + strings.ToUpper(a.hash(26))
			a.At["endpoint"] = id + ".c" + Digest(account+a.Region, 11) + "." + a.Region + ".rds.amazonaws.com"
			a.At["port"] = float64(awsfacts.MySQLPort)
			a.At["writer"] = strings.HasSuffix(id, "-db-node-1")
		},
	},
	{
		GVK: rds.ClusterParameterGroup_GroupVersionKind, Object: &rds.ClusterParameterGroup{},
		Keys: []string{"clusterparametergroup-aurora84"},
		Actions: []string{
			"rds:CreateDBClusterParameterGroup", "rds:DescribeDBClusterParameterGroups",
			"rds:DescribeDBClusterParameters", "rds:ModifyDBClusterParameterGroup",
			"rds:ResetDBClusterParameterGroup", "rds:DeleteDBClusterParameterGroup", "rds:AddTagsToResource",
			"rds:RemoveTagsFromResource", "rds:ListTagsForResource",
		},
		NoProof:   atOnce,
		Immutable: []string{"family", "description"},
		Simulated: func(a *Answer) { a.arn("rds", "cluster-pg:"+a.External()) },
	},
	{
		// It is only observed.
		GVK: rds.ClusterSnapshot_GroupVersionKind, Object: &rds.ClusterSnapshot{},
		Keys: []string{"clustersnapshot-restored"},
		Actions: []string{
			"rds:DescribeDBClusterSnapshots", "rds:DescribeDBClusterSnapshotAttributes", "rds:ListTagsForResource",
		},
		Proofs: []Proof{{Field: "engineVersion"}},
		Simulated: func(a *Answer) {
			a.At["dbClusterSnapshotArn"] = "arn:aws:rds:" + a.Region + ":" + account + ":cluster-snapshot:" +
				a.External()
			a.At["engine"] = "aurora-mysql"
			a.At["engineVersion"] = "8.4.mysql_aurora.8.4.7"
			a.At["status"] = "available"
			a.At["storageEncrypted"] = true
		},
	},
	{
		GVK:    rds.DBInstanceAutomatedBackupsReplication_GroupVersionKind,
		Keys:   []string{"backups-copy-*"},
		Object: &rds.DBInstanceAutomatedBackupsReplication{},
		Actions: []string{
			"rds:StartDBInstanceAutomatedBackupsReplication", "rds:StopDBInstanceAutomatedBackupsReplication",
			"rds:DescribeDBInstanceAutomatedBackups", "kms:CreateGrant", "kms:DescribeKey",
		},
		NoProof:   waited,
		Immutable: []string{"kmsKeyId", "retentionPeriod", "sourceDbInstanceArn"},
	},
	{
		GVK: rds.Instance_GroupVersionKind, Object: &rds.Instance{},
		Keys: []string{"db-primary", "db-replica-*"},
		Actions: []string{
			"rds:CreateDBInstance", "rds:CreateDBInstanceReadReplica", "rds:RestoreDBInstanceFromDBSnapshot",
			"rds:RestoreDBInstanceToPointInTime", "rds:DescribeDBInstances", "rds:ModifyDBInstance",
			"rds:RebootDBInstance", "rds:PromoteReadReplica", "rds:CreateDBSnapshot", "rds:DeleteDBInstance",
			"rds:AddTagsToResource", "rds:RemoveTagsFromResource", "rds:ListTagsForResource", "kms:CreateGrant",
			"kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey", "secretsmanager:CreateSecret",
			"secretsmanager:RotateSecret", "secretsmanager:TagResource",
		},
		PassesRoleTo: "monitoring.rds.amazonaws.com",
		Proofs:       []Proof{{Field: "endpoint"}, {Field: "status", OneOf: serving}},
		Loss:         "the instance, except for the final snapshot that AWS takes of a primary",
		// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
		Harms: []Harm{
			{
				Field: "instanceClass",
				Does: "restarts the instance: with a standby a failover of one to two minutes, " +
					"without one an outage of several",
			},
			{
				Field: "engineVersion",
				Does: "restarts the instance for an upgrade: an outage of several minutes, " +
					"also with a standby for a part of it",
			},
			{
				Field: "backupRetentionPeriod", Lowered: true,
				Does: "deletes the automated backups that are older",
			},
		},
		Immutable: []string{
			"identifier", "engine", "dbName", "username", "storageEncrypted", "kmsKeyIdRef", "availabilityZone",
			"snapshotIdentifier",
		},
		Simulated: func(a *Answer) {
			id := a.param("identifier")
			a.At["id"] = "db-" + strings.ToUpper(a.hash(26))
			a.arn("rds", "db:"+id)
			address := id + ".c" + Digest(account+a.Region, 11) + "." + a.Region + ".rds.amazonaws.com"
			a.At["address"] = address
			a.At["endpoint"] = net.JoinHostPort(address, strconv.Itoa(awsfacts.MySQLPort))
			a.At["port"] = float64(awsfacts.MySQLPort)
			a.At["status"] = "available"
			a.At["resourceId"] = a.At["id"]
			a.At["latestRestorableTime"] = "2026-01-02T03:00:00Z"
			a.setDefault("availabilityZone", a.Region+"a")
			a.setDefault("username", "admin")
			// A new replica has its primary's size.
			a.setDefault("allocatedStorage", float64(20))
			if managed, _ := a.Params["manageMasterUserPassword"].(bool); managed {
				secret := "secret:rds!" + strings.ToLower(a.id()) + "-" + a.hash(6)
				a.At["masterUserSecret"] = []any{map[string]any{
					"secretArn": "arn:aws:secretsmanager:" + a.Region + ":" + account + ":" + secret,
				}}
			}
		},
	},
	{
		GVK: rds.ParameterGroup_GroupVersionKind, Object: &rds.ParameterGroup{},
		Keys: []string{"parametergroup-mysql84"},
		Actions: []string{
			"rds:CreateDBParameterGroup", "rds:DescribeDBParameterGroups", "rds:DescribeDBParameters",
			"rds:ModifyDBParameterGroup", "rds:ResetDBParameterGroup", "rds:DeleteDBParameterGroup",
			"rds:AddTagsToResource", "rds:RemoveTagsFromResource", "rds:ListTagsForResource",
		},
		NoProof:   atOnce,
		Immutable: []string{"family", "description"},
		Simulated: func(a *Answer) { a.arn("rds", "pg:"+a.External()) },
	},
	{
		GVK: rds.Proxy_GroupVersionKind, Object: &rds.Proxy{},
		Keys: []string{"db-proxy"},
		Actions: []string{
			"rds:CreateDBProxy", "rds:DescribeDBProxies", "rds:ModifyDBProxy", "rds:DeleteDBProxy",
			"rds:AddTagsToResource", "rds:RemoveTagsFromResource", "rds:ListTagsForResource",
		},
		PassesRoleTo: "rds.amazonaws.com",
		Proofs:       []Proof{{Field: "endpoint"}},
		Immutable:    []string{"engineFamily", "vpcSubnetIdsRefs"},
		Simulated: func(a *Answer) {
			zone := Digest(account+a.Region, 12) + "." + a.Region + ".rds.amazonaws.com"
			a.At["endpoint"] = a.External() + ".proxy-" + zone
			a.arn("rds", "db-proxy:prx-0"+a.hash(16))
		},
	},
	{
		GVK: rds.ProxyDefaultTargetGroup_GroupVersionKind, Object: &rds.ProxyDefaultTargetGroup{},
		Keys:      []string{"db-proxy-group"},
		Actions:   []string{"rds:DescribeDBProxyTargetGroups", "rds:ModifyDBProxyTargetGroup"},
		NoProof:   waited,
		Immutable: []string{"dbProxyNameRef"},
	},
	{
		GVK: rds.ProxyTarget_GroupVersionKind, Object: &rds.ProxyTarget{},
		Keys: []string{"db-proxy-target", "db-proxy-target-cluster"},
		Actions: []string{
			"rds:RegisterDBProxyTargets", "rds:DescribeDBProxyTargets", "rds:DeregisterDBProxyTargets",
		},
		NoProof:   "The provider does not read the health of a proxy's target.",
		Immutable: []string{"dbClusterIdentifier", "dbInstanceIdentifierRef", "dbProxyNameRef", "targetGroupName"},
		Simulated: func(a *Answer) {
			a.At["rdsResourceId"] = cmp.Or(a.param("dbClusterIdentifier"), a.param("dbInstanceIdentifier"))
		},
	},
	{
		// It is only observed.
		GVK: rds.Snapshot_GroupVersionKind, Object: &rds.Snapshot{},
		Keys:    []string{"dbsnapshot-restored"},
		Actions: []string{"rds:DescribeDBSnapshots", "rds:DescribeDBSnapshotAttributes", "rds:ListTagsForResource"},
		Proofs:  []Proof{{Field: "engineVersion"}},
		Simulated: func(a *Answer) {
			a.At["dbSnapshotArn"] = "arn:aws:rds:" + a.Region + ":" + account + ":snapshot:" + a.External()
			a.At["engine"] = "mysql"
			a.At["engineVersion"] = "8.4.3"
			a.At["status"] = "available"
			a.At["encrypted"] = true
			a.At["allocatedStorage"] = float64(20)
		},
	},
	{
		GVK: rds.SubnetGroup_GroupVersionKind, Object: &rds.SubnetGroup{},
		Keys: []string{"subnetgroup-data"},
		Actions: []string{
			"rds:CreateDBSubnetGroup", "rds:DescribeDBSubnetGroups", "rds:ModifyDBSubnetGroup",
			"rds:DeleteDBSubnetGroup", "rds:AddTagsToResource", "rds:RemoveTagsFromResource",
			"rds:ListTagsForResource",
		},
		NoProof: atOnce,
		Simulated: func(a *Answer) {
			a.arn("rds", "subgrp:"+a.External())
			a.At["vpcId"] = "vpc-0" + a.hash(16)
		},
	},
}

// simulateCluster is a cluster as AWS reports it. Of its nodes it has the first.
func simulateCluster(a *Answer) {
	id := a.External()
	a.arn("rds", "cluster:"+id)
	zone := "c" + Digest(account+a.Region, 11) + "." + a.Region + ".rds.amazonaws.com"
	a.At["endpoint"], a.At["readerEndpoint"] = id+".cluster-"+zone, id+".cluster-ro-"+zone
	a.At["port"] = float64(awsfacts.MySQLPort)
	a.At["clusterResourceId"] = "cluster-" + strings.ToUpper(a.hash(26))
	a.At["engineVersionActual"] = a.param("engineVersion")
	a.setDefault("masterUsername", "admin")
	a.At["clusterMembers"] = []any{strings.TrimSuffix(id, "cluster") + "node-1"}
	if managed, _ := a.Params["manageMasterUserPassword"].(bool); managed {
		a.At["masterUserSecret"] = []any{map[string]any{
			"secretArn": "arn:aws:secretsmanager:" + a.Region + ":" + account + ":secret:rds!" +
				strings.ToLower(a.id()) + "-" + a.hash(6),
		}}
	}
}
