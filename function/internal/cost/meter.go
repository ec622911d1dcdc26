package cost

import (
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/prices"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A meter adds up what AWS bills for the resources of a claim.
type meter struct {
	p     *plan.Plan
	usage usage
	lines []Line
	// resource, tier and region are of the resource that is being metered.
	resource *stack.Resource
	tier     string
	region   string
	// classes are the prices of instance classes that were looked up.
	classes map[[3]string]classPrice
}

type classPrice struct {
	price prices.Price
	known bool
}

func newMeter(p *plan.Plan) *meter {
	return &meter{
		p: p, usage: usageOf(p.Claim), lines: make([]Line, 0, 48), classes: map[[3]string]classPrice{},
	}
}

// of begins a resource.
func (m *meter) of(r *stack.Resource) {
	m.resource = r
	m.tier = strings.TrimSuffix(r.Condition, "Ready")
	m.region = m.p.Claim.Spec.Region
	if region, ok := r.Param("region").(string); ok && region != "" {
		m.region = region
	}
}

// hourly adds n units that AWS bills for every hour.
func (m *meter) hourly(item, title string, n float64) { m.add(item, title, n*hours, n*hours) }

// monthly adds n units a month.
func (m *meter) monthly(item, title string, n float64) { m.add(item, title, n, n) }

// add adds units at rest, and the number of them with the most tasks.
func (m *meter) add(item, title string, n, most float64) {
	p, known := prices.Of(item, m.region)
	m.line(Line{Item: item, Title: title, Quantity: n, Most: most, Price: p, Known: known})
}

// used adds n units that AWS bills by usage.
func (m *meter) used(item, title string, n float64) {
	p, known := prices.Of(item, m.region)
	m.line(Line{Item: item, Title: title, Quantity: n, Price: p, Known: known, Usage: true})
}

// usedOnce is used for a quantity that is of all resources of a kind together: only the first of them adds it.
func (m *meter) usedOnce(item, title string, n float64) {
	for i := range m.lines {
		if m.lines[i].Item == item && m.lines[i].Usage {
			return
		}
	}
	m.used(item, title, n)
}

// edge adds usage at CloudFront's edge, whose prices depend on where the viewers are. They are assumed to be where the
// claim is.
func (m *meter) edge(item, title string, n float64) {
	region := m.region
	m.region = area(m.p.Claim.Spec.Region)
	m.used(item, title, n)
	m.region = region
}

// instances adds n instances of a class that always run.
func (m *meter) instances(e prices.Engine, class, title string, n float64, byUsage bool) {
	key := [3]string{string(e), class, m.region}
	c, ok := m.classes[key]
	if !ok {
		c.price, c.known = prices.Class(e, class, m.region)
		m.classes[key] = c
	}
	l := Line{
		Item: string(e) + "/" + strings.ToLower(class), Title: title, Of: class, Quantity: n * hours, Most: n * hours,
		Price: c.price, Known: c.known, Usage: byUsage,
	}
	if byUsage {
		l.Most = 0
	}
	m.line(l)
}

// line adds a line to the one that it belongs to, if there is one. What costs nothing has none.
func (m *meter) line(l Line) {
	if l.Quantity == 0 && l.Most == 0 {
		return
	}
	l.Tier, l.Region = m.tier, m.region
	if l.Known && l.Price.Region == prices.Everywhere {
		l.Region = "every region"
	}
	for i := range m.lines {
		if o := &m.lines[i]; o.is(l) {
			o.Quantity += l.Quantity
			o.Most += l.Most
			return
		}
	}
	m.lines = append(m.lines, l)
}

// is tells whether two lines are of the same.
func (l *Line) is(o Line) bool {
	return l.Tier == o.Tier && l.Item == o.Item && l.Title == o.Title && l.Of == o.Of && l.Region == o.Region &&
		l.Usage == o.Usage
}

// area is the area of CloudFront's prices that a region is in.
func area(region string) string {
	for _, a := range areas {
		if strings.HasPrefix(region, a.prefix) {
			return a.name
		}
	}
	return region
}

// areas are those of https://aws.amazon.com/cloudfront/pricing/, by the beginnings of the regions' names.
var areas = []struct{ prefix, name string }{
	{"us-", "north-america"}, {"ca-", "north-america"}, {"mx-", "north-america"},
	{"eu-", "europe"}, {"il-", "europe"},
	{"af-", "africa-middle-east"}, {"me-", "africa-middle-east"},
	{"sa-", "south-america"},
	{"ap-northeast-1", "japan"}, {"ap-northeast-3", "japan"},
	{"ap-southeast-2", "australia"}, {"ap-southeast-4", "australia"}, {"ap-southeast-6", "australia"},
	{"ap-south-", "india"},
	{"ap-", "asia"},
}

// ownDiskGiB is the disk of a task that costs nothing.
const ownDiskGiB = 20

// tasks adds tasks of a workload: n equivalents of on-demand tasks that always run, and most.
func (m *meter) tasks(w plan.Workload, n, most float64, byUsage bool) {
	vcpu, gib := "ecs/fargate-vcpu-hour", "ecs/fargate-gb-hour"
	if w.Architecture == "ARM64" {
		vcpu, gib = "ecs/fargate-arm-vcpu-hour", "ecs/fargate-arm-gb-hour"
	}
	size := func(item, what string, units float64) {
		p, known := prices.Of(item, m.region)
		m.line(Line{
			Item: item, Title: w.Name + ": " + what, Quantity: n * units * hours, Most: most * units * hours,
			Price: p, Known: known, Usage: byUsage,
		})
	}
	const unit = 1024
	size(vcpu, "vCPU", float64(w.CPU)/unit)
	size(gib, "memory", float64(w.Memory)/unit)
	if disk := ptr.Deref(w.EphemeralGiB, ownDiskGiB); disk > ownDiskGiB {
		size("ecs/fargate-storage-gb-hour", "disk", float64(disk-ownDiskGiB))
	}
}

// equivalents is the number of on-demand tasks that cost as much as a number of tasks with their share on Spot.
func equivalents(spot v1alpha1.Spot, number int32) float64 {
	tasks := float64(number)
	base := min(float64(ptr.Deref(spot.OnDemandBase, 0)), tasks)
	part := float64(ptr.Deref(spot.Percent, 0)) / 100
	rest := tasks - base
	return base + rest*(1-part) + rest*part*spotShare()
}

// spotShare is the price of a task on Spot as a part of its price on demand.
func spotShare() float64 {
	p, _ := prices.Of("ecs/fargate-spot-share", prices.Everywhere)
	return p.USD
}

// Metrics of Container Insights with enhanced observability, of which each costs: those that have the cluster, the
// service, the family of task definitions or a task as their dimensions. The number is of containers without a health
// check or a restart policy of their own, and without EBS volumes, as Kasha's are.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-enhanced-observability-metrics-ECS.html
const (
	metricsOfAll     = 23
	metricsOfCluster = metricsOfAll + 2
	metricsOfService = 2*metricsOfAll + 5
	metricsOfTask    = 2 * metricsOfAll
	// metricsOfContainer are those whose dimensions have a container, for each container beside the first.
	metricsOfContainer = 2 * 7
)

// insights adds the metrics of the cluster, its services and their tasks.
func (m *meter) insights() {
	n, most := float64(metricsOfCluster), float64(metricsOfCluster)
	for _, w := range m.p.Workloads {
		more := float64(metricsOfContainer * len(w.Sidecars))
		n += metricsOfService + more + (metricsOfTask+more)*float64(w.Scaling.Min)
		most += metricsOfService + more + (metricsOfTask+more)*float64(w.Scaling.Max)
	}
	m.add("cloudwatch/insights-metric-month", "Metrics of Container Insights", n, most)
}
