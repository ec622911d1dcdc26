package v1alpha1

// Frontend is the service behind the public load balancer.
type Frontend struct {
	// Port that the container listens on for HTTP.
	//
	// +kubebuilder:default=80
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	Port int32 `json:"port"`

	// CPU of one task in CPU units; 1024 is one vCPU. AWS bills CPU and memory of
	// every task by the second.
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

	// StickySeconds is for how long a viewer is sent to the same task, by a cookie
	// of the load balancer. 0 is off. It is for sessions in a task's memory and
	// for Socket.IO's polling. Tasks that hold no state do better without: a busy
	// viewer stays on a busy task, and a new task gets new viewers only.
	//
	// +kubebuilder:default=0
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=604800
	StickySeconds int32 `json:"stickySeconds"`

	Service `json:",inline"`

	Balancing `json:",inline"`
}

// Backend is the service behind the internal load balancer.
type Backend struct {
	// Port that the container listens on for HTTP.
	//
	// +kubebuilder:default=8080
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	Port int32 `json:"port"`

	// CPU of one task in CPU units; 1024 is one vCPU. AWS bills CPU and memory of
	// every task by the second.
	//
	// +kubebuilder:default=512
	// +kubebuilder:validation:Enum=256;512;1024;2048;4096;8192;16384
	CPU int32 `json:"cpu"`

	// Memory of one task in MiB. It must be one of the sizes that Fargate has for
	// the cpu, for example 512 to 2048 for 256.
	//
	// +kubebuilder:default=1024
	// +kubebuilder:validation:Minimum=512
	// +kubebuilder:validation:Maximum=122880
	Memory int32 `json:"memory"`

	// Expose sends requests of viewers to the backend, too, without the frontend between.
	// They pass CloudFront and its firewall like all others. When empty, only the claim's
	// other services reach the backend.
	//
	// +optional
	Expose *Expose `json:"expose,omitempty"`

	Service `json:",inline"`

	Balancing `json:",inline"`
}

// Expose chooses the requests of viewers that the public load balancer sends to a service.
//
// +kubebuilder:validation:XValidation:rule="has(self.hosts) && self.hosts.size() > 0 || has(self.paths) && self.paths.size() > 0",message="cannot expose a service without hosts and paths: nothing would tell its requests from the frontend's; list its paths, its hosts, or both"
// +kubebuilder:validation:XValidation:rule="(has(self.hosts) ? self.hosts.size() : 0) + (has(self.paths) ? self.paths.size() : 0) <= 4",message="cannot use so many hosts and paths: a rule of the load balancer compares five values, and one of them is CloudFront's header; list at most four hosts and paths together",fieldPath=".paths"
type Expose struct {
	// Paths of the requests. A star stands for any characters, also slashes, and a
	// question mark for one character: [/api, /api/*]. The service sees the whole path.
	// If several services have a path that matches a request, the one with the longest
	// path gets it. All other requests are the frontend's. When empty, all paths of hosts.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:XValidation:rule="self.all(p, self.exists_one(q, q == p))",message="cannot use these paths: a path chooses its requests once; list each path once"
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:XValidation:rule=`self.matches("^/[A-Za-z0-9_.*$/~\"'@:+&?-]*$")`,message="cannot use this path: a path begins with a slash and has only letters, digits and _ - . * $ / ~ \" ' @ : + & ?; write for example /api/*"
	Paths []string `json:"paths,omitempty"`

	// Hosts of the requests: names of edge.domain. When empty, every host.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:XValidation:rule="self.all(h, self.exists_one(g, g == h))",message="cannot use these hosts: a host chooses its requests once; list each host once"
	// +kubebuilder:validation:items:MaxLength=128
	Hosts []string `json:"hosts,omitempty"`
}

// Service is what workloads behind a load balancer have in common.
//
// +kubebuilder:validation:XValidation:rule="self.scaling.min * (self.deployment.maxPercent - 100) >= 100 || self.scaling.min * (100 - self.deployment.minHealthyPercent) >= 100",message="cannot deploy with these percentages: at scaling.min, ECS may neither start one task more nor stop one, so no deployment would begin; raise maxPercent, lower minHealthyPercent, or raise scaling.min",fieldPath=".deployment"
type Service struct {
	// Image of the container, preferably by digest. If you use a tag, do not move it:
	// the function does not see that a tag has moved, so nothing is rolled out.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +kubebuilder:validation:XValidation:rule="self.matches('^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:[.][a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$')",message="cannot use this image: it is not an image reference; write registry/repository:tag or registry/repository@sha256:digest, the repository in lower case"
	Image string `json:"image"`

	// Scaling is how many tasks run.
	//
	// +kubebuilder:default={}
	Scaling Scaling `json:"scaling"`

	// Deployment is how many tasks run while a new version replaces the old one.
	//
	// +kubebuilder:default={}
	Deployment Deployment `json:"deployment"`

	// Release is a command that runs once for each new image, before any task of that
	// image starts: database migrations, for example. When empty, there is none.
	//
	// +optional
	Release *Release `json:"release,omitempty"`

	Container `json:",inline"`

	Companions `json:",inline"`

	Serving `json:",inline"`
}

// Balancing is how the load balancer of a service treats connections.
type Balancing struct {
	// IdleTimeoutSeconds is how long a connection may be silent before the load
	// balancer closes it: raise it for WebSockets and event streams that send
	// little, and for answers that take long. When empty, 60, or 10 more than the
	// larger of edge.originReadTimeoutSeconds and edge.originKeepAliveSeconds. The
	// container must keep idle connections open for longer than this, or the load
	// balancer answers 502 now and then.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=4000
	IdleTimeoutSeconds *int32 `json:"idleTimeoutSeconds,omitempty"`
}

// Container is what the containers of all workloads have in common. Its rule reads the
// cpu and memory of the workload too: they have defaults of their own, and the rules of
// an inlined struct apply to the object that it is inlined into.
//
// +kubebuilder:validation:XValidation:rule="self.cpu == 256 ? self.memory in [512, 1024, 2048] : self.cpu == 512 ? self.memory >= 1024 && self.memory <= 4096 && self.memory % 1024 == 0 : self.cpu == 1024 ? self.memory >= 2048 && self.memory <= 8192 && self.memory % 1024 == 0 : self.cpu == 2048 ? self.memory >= 4096 && self.memory <= 16384 && self.memory % 1024 == 0 : self.cpu == 4096 ? self.memory >= 8192 && self.memory <= 30720 && self.memory % 1024 == 0 : self.cpu == 8192 ? self.memory >= 16384 && self.memory <= 61440 && self.memory % 4096 == 0 : self.memory >= 32768 && self.memory <= 122880 && self.memory % 8192 == 0",message="cannot run this size on Fargate: the memory does not fit the cpu; use cpu 256 with memory 512, 1024 or 2048; 512 with 1024 to 4096, 1024 with 2048 to 8192, 2048 with 4096 to 16384 or 4096 with 8192 to 30720, in steps of 1024; 8192 with 16384 to 61440, in steps of 4096; 16384 with 32768 to 122880, in steps of 8192",fieldPath=".memory"
// +kubebuilder:validation:XValidation:rule="!has(self.exec) || !self.exec || has(self.readOnlyRootFilesystem) && !self.readOnlyRootFilesystem",message="cannot open shells in a read-only file system: the agent of ECS Exec writes to it, and stops otherwise; set readOnlyRootFilesystem to false, or remove exec",fieldPath=".exec"
type Container struct {
	// Architecture of the image: X86_64 or ARM64. ARM64 (Graviton) costs about a
	// fifth less.
	//
	// +kubebuilder:default=X86_64
	// +kubebuilder:validation:Enum=X86_64;ARM64
	Architecture string `json:"architecture"`

	// Spot is how much of the service runs on Fargate Spot, which costs up to 70
	// percent less. AWS may stop a Spot task with two minutes' notice. A run of a schedule
	// is one task, all on Spot or not.
	//
	// +optional
	Spot Spot `json:"spot,omitempty"`

	// ContainerHealthCheck is a command that ECS runs inside the container. When empty,
	// only the load balancer checks a task, which is enough for most applications. It is
	// for what the load balancer cannot see, such as a thread that is stuck.
	//
	// +optional
	ContainerHealthCheck *ContainerHealthCheck `json:"containerHealthCheck,omitempty"`

	// Env are environment variables of the container. No secrets here: they
	// would be readable in the claim; secrets is for them. The variables that Kasha sets itself
	// (AWS_REGION, BACKEND_URL in the frontend; AWS_REGION, DB_SECRET_ARN,
	// BUCKET, QUEUE_URL_<NAME> in the backend; <NAME>_URL of each internal service)
	// cannot be overridden. DB_POOL_MAX can: it is how many connections to the database
	// each task may open.
	//
	// +optional
	// +kubebuilder:validation:MaxProperties=100
	Env map[string]EnvValue `json:"env,omitempty"`

	// Secrets are environment variables whose values ECS reads from AWS Secrets
	// Manager or from the Parameter Store of AWS Systems Manager when it starts a task,
	// so that no value is in the claim or in the task definition. The secrets and the
	// parameters must exist in the claim's region. Kasha never creates,
	// changes or deletes them. A task gets a new value only when it is replaced: see
	// restart. The rules for names are those of env, and a name can be in only one of the two.
	//
	// +optional
	// +kubebuilder:validation:MaxProperties=50
	Secrets map[string]SecretValue `json:"secrets,omitempty"`

	// InitContainers are containers that run at the start of each task. The application
	// starts when all of them have ended with exit code 0, unless its dependsOn says
	// otherwise. They run at the same time, unless their dependsOn says otherwise.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=5
	// +kubebuilder:validation:XValidation:rule="self.all(a, self.exists_one(b, b.name == a.name))",message="cannot use these init containers: a name is listed twice; give each container a name of its own"
	InitContainers []InitContainer `json:"initContainers,omitempty"`

	// DependsOn is what sidecars and init containers must have done before the
	// application's container starts. When a task stops, the order is the reverse: a
	// sidecar that the application waited for stops after the application. Without it,
	// sidecars and the application start together.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:XValidation:rule="self.all(d, self.exists_one(e, e.container == d.container))",message="cannot wait twice for the same container: ECS takes one condition for each; list each container once"
	DependsOn []ContainerDependency `json:"dependsOn,omitempty"`

	// Exec lets people open a shell in a running container, with ECS Exec. Sessions are
	// encrypted, and what they show is in a log group. Who may open one, IAM decides by
	// ecs:ExecuteCommand. The agent of ECS Exec writes to the container's file system, so
	// readOnlyRootFilesystem must be false, also in a sidecar that people look into. With
	// exec the workload has a role of its own. Tasks that run already have no shell.
	//
	// +optional
	Exec bool `json:"exec,omitempty"`

	// Restart is any text. Change it to start all tasks anew, one version after the other,
	// with the checks and the way back of a deployment: new tasks read the new values of
	// secrets and parameters. A date is a good text. Runs of a schedule read the values when
	// they start, and need no restart.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9 _.:/+-]*$')",message="cannot restart with this text: it has only letters, digits, spaces and _ . : / + -; write for example 2026-11-27"
	Restart string `json:"restart,omitempty"`

	// Permissions are what the application may do in AWS besides what Kasha allows it. A
	// workload with permissions has a role of its own. In the frontend, which has no role
	// otherwise, an attacker who breaks into it has them, too. The permissions boundary of
	// the role is the bound: what it does not allow stays forbidden.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	Permissions []Permission `json:"permissions,omitempty"`

	// Egress are connections that the tasks may open besides those to Kasha's own resources
	// and to port 443 anywhere. Workers, schedules and services with data have the backend's
	// security group, and other services the frontend's: what one of them may open, all that
	// have the group may open. Network ACLs let it through unless network.denyRules deny it.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	Egress []EgressRule `json:"egress,omitempty"`

	// WritablePaths are directories that every user of the image may write to. They
	// begin empty and live in the task's memory: each may grow to a quarter of memory,
	// and what is in them counts as memory in use. The rest of the file system is
	// read-only. Larger files belong into diskPaths. Without the field /tmp is
	// writable. A list that you write replaces it, and an empty list means none.
	//
	// +kubebuilder:default={"/tmp"}
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:XValidation:rule="self.all(p, self.exists_one(q, q == p))",message="cannot use these writable paths: a directory has one volume; list each path once"
	// +kubebuilder:validation:items:MaxLength=200
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^(/[A-Za-z0-9._-]+)+$')",message="cannot make this path writable: it is not the absolute path of a directory below the root; write for example /tmp"
	WritablePaths []string `json:"writablePaths"`

	// DiskPaths are directories on the task's disk that every user of the image may
	// write to. They begin as the image has them where it declares them with VOLUME, and
	// empty otherwise. Fargate gives them to root, so each task first runs a container of
	// the same image as root that opens them: the image must have /bin/sh and chmod. A
	// start takes some seconds longer.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:XValidation:rule="self.all(p, self.exists_one(q, q == p))",message="cannot use these disk paths: a directory has one volume; list each path once"
	// +kubebuilder:validation:items:MaxLength=200
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^(/[A-Za-z0-9._-]+)+$')",message="cannot make this path writable: it is not the absolute path of a directory below the root; write for example /tmp"
	DiskPaths []string `json:"diskPaths,omitempty"`

	// EphemeralGiB is the size of the task's disk in GiB, which holds the image and
	// diskPaths. When empty, 20. What is above 20 costs extra.
	//
	// +optional
	// +kubebuilder:validation:Minimum=20
	// +kubebuilder:validation:Maximum=200
	EphemeralGiB *int32 `json:"ephemeralGiB,omitempty"`

	// ReadOnlyRootFilesystem makes everything but writablePaths and diskPaths read-only,
	// so that an intruder cannot change the application. When empty, true. False is for
	// images that write to many places; what they write is lost when the task stops.
	//
	// +optional
	ReadOnlyRootFilesystem *bool `json:"readOnlyRootFilesystem,omitempty"`

	// InitProcess runs a small init process as process 1. It passes signals on to the
	// application and collects processes that the application leaves behind. When empty,
	// true. Set it to false for images with an init process of their own that must be
	// process 1, such as s6-overlay.
	//
	// +optional
	InitProcess *bool `json:"initProcess,omitempty"`

	// EntryPoint replaces the image's ENTRYPOINT. With it, the image's CMD is not used.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=1024
	EntryPoint []string `json:"entryPoint,omitempty"`

	// Command replaces the image's CMD: one item for each argument, with no shell
	// between. No secrets here: they would be readable in the claim.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=1024
	Command []string `json:"command,omitempty"`

	// WorkingDirectory replaces the image's WORKDIR. It is an absolute path.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=200
	// +kubebuilder:validation:XValidation:rule="self == '' || self.matches('^/[A-Za-z0-9._/-]*$')",message="cannot start in this directory: it is not an absolute path; write for example /srv/app"
	WorkingDirectory string `json:"workingDirectory,omitempty"`

	// User replaces the image's USER: a name or a number, and if you like a colon and a
	// group, for example 10001:10001.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self == '' || self.matches('^[A-Za-z0-9_][A-Za-z0-9._-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*)?$')",message="cannot run as this user: it is not a name or a number, with or without a group; write for example 10001:10001"
	User string `json:"user,omitempty"`

	// StopSeconds is how long a task may take to stop after SIGTERM, before it is killed.
	// When empty, drainSeconds, or the visibility timeout of a worker's queue, within 2 to
	// 120; and 120 where there is neither.
	//
	// +optional
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=120
	StopSeconds *int32 `json:"stopSeconds,omitempty"`

	// OpenFiles is how many files and connections one process may have open (ulimit
	// nofile). When empty, Fargate's own: 65535.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1024
	// +kubebuilder:validation:Maximum=1048576
	OpenFiles *int32 `json:"openFiles,omitempty"`

	// LogMode is what happens when CloudWatch Logs does not take lines as fast as the
	// application writes them. NonBlocking keeps 25 MiB in memory and loses the oldest
	// lines. Blocking loses none, and the application waits: it stops answering while
	// CloudWatch Logs is not reachable. When empty, NonBlocking.
	//
	// +optional
	// +kubebuilder:validation:Enum=NonBlocking;Blocking
	LogMode string `json:"logMode,omitempty"`
}

// Serving is how a load balancer sends requests to the tasks of a workload.
type Serving struct {
	// HealthCheck is how the load balancer checks that a task is healthy.
	//
	// +kubebuilder:default={}
	HealthCheck HealthCheck `json:"healthCheck"`

	// DrainSeconds is how long a task that is removed from the load balancer has to
	// finish the requests in flight.
	//
	// +kubebuilder:default=300
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=3600
	DrainSeconds int32 `json:"drainSeconds"`

	// SlowStartSeconds is for how long a new task gets fewer requests than the others, so
	// that it can warm up: 0 is off, else 30 to 900. With it the load balancer sends
	// requests to the tasks in turn, and not to the one with the fewest open requests.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=900
	// +kubebuilder:validation:XValidation:rule="self == 0 || self >= 30",message="cannot start this slowly: the load balancer takes 0, which is off, or 30 to 900 seconds; write 0 or at least 30"
	SlowStartSeconds int32 `json:"slowStartSeconds,omitempty"`

	// Rollout is when ECS takes back a new version whose tasks are healthy.
	//
	// +optional
	Rollout Rollout `json:"rollout,omitempty"`
}

// Rollout is when ECS takes back a new version.
type Rollout struct {
	// ErrorPercent is how many percent of the requests may fail in the service's tasks, with
	// a server error (5xx), while a new version is rolled out. If more do in two of three
	// minutes, ECS rolls back to the version before. Fewer than 20 requests in a minute
	// count as 20. 0 is off, and 5 is a good start.
	//
	// A rollout takes some minutes longer, because ECS goes on watching when the new tasks
	// serve. It does not watch if too many requests fail already when the rollout begins, so
	// that a mended version can go out. Turning it on or off starts all tasks anew, once. It
	// costs about 0.20 USD a month.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	ErrorPercent int32 `json:"errorPercent,omitempty"`
}

// EnvValue is the value of an environment variable.
//
// +kubebuilder:validation:MaxLength=4096
type EnvValue string

// SecretValue is where the value of an environment variable comes from.
//
// +kubebuilder:validation:XValidation:rule="has(self.secretARN) != has(self.parameterARN)",message="cannot tell where the value is: a variable has one source; set either secretARN or parameterARN"
// +kubebuilder:validation:XValidation:rule="!has(self.key) || has(self.secretARN)",message="cannot look for a key in a parameter: ECS takes its whole value; remove key, or put the value into a parameter of its own",fieldPath=".key"
type SecretValue struct {
	// SecretARN is the full ARN of a secret in Secrets Manager, with the six characters that
	// AWS appends to its name, as aws secretsmanager describe-secret shows it.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=600
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws:secretsmanager:[a-z]{2}(-[a-z]+)+-[0-9]:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$')",message="cannot use this secret: it is not the full ARN of a secret; write the ARN that aws secretsmanager describe-secret shows, with the six characters at its end, and the name of a JSON key into key"
	SecretARN string `json:"secretARN,omitempty"`

	// ParameterARN is the full ARN of a parameter in the Parameter Store of AWS Systems
	// Manager, as aws ssm get-parameter shows it: a String, or a SecureString with any key.
	// A parameter of another account must be shared with this one.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=600
	// +kubebuilder:validation:XValidation:rule="self.startsWith('arn:aws:ssm:') && self.contains(':parameter/')",message="cannot use this parameter: it is not the full ARN of a parameter; write the ARN that aws ssm get-parameter shows, for example arn:aws:ssm:us-east-1:111122223333:parameter/shop/token"
	ParameterARN string `json:"parameterARN,omitempty"`

	// Key of the value in a secret that is a JSON object. When empty, the whole
	// secret is the value.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_.@/-]+$')",message="cannot use this key: a key has only letters, digits and _ . @ / -; write it as it is in the secret"
	Key string `json:"key,omitempty"`
}

// Scaling is how many tasks run.
//
// +kubebuilder:validation:XValidation:rule="self.min <= self.max",message="cannot scale between these: min must be at least 1 and at most max; lower min or raise max",fieldPath=".min"
type Scaling struct {
	// Min is the number of tasks that always run. At least 2 are needed to
	// survive the loss of a zone.
	//
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Min int32 `json:"min"`

	// Max is the highest number of tasks that scaling runs. It limits what the service
	// can cost.
	//
	// +kubebuilder:default=4
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Max int32 `json:"max"`

	// CPU is the target of scaling for the average CPU use, in percent. A lower target
	// reacts sooner and runs more tasks.
	//
	// +kubebuilder:default=70
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=95
	CPU int32 `json:"cpu"`

	// Memory is the target of scaling for the average memory use, in percent. A lower
	// target reacts sooner and runs more tasks. 0 turns it off, so that only cpu counts:
	// tasks go only when every target allows it, and the memory of a JVM, for example,
	// stays used after a peak.
	//
	// +kubebuilder:default=80
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=95
	// +kubebuilder:validation:XValidation:rule="self == 0 || self >= 10",message="cannot scale at this use of memory: below 10 percent every task adds another; write 10 to 95, or 0 to scale by cpu alone"
	Memory int32 `json:"memory"`

	// RequestsPerTask is the target of scaling for the number of requests that the load
	// balancer sends to each task in a minute. It reacts sooner than cpu where requests
	// wait for something else. When empty, the number of requests does not count.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	RequestsPerTask *int32 `json:"requestsPerTask,omitempty"`

	// ScaleOutSeconds is how long scaling waits after it has added tasks before it adds
	// more. Raise it when a new task needs long until it takes load.
	//
	// +optional
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=3600
	ScaleOutSeconds *int32 `json:"scaleOutSeconds,omitempty"`

	// ScaleInSeconds is how long scaling waits after it has removed tasks before it
	// removes more. A short time saves little and may remove tasks in a lull between two
	// peaks.
	//
	// +optional
	// +kubebuilder:default=300
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=3600
	ScaleInSeconds *int32 `json:"scaleInSeconds,omitempty"`
}

// Deployment is how many tasks run while a new version replaces the old one.
type Deployment struct {
	// MinHealthyPercent is how many percent of the tasks must serve during a deployment.
	// With 100, no task stops before its successor serves. Less is for an application of
	// which two versions must not run side by side: with 0, all old tasks may stop first,
	// and nothing serves until the new ones do. The alarm on running tasks rings if fewer
	// than scaling.min run for ten minutes.
	//
	// +optional
	// +kubebuilder:default=100
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	MinHealthyPercent *int32 `json:"minHealthyPercent,omitempty"`

	// MaxPercent is how many percent of the tasks may run during a deployment, old and
	// new ones together. With 200, a whole set of new tasks starts beside the old one.
	// Less protects what tasks share, such as the connections of the database, and takes
	// longer. It is at least 101, because ECS spreads tasks over zones by starting a task
	// before it stops another.
	//
	// +optional
	// +kubebuilder:default=200
	// +kubebuilder:validation:Minimum=101
	// +kubebuilder:validation:Maximum=200
	MaxPercent *int32 `json:"maxPercent,omitempty"`
}

// Rollouts are how deployments are watched.
type Rollouts struct {
	// Proof has a small function of the claim's own in AWS Lambda look at each deployment
	// until it has ended. The claim then says for certain whether a new version serves,
	// was rolled back or never started, and how its tasks ended. It costs less than a
	// cent a month. Without it the provider waits for each deployment: it forgets the
	// failure of a first one, and deploys no newer version until it has ended. False is
	// for accounts that forbid Lambda. Turning it off starts all tasks anew, once.
	//
	// +optional
	// +kubebuilder:default=true
	Proof *bool `json:"proof,omitempty"`
}

// Release is a command that runs once for each new image, as a task of its own with all that
// a task of the service has: image, variables, secrets, role and network. If it ends with 0,
// the new version is deployed, also to other services, workers and schedules with the same
// image. If not, the version before goes on serving, and the claim says why.
//
// A new image is a new release; a change of env, for example, is none. What has run for an
// image does not run again, whatever restarts, and whether it succeeded or not. The version
// before serves while it runs and after it, so write migrations that it can live with. Adding
// a release to a living claim runs it once for the image that already runs. A claim that is
// deleted and created again runs its releases again.
type Release struct {
	// Command and its arguments, one item for each, with no shell between. It replaces the
	// image's CMD, or the service's command. An entry point stays and comes before it. No
	// secrets here: they would be readable in the claim.
	//
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.map(a, a.size()).sum() <= 6000",message="cannot run a command this long: ECS takes 8192 characters with what is around it; use at most 6000, and put more into the image"
	Command []string `json:"command"`

	// TimeoutSeconds is how long the command may take. Then it is stopped, which counts as
	// a failure.
	//
	// +kubebuilder:default=1800
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=86400
	TimeoutSeconds int32 `json:"timeoutSeconds"`

	// Attempt is any text. Change it to run the command again for the same image: after a
	// failure that was not the image's, or after the database was restored.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=100
	Attempt string `json:"attempt,omitempty"`
}

// ContainerHealthCheck is a command that ECS runs inside a container.
type ContainerHealthCheck struct {
	// Command is the program and its arguments, one item for each, with no shell between:
	// [wget, -q, -O, /dev/null, "http://localhost:8080/healthz"]. The image must have the
	// program. Exit status 0 is healthy. ECS replaces a task whose check fails. No secrets
	// here: they would be readable in the claim.
	//
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=1024
	Command []string `json:"command"`

	// IntervalSeconds between two checks.
	//
	// +optional
	// +kubebuilder:default=30
	// +kubebuilder:validation:Minimum=5
	// +kubebuilder:validation:Maximum=300
	IntervalSeconds *int32 `json:"intervalSeconds,omitempty"`

	// TimeoutSeconds is how long a check may take before it counts as failed.
	//
	// +optional
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=60
	TimeoutSeconds *int32 `json:"timeoutSeconds,omitempty"`

	// Retries is how many failed checks in a row make the container unhealthy.
	//
	// +optional
	// +kubebuilder:default=3
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10
	Retries *int32 `json:"retries,omitempty"`

	// StartSeconds is for how long after the start failed checks do not count.
	// healthCheck.graceSeconds holds for this check, too.
	//
	// +optional
	// +kubebuilder:default=0
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=300
	StartSeconds *int32 `json:"startSeconds,omitempty"`
}

// Spot is how much of a service runs on Fargate Spot.
type Spot struct {
	// OnDemandBase is the number of tasks that run on on-demand Fargate before
	// the percentage counts. When empty, scaling.min in Production and 0 in
	// NonProduction. There is no fallback: while AWS has no Spot capacity, the tasks
	// beyond the base do not run.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000
	OnDemandBase *int32 `json:"onDemandBase,omitempty"`

	// Percent of the tasks beyond the base that run on Spot. When empty, 75 in
	// Production and 100 in NonProduction. 0 turns Spot off.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	Percent *int32 `json:"percent,omitempty"`
}

// HealthCheck is how the load balancer checks that a task is healthy.
//
// +kubebuilder:validation:XValidation:rule="self.timeoutSeconds < self.intervalSeconds",message="cannot check at this pace: a check must end before the next begins; lower timeoutSeconds or raise intervalSeconds",fieldPath=".timeoutSeconds"
type HealthCheck struct {
	// Path that answers one of successCodes when the task can serve.
	//
	// +kubebuilder:default="/"
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.matches('^/[!-~]*$')",message="cannot use this path: a path begins with a slash and has only printable characters of ASCII, without spaces; write for example /healthz"
	Path string `json:"path"`

	// SuccessCodes are the HTTP status codes of a task that can serve: codes from
	// 200 to 499 and ranges of them, separated by commas, for example 200-399,401
	// where the path asks for a password.
	//
	// +kubebuilder:default="200-399"
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^[2-4][0-9]{2}(-[2-4][0-9]{2})?(,[2-4][0-9]{2}(-[2-4][0-9]{2})?)*$')",message="cannot use these codes: the load balancer takes codes from 200 to 499; write for example 200-399,401"
	// +kubebuilder:validation:XValidation:rule="self.split(',').all(r, !r.contains('-') || r.split('-')[0] <= r.split('-')[1])",message="cannot use these codes: a range goes from the lower code to the higher one; write for example 200-399"
	SuccessCodes string `json:"successCodes"`

	// IntervalSeconds between two checks of a task.
	//
	// +kubebuilder:default=30
	// +kubebuilder:validation:Minimum=5
	// +kubebuilder:validation:Maximum=300
	IntervalSeconds int32 `json:"intervalSeconds"`

	// TimeoutSeconds is how long a check may take before it counts as failed.
	//
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=120
	TimeoutSeconds int32 `json:"timeoutSeconds"`

	// HealthyThreshold is how many checks in a row make a task healthy.
	//
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=10
	HealthyThreshold int32 `json:"healthyThreshold"`

	// UnhealthyThreshold is how many failed checks in a row replace a task.
	//
	// +kubebuilder:default=3
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=10
	UnhealthyThreshold int32 `json:"unhealthyThreshold"`

	// GraceSeconds is how long after the start of a task failed checks are ignored.
	//
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=3600
	GraceSeconds int32 `json:"graceSeconds"`
}
