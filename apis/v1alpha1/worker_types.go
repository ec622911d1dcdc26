package v1alpha1

// A Worker runs tasks that take their work from a queue, or that find it by themselves.
// No load balancer sends it requests. Its tasks run in the backend's subnets and have what
// the backend has: its network paths, its role, and the variables of the database, the
// bucket and the queues.
//
// +kubebuilder:validation:XValidation:rule="has(self.queue) || !has(self.scaling.backlogPerTask)",message="cannot scale on a backlog without a queue: there is nothing to count; set queue, or remove backlogPerTask",fieldPath=".scaling.backlogPerTask"
// +kubebuilder:validation:XValidation:rule="has(self.queue) || self.scaling.min >= 1",message="cannot scale to no tasks without a queue: nothing would start the first task again; set queue, or raise min to 1",fieldPath=".scaling.min"
type Worker struct {
	// Name of the worker, unique in the claim: lower-case letters, digits and hyphens.
	// Renaming stops the old tasks and starts new ones.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]([a-z0-9]|-[a-z0-9]){0,23}$')",message="cannot use this worker name: a worker's name begins with a letter and has at most 24 lower-case letters, digits and single hyphens; write for example mail"
	Name string `json:"name"`

	// Image of the container. When empty, the backend's image, so that a new version of
	// the backend is a new version of the worker.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=500
	// +kubebuilder:validation:XValidation:rule="self.matches('^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:[.][a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$')",message="cannot use this image: it is not an image reference; write registry/repository:tag or registry/repository@sha256:digest, the repository in lower case"
	Image string `json:"image,omitempty"`

	// Queue that the worker takes its work from: the name of one of the claim's queues.
	// The variable QUEUE_URL has its URL. The number of tasks follows the number of its
	// messages. When empty, the number of tasks follows the use of the CPU.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=100
	Queue string `json:"queue,omitempty"`

	// CPU of one task in CPU units; 1024 is one vCPU.
	//
	// +kubebuilder:default=256
	// +kubebuilder:validation:Enum=256;512;1024;2048;4096;8192;16384
	CPU int32 `json:"cpu"`

	// Memory of one task in MiB. It must be one of the sizes that Fargate has for
	// the cpu, for example 512 to 2048 for 256.
	//
	// +kubebuilder:default=512
	// +kubebuilder:validation:Minimum=512
	// +kubebuilder:validation:Maximum=122880
	Memory int32 `json:"memory"`

	// Scaling is how many tasks run.
	//
	// +kubebuilder:default={}
	Scaling WorkerScaling `json:"scaling"`

	Container `json:",inline"`

	Companions `json:",inline"`
}

// WorkerScaling is how many tasks of a worker run.
//
// +kubebuilder:validation:XValidation:rule="self.min <= self.max",message="cannot scale between these: min must be at most max; lower min or raise max",fieldPath=".min"
type WorkerScaling struct {
	// Min is the number of tasks that always run. 0 is for workers with a queue: the
	// first message starts a task after about two minutes, and after up to 15 more if
	// the queue was not used for six hours, because SQS reports nothing for such a queue.
	//
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000
	Min int32 `json:"min"`

	// Max is the highest number of tasks that scaling runs. It limits what the worker
	// can cost.
	//
	// +kubebuilder:default=4
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Max int32 `json:"max"`

	// BacklogPerTask is the target of scaling for the number of messages for each task:
	// those that wait and those that are being worked on. Choose what one task handles
	// in the time that a message may wait. When empty, 10 for a worker with a queue.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	BacklogPerTask *int32 `json:"backlogPerTask,omitempty"`

	// CPU is the target of scaling for the average CPU use, in percent. When empty, 70
	// for a worker without a queue, and no target for one with a queue. If both targets
	// are set, the one that needs more tasks wins.
	//
	// +optional
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=95
	CPU *int32 `json:"cpu,omitempty"`
}
