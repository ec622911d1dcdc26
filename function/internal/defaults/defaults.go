// Package defaults chooses by environment what the user of a claim left open.
//
// What has one default for everybody is in the schema, and the API server has
// filled it in before.
package defaults

import (
	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// preset is what an environment chooses.
type preset struct {
	deletionProtection bool
	natGateways        v1alpha1.NATGateways
	onDemandBase       int32
	spotPercent        int32
	instanceClass      string
	multiAZ            bool
	readReplicas       int32
	generalLog         bool
}

var presets = map[v1alpha1.Environment]preset{
	v1alpha1.Production: {
		deletionProtection: true,
		natGateways:        v1alpha1.NATPerZone,
		onDemandBase:       1,
		spotPercent:        75,
		instanceClass:      "db.t4g.medium",
		multiAZ:            true,
		readReplicas:       1,
		generalLog:         false,
	},
	v1alpha1.NonProduction: {
		deletionProtection: false,
		natGateways:        v1alpha1.NATSingle,
		onDemandBase:       0,
		spotPercent:        100,
		instanceClass:      "db.t3.micro",
		multiAZ:            false,
		readReplicas:       0,
		generalLog:         true,
	},
}

// Apply fills in what the user left empty, and changes nothing else. An unknown
// environment gets the presets of Production, which lose no data.
func Apply(c *v1alpha1.KashaClaim) {
	p, ok := presets[c.Spec.Environment]
	if !ok {
		p = presets[v1alpha1.Production]
	}

	s := &c.Spec
	if len(s.AvailabilityZones) == 0 && s.Region != "" && awsfacts.ZonesDiffer(s.Region) == "" {
		s.AvailabilityZones = []string{s.Region + "a", s.Region + "b"}
	}
	point(&s.DeletionProtection, p.deletionProtection)
	if s.Network.Existing == nil {
		fill(&s.Network.NATGateways, p.natGateways)
	}

	for _, w := range plan.DeclaredIn(c) {
		point(&w.Spot.OnDemandBase, p.onDemandBase)
		point(&w.Spot.Percent, p.spotPercent)
	}

	fill(&s.Database.InstanceClass, p.instanceClass)
	point(&s.Database.MultiAZ, p.multiAZ)
	point(&s.Database.ReadReplicas, p.readReplicas)
	point(&s.Database.GeneralLog, p.generalLog)
}

// fill sets a field that has its zero value.
func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// point sets a field that is nil: its zero value is a choice too.
func point[T any](field **T, value T) {
	if *field == nil {
		*field = &value
	}
}
