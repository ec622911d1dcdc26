package keys

import (
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Keys of the resources that all workloads share.
const (
	Cluster              = stack.Key("cluster")
	ClusterCapacity      = stack.Key("cluster-capacity")
	ContainerInsightLogs = stack.Key("loggroup-containerinsights")
)

// Service is the key of a workload's ECS service.
func Service(workload string) stack.Key { return join("service-", workload) }

// TaskDefinition is the key of a workload's task definition with this digest.
func TaskDefinition(workload, digest string) stack.Key {
	return join(TaskDefinitions(workload), digest)
}

// TaskDefinitions is the prefix of the keys of a workload's task definitions. Those of a
// workload whose name begins with the name of this one have it too: see IsTaskDefinition.
func TaskDefinitions(workload string) string { return "taskdefinition-" + workload + "-" }

// IsTaskDefinition tells whether a key is that of one of a workload's task definitions.
func IsTaskDefinition(workload string, k stack.Key) bool {
	digest, ok := strings.CutPrefix(string(k), TaskDefinitions(workload))
	return ok && !strings.Contains(digest, "-")
}

// TaskDefinitionDigest is the digest in the key of a workload's task definition.
func TaskDefinitionDigest(workload string, k stack.Key) string {
	return strings.TrimPrefix(string(k), TaskDefinitions(workload))
}

// Scaling is the key of the scaling target, which has the minimum and maximum number of a
// workload's tasks.
func Scaling(workload string) stack.Key { return join("scaling-", workload) }

// ScalingPolicy is the key of one of a workload's scaling policies. The metric has no hyphen.
func ScalingPolicy(workload, metric string) stack.Key {
	if workload == "frontend" || workload == "backend" {
		return Scaling(workload) + "-" + stack.Key(metric)
	}
	// The name of another workload may begin with the name of this one, and end with the
	// name of a metric.
	return join("scalingpolicy-"+metric+"-", workload)
}

// Repository is the key of the ECR repository for a workload's images.
func Repository(workload string) stack.Key { return join("repository-", workload) }

// RepositoryLifecycle is the key of a repository's lifecycle policy.
func RepositoryLifecycle(workload string) stack.Key { return join("lifecycle-", workload) }

// LogGroupPrefix begins the keys of all log groups.
const LogGroupPrefix = "loggroup-"

// ExecLogGroup is the key of the log group of what shells in containers show.
const ExecLogGroup = stack.Key("loggroup-ecsexec")

// LogGroup is the key of the log group of a workload's containers.
func LogGroup(workload string) stack.Key { return join(LogGroupPrefix, workload) }

// Keys of what all schedules share.
const (
	ScheduleGroup       = stack.Key("schedulegroup")
	ScheduleDeadLetters = stack.Key("deadletters-schedules")
	// RunFailed is the rule for runs that fail, and RunFailedTarget is what it notifies.
	RunFailed       = stack.Key("rule-run-failed")
	RunFailedTarget = stack.Key("ruletarget-run-failed")
)

// Schedule is the key of a schedule.
func Schedule(name string) stack.Key { return join("schedule-", name) }

// ErrorFilter is the key of the metric filter that counts a workload's errors.
func ErrorFilter(workload string) stack.Key { return join("metricfilter-", workload) + "-errors" }
