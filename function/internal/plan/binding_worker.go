package plan

import (
	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
)

// A workerBinding lets workers protect themselves from being stopped in the middle of long
// work: by scaling and by deployments, but not by Spot.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
type workerBinding struct {
	nothing
	p *Plan
}

func (workerBinding) Serves(d Declared) bool { return d.Kind == v1alpha1.WorkloadWorker }

func (workerBinding) Variables() []Variable { return nil }

// Grant is for the tasks of the claim's own cluster.
func (b workerBinding) Grant() Grant {
	if len(b.p.Claim.Spec.Workers) == 0 {
		return Grant{}
	}
	tasks := policy.List{b.p.RegionalARN("ecs", "task/"+b.p.stack.ID+"/*")}
	return Grant{Statements: policy.Document{
		policy.Permit("TaskProtection", tasks, "ecs:GetTaskProtection", "ecs:UpdateTaskProtection"),
	}}
}

// Alarms start the first task of workers that may have none, and notify nobody.
func (b workerBinding) Alarms() []Alarm {
	var out []Alarm
	for _, w := range b.p.Workloads {
		if w.Kind == v1alpha1.WorkloadWorker && w.Scaling.Min == 0 {
			out = append(out, wake(w, b.p.Work(w)))
		}
	}
	return out
}

// wake rings while messages wait and no task runs.
func wake(w Workload, work []Query) Alarm {
	idle := Query{
		ID: "idle", Label: "messages wait and no task runs", Result: true,
		Formula: "IF(FILL(visible, 0) > 0 AND FILL(running, 0) < 1, 1, 0)",
	}
	return Alarm{
		Name:        w.Name + "-wake",
		Purpose:     "Starts the first task of the " + w.Name + " when a message waits.",
		Do:          "It is normal that it rings.",
		Runbook:     "worker-wake",
		Threshold:   Above(0, Minute, 1),
		MissingData: MissingIsGood,
		Expression:  []Query{work[0], work[2], idle},
		Scales:      keys.ScalingPolicy(w.Name, "wake"),
	}
}

// Work are the metrics of a worker's queue, visible and inflight, and of the tasks that work
// on it, running. Messages that are being worked on count too: without them, scaling would
// stop the tasks that work on the last ones. Container Insights reports nothing for a service
// without a running task.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
func (p *Plan) Work(w Workload) []Query {
	messages := func(id, name string) Query {
		return Query{ID: id, Metric: &Metric{
			"AWS/SQS", name, "Maximum", map[string]string{"QueueName": p.QueueName(w.Queue)},
		}}
	}
	return []Query{
		messages("visible", "ApproximateNumberOfMessagesVisible"),
		messages("inflight", "ApproximateNumberOfMessagesNotVisible"),
		{ID: "running", Metric: &Metric{
			"ECS/ContainerInsights", "RunningTaskCount", "Average",
			map[string]string{"ClusterName": p.stack.ID, "ServiceName": w.Name},
		}},
	}
}
