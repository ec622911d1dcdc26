package rules

import (
	"maps"
	"slices"
	"strings"
)

// workerPrefix begins the name in AWS of a worker of the claim.
const workerPrefix = "worker-"

// schedulePrefix begins the name in AWS of what a schedule of the claim starts.
const schedulePrefix = "schedule-"

// withWorkers gives each worker and each schedule of the claim a field of its name in AWS, beside frontend and
// backend. The tables of the rules find the fields of all workloads in the same way.
func withWorkers(claim map[string]any) map[string]any {
	spec := asMap(claim["spec"])
	lists := map[string][]map[string]any{
		workerPrefix: objects(spec["workers"]), schedulePrefix: objects(spec["schedules"]),
	}
	if len(lists[workerPrefix])+len(lists[schedulePrefix]) == 0 {
		return claim
	}
	spec = maps.Clone(spec)
	for prefix, list := range lists {
		for _, w := range list {
			w = maps.Clone(w)
			if text(w, "image") == "" {
				w["image"] = text(spec, "backend", "image")
			}
			spec[prefix+text(w, "name")] = w
		}
	}
	claim = maps.Clone(claim)
	claim["spec"] = spec
	return claim
}

// workers are the names in AWS of the claim's workers.
func workers(w World) []string { return prefixed(w, workerPrefix) }

func prefixed(w World, prefix string) []string {
	var out []string
	for name := range asMap(w.Claim["spec"]) {
		if strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// workloads are the names in AWS of all that runs in containers.
func workloads(w World) []string {
	return slices.Concat([]string{"frontend", "backend"}, workers(w), prefixed(w, schedulePrefix))
}

// backlogMetrics is the field of the formula by which a worker's number of tasks follows its queue.
const backlogMetrics = "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.metrics."

// workerSettings are about workers and what starts and stops their tasks.
var workerSettings = []setting{
	{"appautoscaling/Target", "scaling-worker-*", "between the claim's borders", "", fields{
		"minCapacity": "=worker-{}.scaling.min", "maxCapacity": "=worker-{}.scaling.max",
	}},
	{"appautoscaling/Policy", "scalingpolicy-backlog-worker-*", "tasks come within a minute and go after five", "",
		fields{
			"policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration.scaleInCooldown": "300",
			"targetTrackingScalingPolicyConfiguration.scaleOutCooldown": "60",
		}},
	{"appautoscaling/Policy", "scalingpolicy-backlog-worker-*", "as many messages for each task as the claim says",
		"worker-{}.scaling.backlogPerTask", fields{
			"targetTrackingScalingPolicyConfiguration.targetValue": "=worker-{}.scaling.backlogPerTask",
		}},
	{"appautoscaling/Policy", "scalingpolicy-backlog-worker-*", "ten messages for each task",
		"worker-{}.scaling.backlogPerTask=", fields{
			"targetTrackingScalingPolicyConfiguration.targetValue": "10",
		}},
	{"appautoscaling/Policy", "scalingpolicy-backlog-worker-*",
		"without the messages in work, scaling stops the tasks that work on the last ones", "",
		fields{
			backlogMetrics + "0.metricStat.metric.namespace":          "AWS/SQS",
			backlogMetrics + "0.metricStat.metric.metricName":         "ApproximateNumberOfMessagesVisible",
			backlogMetrics + "0.metricStat.metric.dimensions.0.name":  "QueueName",
			backlogMetrics + "1.metricStat.metric.namespace":          "AWS/SQS",
			backlogMetrics + "2.metricStat.metric.namespace":          "ECS/ContainerInsights",
			backlogMetrics + "1.metricStat.metric.metricName":         "ApproximateNumberOfMessagesNotVisible",
			backlogMetrics + "2.metricStat.metric.metricName":         "RunningTaskCount",
			backlogMetrics + "2.metricStat.metric.dimensions.1.value": "worker-{}",
			backlogMetrics + "0.returnData":                           "false",
			backlogMetrics + "1.returnData":                           "false",
			backlogMetrics + "2.returnData":                           "false",
			backlogMetrics + "3.returnData":                           "true",
			backlogMetrics +
				"3.expression": "(FILL(visible, 0) + FILL(inflight, 0)) / " +
				"IF(FILL(running, 0) > 0, FILL(running, 0), 1)",
		}},
	{"appautoscaling/Policy", "scalingpolicy-cpu-worker-*", "the average of the worker's tasks", "", fields{
		"policyType": "TargetTrackingScaling", predefined: "ECSServiceAverageCPUUtilization",
	}},
	{"appautoscaling/Policy", "scalingpolicy-cpu-worker-*", "the claim's target", "worker-{}.scaling.cpu", fields{
		"targetTrackingScalingPolicyConfiguration.targetValue": "=worker-{}.scaling.cpu",
	}},
	{"appautoscaling/Policy", "scalingpolicy-wake-worker-*", "one task, whatever there was before", "", fields{
		"policyType": "StepScaling", "stepScalingPolicyConfiguration.adjustmentType": "ExactCapacity",
		"stepScalingPolicyConfiguration.cooldown":                                  "60",
		"stepScalingPolicyConfiguration.metricAggregationType":                     "Maximum",
		"stepScalingPolicyConfiguration.stepAdjustment.0.scalingAdjustment":        "1",
		"stepScalingPolicyConfiguration.stepAdjustment.0.metricIntervalLowerBound": "0",
	}},
}
