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

// TestDoubtfulNames: a name that AWS or MySQL does not have is a warning before RDS refuses it.
func TestDoubtfulNames(t *testing.T) {
	for name, tc := range map[string]struct {
		class, parameter string
		want             []string
	}{
		"Usual":         {"db.t4g.medium", "sql_mode", nil},
		"Preset":        {"", "gtid-mode", nil},
		"UnknownFamily": {"db.m11x.large", "sql_mode", []string{"instance class db.m11x.large", "describe-orderable"}},
		"Removed":       {"db.t4g.medium", "query_cache_size", []string{"8.4 no longer has it", "; remove it"}},
		"Renamed":       {"db.t4g.medium", "tx_isolation", []string{"write transaction_isolation instead"}},
		"Misspelt":      {"db.t4g.medium", "max_conections", []string{"looks like max_connections misspelt"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Spec.Database.InstanceClass = tc.class
			c.Spec.Database.Parameters = map[string]v1alpha1.ParameterValue{tc.parameter: "1"}
			got := strings.Join(doubtful(stack.New(stack.Input{Claim: c, Scheme: kinds.Scheme})), " ")
			if (got == "") != (tc.want == nil) {
				t.Errorf("the warning is %q", got)
			}
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("the warning does not say %q: %s", want, got)
				}
			}
		})
	}
}
