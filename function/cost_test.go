package main

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/cost"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestCostIsTheSameAtEveryPass: the estimate follows from the claim alone. It must not
// change while AWS creates the resources.
func TestCostIsTheSameAtEveryPass(t *testing.T) {
	claims := examples(t)
	claims["everything"] = claim(t, everything)
	for name, c := range claims {
		t.Run(name, func(t *testing.T) {
			w := simulator.New(c)
			pass(t, w)
			status := func(w *simulator.World) any {
				st, _ := w.Composite["status"].(map[string]any)
				return st["cost"]
			}
			first := status(w)
			if first == nil {
				t.Fatal("the first pass has no estimate")
			}
			if diff := cmp.Diff(first, status(atRest(t, c))); diff != "" {
				t.Errorf("-first pass, +at rest:\n%s", diff)
			}
		})
	}
}

// estimate is the estimate of a claim's first pass.
func estimate(t *testing.T, c map[string]any) *cost.Estimate {
	t.Helper()
	req, err := simulator.New(c).Request()
	if err != nil {
		t.Fatal(err)
	}
	_, out, err := compose(req, platform{})
	if err != nil {
		t.Fatal(err)
	}
	return out.estimate
}

// TestMinimalByHand does the whole sum of the smallest claim, with the prices of AWS's pages for us-east-1.
func TestMinimalByHand(t *testing.T) {
	const month = 730.0
	atRest := map[string]float64{
		// Two zones, a gateway and its address in each.
		"Network NAT gateways":          2 * month * 0.045,
		"Network Public IPv4 addresses": 2 * month * 0.005,
		// The key of the data and that of the logs and alarms.
		"Security KMS keys": 2 * 1.00,
		// AWS's two sets of rules, and the limit of an address's requests.
		"Edge Firewall":              5.00,
		"Edge Rules of the firewall": 3 * 1.00,
		// One for the frontend, with an address in each zone, and one for the backend.
		"Ingress Load balancers":                             2 * month * 0.0225,
		"Ingress Public IPv4 addresses of the load balancer": 2 * month * 0.005,
		// Two tasks each, on demand in Production: a quarter and a half of a vCPU.
		"Frontend frontend: vCPU":   2 * month * 0.25 * 0.04048,
		"Frontend frontend: memory": 2 * month * 0.5 * 0.004445,
		"Backend backend: vCPU":     2 * month * 0.5 * 0.04048,
		"Backend backend: memory":   2 * month * 1 * 0.004445,
		// 25 metrics of the cluster, 51 of each of two services, 46 of each of four tasks.
		"Backend Metrics of Container Insights": (25 + 2*51 + 4*46) * 0.07,
		// A primary, its standby and a replica, of 20 GiB each.
		"Database Database instances db.t4g.medium": 3 * month * 0.065,
		"Database Storage of the database":          3 * 20 * 0.115,
		"Database Secrets":                          0.40,
		// The dashboard, the metrics that the alarms watch, the alarm on the critical ones, and the two metrics that
		// filters make of the logs.
		"Observability Dashboards":             3.00,
		"Observability Alarms":                 32 * 0.10,
		"Observability Composite alarms":       0.50,
		"Observability Metrics of log filters": 2 * 0.30,
	}
	byUsage := map[string]float64{
		"Network Traffic through NAT gateways":    100 * 0.045,
		"Edge Traffic from CloudFront to viewers": 500 * 0.085,
		"Edge Requests to CloudFront":             10_000_000 / 10_000 * 0.0100,
		"Edge Requests through the firewall":      10 * 0.60,
		// 500 GB are 500 hours of a capacity unit, at each load balancer.
		"Ingress Capacity units of load balancers": 2 * 500 * 0.008,
		"Backend Buckets":                          100 * 0.023,
		"Frontend Images in repositories":          5 * 0.10,
		"Queues Requests to queues":                3 * 0.40,
		"Observability Logs written":               50 * 0.50,
		// Kept for 7 days of a month, compressed to 15 percent.
		"Observability Logs kept":        50 * 0.15 * (7 / (365.0 / 12)) * 0.03,
		"Backup Archive of the database": 20 * 0.095,
	}
	got := map[bool]map[string]float64{false: {}, true: {}}
	e := estimate(t, claim(t, ""))
	for _, l := range e.Lines {
		if !l.Known {
			t.Errorf("%s has no price", l.Name())
		}
		got[l.Usage][l.Tier+" "+l.Name()] = l.USD()
	}
	cents := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 0.005 })
	if diff := cmp.Diff(map[bool]map[string]float64{false: atRest, true: byUsage}, got, cents); diff != "" {
		t.Errorf("-by hand, +estimate:\n%s", diff)
	}
	sum := func(of map[string]float64) float64 {
		total := 0.0
		for _, v := range of {
			total += v
		}
		return total
	}
	if a, u := sum(atRest), sum(byUsage); math.Abs(e.AtRest().USD-a) > 0.005 || math.Abs(e.ByUsage().USD-u) > 0.005 ||
		e.Status().MonthlyUSD != fmt.Sprintf("%.0f", a) {
		t.Errorf("by hand %.2f and %.2f USD, estimate %v and %v", a, u, e.AtRest(), e.ByUsage())
	}
}

// witnessed are the prices that somebody else has published, of one unit, by item and region.
func witnessed(t *testing.T) map[[2]string]float64 {
	t.Helper()
	b, err := os.ReadFile("internal/prices/testdata/infracost.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[[2]string]float64{}
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 5 || cells[0] == "item" {
			continue
		}
		quantity, _ := strconv.ParseFloat(cells[2], 64)
		usd, _ := strconv.ParseFloat(cells[3], 64)
		out[[2]string{cells[0], cells[1]}] = usd / quantity
	}
	return out
}

// TestExamplesAgreeWithTheWitness: the sum of an example, with its usage, is within 2 percent of the same sum with the
// prices of a second witness, over the lines that the witness has.
func TestExamplesAgreeWithTheWitness(t *testing.T) {
	prices, compared := witnessed(t), 0
	// What the witness lacks.
	silent := map[string]bool{}
	for name, c := range examples(t) {
		e := estimate(t, c)
		if e.Region != "us-east-1" {
			continue
		}
		compared++
		ours, theirs := 0.0, 0.0
		for _, l := range e.Lines {
			p, ok := prices[[2]string{l.Item, "us-east-1"}]
			if !ok {
				p, ok = prices[[2]string{l.Item, l.Price.Region}]
			}
			if !ok {
				silent[l.Item] = true
				continue
			}
			ours, theirs = ours+l.USD(), theirs+p*l.Quantity
		}
		if math.Abs(ours-theirs) > 0.02*theirs || theirs < 50 {
			t.Errorf("%s costs %.2f USD, and %.2f with the witness's prices", name, ours, theirs)
		}
	}
	if compared < 5 {
		t.Errorf("%d examples were compared", compared)
	}
	want := []string{
		"cloudwatch/composite-alarm-month", "cloudwatch/insights-metric-month", "cloudwatch/metric-month",
		"rds-mysql/db.t4g.medium", "rds/aurora-acu-hour", "rds/aurora-gb-month",
		"rds/aurora-iopt-gb-month", "rds/aurora-million-io",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(silent))); diff != "" {
		t.Errorf("items that the witness lacks (-want, +got):\n%s", diff)
	}
}

// TestCostGoldens: every line of every example. Update them with -update, then read them.
func TestCostGoldens(t *testing.T) {
	for name, c := range examples(t) {
		t.Run(name, func(t *testing.T) {
			e := estimate(t, c)
			var b strings.Builder
			for _, l := range e.Lines {
				when, price := "rest", "?"
				if l.Usage {
					when = "usage"
				}
				if l.Known {
					price = strconv.FormatFloat(l.Price.USD, 'f', -1, 64)
				}
				fmt.Fprintf(&b, "%-5s %-13s %-50s %14.3f x %-8s = %10.2f\n", when, l.Tier, l.Name(), l.Quantity, price,
					l.USD())
			}
			most, _ := e.Ceiling()
			fmt.Fprintf(&b, "at rest %s, by usage %s, at most %d\n", e.AtRest().Cents(), e.ByUsage().Cents(), most)
			file := filepath.Join("testdata", "cost", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("a new example needs a golden: run go test ./function -run TestCostGoldens -update and read "+
					"it: %v", err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("the estimate is another (-want, +got); if that is meant, run go test ./function -run "+
					"TestCostGoldens -update and read the difference:\n%s", diff)
			}
		})
	}
}

// TestCostLinesOnDemand: a tool that asks gets every line, and Crossplane, which does not ask, gets no context.
func TestCostLinesOnDemand(t *testing.T) {
	c := claim(t, "")
	req, err := simulator.New(c).Request()
	if err != nil {
		t.Fatal(err)
	}
	run := func() *fnv1.RunFunctionResponse {
		rsp, err := newFunction().RunFunction(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		return rsp
	}
	if got := run().GetContext(); got != nil {
		t.Errorf("nobody asked, and the context is %v", got)
	}
	req.Context = &structpb.Struct{Fields: map[string]*structpb.Value{
		"other": structpb.NewBoolValue(true), cost.ContextKey: structpb.NewStringValue("lines"),
	}}
	fields := run().GetContext().GetFields()
	got, err := cost.ReadReport(fields[cost.ContextKey].AsInterface())
	if err != nil {
		t.Fatal(err)
	}
	want := estimate(t, c)
	if len(got.Lines) != len(want.Lines) || len(got.Lines) < 20 || !fields["other"].GetBoolValue() {
		t.Fatalf("%d lines of %d, and the rest of the context is %v", len(got.Lines), len(want.Lines), fields["other"])
	}
	for i, l := range got.Lines {
		w := want.Lines[i]
		if l.Name() != w.Name() || l.Tier != w.Tier || l.USD != w.USD() || l.Usage != w.Usage ||
			l.Missing == w.Known || l.Quantity != w.Quantity || l.UnitUSD != w.Price.USD ||
			l.Date != w.Price.Date || l.Source == "" {
			t.Errorf("line %d is %+v, want %+v", i, l, w)
		}
	}
	most, _ := want.Ceiling()
	if got.Total != cost.Amount(want.Total()) || got.AtRest != cost.Amount(want.AtRest()) ||
		got.ByUsage != cost.Amount(want.ByUsage()) || got.MostUSD != float64(most) || got.Region != "us-east-1" ||
		!slices.Equal(got.Assumptions, want.Status().Assumptions) || got.Missing != nil {
		t.Errorf("report: %+v", got)
	}
}

// TestBudgetFollowsTheEstimate: auto is a fifth more than what the claim costs with its usage, and changes with it.
func TestBudgetFollowsTheEstimate(t *testing.T) {
	limit := func(over string) string {
		return simulator.Text(desired(atRest(t, claim(t, over)))["budget"], "spec", "forProvider", "limitAmount")
	}
	const auto = "spec: {alarms: {monthlyBudgetUSD: auto}"
	e := estimate(t, claim(t, auto+"}"))
	if got, want := limit(auto+"}"), strconv.FormatFloat(math.Ceil(e.Total().USD*1.2), 'f', -1, 64); got != want {
		t.Errorf("the budget is %s USD, want %s", got, want)
	}
	// 1,000 GB more of logs cost 500 USD, and what is kept of them 1.
	more := limit(auto + ", cost: {assumptions: {logGB: 1050}}}")
	want := math.Ceil((e.Total().USD + 1000*0.5 + 1000*0.15*(7/(365.0/12))*0.03) * 1.2)
	if got := more; got != strconv.FormatFloat(want, 'f', -1, 64) {
		t.Errorf("with more logs the budget is %s USD, want %v", got, want)
	}
	if got := limit("spec: {alarms: {monthlyBudgetUSD: 500}}"); got != "500" {
		t.Errorf("a budget of 500 USD is %s", got)
	}
}
