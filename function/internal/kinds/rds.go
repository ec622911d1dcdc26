package kinds

import (
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
		Keys: []string{"db-proxy-target"},
		Actions: []string{
			"rds:RegisterDBProxyTargets", "rds:DescribeDBProxyTargets", "rds:DeregisterDBProxyTargets",
		},
		NoProof:   "The provider does not read the health of a proxy's target.",
		Immutable: []string{"dbInstanceIdentifierRef", "dbProxyNameRef", "targetGroupName"},
		Simulated: func(a *Answer) { a.At["rdsResourceId"] = a.param("dbInstanceIdentifier") },
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
