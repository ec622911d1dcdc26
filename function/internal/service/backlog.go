package service

import (
	"maps"
	"slices"

	"k8s.io/utils/ptr"

	appautoscaling "github.com/upbound/provider-aws/v2/apis/namespaced/appautoscaling/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// perTask divides by one where no task runs: a formula without a value would stop scaling.
const perTask = "(FILL(visible, 0) + FILL(inflight, 0)) / IF(FILL(running, 0) > 0, FILL(running, 0), 1)"

// backlog keeps the number of messages for each task at a target.
// https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
func backlog(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	var metrics []appautoscaling.MetricsParameters
	for _, m := range p.Work(w) {
		metrics = append(metrics, appautoscaling.MetricsParameters{
			ID: &m.ID, ReturnData: ptr.To(false),
			MetricStat: &appautoscaling.MetricsMetricStatParameters{
				Stat: &m.Metric.Statistic, Metric: tracked(*m.Metric),
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
// stays nothing. The binding of workers has the alarm that starts it.
// https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html
func wake(s *stack.Stack, w plan.Workload) {
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
}
