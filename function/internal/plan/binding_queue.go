package plan

import (
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A queueBinding is all of the claim's queues.
type queueBinding struct {
	nothing
	p *Plan
}

func (queueBinding) Serves(d Declared) bool { return d.Data }

func (b queueBinding) queues() []v1alpha1.Queue { return b.p.Claim.Spec.Queues }

// QueueVariable is the name of the variable with a queue's URL: QUEUE_URL_IMAGE_JOBS for the
// queue image-jobs.
func QueueVariable(queue string) string {
	return "QUEUE_URL_" + strings.ToUpper(strings.ReplaceAll(queue, "-", "_"))
}

func (b queueBinding) Variables() []Variable {
	var out []Variable
	for _, q := range b.queues() {
		out = append(out, Variable{QueueVariable(q.Name), stack.Await(keys.Queue(q.Name), "url")})
	}
	return out
}

// Grant does not contain the dead-letter queues, because only people work with them.
func (b queueBinding) Grant() Grant {
	var arns policy.List
	for _, q := range b.queues() {
		arns = append(arns, b.p.RegionalARN("sqs", b.p.QueueName(q.Name)))
	}
	if len(arns) == 0 {
		return Grant{}
	}
	return Grant{Statements: policy.Document{policy.Permit("Queues", arns,
		"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
		"sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage")}}
}

// Alarms ring as soon as one message is in a dead-letter queue. SQS reports no metrics for a
// queue that has not been used for six hours.
func (b queueBinding) Alarms() []Alarm {
	var out []Alarm
	for _, q := range b.queues() {
		dead := b.p.DeadLetterName(q.Name)
		out = append(out, Alarm{
			Name: string(keys.DeadLetter(q.Name)), Suffix: q.Name + "-dlq-not-empty",
			Purpose: "Fires when the backend gave up on a message of the queue " + q.Name + ".",
			Do: "The message is kept for 14 days in " + dead +
				": look at it, fix the backend, and start a redrive.",
			Runbook:     "dead-letter-queue",
			Threshold:   Above(0, Minute, 1),
			MissingData: MissingIsGood,
			Metric: Metric{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum",
				map[string]string{"QueueName": dead}},
		})
	}
	return out
}

func (b queueBinding) Graphs() []Graph {
	if len(b.queues()) == 0 {
		return nil
	}
	var depth, age, dead []Line
	for _, q := range b.queues() {
		line := func(metric, name string) Line {
			return Line{Namespace: "AWS/SQS", Metric: metric, Dimensions: []string{"QueueName", name}, Label: q.Name}
		}
		depth = append(depth, line("ApproximateNumberOfMessagesVisible", b.p.QueueName(q.Name)))
		age = append(age, line("ApproximateAgeOfOldestMessage", b.p.QueueName(q.Name)))
		dead = append(dead, line("ApproximateNumberOfMessagesVisible", b.p.DeadLetterName(q.Name)))
	}
	return []Graph{
		{Title: "Queues: messages waiting", Statistic: "Maximum", Lines: depth},
		{Title: "Queues: oldest message, seconds", Statistic: "Maximum", Lines: age},
		{Title: "Dead-letter queues: messages", Statistic: "Maximum", Lines: dead},
	}
}
