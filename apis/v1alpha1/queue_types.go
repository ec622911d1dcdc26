package v1alpha1

// A Queue is an SQS queue with a dead-letter queue and an alarm on it.
//
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
}
