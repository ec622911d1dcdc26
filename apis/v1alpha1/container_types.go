package v1alpha1

// A SideContainer is what the containers beside the application's have in common. Each has
// its own log stream in the workload's log group, reaches the others on localhost, and gets
// AWS_REGION, but none of the other variables that Kasha gives to the application.
type SideContainer struct {
	// Name of the container, unique in the workload: lower-case letters, digits and
	// hyphens.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]([a-z0-9]|-[a-z0-9]){0,23}$')",message="cannot use this container name: a container's name begins with a letter and has at most 24 lower-case letters, digits and single hyphens; write for example otel"
	Name string `json:"name"`

	// Image of the container, preferably by digest, of the workload's architecture.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +kubebuilder:validation:XValidation:rule="self.matches('^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:[.][a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$')",message="cannot use this image: it is not an image reference; write registry/repository:tag or registry/repository@sha256:digest, the repository in lower case"
	Image string `json:"image"`

	// EntryPoint replaces the image's ENTRYPOINT, as in the workload.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=1024
	EntryPoint []string `json:"entryPoint,omitempty"`

	// Command replaces the image's CMD, as in the workload.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=1024
	Command []string `json:"command,omitempty"`

	// User replaces the image's USER, as in the workload.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self == '' || self.matches('^[A-Za-z0-9_][A-Za-z0-9._-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*)?$')",message="cannot run as this user: it is not a name or a number, with or without a group; write for example 10001:10001"
	User string `json:"user,omitempty"`

	// Env are environment variables of this container. No secrets here.
	//
	// +optional
	// +kubebuilder:validation:MaxProperties=50
	Env map[string]EnvValue `json:"env,omitempty"`

	// Secrets are environment variables of this container whose values ECS reads when
	// it starts the task, as in the workload.
	//
	// +optional
	// +kubebuilder:validation:MaxProperties=10
	Secrets map[string]SecretValue `json:"secrets,omitempty"`

	// CPU units that this container gets while others want them, too. The application
	// gets the rest of the task's cpu. When empty, this container gets what the others
	// leave.
	//
	// +optional
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=16384
	CPU *int32 `json:"cpu,omitempty"`

	// Memory in MiB beyond which this container is killed. When empty, only the task's
	// memory is its limit.
	//
	// +optional
	// +kubebuilder:validation:Minimum=6
	// +kubebuilder:validation:Maximum=122880
	Memory *int32 `json:"memory,omitempty"`

	// ReadOnlyRootFilesystem makes everything but writablePaths and shared diskPaths
	// read-only. When empty, true.
	//
	// +optional
	ReadOnlyRootFilesystem *bool `json:"readOnlyRootFilesystem,omitempty"`

	// WritablePaths are directories in memory that every user of the image may write
	// to: each may grow to a quarter of the container's memory, or of the task's.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:XValidation:rule="self.all(p, self.exists_one(q, q == p))",message="cannot use these writable paths: a directory has one volume; list each path once"
	// +kubebuilder:validation:items:MaxLength=200
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^(/[A-Za-z0-9._-]+)+$')",message="cannot make this path writable: it is not the absolute path of a directory below the root; write for example /tmp"
	WritablePaths []string `json:"writablePaths,omitempty"`

	// ShareDiskPaths mounts the workload's diskPaths in this container, too, at the same
	// paths: what one container writes, the others read.
	//
	// +optional
	ShareDiskPaths bool `json:"shareDiskPaths,omitempty"`

	// StartTimeoutSeconds is how long ECS waits until this container has done what others
	// wait for. After that the task stops, and ECS starts another. When empty, Fargate's
	// own: 3 minutes.
	//
	// +optional
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=120
	StartTimeoutSeconds *int32 `json:"startTimeoutSeconds,omitempty"`

	// DependsOn is what other sidecars and init containers must have done before this
	// container starts. When a task stops, the order is the reverse.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:XValidation:rule="self.all(d, self.exists_one(e, e.container == d.container))",message="cannot wait twice for the same container: ECS takes one condition for each; list each container once"
	DependsOn []ContainerDependency `json:"dependsOn,omitempty"`
}

// Companions are the containers that run beside the application's as long as it runs. A run
// of a schedule has none: ECS stops a sidecar when the run has ended, and that would look
// like a run that failed.
type Companions struct {
	// Sidecars are containers that run beside the application's in each task, and share
	// its cpu, its memory, its network and its role.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=5
	// +kubebuilder:validation:XValidation:rule="self.all(a, self.exists_one(b, b.name == a.name))",message="cannot use these sidecars: a name is listed twice; give each container a name of its own"
	Sidecars []Sidecar `json:"sidecars,omitempty"`
}

// A Sidecar is a container that runs beside the application's in each task: a collector of
// traces, a proxy.
type Sidecar struct {
	SideContainer `json:",inline"`

	// Essential stops the task when this container ends. When empty, true. With false
	// the application goes on without it, and ECS does not start it again.
	//
	// +optional
	Essential *bool `json:"essential,omitempty"`

	// HealthCheck is a command that ECS runs inside this container. Another container
	// can wait until it is HEALTHY. A task whose essential sidecar is unhealthy is
	// replaced.
	//
	// +optional
	HealthCheck *ContainerHealthCheck `json:"healthCheck,omitempty"`
}

// An InitContainer runs once at the start of each task, and ends: it fetches a file, or
// waits for something. It has two minutes at most. It runs in every task, also when several
// start at once, so it is no place for migrations.
type InitContainer struct {
	SideContainer `json:",inline"`
}

// A ContainerDependency is what another container must have done.
type ContainerDependency struct {
	// Container is the name of a sidecar or an init container of the same workload.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	Container string `json:"container"`

	// Condition that the container has reached. START: it was started. HEALTHY: its
	// healthCheck has passed. COMPLETE: it has ended. SUCCESS: it has ended with exit
	// code 0. An init container can be awaited with COMPLETE and SUCCESS, and an
	// essential sidecar with START and HEALTHY.
	//
	// +kubebuilder:default=START
	// +kubebuilder:validation:Enum=START;HEALTHY;COMPLETE;SUCCESS
	Condition ContainerCondition `json:"condition"`
}

// ContainerCondition is what a container has done.
type ContainerCondition string

// The conditions, in the order in which a container reaches them.
const (
	ContainerStarted   ContainerCondition = "START"
	ContainerHealthy   ContainerCondition = "HEALTHY"
	ContainerCompleted ContainerCondition = "COMPLETE"
	ContainerSucceeded ContainerCondition = "SUCCESS"
)

// A Permission allows actions on resources, like a statement of an IAM policy.
type Permission struct {
	// Actions of AWS services, for example ses:SendEmail, or s3:Get* beside resources that
	// are named. Not allowed are actions of IAM, AWS Organizations, ECS and CloudFormation,
	// which would let the application give itself more, those of RDS and AWS Backup, which
	// delete what protects data, and those that administer KMS keys. sts:AssumeRole needs
	// roles that are named in full, and actions that use a KMS key need whole ARNs of keys.
	//
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=100
	Actions []string `json:"actions"`

	// Resources are ARNs, of which * stands for any part but the account. * alone is for
	// actions that have no resource, such as cloudwatch:PutMetricData. Not allowed are Kasha's
	// own secrets, parameters and logs, and all buckets, queues, repositories or databases of
	// an account, because those of other claims are among them.
	//
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=500
	Resources []string `json:"resources"`

	// Conditions that a request must meet, all of them.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=5
	Conditions []PermissionCondition `json:"conditions,omitempty"`
}

// A PermissionCondition compares a condition key of a request with values.
type PermissionCondition struct {
	// Test is IAM's operator. In the values of those with Like, * stands for any text.
	//
	// +kubebuilder:default=StringEquals
	// +kubebuilder:validation:Enum=StringEquals;StringNotEquals;StringLike;StringNotLike;ArnLike;ArnNotLike;Bool;IpAddress
	Test string `json:"test"`

	// Key of the request, for example ses:FromAddress.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Key string `json:"key"`

	// Values, of which one must match.
	//
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:MaxLength=500
	Values []string `json:"values"`
}

// An EgressRule is a destination that tasks may connect to.
//
// +kubebuilder:validation:XValidation:rule="has(self.cidr) != has(self.prefixListID)",message="cannot tell where the rule leads: it has one destination; set either cidr or prefixListID"
type EgressRule struct {
	// Port that the tasks may connect to.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	Port int32 `json:"port"`

	// Protocol of the connection.
	//
	// +kubebuilder:default=tcp
	// +kubebuilder:validation:Enum=tcp;udp
	Protocol string `json:"protocol"`

	// CIDR is the destination: an IPv4 network, or one address with /32.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=18
	// +kubebuilder:validation:XValidation:rule="isCIDR(self) && cidr(self).ip().family() == 4 && cidr(self) == cidr(self).masked()",message="cannot use this CIDR: it must be an IPv4 network address with a prefix length; write for example 203.0.113.0/24"
	CIDR string `json:"cidr,omitempty"`

	// PrefixListID is the destination: a list of networks of AWS's or of yours. Each of its
	// entries counts as one of the 60 rules that AWS lets a security group have.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=20
	// +kubebuilder:validation:XValidation:rule="self.matches('^pl-[0-9a-f]{8,17}$')",message="cannot use this prefix list: it is not the ID of a prefix list; write for example pl-3b927c52"
	PrefixListID string `json:"prefixListID,omitempty"`
}
