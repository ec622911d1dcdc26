// Package defaults fills in the defaults that depend on the claim's environment or region.
//
// The other defaults are in the schema. The API server fills them in first.
package defaults

import (
	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// preset is the defaults of an environment.
type preset struct {
	deletionProtection bool
	natGateways        v1alpha1.NATGateways
	// onDemand tells whether the minimum of a service runs on demand. ECS does not
	// replace Spot by on-demand capacity, so a minimum on Spot may be less for hours.
	onDemand      bool
	spotPercent   int32
	instanceClass string
	multiAZ       bool
	readReplicas  int32
	generalLog    bool
	usage         usage
}

// A tier is what a usage tier fills in: the engine, and the size of a cluster by environment. A
// claim may ask for Aurora in the tier Standard, too.
type tier struct {
	engine v1alpha1.DatabaseEngine
	aurora map[v1alpha1.Environment]aurora
}

// aurora is the size of a cluster: the range of each node in capacity units, and the readers.
type aurora struct {
	minACU, maxACU string
	readers        int32
}

// small is what Aurora begins with: AWS advises at least 2 units with Performance Insights.
var small = map[v1alpha1.Environment]aurora{
	v1alpha1.Production: {"2", "16", 1}, v1alpha1.NonProduction: {"0", "2", 0},
}

// tiers are the presets by usage. docs/reference/tiers.md has the arithmetic.
var tiers = map[v1alpha1.UsageTier]tier{
	v1alpha1.TierStandard: {v1alpha1.MySQL, small},
	v1alpha1.TierGrowth:   {v1alpha1.AuroraMySQL, small},
	v1alpha1.TierScale: {v1alpha1.AuroraMySQL, map[v1alpha1.Environment]aurora{
		v1alpha1.Production: {"4", "64", 2}, v1alpha1.NonProduction: {"0.5", "4", 0},
	}},
}

const (
	// serverless is the class of nodes that scale within the range.
	serverless = "db.serverless"
	// pauseSeconds is how long nobody must use a node until it pauses, where it may. It is AWS's
	// default.
	pauseSeconds = 300
	// leastAwake is the least of a node that cannot pause, because a proxy keeps it awake.
	leastAwake = "0.5"
)

// usage is what the estimate of the cost assumes of a month.
type usage struct {
	viewerRequests, viewerGB, natGB, bucketGB, logGB, queueMessages int64
}

var presets = map[v1alpha1.Environment]preset{
	v1alpha1.Production: {
		deletionProtection: true,
		natGateways:        v1alpha1.NATPerZone,
		onDemand:           true,
		spotPercent:        75,
		instanceClass:      "db.t4g.medium",
		multiAZ:            true,
		readReplicas:       1,
		generalLog:         false,
		usage: usage{
			viewerRequests: 10_000_000, viewerGB: 500, natGB: 100, bucketGB: 100, logGB: 50, queueMessages: 1_000_000,
		},
	},
	v1alpha1.NonProduction: {
		deletionProtection: false,
		natGateways:        v1alpha1.NATSingle,
		onDemand:           false,
		spotPercent:        100,
		instanceClass:      "db.t3.micro",
		multiAZ:            false,
		readReplicas:       0,
		generalLog:         true,
		usage: usage{
			viewerRequests: 100_000, viewerGB: 5, natGB: 10, bucketGB: 5, logGB: 5, queueMessages: 10_000,
		},
	},
}

// Apply fills in the fields that the user left empty, and changes no others. An unknown
// environment gets the presets of Production, because they protect data.
func Apply(c *v1alpha1.KashaClaim) {
	p, ok := presets[c.Spec.Environment]
	if !ok {
		p = presets[v1alpha1.Production]
	}

	complete(c)
	s := &c.Spec
	if len(s.AvailabilityZones) == 0 && s.Region != "" && awsfacts.ZonesDiffer(s.Region) == "" {
		s.AvailabilityZones = []string{s.Region + "a", s.Region + "b"}
	}
	point(&s.DeletionProtection, p.deletionProtection)
	if s.Network.Existing == nil {
		fill(&s.Network.NATGateways, p.natGateways)
	}

	for _, w := range plan.DeclaredIn(c) {
		var base int32
		if p.onDemand {
			base = w.Scaling.Min
		}
		point(&w.Spot.OnDemandBase, base)
		point(&w.Spot.Percent, p.spotPercent)
	}

	t, ok := tiers[s.UsageTier]
	if !ok {
		// A claim that the API server accepted with an older XRD has no tier.
		t = tiers[v1alpha1.TierStandard]
	}
	size, ok := t.aurora[s.Environment]
	if !ok {
		size = t.aurora[v1alpha1.Production]
	}
	fill(&s.Database.Engine, t.engine)
	database(&s.Database, p, size)
	assume(&s.Cost.Assumptions, p.usage)
}

// database fills in what belongs to the engine.
func database(db *v1alpha1.Database, p preset, size aurora) {
	point(&db.GeneralLog, p.generalLog)
	if db.Engine == v1alpha1.MySQL || db.Move != nil {
		fill(&db.InstanceClass, p.instanceClass)
		point(&db.MultiAZ, p.multiAZ)
		point(&db.ReadReplicas, p.readReplicas)
	}
	if db.Engine == v1alpha1.MySQL {
		return
	}
	if db.Aurora == nil {
		db.Aurora = &v1alpha1.Aurora{}
	}
	a := db.Aurora
	fill(&a.InstanceClass, serverless)
	fill(&a.Storage, v1alpha1.StorageStandard)
	point(&a.Readers, size.readers)
	if a.Capacity == nil {
		a.Capacity = &v1alpha1.AuroraCapacity{MinACU: size.minACU, MaxACU: size.maxACU}
		if db.Proxy.Enabled && a.Capacity.MinACU == "0" {
			a.Capacity.MinACU = leastAwake
		}
	}
	if a.Capacity.MinACU == "0" {
		point(&a.Capacity.PauseAfterSeconds, pauseSeconds)
	}
}

const (
	// imageGB and scheduleHours are the same in all environments. A claim that the API server accepted with an older
	// XRD lacks them.
	imageGB       = 5
	scheduleHours = 10
)

// assume fills in the usage that the estimate of the cost assumes. It changes no resource.
func assume(a *v1alpha1.CostAssumptions, u usage) {
	point(&a.ViewerRequests, u.viewerRequests)
	point(&a.ViewerGB, u.viewerGB)
	point(&a.NATGB, u.natGB)
	point(&a.BucketGB, u.bucketGB)
	point(&a.LogGB, u.logGB)
	point(&a.QueueMessages, u.queueMessages)
	point(&a.ImageGB, imageGB)
	point(&a.ScheduleHours, scheduleHours)
}

// complete fills in what a claim lacks if the API server accepted it with an older XRD. AWS
// has no timeout of 0 seconds, and no health check without codes.
func complete(c *v1alpha1.KashaClaim) {
	fill(&c.Spec.Edge.OriginReadTimeoutSeconds, 30)
	fill(&c.Spec.Edge.OriginKeepAliveSeconds, 5)
	for _, w := range plan.DeclaredIn(c) {
		if w.Served() {
			fill(&w.HealthCheck.SuccessCodes, "200-399")
		}
	}
}

// fill sets a field if it has its zero value.
func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// point sets a field if it is nil. A pointer to a zero value is the user's choice.
func point[T any](field **T, value T) {
	if *field == nil {
		*field = &value
	}
}
