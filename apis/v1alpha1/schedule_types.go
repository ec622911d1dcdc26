package v1alpha1

// Values of a schedule's overlap.
const (
	OverlapAllow  = "Allow"
	OverlapForbid = "Forbid"
)

// A Schedule starts a task at set times: a nightly report, a clean-up every hour. Each run is
// one task that ends by itself. Its tasks run in the backend's subnets and have what the
// backend has: its network paths, its role, and the variables of the database, the bucket
// and the queues.
//
// EventBridge Scheduler may start a run twice, and it starts a run even if the previous one
// has not ended, unless overlap forbids it. A run takes as long as it takes, unless it has
// timeoutSeconds. A run with another exit code than 0 is told to the alarm topic.
//
// +kubebuilder:validation:XValidation:rule="has(self.cron) != has(self.every)",message="cannot tell when to run: a schedule has either cron or every; set one of them"
// +kubebuilder:validation:XValidation:rule="has(self.cron) || !has(self.timeZone)",message="cannot use a time zone with every: an interval has none; remove timeZone, or set cron instead of every",fieldPath=".timeZone"
type Schedule struct {
	// Name of the schedule, unique in the claim: lower-case letters, digits and hyphens.
	// Renaming deletes the schedule and makes a new one. A run that has begun goes on.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]([a-z0-9]|-[a-z0-9]){0,23}$')",message="cannot use this schedule name: a schedule's name begins with a letter and has at most 24 lower-case letters, digits and single hyphens; write for example nightly"
	Name string `json:"name"`

	// Cron says when to run, in AWS's six fields: minute, hour, day of the month, month, day
	// of the week, year. One of the two days is a question mark. "0 3 * * ? *" is every
	// night at three, "30 8 ? * MON-FRI *" every working day at half past eight.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9*,/-]+ [0-9*,/-]+ ([?] [0-9A-Z*,/-]+ [0-9A-Z*,/#-]+|[0-9LW*,/-]+ [0-9A-Z*,/-]+ [?]) [0-9*,/-]+$')",message="cannot run at these times: AWS's cron has six fields, minute, hour, day of the month, month, day of the week and year, and one of the two days is a question mark; write for example 0 3 * * ? *"
	Cron string `json:"cron,omitempty"`

	// Every is the time between two runs, for example "15 minutes", "1 hour" or "7 days".
	// It counts from when the schedule was made.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=20
	// +kubebuilder:validation:XValidation:rule="self.matches('^[1-9][0-9]{0,3} (minute|hour|day)s?$')",message="cannot run this often: an interval is a whole number of minutes, hours or days; write for example 15 minutes"
	Every string `json:"every,omitempty"`

	// TimeZone that cron is in: a name of the IANA database, such as Europe/Berlin. When
	// empty, UTC. On the day on which clocks go forward, a time that does not exist is left
	// out; on the day on which they go back, a time that is there twice runs once.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=50
	TimeZone string `json:"timeZone,omitempty"`

	// Paused keeps the schedule, and starts no runs.
	//
	// +optional
	Paused bool `json:"paused,omitempty"`

	// WithinMinutes lets AWS start a run at any time within so many minutes after its time,
	// so that not everything starts at once. When empty, a run starts within a minute.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1440
	WithinMinutes *int32 `json:"withinMinutes,omitempty"`

	// StartAttempts is how often AWS tries to start a run, within an hour. A run that could
	// not be started goes to the dead-letter queue of the schedules, whose alarm rings. A
	// run that starts and fails is not tried again. With overlap: Forbid or timeoutSeconds,
	// at most 3.
	//
	// +kubebuilder:default=3
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=186
	StartAttempts int32 `json:"startAttempts"`

	// Overlap says what happens at a time at which an earlier run has not ended: Allow
	// starts another run beside it, Forbid leaves the new run out and says so in the log
	// group of the runner. AWS may start a run twice within seconds; with Forbid it does not.
	//
	// +kubebuilder:default=Allow
	// +kubebuilder:validation:Enum=Allow;Forbid
	Overlap string `json:"overlap,omitempty"`

	// TimeoutSeconds is how long a run may take. Then it is stopped as a service's task is,
	// within a minute, and the alarm for failed runs rings. When empty, a run may take any
	// time.
	//
	// +optional
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=604800
	TimeoutSeconds *int32 `json:"timeoutSeconds,omitempty"`

	// Image of the container. When empty, the backend's image, so that a new version of
	// the backend is a new version of what is run.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=500
	// +kubebuilder:validation:XValidation:rule="self.matches('^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:[.][a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$')",message="cannot use this image: it is not an image reference; write registry/repository:tag or registry/repository@sha256:digest, the repository in lower case"
	Image string `json:"image,omitempty"`

	// CPU of the task in CPU units; 1024 is one vCPU.
	//
	// +kubebuilder:default=256
	// +kubebuilder:validation:Enum=256;512;1024;2048;4096;8192;16384
	CPU int32 `json:"cpu"`

	// Memory of the task in MiB. It must be one of the sizes that Fargate has for
	// the cpu, for example 512 to 2048 for 256.
	//
	// +kubebuilder:default=512
	// +kubebuilder:validation:Minimum=512
	// +kubebuilder:validation:Maximum=122880
	Memory int32 `json:"memory"`

	Container `json:",inline"`
}
