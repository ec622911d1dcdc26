package watch

import (
	"fmt"
	"strings"

	"k8s.io/utils/ptr"

	cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// limitAlarm is the limit for alarm names.
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
	limitAlarm = 255
	// fewRequests is how many requests an error rate is computed of at least: one
	// error of two requests is not half of anything.
	fewRequests = 100
	// usualShare of what MySQL allows is where connections become trouble, and
	// unknownConnections where it is not known what it allows.
	usualShare         = 0.6
	unknownConnections = 100
	gib                = 1 << 30
	minute             = 60
)

// What an alarm does while its metric has no value. Idle load balancers and
// firewalls say nothing; a database that says nothing is not thereby well, so an
// alarm that rings goes on.
const (
	silenceIsGood = "notBreaching"
	silenceIsNone = "ignore"
)

// An alarm rings when a metric was beyond its threshold for some periods in a
// row, and tells when it is no longer. It watches either a metric, or an
// expression of several.
type alarm struct {
	name        string
	purpose, do string
	line        threshold
	silence     string
	namespace   string
	metric      string
	statistic   string
	dimensions  map[string]*string
	expression  []cloudwatch.MetricQueryParameters
}

type threshold struct {
	below           bool
	value           float64
	period, periods int
}

func above(value float64, period, periods int) threshold {
	return threshold{value: value, period: period, periods: periods}
}

// alarms are always on: only from where on they ring is the claim's. The
// dead-letter queues' are made with the queues.
func alarms(s *stack.Stack) {
	var all []alarm
	for _, b := range []struct{ name, service string }{{"public", "frontend"}, {"internal", "backend"}} {
		all = append(all, errorRate(s, b.name, b.service), unhealthy(s, b.name, b.service))
	}
	for _, service := range services {
		all = append(all, tasks(s, service)...)
	}
	for _, k := range append([]stack.Key{stack.Primary}, s.ReplicaKeys()...) {
		all = append(all, instance(s, k)...)
	}
	for _, k := range s.ReplicaKeys() {
		all = append(all, lag(s, k))
	}
	if s.HTTPS() {
		ring(s, atEdge(s), expiring(s, stack.AtEdge))
		if s.Region != edgeRegion {
			all = append(all, expiring(s, stack.AtOrigin))
		}
	}
	for _, a := range all {
		ring(s, home(s), a)
	}
	ring(s, atEdge(s), blocked(s))
	critical(s)
}

func ring(s *stack.Stack, h hub, a alarm) {
	p := cloudwatch.MetricAlarmParameters{
		Region:             &h.region,
		AlarmDescription:   ptr.To(s.ID + ": " + a.purpose + " " + a.do),
		EvaluationPeriods:  ptr.To(float64(a.line.periods)),
		DatapointsToAlarm:  ptr.To(float64(a.line.periods)),
		Threshold:          &a.line.value,
		ComparisonOperator: ptr.To("GreaterThanThreshold"),
		TreatMissingData:   &a.silence,
		AlarmActions:       topics(s, h),
		OkActions:          topics(s, h),
		Tags:               s.Tags(alarmKey(a.name)),
	}
	if a.line.below {
		p.ComparisonOperator = ptr.To("LessThanThreshold")
	}
	if len(a.expression) > 0 {
		p.MetricQuery = a.expression
	} else {
		p.Namespace, p.MetricName, p.Dimensions = &a.namespace, &a.metric, a.dimensions
		p.Statistic, p.Period = &a.statistic, ptr.To(float64(a.line.period))
	}
	s.Add(alarmKey(a.name), a.purpose, &cloudwatch.MetricAlarm{Spec: cloudwatch.MetricAlarmSpec{ForProvider: p}}, stack.ExternalName(alarmName(s, a.name)))
}

func alarmKey(name string) stack.Key { return stack.Key("alarm-" + name) }

func alarmName(s *stack.Stack, name string) string { return s.Name(name, limitAlarm) }

// expiring rings when AWS has not renewed a certificate, which it begins to try 60
// days before the end. The metric comes twice a day.
// https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html
// https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
func expiring(s *stack.Stack, where string) alarm {
	const day, renewedBefore = 24 * 60 * minute, 30
	return alarm{
		name:       "certificate-" + where,
		purpose:    "Rings when the certificate runs out within a month.",
		do:         "AWS could not renew it: see in ACM whether its DNS records are still there.",
		line:       threshold{below: true, value: renewedBefore, period: day, periods: 1},
		silence:    silenceIsNone,
		namespace:  "AWS/CertificateManager",
		metric:     "DaysToExpiry",
		statistic:  "Minimum",
		dimensions: map[string]*string{"CertificateArn": ptr.To(s.CertificateARN(where))},
	}
}

// errorRate counts what the load balancer answers itself too: those requests are
// not among the ones that it forwarded. Metrics of errors have no value without
// an error.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
func errorRate(s *stack.Stack, balancer, service string) alarm {
	const period = 5 * minute
	of := map[string]*string{"LoadBalancer": ptr.To(s.Await(stack.Key("alb-"+balancer), "arnSuffix"))}
	sum := func(id, name string) cloudwatch.MetricQueryParameters {
		return query(id, metric("AWS/ApplicationELB", name, "Sum", period, of))
	}
	return alarm{
		name:    balancer + "-5xx",
		purpose: "Rings when too many requests to the " + service + " end in an error of the server.",
		do:      "Look at the logs of the " + service + ", and at what was deployed last.",
		line:    above(float64(s.Claim.Spec.Alarms.Thresholds.ErrorPercent), period, 1),
		silence: silenceIsGood,
		expression: []cloudwatch.MetricQueryParameters{
			sum("forwarded", "RequestCount"),
			sum("balancer", "HTTPCode_ELB_5XX_Count"),
			sum("targets", "HTTPCode_Target_5XX_Count"),
			compute("requests", "FILL(forwarded, 0) + FILL(balancer, 0)", "requests", false),
			compute("percent", fmt.Sprintf("100 * (FILL(balancer, 0) + FILL(targets, 0)) / IF(requests < %d, %d, requests)", fewRequests, fewRequests), "5xx, % of requests", true),
		},
	}
}

// unhealthy waits longer than ECS takes to replace a task.
func unhealthy(s *stack.Stack, balancer, service string) alarm {
	return alarm{
		name:      service + "-unhealthy",
		purpose:   "Rings when a " + service + " task fails its health checks for five minutes.",
		do:        "ECS replaces it; if that does not help, look at the logs of the " + service + " and at its health check.",
		line:      above(0, minute, 5),
		silence:   silenceIsGood,
		namespace: "AWS/ApplicationELB", metric: "UnHealthyHostCount", statistic: "Maximum",
		dimensions: map[string]*string{
			"LoadBalancer": ptr.To(s.Await(stack.Key("alb-"+balancer), "arnSuffix")),
			"TargetGroup":  ptr.To(s.Await(stack.Key("targetgroup-"+service), "arnSuffix")),
		},
	}
}

// tasks that stay this busy have more to do than scaling may give them.
func tasks(s *stack.Stack, service string) []alarm {
	t := s.Claim.Spec.Alarms.Thresholds
	use := func(name, metric, what string, percent int32) alarm {
		return alarm{
			name:      service + "-" + name,
			purpose:   "Rings when the " + service + "'s tasks use too much " + what + " for 15 minutes.",
			do:        "Scaling has reached its maximum or comes too late: raise spec." + service + ".scaling.max, or the size of a task.",
			line:      above(float64(percent), 5*minute, 3),
			silence:   silenceIsGood,
			namespace: "AWS/ECS", metric: metric, statistic: "Average",
			dimensions: map[string]*string{"ClusterName": ptr.To(s.ID), "ServiceName": &service},
		}
	}
	return []alarm{
		use("cpu", "CPUUtilization", "CPU", t.ServiceCPUPercent),
		use("memory", "MemoryUtilization", "memory", t.ServiceMemoryPercent),
	}
}

func instance(s *stack.Stack, key stack.Key) []alarm {
	t, d := s.Claim.Spec.Alarms.Thresholds, s.Claim.Spec.Database
	of := func(name, metric, statistic string, line threshold, purpose, do string) alarm {
		return alarm{
			name: string(key) + "-" + name, purpose: purpose, do: do, line: line, silence: silenceIsNone,
			namespace: "AWS/RDS", metric: metric, statistic: statistic,
			dimensions: map[string]*string{"DBInstanceIdentifier": ptr.To(s.DatabaseID(key))},
		}
	}
	free := threshold{below: true, value: float64(d.StorageGiB) * gib * float64(t.DatabaseFreeStoragePercent) / 100, period: 5 * minute, periods: 1}
	return []alarm{
		of("cpu", "CPUUtilization", "Average", above(float64(t.DatabaseCPUPercent), 5*minute, 3),
			"Rings when "+string(key)+" uses too much CPU for 15 minutes.",
			"Look at the slow query log; else choose a larger spec.database.instanceClass."),
		of("storage", "FreeStorageSpace", "Minimum", free,
			"Rings when "+string(key)+" runs out of storage.",
			"AWS has not grown the volume: raise spec.database.maxStorageGiB, or spec.database.storageGiB at once. A full database stops."),
		of("connections", "DatabaseConnections", "Maximum", above(connections(s), minute, 5),
			"Rings when "+string(key)+" has too many connections for five minutes.",
			"Look for connections that are not given back; else choose smaller pools or a larger spec.database.instanceClass."),
	}
}

// connections is from where on an instance has too many of them.
func connections(s *stack.Stack) float64 {
	if n := s.Claim.Spec.Alarms.Thresholds.DatabaseConnections; n != nil {
		return float64(*n)
	}
	if most, ok := awsfacts.MaxConnections(s.Claim.Spec.Database.InstanceClass); ok {
		return float64(int(most * usualShare))
	}
	return unknownConnections
}

// lag takes a replica that does not replicate, which AWS tells by -1, for one
// that is a day behind.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_MySQL.Replication.ReadReplicas.html
func lag(s *stack.Stack, key stack.Key) alarm {
	const day = 24 * 60 * minute
	return alarm{
		name:    string(key) + "-lag",
		purpose: "Rings when " + string(key) + " is behind, or does not replicate, for five minutes.",
		do:      "Readers see old data. Look for long transactions on the primary and at the replica's load.",
		line:    above(float64(s.Claim.Spec.Alarms.Thresholds.ReplicaLagSeconds), minute, 5),
		silence: silenceIsNone,
		expression: []cloudwatch.MetricQueryParameters{
			query("lag", metric("AWS/RDS", "ReplicaLag", "Maximum", minute, map[string]*string{"DBInstanceIdentifier": ptr.To(s.DatabaseID(key))})),
			compute("behind", fmt.Sprintf("IF(lag < 0, %d, lag)", day), "seconds behind", true),
		},
	}
}

// blocked is where CloudFront's firewall reports to, wherever the claim is.
func blocked(s *stack.Stack) alarm {
	return alarm{
		name:      "waf-blocked",
		purpose:   "Rings when the firewall blocks many requests.",
		do:        "Either somebody attacks, and is held off, or a rule blocks customers: look at the sampled requests of the web ACL.",
		line:      above(float64(s.Claim.Spec.Alarms.Thresholds.BlockedRequests), 5*minute, 1),
		silence:   silenceIsGood,
		namespace: "AWS/WAFV2", metric: "BlockedRequests", statistic: "Sum",
		dimensions: map[string]*string{"WebACL": ptr.To(s.Await("webacl", "visibilityConfig.metricName")), "Rule": ptr.To("ALL")},
	}
}

// critical is the one to be woken by: users are hurt, or the database is about to
// stop. It waits for the alarms that it is about, since AWS refuses a rule that
// names one which does not exist.
func critical(s *stack.Stack) {
	names := []string{"public-5xx", "internal-5xx", string(stack.Primary) + "-storage", string(stack.Primary) + "-connections"}
	var rule []string
	var after []stack.Key
	for _, n := range names {
		rule = append(rule, fmt.Sprintf("ALARM(%q)", alarmName(s, n)))
		after = append(after, alarmKey(n))
	}
	h := home(s)
	key := alarmKey("critical")
	purpose := "Rings when users are hurt or the database is about to stop: the alarm to be woken by."
	s.Add(key, purpose, &cloudwatch.CompositeAlarm{Spec: cloudwatch.CompositeAlarmSpec{ForProvider: cloudwatch.CompositeAlarmParameters{
		Region:           &h.region,
		AlarmDescription: ptr.To(s.ID + ": " + purpose + " Look at the dashboard " + s.ID + "."),
		AlarmRule:        ptr.To(strings.Join(rule, " OR ")),
		ActionsEnabled:   ptr.To(true),
		AlarmActions:     topics(s, h),
		OkActions:        topics(s, h),
		Tags:             s.Tags(key),
	}}}, stack.ExternalName(alarmName(s, "critical")), stack.After(after...))
}

// topics are given by ARN: the provider's reference of alarm actions looks for a
// scaling policy.
func topics(s *stack.Stack, h hub) []*string { return []*string{ptr.To(s.ARN(h.topic))} }

func metric(namespace, name, statistic string, period float64, dimensions map[string]*string) *cloudwatch.MetricParameters {
	return &cloudwatch.MetricParameters{Namespace: &namespace, MetricName: &name, Stat: &statistic, Period: &period, Dimensions: dimensions}
}

func query(id string, m *cloudwatch.MetricParameters) cloudwatch.MetricQueryParameters {
	return cloudwatch.MetricQueryParameters{ID: &id, Metric: m, ReturnData: ptr.To(false)}
}

func compute(id, expression, label string, result bool) cloudwatch.MetricQueryParameters {
	return cloudwatch.MetricQueryParameters{ID: &id, Expression: &expression, Label: &label, ReturnData: &result}
}
