package v1alpha1

// A Queue is an SQS queue with a dead-letter queue and an alarm on it.
//
// +kubebuilder:validation:XValidation:rule="!has(self.fifo) || !has(self.producers) || self.producers.all(p, p.service == 'EventBridge' || (p.service == 'SNS' && p.sourceARN.endsWith('.fifo')))",message="cannot let this producer send to a FIFO queue: S3 sends to standard queues only, and SNS sends to a FIFO queue only from a FIFO topic; remove the producer, or use a topic whose name ends in .fifo",fieldPath=".producers"
// +kubebuilder:validation:XValidation:rule="!self.name.contains('-queue-') && !self.name.contains('-dlq-') && !self.name.contains('-alarm-') && !self.name.endsWith('-dlq')",message="cannot use this queue name: -queue-, -dlq- and -alarm- inside a name, and -dlq at its end, are reserved for Kasha's own names; choose another name",fieldPath=".name"
type Queue struct {
	// Name of the queue, unique in the claim: lower-case letters, digits and hyphens.
	// Renaming creates a new queue and deletes the old one; its messages will be lost.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$')",message="cannot use this queue name: a queue's name begins with a letter and has at most 40 lower-case letters, digits and hyphens; write for example jobs"
	Name string `json:"name"`

	// MaxReceiveCount is how many times a message is received before SQS moves it to
	// the dead-letter queue.
	//
	// +kubebuilder:default=3
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	MaxReceiveCount int32 `json:"maxReceiveCount"`

	// VisibilityTimeoutSeconds is how long a received message is hidden from other
	// consumers. Choose more than the longest processing time.
	//
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=43200
	VisibilityTimeoutSeconds int32 `json:"visibilityTimeoutSeconds"`

	// RetentionDays is how long SQS keeps a message before it deletes it. The
	// dead-letter queue always keeps its messages for 14 days.
	//
	// +kubebuilder:default=4
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=14
	RetentionDays int32 `json:"retentionDays"`

	// ReceiveWaitSeconds is how long a receive waits for a message before it answers that
	// there is none (long polling). Less costs more: AWS bills each empty answer. A client
	// can ask for another time with each request, and must itself wait longer than this.
	//
	// +optional
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=20
	ReceiveWaitSeconds *int32 `json:"receiveWaitSeconds,omitempty"`

	// DelaySeconds is for how long SQS hides each new message.
	//
	// +optional
	// +kubebuilder:default=0
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=900
	DelaySeconds *int32 `json:"delaySeconds,omitempty"`

	// MaxMessageKiB is the size of the largest message that SQS takes, with its
	// attributes. AWS bills each 64 KiB of a message as one request. SNS, EventBridge and
	// old clients stop at 256.
	//
	// +optional
	// +kubebuilder:default=256
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1024
	MaxMessageKiB *int32 `json:"maxMessageKiB,omitempty"`

	// FIFO makes the queue and its dead-letter queue keep the order of the messages of a
	// group, and drop duplicates. Their names in AWS then end in .fifo, and a sender
	// must give each message a group. Write fifo: {} for its defaults. AWS cannot make a
	// FIFO queue of another one, nor the reverse: add a second queue instead.
	//
	// +optional
	FIFO *QueueFIFO `json:"fifo,omitempty"`

	// Producers are what may send to the queue besides the backend: buckets, SNS topics
	// and EventBridge rules. When empty, only the backend sends, and the queue is
	// encrypted with the AWS managed key for SQS, which does not let AWS services send.
	// With producers the queue is encrypted with keys that SQS owns (SSE-SQS) and has a
	// policy that lets these producers send. Neither costs anything. The change keeps
	// the queue and its messages. The notification, the subscription or the rule's
	// target is yours to create.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:XValidation:rule="self.all(p, self.exists_one(o, o.sourceARN == p.sourceARN))",message="cannot use these producers: a source is listed twice; list each source once"
	Producers []QueueProducer `json:"producers,omitempty"`
}

// QueueFIFO is how a FIFO queue finds duplicates, and how fast it is.
type QueueFIFO struct {
	// ContentBasedDeduplication takes a message for a duplicate if its body is that of a
	// message of the last five minutes. When false, each message must have a
	// deduplication ID.
	//
	// +kubebuilder:default=false
	ContentBasedDeduplication bool `json:"contentBasedDeduplication"`

	// HighThroughput counts requests and finds duplicates for each group instead of for
	// the whole queue. Without it, a queue takes about 300 requests a second.
	//
	// +kubebuilder:default=false
	HighThroughput bool `json:"highThroughput"`
}

// A QueueProducer is one source of an AWS service that may send to a queue.
//
// +kubebuilder:validation:XValidation:rule="self.sourceARN.matches(self.service == 'S3' ? '^arn:aws:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' : self.service == 'SNS' ? '^arn:aws:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+([.]fifo)?$' : '^arn:aws:events:[a-z0-9-]+:[0-9]{12}:rule/[A-Za-z0-9._/-]+$')",message="cannot use this source: it is not the ARN of something that the service sends from; write for example arn:aws:s3:::uploads for S3, arn:aws:sns:us-east-1:111122223333:news for SNS, or arn:aws:events:us-east-1:111122223333:rule/nightly for EventBridge",fieldPath=".sourceARN"
type QueueProducer struct {
	// Service that sends.
	Service QueueProducerService `json:"service"`

	// SourceARN is the ARN of the bucket (S3), of the topic (SNS) or of the rule
	// (EventBridge). Nothing else of the service may send. A bucket must be in the
	// claim's account, because its ARN names no account. S3 and EventBridge send only to
	// a queue in their own region.
	//
	// +kubebuilder:validation:MaxLength=512
	SourceARN string `json:"sourceARN"`
}

// A QueueProducerService is an AWS service that can send to a queue.
//
// +kubebuilder:validation:Enum=S3;SNS;EventBridge
type QueueProducerService string

// Services that can send to a queue.
const (
	ProducerS3          QueueProducerService = "S3"
	ProducerSNS         QueueProducerService = "SNS"
	ProducerEventBridge QueueProducerService = "EventBridge"
)
