package watch

import (
	"cmp"
	"fmt"
	"strings"

	"k8s.io/utils/ptr"

	cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// alarms adds all alarms. A claim chooses their thresholds, but cannot turn them off.
func alarms(s *stack.Stack, p *plan.Plan) {
	here, edge := alarmsAt(s, p)
	for _, a := range here {
		addAlarm(s, home(s), a)
	}
	for _, a := range edge {
		addAlarm(s, atEdge(s), a)
	}
	if home(s) == atEdge(s) {
		here = append(here, edge...)
	}
	critical(s, here)
	for _, w := range p.Workloads {
		if w.Errors != plan.ErrorsIgnored {
			s.KeepObserved(keys.Alarm(plan.RollbackAlarm(w.Name)), cloudwatch.MetricAlarm_GroupVersionKind,
				"Stays until ECS no longer watches it.", stack.EchoExternalName())
		}
	}
}

// alarmsAt returns the alarms on metrics in the claim's region, and those on metrics in
// us-east-1, where the edge reports wherever the claim is.
func alarmsAt(s *stack.Stack, p *plan.Plan) (here, edge []plan.Alarm) {
	for _, w := range p.Workloads {
		if w.Served() {
			if w.Service == "" {
				here = append(here, errorRate(w, p))
			}
			here = append(here, unhealthy(w), tasks(s, w), use(s, w, "cpu"), use(s, w, "memory"))
			if w.ErrorPercent() > 0 {
				here = append(here, rollback(w))
			}
		} else if w.Scaling.Min > 0 {
			here = append(here, tasks(s, w))
		}
	}
	for _, b := range p.Bindings {
		here = append(here, b.Alarms()...)
	}
	here = append(here, backups(p)...)
	edge = append(edge, edgeErrors(p))
	if p.Entrance.HTTPS {
		edge = append(edge, expiring(keys.AtEdge, p.Entrance.CertificateARN(keys.AtEdge)))
		if !p.Entrance.Global {
			here = append(here, expiring(keys.AtOrigin, p.Entrance.CertificateARN(keys.AtOrigin)))
		}
	}
	if p.TLSInside() {
		here = append(here, expiring(keys.Inside, stack.Await(p.Entrance.InternalValidation(), "certificateArn")))
	}
	return here, append(edge, blocked(p))
}

func addAlarm(s *stack.Stack, h hub, a plan.Alarm) {
	key := keys.Alarm(a.Name)
	params := cloudwatch.MetricAlarmParameters{
		Region:             &h.region,
		AlarmDescription:   ptr.To(a.Description(s.ID)),
		EvaluationPeriods:  ptr.To(float64(a.Threshold.Periods)),
		DatapointsToAlarm:  ptr.To(float64(cmp.Or(a.Threshold.Enough, a.Threshold.Periods))),
		Threshold:          &a.Threshold.Value,
		ComparisonOperator: ptr.To("GreaterThanThreshold"),
		TreatMissingData:   &a.MissingData,
		AlarmActions:       topics(h),
		OkActions:          topics(h),
		Tags:               s.Tags(key),
	}
	switch {
	case a.Scales != "":
		params.AlarmActions, params.OkActions = []*string{ptr.To(stack.ARN(a.Scales))}, nil
	case a.Quiet:
		params.AlarmActions, params.OkActions = nil, nil
	}
	if a.Threshold.Below {
		params.ComparisonOperator = ptr.To("LessThanThreshold")
	}
	if len(a.Expression) > 0 {
		params.MetricQuery = queries(a)
	} else {
		params.Namespace, params.MetricName = &a.Metric.Namespace, &a.Metric.Name
		params.Dimensions = pointers(a.Metric.Dimensions)
		params.Statistic, params.Period = &a.Metric.Statistic, ptr.To(float64(a.Threshold.Period))
	}
	s.Add(key, a.Purpose, &cloudwatch.MetricAlarm{Spec: cloudwatch.MetricAlarmSpec{ForProvider: params}},
		stack.ExternalName(alarmName(s, a)), stack.After(a.After...))
}

func queries(a plan.Alarm) []cloudwatch.MetricQueryParameters {
	out := make([]cloudwatch.MetricQueryParameters, len(a.Expression))
	for i, q := range a.Expression {
		out[i] = cloudwatch.MetricQueryParameters{ID: &q.ID, ReturnData: &q.Result}
		if q.Metric == nil {
			out[i].Expression, out[i].Label = &q.Formula, &q.Label
			continue
		}
		out[i].Metric = &cloudwatch.MetricParameters{
			Namespace:  &q.Metric.Namespace,
			MetricName: &q.Metric.Name,
			Stat:       &q.Metric.Statistic,
			Period:     ptr.To(float64(a.Threshold.Period)),
			Dimensions: pointers(q.Metric.Dimensions),
		}
	}
	return out
}

func pointers(m map[string]string) map[string]*string {
	out := make(map[string]*string, len(m))
	for k, v := range m {
		out[k] = &v
	}
	return out
}

func alarmName(s *stack.Stack, a plan.Alarm) string {
	if a.Suffix != "" {
		return s.Name(a.Suffix, plan.LimitAlarm)
	}
	return s.Name(a.Name, plan.LimitAlarm)
}

// expiring fires when AWS has not renewed a certificate, which AWS begins to try 60
// days before the end. The metric comes twice a day.
// https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html
// https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
func expiring(where, certificate string) plan.Alarm {
	const renewedBefore = 30
	place := where
	if where == keys.Inside {
		place = "internal load balancer"
	}
	return plan.Alarm{
		Name:        "certificate-" + where,
		Purpose:     "Fires when the certificate at the " + place + " expires in less than 30 days.",
		Do:          "AWS could not renew it: check in ACM whether its DNS validation records still exist.",
		Runbook:     "certificate",
		Threshold:   plan.Below(renewedBefore, plan.Day, 1),
		MissingData: plan.MissingIsNone,
		Metric: plan.Metric{Namespace: "AWS/CertificateManager", Name: "DaysToExpiry", Statistic: "Minimum",
			Dimensions: map[string]string{"CertificateArn": certificate}},
	}
}

// fewRequests is the smallest number of requests that an error rate is computed of: one
// error in two requests does not count as half of all requests.
const fewRequests = 100

// errorRate also counts the errors that the load balancer itself returns: those
// requests are not among the forwarded ones. Metrics of errors have no value while
// there is no error.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
func errorRate(w plan.Workload, p *plan.Plan) plan.Alarm {
	of := map[string]string{"LoadBalancer": stack.Await(w.Ways[0].Balancer.Key(), "arnSuffix")}
	sum := func(id, name string) plan.Query {
		return plan.Query{ID: id, Metric: &plan.Metric{
			Namespace: "AWS/ApplicationELB", Name: name, Statistic: "Sum", Dimensions: of,
		}}
	}
	return plan.Alarm{
		Name:        w.Ways[0].Balancer.Name + "-5xx",
		Purpose:     "Fires when too many requests to the " + w.Name + " fail with a server error (5xx).",
		Do:          "Look at the logs of the " + w.Name + ", and at its latest deployment.",
		Runbook:     "service-5xx",
		Threshold:   plan.Above(float64(p.Claim.Spec.Alarms.Thresholds.ErrorPercent), 5*plan.Minute, 1),
		MissingData: plan.MissingIsGood,
		Critical:    true,
		Expression: []plan.Query{
			sum("forwarded", "RequestCount"),
			sum("balancer", "HTTPCode_ELB_5XX_Count"),
			sum("targets", "HTTPCode_Target_5XX_Count"),
			{ID: "requests", Formula: "FILL(forwarded, 0) + FILL(balancer, 0)", Label: "requests"},
			{
				ID: "percent", Label: "5xx, % of requests", Result: true,
				Formula: fmt.Sprintf("100 * (FILL(balancer, 0) + FILL(targets, 0)) / IF(requests < %d, %d, requests)",
					fewRequests, fewRequests),
			},
		},
	}
}

// enoughRequests is fewRequests for a minute.
const enoughRequests = 20

// rollback rings when too many requests fail in the tasks of a workload, by whatever way they
// come. ECS looks at it during deployments. Errors of the load balancer are not the version's.
func rollback(w plan.Workload) plan.Alarm {
	var out []plan.Query
	var requests, errors []string
	for i, way := range w.Ways {
		of := map[string]string{
			"LoadBalancer": stack.Await(way.Balancer.Key(), "arnSuffix"),
			"TargetGroup":  stack.Await(way.TargetGroup, "arnSuffix"),
		}
		for _, m := range []struct {
			id, name string
			sum      *[]string
		}{{"requests", "RequestCount", &requests}, {"errors", "HTTPCode_Target_5XX_Count", &errors}} {
			id := fmt.Sprintf("%s%d", m.id, i+1)
			out = append(out, plan.Query{ID: id, Metric: &plan.Metric{
				Namespace: "AWS/ApplicationELB", Name: m.name, Statistic: "Sum", Dimensions: of,
			}})
			*m.sum = append(*m.sum, "FILL("+id+", 0)")
		}
	}
	t := plan.Above(float64(w.ErrorPercent()), plan.Minute, 3)
	t.Enough = 2
	return plan.Alarm{
		Name: plan.RollbackAlarm(w.Name),
		Purpose: "Rings when too many requests fail in the " + w.Name + "'s tasks with a server error (5xx). During " +
			"a deployment, ECS then rolls back to the version before.",
		Do:          "It notifies nobody. The claim's RolloutSucceeded tells whether a version was rolled back.",
		Runbook:     "rollback",
		Threshold:   t,
		MissingData: plan.MissingIsGood,
		Quiet:       true,
		Expression: append(out,
			plan.Query{ID: "requests", Formula: strings.Join(requests, " + "), Label: "requests"},
			plan.Query{
				ID: "percent", Label: "5xx, % of requests", Result: true,
				Formula: fmt.Sprintf("100 * (%s) / IF(requests < %d, %d, requests)",
					strings.Join(errors, " + "), enoughRequests, enoughRequests),
			}),
	}
}

// edgeErrors also counts the errors that CloudFront itself returns, for example when it
// cannot connect to the load balancer. The load balancer then has no request to count. The
// metric is a percentage of all requests; fewer than fewRequests count as fewRequests.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
func edgeErrors(p *plan.Plan) plan.Alarm {
	of := map[string]string{"DistributionId": stack.Await(keys.Distribution, "id"), "Region": "Global"}
	return plan.Alarm{
		Name:    "edge-5xx",
		Purpose: "Fires when too many requests to CloudFront fail with a server error (5xx).",
		Do: "If the frontend's alarm fires too, look there. If not, CloudFront does not reach the public " +
			"load balancer.",
		Runbook:     "edge-5xx",
		Threshold:   plan.Above(float64(p.Claim.Spec.Alarms.Thresholds.ErrorPercent), 5*plan.Minute, 1),
		MissingData: plan.MissingIsGood,
		Critical:    true,
		Expression: []plan.Query{
			{ID: "rate", Metric: &plan.Metric{
				Namespace: "AWS/CloudFront", Name: "5xxErrorRate", Statistic: "Average", Dimensions: of,
			}},
			{ID: "requests", Metric: &plan.Metric{
				Namespace: "AWS/CloudFront", Name: "Requests", Statistic: "Sum", Dimensions: of,
			}},
			{
				ID: "percent", Label: "5xx, % of requests", Result: true,
				Formula: fmt.Sprintf("rate * requests / IF(requests < %d, %d, requests)", fewRequests, fewRequests),
			},
		},
	}
}

// tasks fires when ECS cannot keep the minimum number of tasks. Container Insights sends no
// metric for a service without a running task, so missing data is bad. The alarm waits for
// the service, whose first tasks take minutes to start.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html
func tasks(s *stack.Stack, w plan.Workload) plan.Alarm {
	return plan.Alarm{
		Name:    w.Name + "-tasks",
		Purpose: "Fires when fewer " + w.Name + " tasks than " + w.Field + ".scaling.min run for ten minutes.",
		Do: "ECS cannot start tasks, or they stop: look at the events of the service and at the reasons " +
			"of its stopped tasks.",
		Runbook:     "service-tasks",
		Threshold:   plan.Below(float64(w.Scaling.Min), plan.Minute, 10),
		MissingData: plan.MissingIsBad,
		Metric: plan.Metric{Namespace: "ECS/ContainerInsights", Name: "RunningTaskCount", Statistic: "Average",
			Dimensions: map[string]string{"ClusterName": s.ID, "ServiceName": w.Name}},
		After: []stack.Key{keys.Service(w.Name)},
	}
}

// backups are the alarms of the archive's jobs. AWS Backup counts a job that does not start
// in its window as aborted or expired. The period is a day, so that an alarm in a month's
// only job stays visible for a day.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html
func backups(p *plan.Plan) []plan.Alarm {
	b := p.Claim.Spec.Backup
	if b.ArchiveYears == 0 {
		return nil
	}
	out := []plan.Alarm{{
		Name:    "backup-jobs",
		Purpose: "Fires when the monthly snapshot of the database fails or does not start.",
		Do:      "Read the job's status message in AWS Backup, and start a job by hand: the next is due in a month.",
		Runbook: "backup-jobs",
		Expression: failures("NumberOfBackupJobsFailed", "NumberOfBackupJobsAborted",
			"NumberOfBackupJobsExpired"),
	}}
	if b.CopyTo != nil {
		out = append(out, plan.Alarm{
			Name:       "backup-copies",
			Purpose:    "Fires when the copy of a monthly snapshot fails.",
			Do:         "Read the job's status message in AWS Backup, and copy the recovery point by hand.",
			Runbook:    "backup-copies",
			Expression: failures("NumberOfCopyJobsFailed"),
		})
	}
	for i := range out {
		out[i].Threshold, out[i].MissingData = plan.Above(0, plan.Day, 1), plan.MissingIsGood
	}
	return out
}

// failures adds up metrics of the archive's vault that have no value while there is no
// failure.
func failures(metrics ...string) []plan.Query {
	var out []plan.Query
	var filled []string
	for i, name := range metrics {
		id := fmt.Sprintf("m%d", i+1)
		out = append(out, plan.Query{ID: id, Metric: &plan.Metric{
			Namespace: "AWS/Backup", Name: name, Statistic: "Sum",
			Dimensions: map[string]string{"BackupVaultName": stack.Await(keys.Vault, "id")},
		}})
		filled = append(filled, "FILL("+id+", 0)")
	}
	return append(out, plan.Query{ID: "jobs", Formula: strings.Join(filled, " + "), Label: "jobs", Result: true})
}

// unhealthy fires only after more time than ECS takes to replace a task.
func unhealthy(w plan.Workload) plan.Alarm {
	return plan.Alarm{
		Name:    w.Name + "-unhealthy",
		Purpose: "Fires when a " + w.Name + " task fails its health checks for five minutes.",
		Do: "ECS replaces the task. If that does not help, look at the logs of the " + w.Name +
			" and its health check.",
		Runbook:     "service-unhealthy",
		Threshold:   plan.Above(0, plan.Minute, 5),
		MissingData: plan.MissingIsGood,
		Metric: plan.Metric{Namespace: "AWS/ApplicationELB", Name: "UnHealthyHostCount", Statistic: "Maximum",
			Dimensions: map[string]string{
				"LoadBalancer": stack.Await(w.Ways[0].Balancer.Key(), "arnSuffix"),
				"TargetGroup":  stack.Await(w.Ways[0].TargetGroup, "arnSuffix"),
			}},
	}
}

// use fires when a workload's tasks stay so busy that scaling adds no more. What is cpu
// or memory.
func use(s *stack.Stack, w plan.Workload, what string) plan.Alarm {
	t := s.Claim.Spec.Alarms.Thresholds
	words, metric, percent := "CPU", "CPUUtilization", t.ServiceCPUPercent
	if what == "memory" {
		words, metric, percent = "memory", "MemoryUtilization", t.ServiceMemoryPercent
	}
	return plan.Alarm{
		Name:    w.Name + "-" + what,
		Purpose: "Fires when the " + w.Name + "'s tasks use too much " + words + " for 15 minutes.",
		Do: "Scaling has reached its maximum or is too slow: raise " + w.Field + ".scaling.max, " +
			"or the size of a task.",
		Runbook:     "service-" + what,
		Threshold:   plan.Above(float64(percent), 5*plan.Minute, 3),
		MissingData: plan.MissingIsGood,
		Metric: plan.Metric{Namespace: "AWS/ECS", Name: metric, Statistic: "Average",
			Dimensions: map[string]string{"ClusterName": s.ID, "ServiceName": w.Name}},
	}
}

// blocked is in us-east-1, where CloudFront's firewall reports wherever the claim is.
func blocked(p *plan.Plan) plan.Alarm {
	return plan.Alarm{
		Name:    "waf-blocked",
		Purpose: "Fires when the firewall blocks many requests.",
		Do: "Either the firewall holds off an attack, or a rule blocks customers: " +
			"look at the sampled requests of the web ACL.",
		Runbook:     "firewall-blocked",
		Threshold:   plan.Above(float64(p.Claim.Spec.Alarms.Thresholds.BlockedRequests), 5*plan.Minute, 1),
		MissingData: plan.MissingIsGood,
		Metric: plan.Metric{Namespace: "AWS/WAFV2", Name: "BlockedRequests", Statistic: "Sum",
			Dimensions: map[string]string{"WebACL": firewall(), "Rule": "ALL"}},
	}
}

// firewall is the name under which the web ACL reports its metrics.
func firewall() string { return stack.Await(keys.WebACL, "visibilityConfig.metricName") }

// critical is the alarm that pages the person on call: users are affected, or the
// database is about to stop. It waits for the alarms that it combines, because AWS
// refuses a rule that names an alarm which does not exist. It can only combine alarms of
// its own region.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
func critical(s *stack.Stack, all []plan.Alarm) {
	h, a := home(s), plan.Alarm{
		Name:    "critical",
		Purpose: "Fires when users are affected or the database is about to stop: page the person on call.",
		Do:      "Look at the dashboard " + s.ID + ".",
		Runbook: "critical",
	}
	key := keys.Alarm(a.Name)
	var rule []string
	var after []stack.Key
	for _, c := range all {
		if c.Critical && combines(s, key, c) {
			rule = append(rule, inRule(s, c))
			after = append(after, keys.Alarm(c.Name))
		}
	}
	s.Add(key, a.Purpose,
		&cloudwatch.CompositeAlarm{Spec: cloudwatch.CompositeAlarmSpec{
			ForProvider: cloudwatch.CompositeAlarmParameters{
				Region:           &h.region,
				AlarmDescription: ptr.To(a.Description(s.ID)),
				AlarmRule:        ptr.To(strings.Join(rule, " OR ")),
				ActionsEnabled:   ptr.To(true),
				AlarmActions:     topics(h),
				OkActions:        topics(h),
				Tags:             s.Tags(key),
			},
		}}, stack.ExternalName(alarmName(s, a)), stack.After(after...))
}

// combines tells whether the rule of the critical alarm names an alarm. A critical alarm
// that exists cannot wait for an alarm that a new version of Kasha adds, so its rule names
// that alarm only once it exists.
func combines(s *stack.Stack, critical stack.Key, a plan.Alarm) bool {
	o, exists := s.Observed(critical)
	if !exists || s.Ready(keys.Alarm(a.Name)) {
		return true
	}
	rule, _ := stack.Text(o, "spec", "forProvider", "alarmRule")
	return strings.Contains(rule, inRule(s, a))
}

// inRule is an alarm in the rule of the critical alarm.
func inRule(s *stack.Stack, a plan.Alarm) string { return fmt.Sprintf("ALARM(%q)", alarmName(s, a)) }

// topics are ARNs, because the provider looks for a scaling policy behind a reference
// of an alarm action.
func topics(h hub) []*string { return []*string{ptr.To(stack.ARN(h.topic))} }
