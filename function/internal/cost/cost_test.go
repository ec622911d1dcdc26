package cost

import (
	"strconv"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/defaults"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func TestEstimate(t *testing.T) {
	cases := map[string]struct {
		reason      string
		environment v1alpha1.Environment
		class       string
		// The bounds are an AWS bill's order of magnitude, not its cents.
		from, to int
		unknown  bool
	}{
		"Production":    {"Multi-AZ, replica, two NAT gateways", v1alpha1.Production, "", 250, 400, false},
		"NonProduction": {"one of everything, all on Spot", v1alpha1.NonProduction, "", 80, 140, false},
		"UnknownClass":  {"what is not known is left out, and said", v1alpha1.Production, "db.x9z.huge", 100, 200, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Spec.Region, c.Spec.Environment = "us-east-1", tc.environment
			c.Spec.Database.InstanceClass, c.Spec.Database.StorageGiB = tc.class, 20
			c.Spec.Frontend.CPU, c.Spec.Frontend.Memory, c.Spec.Frontend.Scaling.Min = 256, 512, 2
			c.Spec.Backend.CPU, c.Spec.Backend.Memory, c.Spec.Backend.Scaling.Min = 512, 1024, 2
			defaults.Apply(c)
			got := Estimate(plan.New(stack.New(stack.Input{Claim: c})))
			usd, err := strconv.Atoi(got.MonthlyUSD)
			if err != nil || usd < tc.from || usd > tc.to {
				t.Errorf("%s: %q USD, want %d to %d", tc.reason, got.MonthlyUSD, tc.from, tc.to)
			}
			if strings.Contains(got.Note, "without the database") != tc.unknown {
				t.Errorf("%s: note %q", tc.reason, got.Note)
			}
		})
	}
}
