package queue

import (
	"k8s.io/utils/ptr"

	cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// limitAlarm is the limit for alarm names.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
const limitAlarm = 255

// alarm rings as soon as one message is in the dead-letter queue, and tells when
// it is empty again. The topic is given by its ARN: the provider's reference of
// alarm actions looks for a scaling policy.
func alarm(s *stack.Stack, q v1alpha1.Queue) {
	key := "alarm-" + stack.DeadLetterKey(q)
	topic := []*string{ptr.To(s.ARN("topic-alarms"))}
	s.Add(key, "Rings when the backend gave up on a message.", &cloudwatch.MetricAlarm{Spec: cloudwatch.MetricAlarmSpec{ForProvider: cloudwatch.MetricAlarmParameters{
		Region: &s.Region,
		AlarmDescription: ptr.To("Messages of queue " + q.Name + " of " + s.ID + " could not be processed. They are kept for 14 days in " +
			s.DeadLetterName(q) + ": look at them, mend the backend, and start a redrive."),
		Namespace:          ptr.To("AWS/SQS"),
		MetricName:         ptr.To("ApproximateNumberOfMessagesVisible"),
		Dimensions:         map[string]*string{"QueueName": ptr.To(s.DeadLetterName(q))},
		Statistic:          ptr.To("Maximum"),
		Period:             ptr.To(60.0),
		EvaluationPeriods:  ptr.To(1.0),
		DatapointsToAlarm:  ptr.To(1.0),
		Threshold:          ptr.To(0.0),
		ComparisonOperator: ptr.To("GreaterThanThreshold"),
		// SQS says nothing of a queue that has not been used for six hours.
		TreatMissingData: ptr.To("notBreaching"),
		AlarmActions:     topic,
		OkActions:        topic,
		Tags:             s.Tags(key),
	}}}, stack.ExternalName(s.Name(q.Name+"-dlq-not-empty", limitAlarm)))
}
