package database

import (
	"k8s.io/utils/ptr"

	appautoscaling "github.com/upbound/provider-aws/v2/apis/namespaced/appautoscaling/v1beta1"
	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/window"
)

const (
	// firstTiers are the failover tiers whose db.serverless nodes are as large as the writer, so
	// that a failover does not shrink the database.
	// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html
	firstTiers = 2
	// lastTier is the last of AWS's failover tiers.
	lastTier = 15
)

// node is the nth node. The first one becomes the writer, so the others wait for it.
func node(s *stack.Stack, p *plan.Plan, key stack.Key, n int) {
	db := s.Claim.Spec.Database
	after := stack.After(keys.Node(0))
	if n == 0 {
		after = stack.After(keys.Aurora)
	}
	s.Add(key, nodePurpose(n), &rds.ClusterInstance{Spec: rds.ClusterInstanceSpec{
		ForProvider: rds.ClusterInstanceParameters{
			Region:               &s.Region,
			Engine:               ptr.To(auroraEngine),
			ClusterIdentifierRef: s.Ref(keys.Aurora),
			InstanceClass:        ptr.To(db.Aurora.InstanceClass),
			AvailabilityZone:     ptr.To(nodeZone(s, p, key, n)),
			DBSubnetGroupNameRef: s.Ref(keys.SubnetGroup),
			PromotionTier:        ptr.To(float64(tier(n))),
			CACertIdentifier:     ptr.To("rds-ca-rsa2048-g1"),
			PubliclyAccessible:   ptr.To(false),
			CopyTagsToSnapshot:   ptr.To(true),

			AutoMinorVersionUpgrade:    ptr.To(ptr.Deref(db.AutoMinorVersionUpgrade, true)),
			PreferredMaintenanceWindow: ptr.To(nodeWindow(db, n)),
			// The provider's default is none, also where the cluster has another.
			MonitoringInterval:   ptr.To(float64(ptr.Deref(db.MonitoringSeconds, monitoringSeconds))),
			MonitoringRoleArnRef: s.Ref(keys.Role(keys.RDSMonitoring)),
			ApplyImmediately:     ptr.To(db.ApplyChanges != v1alpha1.ApplyInMaintenanceWindow),
			// AWS deletes the last node of a copy only if it may promote the copy for that.
			ForceDestroy: ptr.To(p.Database.Move.Wants.Copies),
			Tags:         s.Tags(key),
		},
	}}, stack.ExternalName(p.DatabaseID(key)), stack.NoLateInitialize(), after)
}

func nodePurpose(n int) string {
	if n == 0 {
		return "The node of the cluster that becomes its writer first."
	}
	return "A reader of the cluster, which takes the writer's place when that fails."
}

// tier is the order in which AWS promotes nodes when the writer fails.
func tier(n int) int {
	if n < firstTiers {
		return n
	}
	return min(n, lastTier-1)
}

// nodeZone spreads nodes over the zones. A node keeps its zone, because it cannot be moved.
func nodeZone(s *stack.Stack, p *plan.Plan, key stack.Key, n int) string {
	zones := p.Network.Zones
	return s.Sticky(key, "availabilityZone", zones[n%len(zones)].Name)
}

// nodeWindow is the maintenance window of the nth node: that of the claim for the first one, and
// one of its own before it for each other, as for replicas.
func nodeWindow(db v1alpha1.Database, n int) string {
	first, ok := window.Weekly(db.MaintenanceWindow)
	if !ok || n == 0 {
		return db.MaintenanceWindow
	}
	if backups, ok := window.Daily(db.BackupWindow); ok {
		return first.Before(n-1, backups).String()
	}
	return first.Before(n - 1).String()
}

// readerScaling lets AWS add readers. When the claim no longer asks for it, AWS is first told to
// remove those that it has added: nothing else does, and a cluster that has one cannot be
// deleted.
func readerScaling(s *stack.Stack, p *plan.Plan) {
	a := s.Claim.Spec.Database.Aurora
	readers, most, percent := len(p.Database.Nodes)-1, 0, 0.0
	switch _, exists := s.Observed(keys.ReaderScaling); {
	case a.ReaderScaling != nil:
		most, percent = int(a.ReaderScaling.Max), float64(a.ReaderScaling.CPUPercent)
	case exists && !p.ReadersAreOurs():
		most, percent = max(readers, 1), aimedPercent(s)
	default:
		return
	}
	s.Add(keys.ReaderScaling, "Within which bounds AWS changes the number of readers.",
		&appautoscaling.Target{Spec: appautoscaling.TargetSpec{ForProvider: appautoscaling.TargetParameters{
			Region:            &s.Region,
			ServiceNamespace:  ptr.To("rds"),
			ScalableDimension: ptr.To("rds:cluster:ReadReplicaCount"),
			ResourceID:        ptr.To("cluster:" + p.DatabaseID(keys.Aurora)),
			MinCapacity:       ptr.To(float64(max(readers, 1))),
			MaxCapacity:       ptr.To(float64(most)),
			Tags:              s.Tags(keys.ReaderScaling),
		}}}, stack.After(p.Database.Nodes...))
	tracking := appautoscaling.TargetTrackingScalingPolicyConfigurationParameters{
		TargetValue: &percent,
		PredefinedMetricSpecification: &appautoscaling.PredefinedMetricSpecificationParameters{
			PredefinedMetricType: ptr.To("RDSReaderAverageCPUUtilization"),
		},
		ScaleInCooldown:  ptr.To(float64(readerCooldown)),
		ScaleOutCooldown: ptr.To(float64(readerCooldown)),
	}
	s.Add(keys.ReaderScalingPolicy, "Adds readers when those that there are use too much CPU.",
		&appautoscaling.Policy{Spec: appautoscaling.PolicySpec{ForProvider: appautoscaling.PolicyParameters{
			Region:                                   &s.Region,
			PolicyType:                               ptr.To("TargetTrackingScaling"),
			ServiceNamespaceRef:                      s.Ref(keys.ReaderScaling),
			ScalableDimensionRef:                     s.Ref(keys.ReaderScaling),
			ResourceIDRef:                            s.Ref(keys.ReaderScaling),
			TargetTrackingScalingPolicyConfiguration: &tracking,
		}}}, stack.ExternalName(s.Name("readers-cpu", plan.LimitName)))
}

// aimedPercent is what the policy aims at already.
func aimedPercent(s *stack.Stack) float64 {
	config, _ := asked(s, keys.ReaderScalingPolicy, "targetTrackingScalingPolicyConfiguration").(map[string]any)
	if n, ok := config["targetValue"].(float64); ok {
		return n
	}
	return usualPercent
}

const (
	// usualPercent is the schema's default.
	usualPercent = 60
	// readerCooldown is AWS's default: a reader takes some minutes until it takes load.
	readerCooldown = 300
)
