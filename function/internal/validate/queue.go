package validate

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// sourceARN matches, by service, the ARN of what sends to a queue.
var sourceARN = map[v1alpha1.QueueProducerService]*regexp.Regexp{
	v1alpha1.ProducerS3:          regexp.MustCompile(`^arn:aws:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`),
	v1alpha1.ProducerSNS:         regexp.MustCompile(`^arn:aws:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+([.]fifo)?$`),
	v1alpha1.ProducerEventBridge: regexp.MustCompile(`^arn:aws:events:[a-z0-9-]+:[0-9]{12}:rule/[A-Za-z0-9._/-]+$`),
}

// ProducersAreSources requires of each producer the ARN of a bucket, topic or rule, once.
func ProducersAreSources(p *plan.Plan) []error {
	var errs []error
	for i, q := range p.Claim.Spec.Queues {
		seen := map[string]bool{}
		for j, producer := range q.Producers {
			field := fmt.Sprintf("spec.queues[%d].producers[%d]", i, j)
			errs = append(errs, source(field, producer)...)
			if seen[producer.SourceARN] {
				errs = append(errs, refuse(field+".sourceARN", "cannot use %q for two producers: a source is listed "+
					"twice; list each source once", producer.SourceARN))
			}
			seen[producer.SourceARN] = true
		}
	}
	return errs
}

func source(field string, p v1alpha1.QueueProducer) []error {
	pattern, known := sourceARN[p.Service]
	if !known {
		return one(field+".service", "cannot use %q: no such service sends to queues; write S3, SNS or EventBridge",
			p.Service)
	}
	if !pattern.MatchString(p.SourceARN) {
		return one(field+".sourceARN", "cannot use %q: it is not the ARN of something that the service sends from; "+
			"write for example arn:aws:s3:::uploads for S3, arn:aws:sns:us-east-1:111122223333:news for SNS, "+
			"or arn:aws:events:us-east-1:111122223333:rule/nightly for EventBridge", p.SourceARN)
	}
	return nil
}

// ProducersKeepOrder lets only what keeps an order send to a FIFO queue.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
func ProducersKeepOrder(p *plan.Plan) []error {
	var errs []error
	for i, q := range p.Claim.Spec.Queues {
		for _, producer := range q.Producers {
			fifoTopic := producer.Service == v1alpha1.ProducerSNS && strings.HasSuffix(producer.SourceARN, ".fifo")
			if q.FIFO != nil && producer.Service != v1alpha1.ProducerEventBridge && !fifoTopic {
				errs = append(errs,
					refuse(fmt.Sprintf("spec.queues[%d].producers", i), "cannot let %s send to the FIFO queue %s: "+
						"S3 sends to standard queues only, and SNS sends to a FIFO queue only from a FIFO topic; "+
						"remove the producer, or use a topic whose name ends in .fifo", producer.SourceARN, q.Name))
			}
		}
	}
	return errs
}

// QueueSettingsAreOffered requires settings that SQS has.
func QueueSettingsAreOffered(p *plan.Plan) []error {
	var errs []error
	for i, q := range p.Claim.Spec.Queues {
		for _, b := range []struct {
			field string
			value *int32
			most  int32
		}{
			{"receiveWaitSeconds", q.ReceiveWaitSeconds, 20},
			{"delaySeconds", q.DelaySeconds, 900},
			{"maxMessageKiB", q.MaxMessageKiB, 1024},
		} {
			least := int32(0)
			if b.field == "maxMessageKiB" {
				least = 1
			}
			if b.value != nil && (*b.value < least || *b.value > b.most) {
				errs = append(errs,
					refuse(fmt.Sprintf("spec.queues[%d].%s", i, b.field), "cannot use %d: SQS takes %d to %d; write "+
						"a number between them", *b.value, least, b.most))
			}
		}
	}
	return errs
}

var queueName = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)

// QueuesAreDistinct requires distinct names that SQS allows and that cannot equal the
// name of another of Kasha's queues. An environment variable is named after each queue.
func QueuesAreDistinct(p *plan.Plan) []error {
	c := p.Claim
	seen := map[string]bool{}

	var errs []error
	for i, q := range c.Spec.Queues {
		field := fmt.Sprintf("spec.queues[%d].name", i)
		switch {
		case !queueName.MatchString(q.Name):
			errs = append(errs, refuse(field, "cannot use %q: a queue's name begins with a letter and has at most 40 "+
				"lower-case letters, digits and hyphens; write for example jobs", q.Name))
		case strings.Contains(q.Name, "-queue-"), strings.Contains(q.Name, "-dlq-"),
			strings.Contains(q.Name, "-alarm-"), strings.HasSuffix(q.Name, "-dlq"):
			errs = append(errs, refuse(field, "cannot use %q: -queue-, -dlq- and -alarm- inside a name, and -dlq at "+
				"its end, are reserved for Kasha's own names; choose another name", q.Name))
		case seen[q.Name]:
			errs = append(errs, refuse(field, "cannot use %q for two queues: a name is listed twice; "+
				"give each queue a name of its own", q.Name))
		}
		seen[q.Name] = true
	}
	return errs
}
