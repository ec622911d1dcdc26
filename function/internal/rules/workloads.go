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

// servicePrefix begins the name in AWS of a further service of the claim.
const servicePrefix = "svc-"

// withWorkers gives each further service, each worker and each schedule of the claim a field of its name in AWS,
// beside frontend and backend. The tables of the rules find the fields of all workloads in the same way. What viewers
// reach beside the frontend has a second field, after which its target group is named.
func withWorkers(claim map[string]any) map[string]any {
	spec := asMap(claim["spec"])
	lists := map[string][]map[string]any{
		servicePrefix: objects(spec["services"]), workerPrefix: objects(spec["workers"]),
		schedulePrefix: objects(spec["schedules"]),
	}
	backend := asMap(spec["backend"])
	if len(lists[servicePrefix])+len(lists[workerPrefix])+len(lists[schedulePrefix]) == 0 && backend["expose"] == nil {
		return claim
	}
	spec = maps.Clone(spec)
	if backend["expose"] != nil {
		spec[publicPrefix+"backend"] = backend
	}
	for _, s := range lists[servicePrefix] {
		s = maps.Clone(s)
		s["way"] = "internal"
		if s["expose"] != nil {
			s["way"] = "public"
		} else if p := strings.ToLower(text(s, "protocol")); p != "" && p != "http1" {
			s["way"] = p
		}
		if s["way"] != "internal" {
			spec[s["way"].(string)+"-"+servicePrefix+text(s, "name")] = s //nolint:forcetypeassert // It is set above.
		}
		spec[servicePrefix+text(s, "name")] = s
	}
	delete(lists, servicePrefix)
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

// publicPrefix begins the end of the key of a target group behind the public load balancer, but for the frontend's.
const publicPrefix = "public-"

// isPlaced tells whether a further service is where the backend is, or else where the frontend is.
func isPlaced(w World, service string) string {
	if in(w.Claim, "spec."+service+".data") == "true" {
		return "backend"
	}
	return "frontend"
}

// services are the names in AWS of the claim's further services.
func services(w World) []string { return prefixed(w, servicePrefix) }

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
	return slices.Concat([]string{"frontend", "backend"}, services(w), workers(w), prefixed(w, schedulePrefix))
}

var containerRules = []Rule{{
	ID: "setting-containers",
	Title: "A task has the containers that the claim lists, with their images, each of which ends as the claim " +
		"says, waits for what the claim says, and leaves the application what is left of the CPU.",
	Why: "A task without its proxy sends what it must not, and one whose containers wait for each other never " +
		"starts.",
	Source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
	check:  tasksHaveTheirContainers,
}}

// A member is a container with the fields that its place beside others decides.
type member struct {
	Name, Image string
	Essential   bool
	CPU         int64
	DependsOn   []struct{ ContainerName, Condition string }
}

// tasksHaveTheirContainers looks at the newest versions, those with the claim's image, in claims at rest: older ones
// have what the claim listed before.
func tasksHaveTheirContainers(w World) []Violation {
	if !w.Settled {
		return nil
	}
	var out []Violation
	for _, name := range workloads(w) {
		for _, key := range w.keys("ecs/TaskDefinition") {
			digest, ok := strings.CutPrefix(key, "taskdefinition-"+name+"-")
			if !ok || strings.Contains(digest, "-") {
				continue
			}
			var have []member
			if decode(text(params(w.Desired[key]), "containerDefinitions"), &have) != nil || len(have) == 0 {
				out = append(out, violation(key, "has no containers that can be read"))
				continue
			}
			out = append(out, wrongContainers(key, asMap(lookup(w.Claim, "spec", name)), have)...)
		}
	}
	return out
}

func wrongContainers(key string, claimed map[string]any, have []member) []Violation {
	var out []Violation
	byName := map[string]member{}
	for _, c := range have {
		byName[c.Name] = c
	}
	own := have[0]
	waits := waitsOf(own)
	left, _ := number(claimed, "cpu")
	sides := 0
	for list, essential := range map[string]bool{"initContainers": false, "sidecars": true} {
		for _, c := range objects(claimed[list]) {
			name := text(c, "name")
			sides++
			cpu, _ := number(c, "cpu")
			left -= cpu
			if v, set := c["essential"].(bool); set {
				essential = essential && v
			}
			got, ok := byName[name]
			switch {
			case !ok:
				out = append(out, violation(key, "lacks the container %s", name))
			case got.Image != text(c, "image"), got.Essential != essential:
				out = append(out, violation(key, "has the container %s with %s, essential: %v", name, got.Image,
					got.Essential))
			}
			out = append(out, wrongWaits(key, got, objects(c["dependsOn"]))...)
			if list == "initContainers" && waits[name] != "SUCCESS" && waits[name] != "COMPLETE" {
				out = append(out, violation(key, "starts the application before %s has ended", name))
			}
			essential = list == "sidecars"
		}
	}
	if sides > 0 && own.CPU != 0 && float64(own.CPU) != left {
		out = append(out, violation(key, "gives the application %d CPU units, and %v are left", own.CPU, left))
	}
	if extra := len(have) - 1 - sides; extra > 1 || extra < 0 {
		out = append(out, violation(key, "has %d containers beside the application's, and the claim lists %d",
			len(have)-1, sides))
	}
	return append(out, wrongWaits(key, own, objects(claimed["dependsOn"]))...)
}

func waitsOf(c member) map[string]string {
	out := map[string]string{}
	for _, d := range c.DependsOn {
		out[d.ContainerName] = d.Condition
	}
	return out
}

func wrongWaits(key string, c member, claimed []map[string]any) []Violation {
	var out []Violation
	waits := waitsOf(c)
	for _, d := range claimed {
		if got := waits[text(d, "container")]; got != text(d, "condition") {
			out = append(out, violation(key, "starts %s when %s has %q, want %s", c.Name, text(d, "container"), got,
				text(d, "condition")))
		}
	}
	return out
}

// backlogMetrics is the field of the formula by which a worker's number of tasks follows its queue.
const backlogMetrics = "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.metrics."

// serviceSettings are about further services, and about the backend where viewers reach it.
var serviceSettings = []setting{
	{"elbv2/LBListener", "listener-svc-*", "other workloads find the service at its own port", "", fields{
		"defaultAction.0.type": "forward", "loadBalancerArn": "@alb-internal",
	}},
	{"elbv2/LBListener", "listener-svc-*", "it forwards to the service", "svc-{}.way=internal", fields{
		"protocol": "HTTP", "defaultAction.0.targetGroupArn": "@targetgroup-svc-{}",
	}},
	{"elbv2/LBListener", "listener-svc-*", "AWS has HTTP/2 to the targets only behind TLS", "svc-{}.way=http2", fields{
		"protocol": "HTTPS", "defaultAction.0.targetGroupArn": "@targetgroup-http2-svc-{}",
	}},
	{"elbv2/LBListener", "listener-svc-*", "AWS has gRPC only behind TLS", "svc-{}.way=grpc", fields{
		"protocol": "HTTPS", "defaultAction.0.targetGroupArn": "@targetgroup-grpc-svc-{}",
	}},
	{"elbv2/LBTargetGroup", "targetgroup-*", "clients without another protocol speak HTTP/1.1", "{}.protocol=", fields{
		"protocolVersion": "HTTP1", "healthCheck.matcher": "={}.healthCheck.successCodes",
		"healthCheck.path": "={}.healthCheck.path",
	}},
	{"elbv2/LBTargetGroup", "targetgroup-*", "it speaks what the claim says", "{}.protocol=HTTP1", fields{
		"protocolVersion": "HTTP1", "healthCheck.matcher": "={}.healthCheck.successCodes",
		"healthCheck.path": "={}.healthCheck.path",
	}},
	{"elbv2/LBTargetGroup", "targetgroup-http2-*", "it speaks what the claim says", "", fields{
		"protocolVersion": "HTTP2", "healthCheck.matcher": "={}.healthCheck.successCodes",
		"healthCheck.path": "={}.healthCheck.path",
	}},
	{"elbv2/LBTargetGroup", "targetgroup-grpc-*", "it speaks what the claim says", "",
		fields{"protocolVersion": "GRPC"}},
	{"elbv2/LBTargetGroup", "targetgroup-grpc-*", "a server of gRPC does not have AWS's method",
		"{}.healthCheck.path=/",
		fields{"healthCheck.path": "/AWS.ALB/healthcheck", "healthCheck.matcher": "12"}},
	{"appautoscaling/Policy", "scalingpolicy-cpu-svc-*", "the average of the service's tasks", "", fields{
		"targetTrackingScalingPolicyConfiguration.targetValue": "=svc-{}.scaling.cpu",
		predefined: "ECSServiceAverageCPUUtilization",
	}},
	{"appautoscaling/Policy", "scalingpolicy-memory-svc-*", "the average of the service's tasks", "", fields{
		"targetTrackingScalingPolicyConfiguration.targetValue": "=svc-{}.scaling.memory",
		predefined: "ECSServiceAverageMemoryUtilization",
	}},
	{"appautoscaling/Policy", "scalingpolicy-requests-svc-*", "as many requests for each task as the claim says", "",
		fields{
			"targetTrackingScalingPolicyConfiguration.targetValue": "=svc-{}.scaling.requestsPerTask",
			predefined: "ALBRequestCountPerTarget",
		}},
	{"appautoscaling/Policy", "scaling-*-requests", "as many requests for each task as the claim says", "",
		fields{
			"targetTrackingScalingPolicyConfiguration.targetValue": "={}.scaling.requestsPerTask",
			predefined: "ALBRequestCountPerTarget",
		}},
}

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
