package watch

import (
	"fmt"
	"strings"

	"k8s.io/utils/ptr"

	cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// dashboardWidth is how many columns a dashboard has.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
	dashboardWidth = 24
	rowHeight      = 6
	seconds        = 60
)

func dashboard(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.Dashboard, "The dashboard that a person on call looks at first.",
		&cloudwatch.Dashboard{Spec: cloudwatch.DashboardSpec{ForProvider: cloudwatch.DashboardParameters{
			Region:        &s.Region,
			DashboardBody: ptr.To(stack.JSON(body{Widgets: widgets(s, p)})),
		}}}, stack.ExternalName(s.ID))
}

type body struct {
	Widgets []widget `json:"widgets"`
}

type widget struct {
	Type       string     `json:"type"`
	X          int        `json:"x"`
	Y          int        `json:"y"`
	Width      int        `json:"width"`
	Height     int        `json:"height"`
	Properties properties `json:"properties"`
}

type properties struct {
	Title   string `json:"title"`
	View    string `json:"view"`
	Region  string `json:"region"`
	Stat    string `json:"stat"`
	Period  int    `json:"period"`
	Metrics []line `json:"metrics"`
	YAxis   *axes  `json:"yAxis,omitempty"`
}

// line is one line of a graph, as CloudWatch wants it: namespace, metric, names
// and values of dimensions, and last an object of options.
type line []any

type options struct {
	Label      string `json:"label,omitempty"`
	Stat       string `json:"stat,omitempty"`
	Expression string `json:"expression,omitempty"`
}

type axes struct {
	Left axis `json:"left"`
}

type axis struct {
	Min *float64 `json:"min,omitempty"`
	Max *float64 `json:"max,omitempty"`
}

// widgets are the rows of the dashboard, in the order in which a request reaches what
// they show.
func widgets(s *stack.Stack, p *plan.Plan) []widget {
	rows := [][]plan.Graph{edge()}
	for _, w := range p.Workloads {
		if w.Served() && w.Service == "" {
			rows = append(rows, loadBalancer(w))
		}
	}
	if graphs := services(p); len(graphs) > 0 {
		rows = append(rows, graphs)
	}
	rows = append(rows, containers(s, p))
	for _, b := range p.Bindings {
		if graphs := b.Graphs(); len(graphs) > 0 {
			rows = append(rows, graphs)
		}
	}
	var out []widget
	for y, row := range rows {
		for i, g := range row {
			// The widths of a row differ where its graphs do not divide the columns.
			x, end := dashboardWidth*i/len(row), dashboardWidth*(i+1)/len(row)
			out = append(out, widget{
				Type: "metric", X: x, Y: y * rowHeight, Width: end - x, Height: rowHeight,
				Properties: drawn(s, g),
			})
		}
	}
	return out
}

// drawn is a graph as CloudWatch takes it.
func drawn(s *stack.Stack, g plan.Graph) properties {
	region := g.Region
	if region == "" {
		region = s.Region
	}
	axis := axis{Min: ptr.To(0.0)}
	if g.Percent {
		axis.Max = ptr.To(100.0)
	}
	out := properties{
		Title: g.Title, View: "timeSeries", Region: region, Stat: g.Statistic, Period: seconds,
		YAxis: &axes{Left: axis},
	}
	for _, l := range g.Lines {
		out.Metrics = append(out.Metrics, lineOf(l))
	}
	return out
}

func lineOf(l plan.Line) line {
	if l.Search != "" {
		return line{options{Expression: l.Search}}
	}
	out := line{l.Namespace, l.Metric}
	for _, d := range l.Dimensions {
		out = append(out, d)
	}
	return append(out, options{Label: l.Label, Stat: l.Statistic})
}

func edge() []plan.Graph {
	cdn := func(metric, label string) plan.Line {
		return plan.Line{Namespace: "AWS/CloudFront", Metric: metric, Label: label,
			Dimensions: []string{"DistributionId", stack.Await(keys.Distribution, "id"), "Region", "Global"}}
	}
	blocked := plan.Line{Namespace: "AWS/WAFV2", Metric: "BlockedRequests", Label: "blocked",
		Dimensions: []string{"WebACL", firewall(), "Rule", "ALL"}}
	return []plan.Graph{
		{
			Title: "CloudFront: requests", Region: plan.GlobalRegion, Statistic: "Sum",
			Lines: []plan.Line{cdn("Requests", "requests")},
		},
		{
			Title: "CloudFront: errors, % of requests", Region: plan.GlobalRegion, Statistic: "Average", Percent: true,
			Lines: []plan.Line{cdn("4xxErrorRate", "4xx"), cdn("5xxErrorRate", "5xx")},
		},
		{
			Title: "WAF: blocked requests", Region: plan.GlobalRegion, Statistic: "Sum",
			Lines: []plan.Line{blocked},
		},
	}
}

func loadBalancer(w plan.Workload) []plan.Graph {
	balancer := stack.Await(w.Ways[0].Balancer.Key(), "arnSuffix")
	metric := func(metric, stat, label string) plan.Line {
		return plan.Line{Namespace: "AWS/ApplicationELB", Metric: metric, Label: label, Statistic: stat,
			Dimensions: []string{"LoadBalancer", balancer}}
	}
	target := stack.Await(w.Ways[0].TargetGroup, "arnSuffix")
	unhealthy := plan.Line{Namespace: "AWS/ApplicationELB", Metric: "UnHealthyHostCount", Label: "unhealthy",
		Dimensions: []string{"TargetGroup", target, "LoadBalancer", balancer}}
	title := strings.ToUpper(w.Ways[0].Balancer.Name[:1]) + w.Ways[0].Balancer.Name[1:] + " load balancer: "
	return []plan.Graph{
		{Title: title + "requests", Statistic: "Sum", Lines: []plan.Line{metric("RequestCount", "", "requests")}},
		{Title: title + "5xx", Statistic: "Sum", Lines: []plan.Line{
			metric("HTTPCode_ELB_5XX_Count", "", "load balancer"), metric("HTTPCode_Target_5XX_Count", "", "targets"),
		}},
		{Title: title + "response time, seconds", Statistic: "p99", Lines: []plan.Line{
			metric("TargetResponseTime", "p50", "p50"), metric("TargetResponseTime", "p99", "p99"),
		}},
		{Title: title + "unhealthy targets", Statistic: "Maximum", Lines: []plan.Line{unhealthy}},
	}
}

// services are the requests of the claim's further services, by their target groups.
func services(p *plan.Plan) []plan.Graph {
	graphs := []plan.Graph{
		{Title: "Further services: requests", Statistic: "Sum"},
		{Title: "Further services: 5xx", Statistic: "Sum"},
		{Title: "Further services: response time, seconds", Statistic: "p99"},
		{Title: "Further services: unhealthy targets", Statistic: "Maximum"},
	}
	metrics := []string{"RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime", "UnHealthyHostCount"}
	for _, w := range p.Workloads {
		if w.Service == "" || !w.Served() {
			continue
		}
		for i, metric := range metrics {
			graphs[i].Lines = append(graphs[i].Lines, plan.Line{
				Namespace: "AWS/ApplicationELB", Metric: metric, Label: w.Name,
				Dimensions: []string{
					"TargetGroup", stack.Await(w.Ways[0].TargetGroup, "arnSuffix"),
					"LoadBalancer", stack.Await(w.Ways[0].Balancer.Key(), "arnSuffix"),
				},
			})
		}
	}
	if len(graphs[0].Lines) == 0 {
		return nil
	}
	return graphs
}

// containers searches for the cluster's services by name, so that the dashboard does
// not wait for them.
func containers(s *stack.Stack, p *plan.Plan) []plan.Graph {
	search := func(namespace, metric string) []plan.Line {
		return []plan.Line{{Search: fmt.Sprintf(
			`SEARCH('{%s,ClusterName,ServiceName} ClusterName="%s" MetricName="%s"', 'Average', %d)`,
			namespace, s.ID, metric, seconds)}}
	}
	var errors []plan.Line
	for _, w := range p.Workloads {
		errors = append(errors, plan.Line{Namespace: p.MetricNamespace(), Metric: w.ErrorMetric(), Label: w.Name})
	}
	return []plan.Graph{
		{Title: "Services: CPU, %", Statistic: "Average", Percent: true, Lines: search("AWS/ECS", "CPUUtilization")},
		{
			Title: "Services: memory, %", Statistic: "Average", Percent: true,
			Lines: search("AWS/ECS", "MemoryUtilization"),
		},
		{
			Title: "Services: running tasks", Statistic: "Average",
			Lines: search("ECS/ContainerInsights", "RunningTaskCount"),
		},
		{Title: "Services: lines with errors", Statistic: "Sum", Lines: errors},
	}
}
