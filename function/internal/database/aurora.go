package database

import (
	"strconv"

	"k8s.io/utils/ptr"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	xpv2 "github.com/crossplane/crossplane-runtime/v2/apis/common/v2"
	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// auroraFamily is in the key of the parameter group, like family.
	auroraFamily = "aurora-mysql8.4"
	// auroraEngine is the name of the engine in AWS.
	auroraEngine = "aurora-mysql"
)

// aurora is the cluster, which holds the data, and its nodes.
func aurora(s *stack.Stack, p *plan.Plan) {
	clusterParameterGroup(s, p)
	auroraFits(s, p)
	cluster(s, p)
	for i, key := range p.Database.Nodes {
		node(s, p, key, i)
	}
	readerScaling(s, p)
}

// cluster never has the provider write AWS's values into its spec: zones and members would be
// pinned there, and so would the source of a copy, which could then not become a database of
// its own.
func cluster(s *stack.Stack, p *plan.Plan) {
	params, opts := database(s, p), []stack.Option{inspected(s, p)}
	if p.Database.Move.Wants.Serves != v1alpha1.AuroraMySQL {
		params, opts = copied(s, p), mayCopy(s, p)
	}
	opts = append(opts, stack.ExternalName(p.DatabaseID(keys.Aurora)), stack.NoLateInitialize(),
		stack.After(keys.SubnetGroup, keys.ClusterParameterGroup))
	s.Add(keys.Aurora, "The Aurora cluster: its volume has the database's data.",
		&rds.Cluster{Spec: rds.ClusterSpec{
			ManagedResourceSpec: xpv2.ManagedResourceSpec{
				WriteConnectionSecretToReference: &xpv1.LocalSecretReference{
					Name: s.ObjectName(keys.AuroraConnection),
				},
			},
			ForProvider: params,
		}}, opts...)
}

// volume is what every cluster has, also a copy.
func volume(s *stack.Stack, p *plan.Plan) rds.ClusterParameters {
	db := s.Claim.Spec.Database
	return rds.ClusterParameters{
		Region:                         &s.Region,
		Engine:                         ptr.To(auroraEngine),
		EngineVersion:                  ptr.To(plan.FullVersion(p.AuroraVersion())),
		StorageEncrypted:               ptr.To(true),
		DBSubnetGroupNameRef:           s.Ref(keys.SubnetGroup),
		DBClusterParameterGroupNameRef: s.Ref(keys.ClusterParameterGroup),
		VPCSecurityGroupIDRefs:         s.Refs(keys.DatabaseGroup),

		Serverlessv2ScalingConfiguration: capacity(db),
		BackupRetentionPeriod:            ptr.To(float64(db.BackupRetentionDays)),
		Tags:                             s.Tags(keys.Aurora),
	}
}

// database is a cluster that the workloads use.
func database(s *stack.Stack, p *plan.Plan) rds.ClusterParameters {
	db, params := s.Claim.Spec.Database, volume(s, p)
	params.EngineMode = ptr.To("provisioned")
	params.EngineLifecycleSupport = ptr.To("open-source-rds-extended-support-disabled")
	params.StorageType = ptr.To(storageTypes[db.Aurora.Storage])
	params.Port = ptr.To(float64(plan.MySQLPort))
	params.EnabledCloudwatchLogsExports = logs()
	params.IAMDatabaseAuthenticationEnabled = ptr.To(true)
	params.PreferredBackupWindow = ptr.To(db.BackupWindow)
	params.PreferredMaintenanceWindow = ptr.To(db.MaintenanceWindow)
	params.DeleteAutomatedBackups = ptr.To(false)
	params.CopyTagsToSnapshot = ptr.To(true)
	params.AllowMajorVersionUpgrade = ptr.To(false)
	params.ApplyImmediately = ptr.To(db.ApplyChanges != v1alpha1.ApplyInMaintenanceWindow)
	params.DeletionProtection = ptr.To(p.Protected)
	params.SkipFinalSnapshot = ptr.To(false)
	params.FinalSnapshotIdentifier = ptr.To(finalSnapshotID(s, p, keys.Aurora))
	// Of the cluster, so that the nodes that AWS adds have them as well. A reference to the key
	// would yield its ID.
	params.PerformanceInsightsEnabled = ptr.To(true)
	params.PerformanceInsightsRetentionPeriod = ptr.To(float64(insightsDays))
	params.PerformanceInsightsKMSKeyID = ptr.To(stack.ARN(keys.DataKey))
	params.DatabaseInsightsMode = ptr.To("standard")
	clusterContent(s, &params)
	params.AutoGeneratePassword, params.MasterPasswordSecretRef = generated(s, p, keys.Aurora)
	params.ManageMasterUserPassword, params.MasterUserSecretKMSKeyIDRef = managed(s, p)
	return params
}

// copied is a copy of the primary, which is worth nothing: all of its data is in the primary. It
// has the primary's users, password and schemas, and names none. Without its source it becomes a
// database of its own.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Migrating.RDSMySQL.Replica.html
func copied(s *stack.Stack, p *plan.Plan) rds.ClusterParameters {
	params := volume(s, p)
	params.KMSKeyIDRef = s.Ref(keys.DataKey)
	params.DeletionProtection = ptr.To(false)
	params.SkipFinalSnapshot = ptr.To(true)
	params.ApplyImmediately = ptr.To(true)
	if p.Database.Move.Wants.Copies {
		// The text waits for the account, and keeps what it was while that is not known.
		arn := p.RegionalARN("rds", "db:"+p.DatabaseID(keys.Primary))
		params.ReplicationSourceIdentifier = &arn
	}
	return params
}

// mayCopy are the gates of a copy that AWS would refuse, or that would have an old password.
func mayCopy(s *stack.Stack, p *plan.Plan) []stack.Option {
	waits := p.CopyWaits()
	return []stack.Option{
		stack.After(keys.Primary), stack.When(waits == "", waits),
		stack.When(p.Credentials.Settled, "the database's password in Secrets Manager"),
	}
}

// isMoved tells whether the cluster was a copy: its spec names no content of its own.
func isMoved(s *stack.Stack) bool {
	if _, ok := s.Observed(keys.Aurora); !ok {
		return s.Claim.Status.Database.Move != nil
	}
	for _, field := range []string{"databaseName", "masterUsername", "snapshotIdentifier"} {
		if asked(s, keys.Aurora, field) != nil {
			return false
		}
	}
	return true
}

// storageTypes are AWS's names. AWS answers with an empty one for the standard.
var storageTypes = map[v1alpha1.AuroraStorage]string{
	v1alpha1.StorageStandard: "aurora", v1alpha1.StorageIOOptimized: "aurora-iopt1",
}

// clusterContent is an empty schema that is encrypted with the data key, or a snapshot, which
// brings its own.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
func clusterContent(s *stack.Stack, params *rds.ClusterParameters) {
	switch {
	case isMoved(s):
		// AWS cannot change them, and what was copied has its own.
		params.KMSKeyIDRef = s.Ref(keys.DataKey)
		return
	case restored(s):
		params.SnapshotIdentifier = ptr.To(s.Claim.Spec.Database.RestoreFromSnapshot)
		return
	}
	params.KMSKeyIDRef = s.Ref(keys.DataKey)
	params.DatabaseName = ptr.To(s.Claim.Spec.Database.Name)
	params.MasterUsername = ptr.To(username)
}

// capacity is the range of nodes that scale. A cluster that has had one keeps it.
func capacity(db v1alpha1.Database) *rds.Serverlessv2ScalingConfigurationParameters {
	c := db.Aurora.Capacity
	units := func(text string) *float64 {
		// The schema lets only numbers through.
		n, _ := strconv.ParseFloat(text, 64)
		return &n
	}
	out := &rds.Serverlessv2ScalingConfigurationParameters{MinCapacity: units(c.MinACU), MaxCapacity: units(c.MaxACU)}
	if n := c.PauseAfterSeconds; n != nil {
		out.SecondsUntilAutoPause = ptr.To(float64(*n))
	}
	return out
}

// auroraFits refuses a version that AWS has already upgraded the cluster beyond. A claim that
// does not change is not refused.
func auroraFits(s *stack.Stack, p *plan.Plan) {
	wants := p.AuroraVersion()
	was, _ := asked(s, keys.Aurora, "engineVersion").(string)
	actual, _ := s.Status(keys.Aurora, "engineVersionActual")
	runs := plan.CompatibleWith(actual)
	if was == "" || was == plan.FullVersion(wants) || runs == "" || !awsfacts.Older(wants, runs) {
		return
	}
	s.Refuse("spec.database.aurora.version",
		"cannot run %s with Aurora MySQL %s: AWS has upgraded it to %s, and has no downgrade; write %s or a later "+
			"version, or remove the field", s.ObjectName(keys.Aurora), wants, runs, runs)
}

func clusterParameterGroup(s *stack.Stack, _ *plan.Plan) {
	params := rds.ClusterParameterGroupParameters{
		Region:      &s.Region,
		Family:      ptr.To(auroraFamily),
		Description: ptr.To("Settings of the database of " + s.ID),
		Parameter:   clusterParameters(s),
		Tags:        s.Tags(keys.ClusterParameterGroup),
	}
	s.Add(keys.ClusterParameterGroup, "The settings of Aurora MySQL, which require TLS and log slow queries.",
		&rds.ClusterParameterGroup{Spec: rds.ClusterParameterGroupSpec{ForProvider: params}},
		stack.ExternalName(s.Name("aurora84", plan.LimitName)), stack.NoLateInitialize())
}

// clusterParameters are those of MySQL, except that Aurora writes logs to files anyway, and
// spells a flag differently.
func clusterParameters(s *stack.Stack) []rds.ClusterParameterGroupParameterParameters {
	var out []rds.ClusterParameterGroupParameterParameters
	for _, p := range parameters(s) {
		switch *p.Name {
		case "log_output":
			continue
		case "require_secure_transport":
			p.Value = ptr.To("ON")
		}
		out = append(out, rds.ClusterParameterGroupParameterParameters{
			Name: p.Name, Value: p.Value, ApplyMethod: p.ApplyMethod,
		})
	}
	return out
}
