package database

import (
	"strconv"
	"strings"

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
	// newestAurora is the version of a new cluster whose claim names none.
	// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.Updates.84Updates.html
	newestAurora = "8.4.10"
)

// aurora is the cluster, which holds the data, and its nodes.
func aurora(s *stack.Stack, p *plan.Plan) {
	clusterParameterGroup(s)
	auroraFits(s)
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
	db := s.Claim.Spec.Database
	params := rds.ClusterParameters{
		Region:                         &s.Region,
		Engine:                         ptr.To(auroraEngine),
		EngineMode:                     ptr.To("provisioned"),
		EngineVersion:                  ptr.To(fullVersion(auroraVersion(s))),
		EngineLifecycleSupport:         ptr.To("open-source-rds-extended-support-disabled"),
		StorageType:                    ptr.To(storageTypes[db.Aurora.Storage]),
		StorageEncrypted:               ptr.To(true),
		DBSubnetGroupNameRef:           s.Ref(keys.SubnetGroup),
		DBClusterParameterGroupNameRef: s.Ref(keys.ClusterParameterGroup),
		VPCSecurityGroupIDRefs:         s.Refs(keys.DatabaseGroup),
		Port:                           ptr.To(float64(plan.MySQLPort)),
		EnabledCloudwatchLogsExports:   logs(),

		IAMDatabaseAuthenticationEnabled: ptr.To(true),
		Serverlessv2ScalingConfiguration: capacity(db),
		PreferredBackupWindow:            ptr.To(db.BackupWindow),
		PreferredMaintenanceWindow:       ptr.To(db.MaintenanceWindow),
		BackupRetentionPeriod:            ptr.To(float64(db.BackupRetentionDays)),
		DeleteAutomatedBackups:           ptr.To(false),
		CopyTagsToSnapshot:               ptr.To(true),
		AllowMajorVersionUpgrade:         ptr.To(false),
		ApplyImmediately:                 ptr.To(db.ApplyChanges != v1alpha1.ApplyInMaintenanceWindow),
		DeletionProtection:               ptr.To(p.Protected),
		SkipFinalSnapshot:                ptr.To(false),
		FinalSnapshotIdentifier:          ptr.To(finalSnapshotID(s, p, keys.Aurora)),
		Tags:                             s.Tags(keys.Aurora),

		// Of the cluster, so that the nodes that AWS adds have them as well. A reference would
		// yield the key's ID.
		PerformanceInsightsEnabled:         ptr.To(true),
		PerformanceInsightsRetentionPeriod: ptr.To(float64(insightsDays)),
		PerformanceInsightsKMSKeyID:        ptr.To(stack.ARN(keys.DataKey)),
		DatabaseInsightsMode:               ptr.To("standard"),
	}
	clusterContent(s, &params)
	params.AutoGeneratePassword, params.MasterPasswordSecretRef = generated(s, p, keys.Aurora)
	params.ManageMasterUserPassword, params.MasterUserSecretKMSKeyIDRef = managed(s, p)
	s.Add(keys.Aurora, "The Aurora cluster: its volume has the database's data.",
		&rds.Cluster{Spec: rds.ClusterSpec{
			ManagedResourceSpec: xpv2.ManagedResourceSpec{
				WriteConnectionSecretToReference: &xpv1.LocalSecretReference{
					Name: s.ObjectName(keys.AuroraConnection),
				},
			},
			ForProvider: params,
		}}, stack.ExternalName(p.DatabaseID(keys.Aurora)), stack.NoLateInitialize(),
		stack.After(keys.SubnetGroup, keys.ClusterParameterGroup), inspected(s, p))
}

// storageTypes are AWS's names. AWS answers with an empty one for the standard.
var storageTypes = map[v1alpha1.AuroraStorage]string{
	v1alpha1.StorageStandard: "aurora", v1alpha1.StorageIOOptimized: "aurora-iopt1",
}

// clusterContent is an empty schema that is encrypted with the data key, or a snapshot, which
// brings its own.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
func clusterContent(s *stack.Stack, params *rds.ClusterParameters) {
	if restored(s) {
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

// auroraVersion is the claim's version, else the one that the cluster was made with.
func auroraVersion(s *stack.Stack) string {
	if v := s.Claim.Spec.Database.Aurora.Version; v != "" {
		return v
	}
	return compatibleWith(s.Sticky(keys.Aurora, "engineVersion", fullVersion(newestAurora)))
}

// auroraMark is between the version of MySQL and Aurora's own in a full version. The provider
// repeats a shorter version with every change, because AWS answers with the full one.
const auroraMark = ".mysql_aurora."

// fullVersion is AWS's name of a version: 8.4.mysql_aurora.8.4.10 for 8.4.10.
func fullVersion(version string) string { return "8.4" + auroraMark + version }

// compatibleWith is the version of MySQL that a version of Aurora is compatible with.
func compatibleWith(full string) string {
	_, version, _ := strings.Cut(full, auroraMark)
	return version
}

// auroraFits refuses a version that AWS has already upgraded the cluster beyond. A claim that
// does not change is not refused.
func auroraFits(s *stack.Stack) {
	wants := auroraVersion(s)
	was, _ := asked(s, keys.Aurora, "engineVersion").(string)
	actual, _ := s.Status(keys.Aurora, "engineVersionActual")
	runs := compatibleWith(actual)
	if was == "" || was == fullVersion(wants) || runs == "" || !awsfacts.Older(wants, runs) {
		return
	}
	s.Refuse("spec.database.aurora.version",
		"cannot run %s with Aurora MySQL %s: AWS has upgraded it to %s, and has no downgrade; write %s or a later "+
			"version, or remove the field", s.ObjectName(keys.Aurora), wants, runs, runs)
}

func clusterParameterGroup(s *stack.Stack) {
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
