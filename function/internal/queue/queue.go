// Package queue composes the claim's SQS queues, each with a dead-letter queue.
package queue

import (
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	sqs "github.com/upbound/provider-aws/v2/apis/namespaced/sqs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	secondsPerDay = 24 * 60 * 60
	// deadLetterDays is the longest that SQS keeps a message.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
	deadLetterDays = 14
	// longPollSeconds is the longest that a receive waits for a message. Long polling
	// saves empty answers, which cost money.
	longPollSeconds = 20
	// encryptionKey is the AWS managed key for SQS. Its policy cannot let other AWS
	// services send, so a queue with producers does not use it.
	encryptionKey = "alias/aws/sqs"
	// reuseSeconds is how long SQS uses a data key before it asks KMS again.
	reuseSeconds = 300
)

// Compose adds each queue after its dead-letter queue: SQS refuses to redrive to a
// queue that does not exist.
func Compose(s *stack.Stack, p *plan.Plan) {
	keepMessages(s, p)
	for _, q := range s.Claim.Spec.Queues {
		deadLetters(s, p, q)
		queue(s, p, q)
		producers(s, p, q)
	}
	s.DeleteRetained(keys.QueuePrefix, sqs.Queue_GroupVersionKind, deletedPurpose)
	s.DeleteRetained(keys.DeadLetterPrefix, sqs.Queue_GroupVersionKind, deletedPurpose)
}

const deletedPurpose = "The claim no longer asks for this queue; the next pass deletes it."

// guard keeps the queue of a protected claim, with its messages, in AWS even if the
// queue's object or its namespace is deleted.
func guard(s *stack.Stack, p *plan.Plan) stack.Option { return stack.RetainWhile(p.Protected) }

// keepMessages refuses to remove a queue from a protected claim: the messages in it and
// in its dead-letter queue would be lost.
func keepMessages(s *stack.Stack, p *plan.Plan) {
	if !p.Protected {
		return
	}
	wanted := map[stack.Key]bool{}
	for _, q := range s.Claim.Spec.Queues {
		wanted[keys.Queue(q.Name)] = true
	}
	var gone []string
	s.ObservedKeys(keys.QueuePrefix, func(k stack.Key, _ stack.Observed) {
		if !wanted[k] {
			gone = append(gone, strings.TrimPrefix(string(k), keys.QueuePrefix))
		}
	})
	slices.Sort(gone)
	for _, name := range gone {
		s.Refuse("spec.queues",
			"cannot remove the queue %s: its messages, and those in its dead-letter queue, would be lost; "+
				"set deletionProtection to false first, or keep the queue", name)
	}
}

type redrivePolicy struct {
	DeadLetterTargetARN string `json:"deadLetterTargetArn"`
	// MaxReceiveCount must be a number: SQS returns a number, and a string would be a
	// permanent difference.
	MaxReceiveCount int32 `json:"maxReceiveCount"`
}

type redriveAllowPolicy struct {
	RedrivePermission string   `json:"redrivePermission"`
	SourceQueueARNs   []string `json:"sourceQueueArns"`
}

func queue(s *stack.Stack, p *plan.Plan, q v1alpha1.Queue) {
	key := keys.Queue(q.Name)
	params := sqs.QueueParameters{
		Region:                   &s.Region,
		Name:                     ptr.To(p.QueueName(q.Name)),
		VisibilityTimeoutSeconds: ptr.To(float64(q.VisibilityTimeoutSeconds)),
		ReceiveWaitTimeSeconds:   ptr.To(float64(longPollSeconds)),
		MessageRetentionSeconds:  ptr.To(float64(q.RetentionDays) * secondsPerDay),
		RedrivePolicy: ptr.To(stack.JSON(redrivePolicy{
			DeadLetterTargetARN: p.RegionalARN("sqs", p.DeadLetterName(q.Name)),
			MaxReceiveCount:     q.MaxReceiveCount,
		})),
		Tags: s.Tags(key),
	}
	encrypt(s, q, &params)
	s.Add(key, "Holds work for the backend.", &sqs.Queue{Spec: sqs.QueueSpec{ForProvider: params}},
		guard(s, p), stack.After(keys.DeadLetter(q.Name)))
}

// encrypt chooses the key. SSE-SQS has no key policy, so every service that the queue's
// policy admits can send. AWS refuses a queue with both ways. The provider fills fields
// that are missing with what AWS reports, so the way that a living queue leaves is
// written as off until AWS reports it off.
func encrypt(s *stack.Stack, q v1alpha1.Queue, params *sqs.QueueParameters) {
	if len(q.Producers) > 0 {
		params.SqsManagedSseEnabled, params.KMSMasterKeyID = ptr.To(true), ptr.To("")
		return
	}
	params.KMSMasterKeyID = ptr.To(encryptionKey)
	params.KMSDataKeyReusePeriodSeconds = ptr.To(float64(reuseSeconds))
	if hasManagedSSE(s, keys.Queue(q.Name)) {
		params.SqsManagedSseEnabled = ptr.To(false)
	}
}

// hasManagedSSE tells whether AWS reports that a queue is encrypted with SSE-SQS.
func hasManagedSSE(s *stack.Stack, key stack.Key) bool {
	o, ok := s.Observed(key)
	if !ok {
		return false
	}
	on, _ := o.Lookup("status", "atProvider", "sqsManagedSseEnabled")
	return on == true
}

// deadLetters adds the dead-letter queue, which does not wait for the account to be
// known. The policy that names the queue that may redrive to it follows once the
// account is known.
func deadLetters(s *stack.Stack, p *plan.Plan, q v1alpha1.Queue) {
	key := keys.DeadLetter(q.Name)
	s.Add(key, "Holds messages that the backend could not process.",
		&sqs.Queue{Spec: sqs.QueueSpec{ForProvider: sqs.QueueParameters{
			Region:                       &s.Region,
			Name:                         ptr.To(p.DeadLetterName(q.Name)),
			KMSMasterKeyID:               ptr.To(encryptionKey),
			KMSDataKeyReusePeriodSeconds: ptr.To(float64(reuseSeconds)),
			MessageRetentionSeconds:      ptr.To(float64(deadLetterDays * secondsPerDay)),
			RedriveAllowPolicy: ptr.To(stack.Later(stack.JSON(redriveAllowPolicy{
				RedrivePermission: "byQueue",
				SourceQueueARNs:   []string{p.RegionalARN("sqs", p.QueueName(q.Name))},
			}))),
			Tags: s.Tags(key),
		}}}, guard(s, p))
}
