package service

import (
	"maps"
	"slices"

	"k8s.io/utils/ptr"

	appautoscaling "github.com/upbound/provider-aws/v2/apis/namespaced/appautoscaling/v1beta1"
	cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A measure is a metric under the name that formulas give it.
type measure struct {
	id     string
	metric plan.Metric
}

// work are the metrics of a queue and of the tasks that work on it. Messages that are being
// worked on count too: without them, scaling would stop the tasks that work on the last
// ones. Container Insights reports nothing for a service without a running task.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
func work(s *stack.Stack, p *plan.Plan, w plan.Workload) (visible, inFlight, running measure) {
	queue := map[string]string{"QueueName": p.QueueName(w.Queue)}
	return measure{"visible", plan.Metric{
			Namespace: "AWS/SQS", Name: "ApproximateNumberOfMessagesVisible", Statistic: "Maximum", Dimensions: queue,
		}}, measure{"inflight", plan.Metric{
			Namespace: "AWS/SQS", Name: "ApproximateNumberOfMessagesNotVisible", Statistic: "Maximum",
			Dimensions: queue,
		}}, measure{"running", plan.Metric{
			Namespace: "ECS/ContainerInsights", Name: "RunningTaskCount", Statistic: "Average",
			Dimensions: map[string]string{"ClusterName": s.ID, "ServiceName": w.Name},
		}}
}

// Formulas over the metrics of work.
const (
	// perTask divides by one where no task runs: a formula without a value would stop scaling.
	perTask = "(FILL(visible, 0) + FILL(inflight, 0)) / IF(FILL(running, 0) > 0, FILL(running, 0), 1)"
	// idle is 1 while messages wait and no task runs.
	idle = "IF(FILL(visible, 0) > 0 AND FILL(running, 0) < 1, 1, 0)"
)

// backlog keeps the number of messages for each task at a target.
// https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
func backlog(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	visible, inFlight, running := work(s, p, w)
	var metrics []appautoscaling.MetricsParameters
	for _, m := range []measure{visible, inFlight, running} {
		metrics = append(metrics, appautoscaling.MetricsParameters{
			ID: &m.id, ReturnData: ptr.To(false),
			MetricStat: &appautoscaling.MetricsMetricStatParameters{
				Stat: &m.metric.Statistic, Metric: tracked(m.metric),
			},
		})
	}
	metrics = append(metrics, appautoscaling.MetricsParameters{
		ID: ptr.To("backlog"), Expression: ptr.To(perTask), Label: ptr.To("messages for each task"),
		ReturnData: ptr.To(true),
	})
	track(s, w, "backlog", "Scales the "+w.Name+" by the messages in its queue.", w.Backlog,
		&appautoscaling.TargetTrackingScalingPolicyConfigurationParameters{
			CustomizedMetricSpecification: &appautoscaling.CustomizedMetricSpecificationParameters{Metrics: metrics},
		})
}

func tracked(m plan.Metric) *appautoscaling.MetricsMetricStatMetricParameters {
	out := &appautoscaling.MetricsMetricStatMetricParameters{Namespace: &m.Namespace, MetricName: &m.Name}
	for _, name := range slices.Sorted(maps.Keys(m.Dimensions)) {
		out.Dimensions = append(out.Dimensions, appautoscaling.MetricDimensionsParameters{
			Name: &name, Value: ptr.To(m.Dimensions[name]),
		})
	}
	return out
}

// wake starts the first task of a worker that has none, as soon as a message waits. The
// backlog's policy cannot: AWS multiplies the number of tasks, and nothing times a factor
// stays nothing.
// https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html
func wake(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	params := policyOf(s, w)
	params.PolicyType = ptr.To("StepScaling")
	params.StepScalingPolicyConfiguration = &appautoscaling.StepScalingPolicyConfigurationParameters{
		AdjustmentType:        ptr.To("ExactCapacity"),
		Cooldown:              ptr.To(float64(scaleOutCooldown)),
		MetricAggregationType: ptr.To("Maximum"),
		StepAdjustment: []appautoscaling.StepAdjustmentParameters{{
			MetricIntervalLowerBound: ptr.To("0"), ScalingAdjustment: ptr.To(1.0),
		}},
	}
	addPolicy(s, w, "wake", "Starts the first task of the "+w.Name+".", params)

	visible, _, running := work(s, p, w)
	key := keys.WakeAlarm(w.Name)
	queries := []cloudwatch.MetricQueryParameters{waking(visible), waking(running), {
		ID: ptr.To("idle"), Expression: ptr.To(idle), Label: ptr.To("messages wait and no task runs"),
		ReturnData: ptr.To(true),
	}}
	s.Add(key, "Rings while messages wait and no task of the "+w.Name+" runs. It notifies nobody.",
		&cloudwatch.MetricAlarm{Spec: cloudwatch.MetricAlarmSpec{ForProvider: cloudwatch.MetricAlarmParameters{
			Region: &s.Region,
			AlarmDescription: ptr.To(s.ID + ": Starts the first task of the " + w.Name +
				" when a message waits. It is normal that it rings. Runbook: " + plan.RunbookURL("worker-wake")),
			ComparisonOperator: ptr.To("GreaterThanOrEqualToThreshold"),
			EvaluationPeriods:  ptr.To(1.0),
			DatapointsToAlarm:  ptr.To(1.0),
			Threshold:          ptr.To(1.0),
			TreatMissingData:   ptr.To(plan.MissingIsGood),
			AlarmActions:       []*string{ptr.To(stack.ARN(keys.ScalingPolicy(w.Name, "wake")))},
			MetricQuery:        queries,
			Tags:               s.Tags(key),
		}}}, stack.ExternalName(s.Name(w.Name+"-wake", plan.LimitAlarm)))
}

// waking is a metric in the alarm, minute by minute.
func waking(m measure) cloudwatch.MetricQueryParameters {
	dimensions := map[string]*string{}
	for name, value := range m.metric.Dimensions {
		dimensions[name] = &value
	}
	return cloudwatch.MetricQueryParameters{
		ID: &m.id, ReturnData: ptr.To(false),
		Metric: &cloudwatch.MetricParameters{
			Namespace: &m.metric.Namespace, MetricName: &m.metric.Name, Stat: &m.metric.Statistic,
			Period: ptr.To(float64(plan.Minute)), Dimensions: dimensions,
		},
	}
}
