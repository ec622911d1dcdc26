package cost

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"
	cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"
	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"
	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"
	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"
	kms "github.com/upbound/provider-aws/v2/apis/namespaced/kms/v1beta1"
	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"
	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"
	scheduler "github.com/upbound/provider-aws/v2/apis/namespaced/scheduler/v1beta1"
	sqs "github.com/upbound/provider-aws/v2/apis/namespaced/sqs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/defaults"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/prices"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// TestEveryKindHasABillOrAReason: a new kind must say what AWS bills for it, or why it costs nothing.
func TestEveryKindHasABillOrAReason(t *testing.T) {
	var composed []string
	for i := range kinds.Records {
		name := kinds.Records[i].String()
		composed = append(composed, name)
		k, ok := byName[name]
		switch {
		case !ok:
			t.Errorf("it is not said what %s costs; add a line to byName in kinds.go: each or hourly with a price of "+
				"package prices, a function that adds several, or why it is free", name)
		case (k.free == "") == (k.bills == nil):
			t.Errorf("%s must have either a bill or a reason why it is free", name)
		case k.free != "" && !strings.HasSuffix(k.free, "."):
			t.Errorf("the reason of %s is no sentence: %s", name, k.free)
		}
	}
	for name := range byName {
		if !slices.Contains(composed, name) {
			t.Errorf("byName has %s, which nothing composes", name)
		}
	}
}

// TestItemsHavePrices: each item that the source names has a price somewhere, and each price by hand is of such an
// item. A misspelt item would have none anywhere, and a limit of the cost would not see it.
func TestItemsHavePrices(t *testing.T) {
	items := map[string]bool{}
	for _, name := range []string{"kinds.go", "meter.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		item := regexp.MustCompile(`^"([a-z0-9]+/[a-z0-9-]+)"$`)
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && item.MatchString(l.Value) {
				items[strings.Trim(l.Value, `"`)] = true
			}
			_, imports := n.(*ast.ImportSpec)
			return !imports
		})
	}
	for name := range items {
		// We found no source for the price of a restore test, so estimates say that it is missing.
		if _, ok := prices.Highest(name); ok == (name == "backup/restore-test") {
			t.Errorf("%s has no price in any region: correct its name, or add a price to package prices", name)
		}
	}
	for _, p := range prices.All() {
		if !items[p.Item] {
			t.Errorf("the price of %s in %s is used by nothing: delete it", p.Item, p.Region)
		}
	}
}

// claimed is a claim with presets.
func claimed(region string, change func(*v1alpha1.KashaClaimSpec)) *v1alpha1.KashaClaim {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Spec.Region, c.Spec.Environment = "shop", region, v1alpha1.Production
	c.Spec.Database.InstanceClass, c.Spec.Database.StorageGiB = "db.t4g.medium", 20
	c.Spec.Logs.RetentionDays = 30
	for _, s := range []*v1alpha1.Scaling{&c.Spec.Frontend.Scaling, &c.Spec.Backend.Scaling} {
		*s = v1alpha1.Scaling{Min: 2, Max: 4}
	}
	c.Spec.Frontend.CPU, c.Spec.Frontend.Memory = 256, 512
	c.Spec.Backend.CPU, c.Spec.Backend.Memory = 512, 1024
	if change != nil {
		change(&c.Spec)
	}
	defaults.Apply(c)
	return c
}

// estimated is the estimate of a claim that is composed of what add adds.
func estimated(t *testing.T, c *v1alpha1.KashaClaim, add func(*stack.Stack)) *Estimate {
	t.Helper()
	s := stack.New(stack.Input{Claim: c, Scheme: kinds.Scheme})
	s.Tier(0, v1alpha1.ConditionNetwork)
	add(s)
	all, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	return Of(plan.New(s), all)
}

// bills are the quantities of the lines by item. Those by usage begin with ~.
func bills(e *Estimate) map[string]float64 {
	out := map[string]float64{}
	for _, l := range e.Lines {
		name := l.Item
		if l.Usage {
			name = "~" + name
		}
		out[name] += l.Quantity
	}
	return out
}

func key(s *stack.Stack, name string, region *string, opts ...stack.Option) {
	params := kms.KeyParameters{Region: region}
	s.Add(stack.Key(name), "A key.", &kms.Key{Spec: kms.KeySpec{ForProvider: params}}, opts...)
}

// TestLines: resources of one kind are one line, wherever they are held back, and those of another region are their
// own.
func TestLines(t *testing.T) {
	e := estimated(t, claimed("us-east-1", nil), func(s *stack.Stack) {
		for _, name := range []string{"alarm-a", "alarm-b"} {
			s.Add(stack.Key(name), "An alarm.", &cloudwatch.MetricAlarm{}, stack.When(name == "alarm-a", "something"))
		}
		key(s, "key-a", ptr.To("us-east-1"))
		key(s, "key-b", ptr.To("eu-west-1"))
		s.AddObject("connection", "A Secret of Kubernetes.", kinds.Secret, map[string]any{})
		s.Tier(1, v1alpha1.ConditionSecurity)
		key(s, "key-c", nil)
		s.Add("snapshot", "Somebody else's.", &rds.Instance{}, stack.ObserveOnly())
	})
	if len(e.Lines) != 3 {
		t.Fatalf("lines: %+v", e.Lines)
	}
	for i, want := range []Line{
		{Tier: "Network", Title: "Alarms", Item: "cloudwatch/alarm-metric-month", Quantity: 2},
		{Tier: "Network", Title: "KMS keys", Item: "kms/key-month", Quantity: 2},
		{Tier: "Security", Title: "KMS keys", Item: "kms/key-month", Quantity: 1},
	} {
		got := e.Lines[i]
		if got.Tier != want.Tier || got.Title != want.Title || got.Item != want.Item ||
			got.Quantity != want.Quantity || !got.Known || got.Usage || got.Region != "every region" {
			t.Errorf("line %d is %+v, want %+v", i, got, want)
		}
	}
	if got := e.AtRest(); math.Abs(got.USD-3.2) > 1e-9 || got.Missing {
		t.Errorf("two alarms and three keys cost %v", got)
	}
}

// TestAlarmsCountTheirMetrics: AWS bills an alarm on an expression for each metric in it, and not for the expression.
// https://aws.amazon.com/cloudwatch/pricing/
func TestAlarmsCountTheirMetrics(t *testing.T) {
	of := func(name string) cloudwatch.MetricQueryParameters {
		return cloudwatch.MetricQueryParameters{Metric: &cloudwatch.MetricParameters{MetricName: &name}}
	}
	e := estimated(t, claimed("us-east-1", nil), func(s *stack.Stack) {
		for name, queries := range map[stack.Key][]cloudwatch.MetricQueryParameters{
			"alarm-one": nil, "alarm-three": {of("a"), of("b"), of("c"), {Expression: ptr.To("m1 + m2 + m3")}},
		} {
			s.Add(name, "An alarm.", &cloudwatch.MetricAlarm{Spec: cloudwatch.MetricAlarmSpec{
				ForProvider: cloudwatch.MetricAlarmParameters{MetricQuery: queries},
			}})
		}
	})
	if got := e.AtRest(); math.Abs(got.USD-0.40) > 1e-9 {
		t.Errorf("an alarm on one metric and one on three cost %v USD a month, want 0.40", got)
	}
}

// TestBalancer: only a public load balancer has public addresses, one in each zone.
func TestBalancer(t *testing.T) {
	c := claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) {
		s.AvailabilityZones = []string{"us-east-1a", "us-east-1b", "us-east-1c"}
		s.Cost.Assumptions.CapacityUnits = ptr.To(int64(3))
	})
	for internal, addresses := range map[bool]float64{true: 0, false: 3} {
		got := bills(estimated(t, c, func(s *stack.Stack) {
			s.Add("lb-a", "A load balancer.", &elbv2.LB{Spec: elbv2.LBSpec{
				ForProvider: elbv2.LBParameters{Internal: &internal},
			}})
		}))
		if got["elbv2/alb-hour"] != 730 || got["ec2/public-ipv4-hour"] != addresses*730 ||
			got["~elbv2/lcu-hour"] != 3*730 {
			t.Errorf("internal %v: %v", internal, got)
		}
	}
}

// TestCapacityUnits: without a number, load balancers use what the requests and the traffic come to.
func TestCapacityUnits(t *testing.T) {
	for name, tc := range map[string]struct{ requests, gb, want int64 }{
		"Traffic":  {0, 1460, 2},
		"Requests": {90_000 * 730 * 4, 1460, 4},
		"None":     {0, 0, 0},
	} {
		c := claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) {
			s.Cost.Assumptions = v1alpha1.CostAssumptions{ViewerRequests: &tc.requests, ViewerGB: &tc.gb}
		})
		if got := usageOf(c).capacityUnits; math.Abs(got-float64(tc.want)) > 1e-9 {
			t.Errorf("%s: %v units, want %d", name, got, tc.want)
		}
	}
}

// TestDatabase: AWS bills a standby and each replica like the primary, and a secret that RDS keeps like any other.
func TestDatabase(t *testing.T) {
	cases := map[string]struct {
		reason           string
		standby, managed bool
		replicas         int
		instances        float64
	}{
		"One":      {"The primary alone.", false, false, 0, 1},
		"Standby":  {"It has an instance and a volume.", true, false, 0, 2},
		"Replicas": {"Each has an instance and a volume.", true, false, 2, 4},
		"Managed":  {"The secret is RDS's.", false, true, 0, 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := bills(estimated(t, claimed("us-east-1", nil), func(s *stack.Stack) {
				add := func(k stack.Key, params rds.InstanceParameters) {
					s.Add(k, "An instance.", &rds.Instance{Spec: rds.InstanceSpec{ForProvider: params}})
				}
				add(keys.Primary, rds.InstanceParameters{MultiAz: &tc.standby, ManageMasterUserPassword: &tc.managed})
				for n := range tc.replicas {
					add(keys.Replica(n+1), rds.InstanceParameters{})
				}
			}))
			secrets := 0.0
			if tc.managed {
				secrets = 1
			}
			if got["rds-mysql/db.t4g.medium"] != tc.instances*730 || got["rds/gp3-gb-month"] != tc.instances*20 ||
				got["secretsmanager/secret-month"] != secrets {
				t.Errorf("%s %v", tc.reason, got)
			}
		})
	}
}

// TestProxy: AWS bills the vCPUs of the instance, and two at least.
func TestProxy(t *testing.T) {
	for class, vcpus := range map[string]float64{
		"db.t4g.medium": 2, "db.r8g.2xlarge": 8, "db.m3.medium": 2, "db.x9z.huge": 2,
	} {
		c := claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) { s.Database.InstanceClass = class })
		got := bills(estimated(t, c, func(s *stack.Stack) { s.Add("db-proxy", "A pool.", &rds.Proxy{}) }))
		if got["rds/proxy-vcpu-hour"] != vcpus*730 {
			t.Errorf("%s: %v", class, got)
		}
	}
}

// TestTasks: the smallest number of tasks is billed at rest, with their part on Spot at its price, and the most tasks
// are the ceiling.
func TestTasks(t *testing.T) {
	cases := map[string]struct {
		reason        string
		base, percent int32
		arm           bool
		disk          *int32
		want          map[string]float64
		most          int64
	}{
		"OnDemand": {"Two tasks of a vCPU and 2 GiB.", 2, 0, false, nil, map[string]float64{
			"ecs/fargate-vcpu-hour": 2 * 730, "ecs/fargate-gb-hour": 2 * 2 * 730,
		}, 216}, // 6 * 730 * (0.04048 + 2 * 0.004445)
		"Spot": {"A task on Spot costs 30 percent.", 0, 100, false, nil, map[string]float64{
			"ecs/fargate-vcpu-hour": 2 * 0.3 * 730, "ecs/fargate-gb-hour": 2 * 0.3 * 2 * 730,
		}, 65},
		"Half": {"One on demand; half of the others on Spot.", 1, 50, false, nil, map[string]float64{
			"ecs/fargate-vcpu-hour": (1 + 0.5 + 0.15) * 730, "ecs/fargate-gb-hour": (1 + 0.5 + 0.15) * 2 * 730,
		}, 153}, // 1 + 2.5 + 2.5 * 0.3 tasks
		"ARM64": {"Graviton has its own price.", 2, 0, true, nil, map[string]float64{
			"ecs/fargate-arm-vcpu-hour": 2 * 730, "ecs/fargate-arm-gb-hour": 2 * 2 * 730,
		}, 173},
		"Disk": {"What is above 20 GiB costs extra.", 2, 0, false, ptr.To(int32(50)), map[string]float64{
			"ecs/fargate-vcpu-hour": 2 * 730, "ecs/fargate-gb-hour": 2 * 2 * 730,
			"ecs/fargate-storage-gb-hour": 2 * 30 * 730,
		}, 231},
		"OwnDisk": {"The first 20 GiB cost nothing.", 2, 0, false, ptr.To(int32(20)), map[string]float64{
			"ecs/fargate-vcpu-hour": 2 * 730, "ecs/fargate-gb-hour": 2 * 2 * 730,
		}, 216},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) {
				b := &s.Backend
				b.CPU, b.Memory, b.Scaling = 1024, 2048, v1alpha1.Scaling{Min: 2, Max: 6}
				b.Spot, b.EphemeralGiB = v1alpha1.Spot{OnDemandBase: &tc.base, Percent: &tc.percent}, tc.disk
				if tc.arm {
					b.Architecture = "ARM64"
				}
			})
			e := estimated(t, c, func(s *stack.Stack) {
				s.Add(keys.Service("backend"), "A service.", &ecs.Service{})
				s.Add(keys.Service("worker-mail"), "Another's.", &ecs.Service{})
			})
			got := bills(e)
			for item, n := range tc.want {
				if math.Abs(got[item]-n) > 1e-6 {
					t.Errorf("%s %s: %v, want %v", tc.reason, item, got[item], n)
				}
			}
			if len(got) != len(tc.want) {
				t.Errorf("%s %v", tc.reason, got)
			}
			if most, unpriced := e.Ceiling(); most != tc.most || unpriced != "" {
				t.Errorf("%s at most %d USD, want %d", tc.reason, most, tc.most)
			}
		})
	}
}

// TestReleases: a release is one more task at most, on demand, and no part of the estimate.
func TestReleases(t *testing.T) {
	of := func(r *v1alpha1.Release) (Sum, int64) {
		c := claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) {
			s.Backend.CPU, s.Backend.Memory, s.Backend.Release = 1024, 2048, r
		})
		e := estimated(t, c, func(s *stack.Stack) { s.Add(keys.Service("backend"), "A service.", &ecs.Service{}) })
		most, _ := e.Ceiling()
		return e.Total(), most
	}
	rest, most := of(nil)
	// 730 * (0.04048 + 2 * 0.004445) USD.
	if with, more := of(&v1alpha1.Release{}); with != rest || more-most != 36 {
		t.Errorf("a release adds %d USD to the most, want 36, and %v becomes %v", more-most, rest, with)
	}
}

// TestSchedules: the estimate takes the hours that are assumed, at rest there are none, and at most one run never
// ends.
func TestSchedules(t *testing.T) {
	spot := func(base, percent int32) v1alpha1.Schedule {
		return v1alpha1.Schedule{Container: v1alpha1.Container{
			Spot: v1alpha1.Spot{OnDemandBase: &base, Percent: &percent},
		}}
	}
	cases := map[string]struct {
		reason      string
		schedule    v1alpha1.Schedule
		usage, most float64
	}{
		// 0.04048 + 2 * 0.004445 USD an hour.
		"OnDemand": {"One task of 1 vCPU and 2 GiB.", v1alpha1.Schedule{}, 0.4937, 36},
		"Spot":     {"The one task is on Spot.", spot(0, 50), 0.1481, 11},
		"Base":     {"The base is on demand, and it is the one task.", spot(1, 100), 0.4937, 36},
		"ARM64": {"Graviton is cheaper.", v1alpha1.Schedule{
			Container: v1alpha1.Container{Architecture: "ARM64"},
		}, 0.3950, 29},
		"Paused": {"It starts nothing.", v1alpha1.Schedule{Paused: true}, 0, 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.schedule.Name, tc.schedule.CPU, tc.schedule.Memory = "nightly", 1024, 2048
			c := claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) {
				s.Schedules = []v1alpha1.Schedule{tc.schedule}
			})
			e := estimated(t, c, func(s *stack.Stack) {
				s.Add(keys.Schedule("nightly"), "A schedule.", &scheduler.Schedule{})
			})
			if got := e.ByUsage().USD; math.Abs(got-tc.usage) > 1e-4 || e.AtRest().USD != 0 {
				t.Errorf("%s Ten hours cost %.4f USD, want %.4f; at rest %v", tc.reason, got, tc.usage, e.AtRest())
			}
			if most, _ := e.Ceiling(); most != int64(tc.most) {
				t.Errorf("%s at most %d USD, want %v", tc.reason, most, tc.most)
			}
		})
	}
}

// TestInsights: the metrics of the cluster, of each service and of each task.
func TestInsights(t *testing.T) {
	for value, metrics := range map[string]float64{"enhanced": 25 + 2*51 + 4*46, "disabled": 0} {
		e := estimated(t, claimed("us-east-1", nil), addCluster(value))
		if got := bills(e)["cloudwatch/insights-metric-month"]; got != metrics {
			t.Errorf("%s: %v metrics, want %v", value, got, metrics)
		}
		// A sidecar has 14 metrics in its service, and 14 in each task.
		sidecar := estimated(t, claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) {
			s.Backend.Sidecars = make([]v1alpha1.Sidecar, 1)
		}), addCluster(value))
		if got := bills(sidecar)["cloudwatch/insights-metric-month"]; metrics > 0 && got != metrics+14+2*14 {
			t.Errorf("with a sidecar there are %v metrics, want %v", got, metrics+14+2*14)
		}
		// Eight tasks: 25 + 2*51 + 8*46 metrics of 0.07 USD.
		if most, _ := e.Ceiling(); metrics > 0 && most != 35 {
			t.Errorf("with the most tasks they cost %d USD, want 35", most)
		}
	}
}

func addCluster(insights string) func(*stack.Stack) {
	return func(s *stack.Stack) {
		s.Add(keys.Cluster, "The cluster.", &ecs.Cluster{Spec: ecs.ClusterSpec{ForProvider: ecs.ClusterParameters{
			Setting: []ecs.SettingParameters{{Name: ptr.To("containerInsights"), Value: &insights}},
		}}})
	}
}

// TestQueues: a message is sent, received and deleted. The messages are divided among the queues, and a dead-letter
// queue gets none.
func TestQueues(t *testing.T) {
	c := claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) {
		s.Queues = []v1alpha1.Queue{{Name: "mail"}, {Name: "orders", FIFO: &v1alpha1.QueueFIFO{}}}
	})
	got := bills(estimated(t, c, func(s *stack.Stack) {
		for _, k := range []stack.Key{keys.Queue("mail"), keys.Queue("orders"), keys.DeadLetter("mail")} {
			s.Add(k, "A queue.", &sqs.Queue{})
		}
	}))
	if got["~sqs/million-requests"] != 1.5 || got["~sqs/million-fifo-requests"] != 1.5 || len(got) != 2 {
		t.Errorf("a million messages in two queues: %v", got)
	}
}

// TestMissing: a price that is not known is said to be missing and never guessed, and a sum without it says so.
func TestMissing(t *testing.T) {
	add := func(s *stack.Stack) {
		s.Add("nat-a", "A gateway.", kinds.AWS[kindOf(t, "ec2/NATGateway")].Object)
		key(s, "key-a", nil)
		s.Add(keys.Primary, "The database.", &rds.Instance{})
	}
	e := estimated(t, claimed("af-south-1", nil), add)
	st := e.Status()
	if st.MonthlyUSD != ">= 61" || st.UsageUSD != ">= 0" || st.TotalUSD != ">= 61" { // A key, and 730 * 0.082.
		t.Errorf("status: %+v", st)
	}
	want := []string{
		"NAT gateways in af-south-1", "Traffic through NAT gateways in af-south-1",
		"Storage of the database in af-south-1",
	}
	if !slices.Equal(st.Missing, want) || !strings.Contains(st.Note, "A sum with >= lacks") {
		t.Errorf("missing: %q, note %q", st.Missing, st.Note)
	}
	if got := st.Lines; len(got) != 1 || got[0] != (v1alpha1.CostLine{
		Tier: "Network", MonthlyUSD: ">= 60.86", UsageUSD: ">= 0.00",
	}) {
		t.Errorf("lines: %+v", got)
	}
	// The limit of a guardrail must not be met by what is not known: it takes the highest price of another region.
	if most, unpriced := e.Ceiling(); most != 61+45+3 || unpriced != "" { // 730 * 0.062 and 20 * 0.137
		t.Errorf("at most %d, unpriced %q", most, unpriced)
	}
	known := estimated(t, claimed("us-east-1", nil), add).Status()
	if known.Missing != nil || strings.Contains(known.Note, ">=") || known.MonthlyUSD != "84" {
		t.Errorf("all prices are known: %+v", known)
	}
}

// TestClassWithoutAPrice: the ceiling names it, because a class can cost anything.
func TestClassWithoutAPrice(t *testing.T) {
	c := claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) { s.Database.InstanceClass = "db.x9z.huge" })
	e := estimated(t, c, func(s *stack.Stack) { s.Add(keys.Primary, "The database.", &rds.Instance{}) })
	if _, unpriced := e.Ceiling(); unpriced != "db.x9z.huge" {
		t.Errorf("the class without a price is %q", unpriced)
	}
	if got := e.Status(); got.MonthlyUSD != ">= 2" || !slices.Equal(got.Missing, []string{
		"Database instances db.x9z.huge in us-east-1",
	}) {
		t.Errorf("status: %+v", got)
	}
}

// TestLogsAndBuckets: what all log groups and buckets hold is counted once, in the tier and the region of the ones
// that every claim has.
func TestLogsAndBuckets(t *testing.T) {
	c := claimed("eu-west-2", func(s *v1alpha1.KashaClaimSpec) { s.Logs.RetentionDays = 365 })
	e := estimated(t, c, func(s *stack.Stack) {
		s.Add(keys.WebACLLogGroup, "The firewall's.", &cloudwatchlogs.Group{Spec: cloudwatchlogs.GroupSpec{
			ForProvider: cloudwatchlogs.GroupParameters{Region: ptr.To("us-east-1")},
		}})
		s.Add(keys.AccessLogs, "The distribution's.", &s3.Bucket{})
		s.Tier(1, v1alpha1.ConditionFrontend)
		s.Add(keys.LogGroup("frontend"), "The frontend's.", &cloudwatchlogs.Group{})
		s.Add(keys.LogGroup("backend"), "The backend's.", &cloudwatchlogs.Group{})
		s.Add(keys.Bucket, "The application's.", &s3.Bucket{})
		s.Add(keys.Static, "Static files.", &s3.Bucket{})
	})
	// 50 GB are written, and 15 percent of 12 months of them are kept.
	got := map[string]float64{}
	for _, l := range e.Lines {
		got[l.Tier+" "+l.Title+" "+l.Region] += l.Quantity
	}
	want := map[string]float64{
		"Frontend Logs written eu-west-2": 50, "Frontend Logs kept eu-west-2": 90, "Frontend Buckets eu-west-2": 100,
	}
	if !maps.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestEdgeFunction: it runs for each request of a viewer, whatever the region.
func TestEdgeFunction(t *testing.T) {
	e := estimated(t, claimed("eu-west-2", nil), func(s *stack.Stack) {
		s.Add(keys.StaticPaths, "Finds files.", &cloudfront.Function{})
		s.Add(keys.StaticAccess, "Signs requests.", &cloudfront.OriginAccessControl{})
	})
	if got := e.ByUsage(); len(e.Lines) != 1 || got.USD != 1 || got.Missing || e.AtRest().USD != 0 {
		t.Errorf("ten million runs cost %v, want 1: %+v", got, e.Lines)
	}
}

func TestAssumptions(t *testing.T) {
	c := claimed("us-east-1", func(s *v1alpha1.KashaClaimSpec) {
		s.Environment = v1alpha1.NonProduction
		s.Cost.Assumptions = v1alpha1.CostAssumptions{LogGB: ptr.To(int64(7)), ArchiveGB: new(int64)}
	})
	got := estimated(t, c, func(*stack.Stack) {}).Status().Assumptions
	want := []string{
		"viewerRequests: 100000", "viewerGB: 5", "capacityUnits: 0.01", "natGB: 10", "bucketGB: 5", "logGB: 7",
		"queueMessages: 10000", "imageGB: 5", "scheduleHours: 10", "archiveGB: 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("assumptions: %q", got)
	}
}

// TestAreas: every region's viewers have prices.
func TestAreas(t *testing.T) {
	for region, want := range map[string]string{
		"us-west-2": "north-america", "mx-central-1": "north-america",
		"eu-south-2": "europe", "il-central-1": "europe",
		"me-south-1": "africa-middle-east", "sa-east-1": "south-america", "ap-northeast-1": "japan",
		"ap-northeast-2": "asia", "ap-southeast-1": "asia", "ap-southeast-2": "australia", "ap-south-2": "india",
		"ap-east-1": "asia", "xx-new-1": "xx-new-1",
	} {
		got := area(region)
		_, known := prices.Of("cloudfront/egress-gb", got)
		if got != want || known != (region != "xx-new-1") {
			t.Errorf("%s: %s, known %v", region, got, known)
		}
	}
}

func kindOf(t *testing.T, name string) schema.GroupVersionKind {
	t.Helper()
	i := slices.IndexFunc(kinds.Records, func(r kinds.Record) bool { return r.String() == name })
	if i < 0 {
		t.Fatalf("there is no kind %s", name)
	}
	return kinds.Records[i].GVK
}
