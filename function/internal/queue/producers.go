package queue

import (
	"k8s.io/utils/ptr"

	sqs "github.com/upbound/provider-aws/v2/apis/namespaced/sqs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// senders are the services that a claim can admit, in the order of the policy's statements.
var senders = []struct {
	service   v1alpha1.QueueProducerService
	principal string
}{
	{v1alpha1.ProducerS3, "s3.amazonaws.com"},
	{v1alpha1.ProducerSNS, "sns.amazonaws.com"},
	{v1alpha1.ProducerEventBridge, "events.amazonaws.com"},
}

// producers lets the queue's producers send. The backend needs no statement: its role and
// the queue are in one account.
func producers(s *stack.Stack, p *plan.Plan, q v1alpha1.Queue) {
	if len(q.Producers) == 0 {
		return
	}
	s.Add(keys.QueuePolicy(q.Name), "Lets the queue's producers, and no other AWS service, send to it.",
		&sqs.QueuePolicy{Spec: sqs.QueuePolicySpec{ForProvider: sqs.QueuePolicyParameters{
			Region:      &s.Region,
			QueueURLRef: s.Ref(keys.Queue(q.Name)),
			Policy:      ptr.To(admission(q.Producers, p.RegionalARN("sqs", p.QueueName(q.Name))).String()),
		}}})
}

// admission has one statement for each service, because SQS allows a policy 20 of them.
func admission(producers []v1alpha1.QueueProducer, queue string) policy.Document {
	var d policy.Document
	for _, sender := range senders {
		var sources policy.List
		for _, p := range producers {
			if p.Service == sender.service {
				sources = append(sources, p.SourceARN)
			}
		}
		if len(sources) == 0 {
			continue
		}
		d = append(d, policy.Statement{
			Sid:       string(sender.service),
			Effect:    policy.Allow,
			Principal: &policy.Principal{Service: policy.List{sender.principal}},
			Action:    policy.List{"sqs:SendMessage"},
			Resource:  policy.List{queue},
			Condition: from(sender.service, sources),
		})
	}
	return d
}

// from is the condition that a message comes from one of the sources. The ARN of a topic or
// a rule has its account. The ARN of a bucket has none, and its name can pass to another
// account, so the account is a condition of its own.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
// https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
func from(service v1alpha1.QueueProducerService, sources policy.List) policy.Condition {
	c := policy.Condition{"ArnEquals": {"aws:SourceArn": sources}}
	if service == v1alpha1.ProducerS3 {
		c["StringEquals"] = map[string]policy.List{"aws:SourceAccount": {plan.Account()}}
	}
	return c
}
