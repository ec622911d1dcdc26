package defaults

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

func TestApply(t *testing.T) {
	production := v1alpha1.KashaClaimSpec{
		Region:             "eu-west-1",
		AvailabilityZones:  []string{"eu-west-1a", "eu-west-1b"},
		Environment:        v1alpha1.Production,
		DeletionProtection: new(true),
		Network:            v1alpha1.Network{NATGateways: v1alpha1.NATPerZone},
		Frontend: v1alpha1.Frontend{
			Service: v1alpha1.Service{
				Scaling: v1alpha1.Scaling{Min: 3},
				Container: v1alpha1.Container{
					Spot: v1alpha1.Spot{OnDemandBase: new(int32(3)), Percent: new(int32(75))},
				},
			},
		},
		Backend: v1alpha1.Backend{
			Service: v1alpha1.Service{
				Scaling: v1alpha1.Scaling{Min: 2},
				Container: v1alpha1.Container{
					Spot: v1alpha1.Spot{OnDemandBase: new(int32(2)), Percent: new(int32(75))},
				},
			},
		},
		Database: v1alpha1.Database{
			Engine:        v1alpha1.MySQL,
			InstanceClass: "db.t4g.medium",
			MultiAZ:       new(true),
			ReadReplicas:  new(int32(1)),
			GeneralLog:    new(false),
		},
		Cost: v1alpha1.Cost{Assumptions: v1alpha1.CostAssumptions{
			ViewerRequests: new(int64(10_000_000)), ViewerGB: new(int64(500)), NATGB: new(int64(100)),
			BucketGB: new(int64(100)), LogGB: new(int64(50)), QueueMessages: new(int64(1_000_000)),
			ImageGB: new(int64(5)), ScheduleHours: new(int64(10)),
		}},
	}
	unknown := production
	unknown.Environment = "Staging"

	// Unusual values that no preset has.
	chosen := v1alpha1.KashaClaimSpec{
		Region:             "eu-west-1",
		AvailabilityZones:  []string{"eu-west-1c", "eu-west-1a", "eu-west-1b"},
		Environment:        v1alpha1.NonProduction,
		DeletionProtection: new(true),
		Network:            v1alpha1.Network{NATGateways: v1alpha1.NATPerZone},
		Frontend: v1alpha1.Frontend{
			Service: v1alpha1.Service{
				Container: v1alpha1.Container{
					Spot: v1alpha1.Spot{OnDemandBase: new(int32(7)), Percent: new(int32(0))},
				},
			},
		},
		Backend: v1alpha1.Backend{
			Service: v1alpha1.Service{
				Container: v1alpha1.Container{
					Spot: v1alpha1.Spot{OnDemandBase: new(int32(8)), Percent: new(int32(1))},
				},
			},
		},
		Database: v1alpha1.Database{
			Engine:        v1alpha1.MySQL,
			InstanceClass: "db.r8g.large",
			MultiAZ:       new(true),
			ReadReplicas:  new(int32(5)),
			GeneralLog:    new(false),
		},
		Cost: v1alpha1.Cost{Assumptions: v1alpha1.CostAssumptions{
			ViewerRequests: new(int64(1)), ViewerGB: new(int64(2)), CapacityUnits: new(int64(3)), NATGB: new(int64(4)),
			BucketGB: new(int64(0)), LogGB: new(int64(5)), QueueMessages: new(int64(6)), ImageGB: new(int64(0)),
			ScheduleHours: new(int64(7)), ArchiveGB: new(int64(8)),
		}},
	}

	// scaled has the minima of production.
	scaled := func(e v1alpha1.Environment) v1alpha1.KashaClaimSpec {
		c := v1alpha1.KashaClaimSpec{Region: "eu-west-1", Environment: e}
		c.Frontend.Scaling.Min, c.Backend.Scaling.Min = 3, 2
		return c
	}

	cases := map[string]struct {
		reason string
		claim  v1alpha1.KashaClaimSpec
		want   v1alpha1.KashaClaimSpec
	}{
		"Production": {
			reason: "Production is redundant, protected, and its minimum does not run on Spot.",
			claim:  scaled(v1alpha1.Production),
			want:   production,
		},
		"NonProduction": {
			reason: "NonProduction is as cheap as possible and logs more.",
			claim:  v1alpha1.KashaClaimSpec{Region: "eu-west-1", Environment: v1alpha1.NonProduction},
			want: v1alpha1.KashaClaimSpec{
				Region:             "eu-west-1",
				AvailabilityZones:  []string{"eu-west-1a", "eu-west-1b"},
				Environment:        v1alpha1.NonProduction,
				DeletionProtection: new(false),
				Network:            v1alpha1.Network{NATGateways: v1alpha1.NATSingle},
				Frontend: v1alpha1.Frontend{
					Service: v1alpha1.Service{
						Container: v1alpha1.Container{
							Spot: v1alpha1.Spot{OnDemandBase: new(int32(0)), Percent: new(int32(100))},
						},
					},
				},
				Backend: v1alpha1.Backend{
					Service: v1alpha1.Service{
						Container: v1alpha1.Container{
							Spot: v1alpha1.Spot{OnDemandBase: new(int32(0)), Percent: new(int32(100))},
						},
					},
				},
				Database: v1alpha1.Database{
					Engine:        v1alpha1.MySQL,
					InstanceClass: "db.t3.micro",
					MultiAZ:       new(false),
					ReadReplicas:  new(int32(0)),
					GeneralLog:    new(true),
				},
				Cost: v1alpha1.Cost{Assumptions: v1alpha1.CostAssumptions{
					ViewerRequests: new(int64(100_000)), ViewerGB: new(int64(5)), NATGB: new(int64(10)),
					BucketGB: new(int64(5)), LogGB: new(int64(5)), QueueMessages: new(int64(10_000)),
					ImageGB: new(int64(5)), ScheduleHours: new(int64(10)),
				}},
			},
		},
		"Chosen": {
			reason: "The user's values stay, even if they are false or zero.",
			claim:  chosen,
			want:   chosen,
		},
		"UnknownEnvironment": {
			reason: "An unknown environment, which the schema rejects, must not lose data.",
			claim:  scaled("Staging"),
			want:   unknown,
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c, want := &v1alpha1.KashaClaim{Spec: tc.claim}, &v1alpha1.KashaClaim{Spec: tc.want}
			complete(want)
			Apply(c)
			if diff := cmp.Diff(want.Spec, c.Spec); diff != "" {
				t.Errorf("%s\nApply(...): -want, +got:\n%s", tc.reason, diff)
			}

			once := *c
			Apply(c)
			if diff := cmp.Diff(once.Spec, c.Spec); diff != "" {
				t.Errorf("Applying twice must change nothing: -once, +twice:\n%s", diff)
			}
		})
	}
}

func TestApplyIsTotal(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	Apply(c)
	if len(c.Spec.AvailabilityZones) != 0 {
		t.Errorf("Apply(empty claim) made up zones without a region: %v", c.Spec.AvailabilityZones)
	}
}

// TestOlderSchema: the function may be newer than the XRD that a claim was accepted with.
func TestOlderSchema(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	Apply(c)
	e := c.Spec.Edge
	if e.OriginReadTimeoutSeconds != 30 || e.OriginKeepAliveSeconds != 5 {
		t.Errorf("CloudFront would wait %d s and keep connections for %d s", e.OriginReadTimeoutSeconds,
			e.OriginKeepAliveSeconds)
	}
	if codes := c.Spec.Backend.HealthCheck.SuccessCodes; codes != "200-399" {
		t.Errorf("no task would ever be healthy: the codes are %q", codes)
	}
}
