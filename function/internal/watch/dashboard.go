package watch

import (
	"fmt"

	"k8s.io/utils/ptr"

	cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// dashboardWidth is how many columns a dashboard has.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
	dashboardWidth = 24
	rowHeight      = 6
	seconds        = 60
	// edgeRegion is where CloudFront and its WAF report to.
	edgeRegion = stack.GlobalRegion
)

func dashboard(s *stack.Stack) {
	s.Add("dashboard", "What a person on call looks at first.", &cloudwatch.Dashboard{Spec: cloudwatch.DashboardSpec{ForProvider: cloudwatch.DashboardParameters{
		Region:        &s.Region,
		DashboardBody: ptr.To(stack.JSON(body{Widgets: widgets(s)})),
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

// widgets are the rows of the dashboard, in the order in which a request meets
// what they show.
func widgets(s *stack.Stack) []widget {
	rows := [][]properties{
		edge(s),
		loadBalancer(s, "Public", "alb-public", "targetgroup-frontend"),
		loadBalancer(s, "Internal", "alb-internal", "targetgroup-backend"),
		containers(s),
		instances(s),
	}
	if len(s.Claim.Spec.Queues) > 0 {
		rows = append(rows, queues(s))
	}
	var out []widget
	for y, row := range rows {
		width := dashboardWidth / len(row)
		for x, p := range row {
			out = append(out, widget{Type: "metric", X: x * width, Y: y * rowHeight, Width: width, Height: rowHeight, Properties: p})
		}
	}
	return out
}

func graph(region, title, stat string, lines ...line) properties {
	return properties{Title: title, View: "timeSeries", Region: region, Stat: stat, Period: seconds, Metrics: lines, YAxis: &axes{Left: axis{Min: ptr.To(0.0)}}}
}

func percent(region, title string, lines ...line) properties {
	p := graph(region, title, "Average", lines...)
	p.YAxis.Left.Max = ptr.To(100.0)
	return p
}

func edge(s *stack.Stack) []properties {
	cdn := func(metric, label string) line {
		return line{"AWS/CloudFront", metric, "DistributionId", s.Await("distribution", "id"), "Region", "Global", options{Label: label}}
	}
	return []properties{
		graph(edgeRegion, "CloudFront: requests", "Sum", cdn("Requests", "requests")),
		percent(edgeRegion, "CloudFront: errors, % of requests", cdn("4xxErrorRate", "4xx"), cdn("5xxErrorRate", "5xx")),
		graph(edgeRegion, "WAF: blocked requests", "Sum", line{
			"AWS/WAFV2", "BlockedRequests", "WebACL", s.Await("webacl", "visibilityConfig.metricName"), "Rule", "ALL", options{Label: "blocked"},
		}),
	}
}

func loadBalancer(s *stack.Stack, name string, lb, targets stack.Key) []properties {
	metric := func(metric, stat, label string) line {
		return line{"AWS/ApplicationELB", metric, "LoadBalancer", s.Await(lb, "arnSuffix"), options{Label: label, Stat: stat}}
	}
	unhealthy := line{"AWS/ApplicationELB", "UnHealthyHostCount", "TargetGroup", s.Await(targets, "arnSuffix"), "LoadBalancer", s.Await(lb, "arnSuffix"), options{Label: "unhealthy"}}
	title := name + " load balancer: "
	return []properties{
		graph(s.Region, title+"requests", "Sum", metric("RequestCount", "", "requests")),
		graph(s.Region, title+"5xx", "Sum", metric("HTTPCode_ELB_5XX_Count", "", "load balancer"), metric("HTTPCode_Target_5XX_Count", "", "targets")),
		graph(s.Region, title+"response time, seconds", "p99", metric("TargetResponseTime", "p50", "p50"), metric("TargetResponseTime", "p99", "p99")),
		graph(s.Region, title+"unhealthy targets", "Maximum", unhealthy),
	}
}

// containers search for the services of the cluster by name, so that the
// dashboard need not wait for them.
func containers(s *stack.Stack) []properties {
	search := func(namespace, metric, stat string) line {
		return line{options{Expression: fmt.Sprintf(`SEARCH('{%s,ClusterName,ServiceName} ClusterName="%s" MetricName="%s"', '%s', %d)`, namespace, s.ID, metric, stat, seconds)}}
	}
	var errors []line
	for _, service := range services {
		errors = append(errors, line{metricNamespace(s), errorMetric(service), options{Label: service}})
	}
	return []properties{
		percent(s.Region, "Services: CPU, %", search("AWS/ECS", "CPUUtilization", "Average")),
		percent(s.Region, "Services: memory, %", search("AWS/ECS", "MemoryUtilization", "Average")),
		graph(s.Region, "Services: running tasks", "Average", search("ECS/ContainerInsights", "RunningTaskCount", "Average")),
		graph(s.Region, "Services: lines with errors", "Sum", errors...),
	}
}

func instances(s *stack.Stack) []properties {
	metric := func(name string, keys ...stack.Key) []line {
		lines := make([]line, len(keys))
		for i, k := range keys {
			lines[i] = line{"AWS/RDS", name, "DBInstanceIdentifier", s.DatabaseID(k), options{Label: string(k)}}
		}
		return lines
	}
	replicas := s.ReplicaKeys()
	all := append([]stack.Key{stack.Primary}, replicas...)
	row := []properties{
		percent(s.Region, "Database: CPU, %", metric("CPUUtilization", all...)...),
		graph(s.Region, "Database: connections", "Maximum", metric("DatabaseConnections", all...)...),
		graph(s.Region, "Database: free storage, bytes", "Minimum", metric("FreeStorageSpace", all...)...),
	}
	if len(replicas) > 0 {
		row = append(row, graph(s.Region, "Database: replica lag, seconds", "Maximum", metric("ReplicaLag", replicas...)...))
	}
	return row
}

func queues(s *stack.Stack) []properties {
	var depth, age, dead []line
	for _, q := range s.Claim.Spec.Queues {
		depth = append(depth, line{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", s.QueueName(q), options{Label: q.Name}})
		age = append(age, line{"AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", s.QueueName(q), options{Label: q.Name}})
		dead = append(dead, line{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", s.DeadLetterName(q), options{Label: q.Name}})
	}
	return []properties{
		graph(s.Region, "Queues: messages waiting", "Maximum", depth...),
		graph(s.Region, "Queues: oldest message, seconds", "Maximum", age...),
		graph(s.Region, "Dead-letter queues: messages", "Maximum", dead...),
	}
}
