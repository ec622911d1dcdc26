package judge

import (
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// TestZonesLack: a zone is known by the ID that AWS reports of one of its subnets, and by
// nothing else.
func TestZonesLack(t *testing.T) {
	in := func(id string) stacktest.Object {
		return stacktest.Object{"status": map[string]any{"atProvider": map[string]any{"availabilityZoneId": id}}}
	}
	cases := map[string]struct {
		reason   string
		observed map[stack.Key]stack.Observed
		want     string
	}{
		"Lacks": {
			"RDS Proxy does not run there.",
			map[stack.Key]stack.Observed{"subnet-frontend-a": in("use1-az3")},
			"in us-east-1a: it is the zone use1-az3",
		},
		"OfAnotherTier": {
			"All subnets of a zone have its ID.",
			map[stack.Key]stack.Observed{"subnet-data-b": in("use1-az3")}, "in us-east-1b: it is the zone use1-az3",
		},
		"Has":     {"The zone has all.", map[stack.Key]stack.Observed{"subnet-frontend-a": in("use1-az1")}, ""},
		"Unknown": {"AWS has not reported the zone.", nil, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Name = "shop"
			c.Spec.Region, c.Spec.AvailabilityZones = "us-east-1", []string{"us-east-1a", "us-east-1b"}
			c.Spec.Network.CIDR, c.Spec.Database.Proxy.Enabled = "10.0.0.0/16", true
			s := stack.New(stack.Input{Claim: c, Observed: tc.observed, Scheme: kinds.Scheme})
			got := strings.Join(zonesLack(s, plan.New(s)), " ")
			if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
				t.Errorf("%s want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}
