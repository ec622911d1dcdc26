// Package queue composes the claim's SQS queues, each with a dead-letter queue.
package queue

import (
	"fmt"
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
	// longPollSeconds is how long a receive waits for a message, where a claim of an older
	// XRD does not say it. Long polling saves empty answers, which cost money.
	longPollSeconds = 20
	// messageKiB is the largest message, where a claim of an older XRD does not say it.
	messageKiB = 256
	kib        = 1024
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
	keepKinds(s)
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

// keepKinds refuses to make a FIFO queue of an existing one, or the reverse: AWS cannot, and
// the provider would refuse the other name at every attempt. The schema says so too, but not to a
// claim that an older XRD let through.
func keepKinds(s *stack.Stack) {
	for i, q := range s.Claim.Spec.Queues {
		o, exists := s.Observed(keys.Queue(q.Name))
		if !exists {
			continue
		}
		was, _ := o.Lookup("spec", "forProvider", "fifoQueue")
		if (was == true) != (q.FIFO != nil) {
			s.Refuse(fmt.Sprintf("spec.queues[%d].fifo", i),
				"cannot change whether the queue %s is FIFO: AWS cannot change the kind of a queue; keep the queue, "+
					"add a second one with another name, and remove the first when it is empty", q.Name)
		}
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
		ReceiveWaitTimeSeconds:   ptr.To(float64(ptr.Deref(q.ReceiveWaitSeconds, longPollSeconds))),
		DelaySeconds:             ptr.To(float64(ptr.Deref(q.DelaySeconds, 0))),
		MaxMessageSize:           ptr.To(float64(ptr.Deref(q.MaxMessageKiB, messageKiB)) * kib),
		MessageRetentionSeconds:  ptr.To(float64(q.RetentionDays) * secondsPerDay),
		RedrivePolicy: ptr.To(stack.JSON(redrivePolicy{
			DeadLetterTargetARN: p.RegionalARN("sqs", p.DeadLetterName(q.Name)),
			MaxReceiveCount:     q.MaxReceiveCount,
		})),
		Tags: s.Tags(key),
	}
	encrypt(s, q, &params)
	if q.FIFO != nil {
		order(*q.FIFO, &params)
	}
	s.Add(key, "Holds work for the backend.", &sqs.Queue{Spec: sqs.QueueSpec{ForProvider: params}},
		guard(s, p), stack.After(keys.DeadLetter(q.Name)))
}

// order makes a queue FIFO. Values that are AWS's defaults are written too: the provider
// would keep what they were before.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
func order(f v1alpha1.QueueFIFO, params *sqs.QueueParameters) {
	params.FifoQueue = ptr.To(true)
	params.ContentBasedDeduplication = ptr.To(f.ContentBasedDeduplication)
	params.DeduplicationScope, params.FifoThroughputLimit = ptr.To("queue"), ptr.To("perQueue")
	if f.HighThroughput {
		params.DeduplicationScope, params.FifoThroughputLimit = ptr.To("messageGroup"), ptr.To("perMessageGroupId")
	}
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
	params := sqs.QueueParameters{
		Region:                       &s.Region,
		Name:                         ptr.To(p.DeadLetterName(q.Name)),
		KMSMasterKeyID:               ptr.To(encryptionKey),
		KMSDataKeyReusePeriodSeconds: ptr.To(float64(reuseSeconds)),
		MessageRetentionSeconds:      ptr.To(float64(deadLetterDays * secondsPerDay)),
		MaxMessageSize:               ptr.To(float64(ptr.Deref(q.MaxMessageKiB, messageKiB)) * kib),
		RedriveAllowPolicy: ptr.To(stack.Later(stack.JSON(redriveAllowPolicy{
			RedrivePermission: "byQueue",
			SourceQueueARNs:   []string{p.RegionalARN("sqs", p.QueueName(q.Name))},
		}))),
		Tags: s.Tags(key),
	}
	if q.FIFO != nil {
		// SQS redrives from a FIFO queue only to a FIFO queue.
		params.FifoQueue = ptr.To(true)
	}
	s.Add(key, "Holds messages that the backend could not process.",
		&sqs.Queue{Spec: sqs.QueueSpec{ForProvider: params}}, guard(s, p))
}
