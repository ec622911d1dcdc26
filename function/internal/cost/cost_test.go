package cost

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/defaults"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func TestEstimate(t *testing.T) {
	cases := map[string]struct {
		reason      string
		environment v1alpha1.Environment
		class       string
		gateways    int
		// The bounds are an AWS bill's order of magnitude, not its cents.
		from, to int
		unknown  bool
	}{
		"Production":    {"a standby, a replica and two NAT gateways", v1alpha1.Production, "", 2, 250, 400, false},
		"NonProduction": {"one of each, with all tasks on Spot", v1alpha1.NonProduction, "", 1, 80, 140, false},
		"UnknownClass": {
			"an unknown price is left out, and the note says so",
			v1alpha1.Production, "db.x9z.huge", 2, 100, 200, true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Spec.Region, c.Spec.Environment = "us-east-1", tc.environment
			c.Spec.Database.InstanceClass, c.Spec.Database.StorageGiB = tc.class, 20
			c.Spec.Frontend.CPU, c.Spec.Frontend.Memory, c.Spec.Frontend.Scaling.Min = 256, 512, 2
			c.Spec.Backend.CPU, c.Spec.Backend.Memory, c.Spec.Backend.Scaling.Min = 512, 1024, 2
			defaults.Apply(c)
			got := Estimate(plan.New(stack.New(stack.Input{Claim: c})), resources(t, map[string]int{
				"ec2/NATGateway": tc.gateways, "elbv2/LB": 2, "kms/Key": 2,
				"secretsmanager/Secret": 1, "wafv2/WebACL": 1,
			}))
			if n := usd(t, got); n < tc.from || n > tc.to {
				t.Errorf("%s: %q USD, want %d to %d", tc.reason, got.MonthlyUSD, tc.from, tc.to)
			}
			if strings.Contains(got.Note, "without the database") != tc.unknown {
				t.Errorf("%s: note %q", tc.reason, got.Note)
			}
		})
	}
}

// TestCeiling: a claim can cost as much as its largest number of tasks does.
func TestCeiling(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Spec.Region, c.Spec.Environment = "us-east-1", v1alpha1.Production
	c.Spec.Frontend.CPU, c.Spec.Frontend.Memory, c.Spec.Frontend.Scaling = 1024, 2048, v1alpha1.Scaling{Min: 2, Max: 2}
	c.Spec.Frontend.Spot.Percent = new(int32)
	defaults.Apply(c)
	ceiling := func() int64 {
		usd, unpriced := Ceiling(plan.New(stack.New(stack.Input{Claim: c})), nil)
		if unpriced != "" {
			t.Fatalf("the price of %s is not known", unpriced)
		}
		return usd
	}
	low := ceiling()
	c.Spec.Frontend.Scaling.Max = 12
	// 10 tasks of 1 vCPU and 2 GiB, on demand: 10 * 730 * (0.04048 + 2 * 0.004445) USD.
	if got := ceiling() - low; got < 359 || got > 361 {
		t.Errorf("ten more tasks cost %d USD a month, want 360", got)
	}
	c.Spec.Database.InstanceClass = "db.x9z.huge"
	if _, unpriced := Ceiling(plan.New(stack.New(stack.Input{Claim: c})), nil); unpriced != "db.x9z.huge" {
		t.Errorf("the class without a price is %q", unpriced)
	}
}

// TestRuns: a guardrail counts a schedule as one run that always goes on, and the estimate of a month without traffic
// counts none.
func TestRuns(t *testing.T) {
	spot := func(base, percent int32) v1alpha1.Schedule {
		return v1alpha1.Schedule{Container: v1alpha1.Container{
			Spot: v1alpha1.Spot{OnDemandBase: &base, Percent: &percent},
		}}
	}
	cases := map[string]struct {
		reason   string
		schedule v1alpha1.Schedule
		from, to int64
	}{
		// 730 * (0.04048 + 2 * 0.004445) USD.
		"OnDemand": {"One task of 1 vCPU and 2 GiB.", v1alpha1.Schedule{}, 35, 37},
		"Spot":     {"The one task is on Spot.", spot(0, 50), 10, 12},
		"Base":     {"The base is on demand, and it is the one task.", spot(1, 100), 35, 37},
		"ARM64": {"Graviton is cheaper.", v1alpha1.Schedule{
			Container: v1alpha1.Container{Architecture: "ARM64"},
		}, 28, 30},
		"Paused": {"It starts nothing.", v1alpha1.Schedule{Paused: true}, 0, 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Spec.Region, c.Spec.Environment = "us-east-1", v1alpha1.Production
			defaults.Apply(c)
			of := func() (int64, int) {
				p := plan.New(stack.New(stack.Input{Claim: c}))
				ceiling, _ := Ceiling(p, nil)
				return ceiling, usd(t, Estimate(p, nil))
			}
			ceiling, estimate := of()
			tc.schedule.Name, tc.schedule.CPU, tc.schedule.Memory = "nightly", 1024, 2048
			c.Spec.Schedules = []v1alpha1.Schedule{tc.schedule}
			defaults.Apply(c)
			more, same := of()
			if got := more - ceiling; got < tc.from || got > tc.to {
				t.Errorf("%s it costs %d USD a month, want %d to %d", tc.reason, got, tc.from, tc.to)
			}
			if same != estimate {
				t.Errorf("the estimate counts runs: %d USD instead of %d", same, estimate)
			}
		})
	}
}

// resources returns this number of resources of each kind, by its short name.
func resources(t *testing.T, numbers map[string]int) []*stack.Resource {
	t.Helper()
	var out []*stack.Resource
	for name, n := range numbers {
		i := slices.IndexFunc(kinds.Records, func(r kinds.Record) bool { return r.String() == name })
		if i < 0 {
			t.Fatalf("there is no kind %s", name)
		}
		for range n {
			out = append(out, &stack.Resource{Kind: kinds.Records[i].GVK})
		}
	}
	return out
}

// TestCounted: every kind with a price is counted. A misspelt kind would cost nothing.
func TestCounted(t *testing.T) {
	for name, price := range monthly {
		if got := counted(resources(t, map[string]int{name: 3, "ec2/VPC": 1})); math.Abs(got-3*price) > 0.001 {
			t.Errorf("3 %s cost %.2f USD a month, want %.2f", name, got, 3*price)
		}
	}
	secret := []*stack.Resource{{Kind: kinds.Secret}}
	if got := counted(secret); got != 0 {
		t.Errorf("a Secret of Kubernetes costs %.2f USD a month, want none", got)
	}
}

// TestEstimateCountsAlarms: every alarm costs what AWS bills for it.
func TestEstimateCountsAlarms(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Spec.Region = "us-east-1"
	defaults.Apply(c)
	p := plan.New(stack.New(stack.Input{Claim: c}))
	none := usd(t, Estimate(p, nil))
	if got := usd(t, Estimate(p, resources(t, map[string]int{"cloudwatch/MetricAlarm": 100}))); got != none+10 {
		t.Errorf("100 alarms add %d USD a month, want 10", got-none)
	}
}

// TestAlarmsCountTheirMetrics: AWS bills an alarm on an expression for each metric in it, and
// not for the expression. https://aws.amazon.com/cloudwatch/pricing/
func TestAlarmsCountTheirMetrics(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Spec.Region = "shop", "us-east-1"
	s := stack.New(stack.Input{Claim: c, Scheme: kinds.Scheme})
	of := func(name string) cloudwatch.MetricQueryParameters {
		return cloudwatch.MetricQueryParameters{Metric: &cloudwatch.MetricParameters{MetricName: &name}}
	}
	formula := "m1 + m2 + m3"
	for key, queries := range map[stack.Key][]cloudwatch.MetricQueryParameters{
		"alarm-one": nil, "alarm-three": {of("a"), of("b"), of("c"), {Expression: &formula}},
	} {
		s.Add(key, "An alarm.", &cloudwatch.MetricAlarm{Spec: cloudwatch.MetricAlarmSpec{
			ForProvider: cloudwatch.MetricAlarmParameters{MetricQuery: queries},
		}}, stack.When(key == "alarm-one", "something that is missing"))
	}
	all, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	if got := counted(all); math.Abs(got-0.40) > 0.001 {
		t.Errorf("an alarm on one metric and one on three cost %.2f USD a month, want 0.40", got)
	}
}

func usd(t *testing.T, s v1alpha1.CostStatus) int {
	t.Helper()
	n, err := strconv.Atoi(s.MonthlyUSD)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
