package database

import (
	"math"
	"regexp"
	"strings"

	"k8s.io/utils/ptr"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// monitoringSeconds is how often Enhanced Monitoring measures, where a claim of an
	// older XRD does not say it.
	monitoringSeconds = 60
	// insightsDays is the retention that costs nothing.
	insightsDays = 7

	// From stripedGiB on, RDS stripes a gp3 volume of MySQL across four volumes, which
	// have stripedIOPS and stripedMiBps at no extra charge.
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
	stripedGiB   = 400
	stripedIOPS  = 12000
	stripedMiBps = 500
)

// instance is what the primary and its replicas have in common.
func instance(s *stack.Stack, p *plan.Plan, key stack.Key) rds.InstanceParameters {
	db := s.Claim.Spec.Database
	upgrades := ptr.Deref(db.AutoMinorVersionUpgrade, true)
	if db.InstanceClass == "" {
		// The claim is of Aurora by now, and the old database stays as it is until it is deleted.
		db.InstanceClass = s.Sticky(key, "instanceClass", "")
	}
	return rds.InstanceParameters{
		Region:     &s.Region,
		Identifier: ptr.To(p.DatabaseID(key)),
		// A version like 8.4 does not conflict with automatic upgrades: the provider
		// ignores a version that is not higher than the running one. Replicas have the
		// version too, because AWS upgrades a primary only after its replicas.
		// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.MySQL.html
		EngineVersion:           ptr.To(db.Version),
		AutoMinorVersionUpgrade: ptr.To(upgrades && !p.Database.Move.Wants.HoldVersion),
		MaintenanceWindow:       ptr.To(db.MaintenanceWindow),
		InstanceClass:           ptr.To(db.InstanceClass),
		StorageType:             ptr.To("gp3"),
		StorageEncrypted:        ptr.To(true),
		// A replica's storage grows automatically too, because a full replica stops
		// replicating.
		MaxAllocatedStorage:              ptr.To(float64(db.MaxStorageGiB)),
		PubliclyAccessible:               ptr.To(false),
		VPCSecurityGroupIDRefs:           s.Refs(keys.DatabaseGroup),
		ParameterGroupNameRef:            s.Ref(keys.ParameterGroup),
		CACertIdentifier:                 ptr.To("rds-ca-rsa2048-g1"),
		IAMDatabaseAuthenticationEnabled: ptr.To(true),
		EnabledCloudwatchLogsExports:     logs(),
		CopyTagsToSnapshot:               ptr.To(true),
		// A change that waits for the maintenance window remains a difference until
		// then, and the provider asks for it again every ten minutes. So it waits only
		// where the claim says so, and a claim of an older XRD does not.
		ApplyImmediately:     ptr.To(db.ApplyChanges != v1alpha1.ApplyInMaintenanceWindow),
		MonitoringInterval:   ptr.To(float64(ptr.Deref(db.MonitoringSeconds, monitoringSeconds))),
		MonitoringRoleArnRef: s.Ref(keys.Role(keys.RDSMonitoring)),
		Tags:                 s.Tags(key),
	}
}

func logs() []*string {
	var out []*string
	for _, log := range plan.Logs() {
		out = append(out, &log)
	}
	return out
}

// withoutInsights are the classes that have no Performance Insights for MySQL.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.Engines.html
var withoutInsights = regexp.MustCompile(`^db\.(t2|t3|t4g)\.(micro|small)$`)

// insights turns Performance Insights on where the instance class in params has it. When the
// class changes from one without it to one with it, insights waits until AWS has
// changed the class. AWS cannot change the key once it is set, and the function never
// does: it is the data key, or none.
func insights(s *stack.Stack, key stack.Key, params *rds.InstanceParameters) {
	switch {
	case hasInsights(s, key, *params.InstanceClass):
		params.PerformanceInsightsEnabled = ptr.To(true)
		params.PerformanceInsightsRetentionPeriod = ptr.To(float64(insightsDays))
		params.PerformanceInsightsKMSKeyID = ptr.To(stack.ARN(keys.DataKey))
		params.DatabaseInsightsMode = ptr.To("standard")
	case stillHasInsights(s, key):
		// AWS refuses a request that turns it off and names a retention period or a
		// key. The provider sends the values that it remembers unless these are set.
		params.PerformanceInsightsEnabled = ptr.To(false)
		params.PerformanceInsightsRetentionPeriod = ptr.To(0.0)
		params.PerformanceInsightsKMSKeyID = ptr.To("")
	default:
		params.PerformanceInsightsEnabled = ptr.To(false)
	}
}

// hasInsights tells whether the wanted class and the class that the instance has now both
// have Performance Insights. While AWS does not report the class, insights stays as it is.
func hasInsights(s *stack.Stack, key stack.Key, wanted string) bool {
	if withoutInsights.MatchString(wanted) {
		return false
	}
	if actual, known := s.Status(key, "instanceClass"); known {
		return !withoutInsights.MatchString(actual)
	}
	return asked(s, key, "performanceInsightsEnabled") != false
}

// stillHasInsights tells whether Performance Insights is on. While AWS does not report it, what the
// instance is asked counts: to turn it off, or nothing yet.
func stillHasInsights(s *stack.Stack, key stack.Key) bool {
	if on, known := status(s, key, "performanceInsightsEnabled").(bool); known {
		return on
	}
	return asked(s, key, "performanceInsightsEnabled") == true || asked(s, key, "performanceInsightsKmsKeyId") == ""
}

// volumesFit refuses a maximum that a volume has already grown beyond, and a new one that is
// less than a tenth above it. AWS would reject the change at every attempt, and with it all
// other changes of the instance.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
func volumesFit(s *stack.Stack, instances []stack.Key) {
	limit := float64(s.Claim.Spec.Database.MaxStorageGiB)
	for _, key := range instances {
		has := number(s, key, "allocatedStorage")
		was, _ := asked(s, key, "maxAllocatedStorage").(float64)
		if has > limit || was != limit && was > 0 && limit*10 < has*11 {
			s.Refuse("spec.database.maxStorageGiB",
				"cannot limit the storage of %s to %.0f GiB: AWS has grown its volume to %.0f GiB, a volume never "+
					"shrinks, and AWS wants the maximum to be at least a tenth more; use %.0f or more",
				s.ObjectName(key), limit, has, math.Ceil(has*11/10))
		}
	}
}

// versionsFit refuses a version that AWS has already upgraded an instance beyond, by itself or
// for the claim. AWS has no downgrade. A claim that does not change is not refused: its version
// is where the database started from.
func versionsFit(s *stack.Stack, p *plan.Plan, instances []stack.Key) {
	wants := s.Claim.Spec.Database.Version
	for _, key := range instances {
		was, _ := asked(s, key, "engineVersion").(string)
		runs, _ := p.RunningVersion(key)
		if was == "" || was == wants || strings.HasPrefix(runs, wants+".") || !awsfacts.Older(wants, runs) {
			continue
		}
		s.Refuse("spec.database.version",
			"cannot run %s with MySQL %s: AWS has upgraded it to %s, and has no downgrade; write 8.4, %s or a later "+
				"version, or restore a snapshot that the old version wrote",
			s.ObjectName(key), wants, runs, runs)
	}
}

// asked is what an existing instance's spec says.
func asked(s *stack.Stack, key stack.Key, field string) any {
	o, ok := s.Observed(key)
	if !ok {
		return nil
	}
	v, _ := o.Lookup("spec", "forProvider", field)
	return v
}

// striping sets the IOPS and the throughput of a large volume. Without them, the
// provider would ask for the values of the volume when it was small, which AWS refuses.
func striping(s *stack.Stack, key stack.Key, asked float64, params *rds.InstanceParameters) {
	if max(asked, number(s, key, "allocatedStorage")) >= stripedGiB {
		params.Iops = ptr.To(float64(stripedIOPS))
		params.StorageThroughput = ptr.To(float64(stripedMiBps))
	}
}

// grown is the storage of an existing replica in GiB. RDS creates a replica as large as
// its primary, and from then on each of the two has its own size: without this, a
// replica would keep its size when storageGiB is raised, and run full. It is never less
// than AWS reports, because AWS may have grown it. While AWS reports nothing, it stays
// what it was.
//
// It is nil for a replica that AWS has not created yet, because AWS refuses less than
// the primary has, and a change in the first six hours.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
func grown(s *stack.Stack, key stack.Key) *float64 {
	if has := number(s, key, "allocatedStorage"); has > 0 {
		return ptr.To(max(has, float64(s.Claim.Spec.Database.StorageGiB)))
	}
	if was, ok := asked(s, key, "allocatedStorage").(float64); ok {
		return &was
	}
	return nil
}

func status(s *stack.Stack, key stack.Key, field string) any {
	o, ok := s.Observed(key)
	if !ok {
		return nil
	}
	v, _ := o.Lookup("status", "atProvider", field)
	return v
}

func number(s *stack.Stack, key stack.Key, field string) float64 {
	v, _ := status(s, key, field).(float64)
	return v
}
