package v1alpha1

// KashaClaimStatus is the observed state of the platform. A known value is kept
// until the spec changes it, even if AWS does not report it for a while.
type KashaClaimStatus struct {
	// Health is how many of the tiers are ready, for example 9/10.
	//
	// +optional
	Health string `json:"health,omitempty"`

	// Blocker is the first tier that is not ready, and why: a tier that failed before
	// one that waits for something. It is empty once the claim is ready. The
	// conditions have all tiers and the whole messages.
	//
	// +optional
	Blocker string `json:"blocker,omitempty"`

	// Warnings are what is wrong, or not as the claim says, without stopping it: for
	// example a zone without Fargate, or a change of the primary that waits for its
	// replicas. They disappear when they are no longer true.
	//
	// +optional
	// +listType=atomic
	Warnings []string `json:"warnings,omitempty"`

	// LastChange is what the last change of the claim does that users notice. Its
	// warnings are Events too, which the cluster forgets after an hour.
	//
	// +optional
	LastChange LastChangeStatus `json:"lastChange,omitempty"`

	// StackID begins every name in AWS that Kasha chooses for this claim, and is the
	// value of the label platform.kasha.io/stack of every composed object and of the tag
	// kasha.io/stack of every AWS resource. It never changes.
	//
	// +optional
	StackID string `json:"stackID,omitempty"`

	// Endpoints are the ways in.
	//
	// +optional
	Endpoints EndpointsStatus `json:"endpoints,omitempty"`

	// Domain has what you need to delegate spec.edge.domain.
	//
	// +optional
	Domain DomainStatus `json:"domain,omitempty"`

	// Database has the endpoints, the secret and the backups of the database.
	//
	// +optional
	Database DatabaseStatus `json:"database,omitempty"`

	// Queues are the claim's queues.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	Queues []QueueStatus `json:"queues,omitempty"`

	// Secrets are the ARNs of the Secrets Manager secrets.
	//
	// +optional
	// +listType=atomic
	Secrets []string `json:"secrets,omitempty"`

	// Network is the VPC.
	//
	// +optional
	Network NetworkStatus `json:"network,omitempty"`

	// Services are the claim's services: which version of each runs, and where to
	// push its images.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	Services []ServiceStatus `json:"services,omitempty"`

	// Schedules are the claim's schedules, as EventBridge Scheduler has them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	Schedules []ScheduleStatus `json:"schedules,omitempty"`

	// Bucket is the name of the application's S3 bucket.
	//
	// +optional
	Bucket string `json:"bucket,omitempty"`

	// Overrides are what the overrides of the claim do.
	//
	// +optional
	// +listType=map
	// +listMapKey=key
	// +listMapKey=path
	Overrides []OverrideStatus `json:"overrides,omitempty"`

	// Static has what CI needs to upload static files.
	//
	// +optional
	Static StaticStatus `json:"static,omitempty"`

	// AlarmTopicARN is the SNS topic that alarms are sent to. Subscribe your pager or
	// chat to it.
	//
	// +optional
	AlarmTopicARN string `json:"alarmTopicARN,omitempty"`

	// EdgeAlarmTopicARN is the SNS topic in us-east-1 that CloudFront's and the
	// firewall's alarms go to. It is empty for a claim in us-east-1, where all alarms
	// go to alarmTopicARN.
	//
	// +optional
	EdgeAlarmTopicARN string `json:"edgeAlarmTopicARN,omitempty"`

	// Adopted are the composed resources that existed in AWS before Kasha composed
	// them, by key. The provider adopts a resource that has the same name: it changes
	// the resource, and deletes it with the claim.
	//
	// +optional
	// +listType=atomic
	Adopted []string `json:"adopted,omitempty"`

	// Cost is an estimate, not a quote. make cost has every line of it.
	//
	// +optional
	Cost CostStatus `json:"cost,omitempty"`

	// Resources counts the composed resources.
	//
	// +optional
	Resources ResourcesStatus `json:"resources,omitempty"`

	// Guardrail is the KashaGuardrail that bounds the claim.
	//
	// +optional
	Guardrail string `json:"guardrail,omitempty"`
}

// LastChangeStatus is what the last change of the claim does that users notice.
type LastChangeStatus struct {
	// Generation is the metadata.generation of the claim that the warnings are about.
	// +optional
	Generation int64 `json:"generation,omitempty"`
	// Warnings say what restarts, is deleted or is lost.
	// +optional
	// +listType=atomic
	Warnings []string `json:"warnings,omitempty"`
}

// CostStatus is an estimate of what the claim costs, at list prices. An amount begins
// with >= where a part of it is missing because Kasha does not know its price.
type CostStatus struct {
	// MonthlyUSD is the estimated bill for a month without traffic.
	// +optional
	MonthlyUSD string `json:"monthlyUSD,omitempty"`
	// UsageUSD is what the usage costs on top of that, as spec.cost.assumptions has it.
	// +optional
	UsageUSD string `json:"usageUSD,omitempty"`
	// TotalUSD is monthlyUSD and usageUSD together.
	// +optional
	TotalUSD string `json:"totalUSD,omitempty"`
	// Note says what the estimate includes and what it leaves out.
	// +optional
	Note string `json:"note,omitempty"`
	// Lines are the amounts of the tiers.
	// +optional
	// +listType=map
	// +listMapKey=tier
	Lines []CostLine `json:"lines,omitempty"`
	// Missing is what the amounts lack.
	// +optional
	// +listType=atomic
	Missing []string `json:"missing,omitempty"`
	// Assumptions are the usage that usageUSD is for.
	// +optional
	// +listType=atomic
	Assumptions []string `json:"assumptions,omitempty"`
}

// CostLine is what a tier costs a month.
type CostLine struct {
	// Tier as in the conditions: Network.
	Tier string `json:"tier"`
	// MonthlyUSD is the amount for a month without traffic.
	// +optional
	MonthlyUSD string `json:"monthlyUSD,omitempty"`
	// UsageUSD is the amount that the usage adds.
	// +optional
	UsageUSD string `json:"usageUSD,omitempty"`
}

// EndpointsStatus are the addresses of the platform.
type EndpointsStatus struct {
	// URL is what viewers open: the domain once CloudFront serves it, else
	// CloudFront's own name.
	// +optional
	URL string `json:"url,omitempty"`
	// CDN is the CloudFront distribution's domain name.
	// +optional
	CDN string `json:"cdn,omitempty"`
	// ALB is the DNS name of the frontend's load balancer. Only CloudFront can
	// reach it.
	// +optional
	ALB string `json:"alb,omitempty"`
	// BackendALB is the internal load balancer's DNS name.
	// +optional
	BackendALB string `json:"backendALB,omitempty"`
}

// DomainStatus has what you need to delegate the domain.
type DomainStatus struct {
	// HostedZoneID is the Route 53 hosted zone that the records are in.
	// +optional
	HostedZoneID string `json:"hostedZoneID,omitempty"`
	// NameServers of the hosted zone that the claim made. Delegate the domain to them
	// at your registrar.
	// +optional
	// +listType=atomic
	NameServers []string `json:"nameServers,omitempty"`
}

// OverrideStatus is what one override does.
type OverrideStatus struct {
	// Key as in the spec.
	Key string `json:"key"`
	// Path as in the spec.
	Path string `json:"path"`
	// Applied tells whether a resource has the value. It is false while no resource has
	// the key.
	Applied bool `json:"applied"`
	// Instead is the value that Kasha would set, in JSON. It is empty where Kasha sets
	// none, or where only AWS knows it.
	// +optional
	Instead string `json:"instead,omitempty"`
	// Reason as in the spec.
	// +optional
	Reason string `json:"reason,omitempty"`
}

// StaticStatus has what CI needs to upload static files.
type StaticStatus struct {
	// Bucket that the files are in.
	// +optional
	Bucket string `json:"bucket,omitempty"`
	// DistributionID is the CloudFront distribution whose cache CI invalidates.
	// +optional
	DistributionID string `json:"distributionID,omitempty"`
	// UploadRoleARN is the role that the uploaders assume.
	// +optional
	UploadRoleARN string `json:"uploadRoleARN,omitempty"`
}

// DatabaseStatus has the endpoints, the secret and the backups of the database.
type DatabaseStatus struct {
	// Engine that the workloads use.
	// +optional
	Engine DatabaseEngine `json:"engine,omitempty"`
	// Writer is the endpoint of the primary, or of Aurora's writer, host:port.
	// +optional
	Writer string `json:"writer,omitempty"`
	// Reader is the endpoint of the first read replica, or of Aurora's readers, host:port.
	// +optional
	Reader string `json:"reader,omitempty"`
	// Proxy is the connection pool's endpoint, host:port.
	// +optional
	Proxy string `json:"proxy,omitempty"`
	// PasswordGeneration is the generation of the master password that is in use or
	// being set.
	// +optional
	PasswordGeneration int32 `json:"passwordGeneration,omitempty"`
	// PasswordChangedAt is when that generation began, or when Kasha first saw it.
	// +optional
	PasswordChangedAt string `json:"passwordChangedAt,omitempty"`
	// PasswordRotation is what changed the password last.
	// +optional
	PasswordRotation PasswordRotation `json:"passwordRotation,omitempty"`
	// SecretARN is the Secrets Manager secret that holds the connection string.
	// +optional
	SecretARN string `json:"secretARN,omitempty"`
	// Users is what is known of the users that Kasha makes in the database.
	// +optional
	Users *DatabaseUsersStatus `json:"users,omitempty"`
	// Move is how far a move to Aurora is.
	// +optional
	Move *DatabaseMoveStatus `json:"move,omitempty"`
	// FinalSnapshotID is the name of the final snapshot that RDS takes before it
	// deletes the database.
	// +optional
	FinalSnapshotID string `json:"finalSnapshotID,omitempty"`
	// LatestRestorableTime is the latest time that the database can be restored to, as
	// RDS last reported it.
	// +optional
	LatestRestorableTime string `json:"latestRestorableTime,omitempty"`
}

// DatabaseUsersStatus is what is known of the users that Kasha makes in the database.
type DatabaseUsersStatus struct {
	// Generation of the password that the workloads get. It is empty where they get the
	// master user's.
	// +optional
	Generation int32 `json:"generation,omitempty"`
	// ChangedAt is when that generation began.
	// +optional
	ChangedAt string `json:"changedAt,omitempty"`
	// ID of what is to be in MySQL, in Kasha's ledger, which is the parameter
	// /kasha/<stackID>/runner/<ID> in AWS.
	// +optional
	ID string `json:"id,omitempty"`
	// Phase is how far the task is that makes the users.
	Phase ReleasePhase `json:"phase"`
	// Reason is why it failed or what it waits for, in AWS's words.
	// +optional
	Reason string `json:"reason,omitempty"`
	// LogStream is where its output is, in the log group /kasha/<stackID>/ecs/users.
	// +optional
	LogStream string `json:"logStream,omitempty"`
}

// QueueStatus is one of the claim's queues.
type QueueStatus struct {
	// Name as in the spec.
	Name string `json:"name"`
	// URL of the queue.
	// +optional
	URL string `json:"url,omitempty"`
	// DeadLetterURL is the URL of its dead-letter queue.
	// +optional
	DeadLetterURL string `json:"deadLetterURL,omitempty"`
}

// NetworkStatus is the VPC.
type NetworkStatus struct {
	// VPCID of the VPC.
	// +optional
	VPCID string `json:"vpcID,omitempty"`
	// PublicSubnetIDs in the order of the zones.
	// +optional
	// +listType=atomic
	PublicSubnetIDs []string `json:"publicSubnetIDs,omitempty"`
	// FrontendSubnetIDs in the order of the zones.
	// +optional
	// +listType=atomic
	FrontendSubnetIDs []string `json:"frontendSubnetIDs,omitempty"`
	// BackendSubnetIDs in the order of the zones.
	// +optional
	// +listType=atomic
	BackendSubnetIDs []string `json:"backendSubnetIDs,omitempty"`
	// DataSubnetIDs in the order of the zones.
	// +optional
	// +listType=atomic
	DataSubnetIDs []string `json:"dataSubnetIDs,omitempty"`
	// NATGatewayIPs are the public addresses that the tasks' traffic comes from.
	// Partners can add them to an allow list.
	// +optional
	// +listType=atomic
	NATGatewayIPs []string `json:"natGatewayIPs,omitempty"`
}

// A WorkloadKind is how a workload gets its work.
//
// +kubebuilder:validation:Enum=Web;Internal;Worker
type WorkloadKind string

// The kinds of workloads.
const (
	// WorkloadWeb answers viewers, through the public load balancer.
	WorkloadWeb WorkloadKind = "Web"
	// WorkloadInternal answers other workloads, through the internal load balancer.
	WorkloadInternal WorkloadKind = "Internal"
	// WorkloadWorker takes its work from a queue, or finds it by itself.
	WorkloadWorker WorkloadKind = "Worker"
	// WorkloadSchedule is started at set times. It is no service, so no service in the
	// status has this kind.
	WorkloadSchedule WorkloadKind = "Schedule"
)

// ServiceStatus is one of the claim's services.
type ServiceStatus struct {
	// Name of the service in AWS: frontend, backend, svc- and the name of one of the
	// claim's services, or worker- and a worker's name.
	Name string `json:"name"`
	// Kind is how it gets its work: Web from viewers, Internal from other services,
	// Worker from a queue or by itself.
	// +optional
	Kind WorkloadKind `json:"kind,omitempty"`
	// Image of the last deployment that completed.
	// +optional
	Image string `json:"image,omitempty"`
	// TaskDefinition is the ARN of the task definition that the service runs.
	// +optional
	TaskDefinition string `json:"taskDefinition,omitempty"`
	// Failed is the key of the task definition whose deployment ECS rolled back. It is
	// not retried until the claim changes.
	// +optional
	Failed string `json:"failed,omitempty"`
	// Tasks is the service's desired count, as the provider last observed it. The
	// provider does not report how many tasks are running.
	// +optional
	Tasks *int32 `json:"tasks,omitempty"`
	// Repository is the repository to push its images to.
	// +optional
	Repository string `json:"repository,omitempty"`
	// URL is the address of the service: reachable from anywhere for kind Web, and only
	// by the claim's other workloads for kind Internal. A worker has none.
	// +optional
	URL string `json:"url,omitempty"`
	// Release is the release of the image that the claim asks for. It is empty for a
	// service that has none.
	// +optional
	Release *ReleaseStatus `json:"release,omitempty"`
	// History are the last five versions of the service, the newest first. The one that
	// serves is always among them. It is for people: nothing is decided by it.
	// +optional
	History []VersionStatus `json:"history,omitempty"`
}

// An Outcome is how far the deployment of a version has come.
//
// +kubebuilder:validation:Enum=Progressing;Serving;Replaced;RolledBack;Failed
type Outcome string

// The outcomes.
const (
	OutcomeProgressing Outcome = "Progressing"
	OutcomeServing     Outcome = "Serving"
	OutcomeReplaced    Outcome = "Replaced"
	OutcomeRolledBack  Outcome = "RolledBack"
	OutcomeFailed      Outcome = "Failed"
)

// VersionStatus is a version of a service.
type VersionStatus struct {
	// Image of the application's container.
	Image string `json:"image"`
	// TaskDefinition is the version's ARN. Two versions may have one image.
	TaskDefinition string `json:"taskDefinition"`
	// Outcome of the deployment. Progressing has not ended, Serving is what runs, Replaced
	// has made place for a newer version, RolledBack has failed while an older version
	// serves, and Failed has failed without one.
	Outcome Outcome `json:"outcome"`
	// StartedAt and FinishedAt are when the deployment began and ended. They are AWS's times
	// where the runner has looked at it, and otherwise up to some minutes later. A version
	// that ran before Kasha kept a history has none.
	// +optional
	StartedAt string `json:"startedAt,omitempty"`
	// +optional
	FinishedAt string `json:"finishedAt,omitempty"`
	// Reason is how the deployment has failed.
	// +optional
	Reason string `json:"reason,omitempty"`
}

// A ReleasePhase is how far a release is.
//
// +kubebuilder:validation:Enum=Waiting;Running;Succeeded;Failed
type ReleasePhase string

// The phases of a release.
const (
	// ReleaseWaiting has not been started: it waits for what it needs.
	ReleaseWaiting ReleasePhase = "Waiting"
	// ReleaseRunning runs, or waits for an earlier release to end.
	ReleaseRunning ReleasePhase = "Running"
	// ReleaseSucceeded ended with exit code 0.
	ReleaseSucceeded ReleasePhase = "Succeeded"
	// ReleaseFailed ended with another exit code, or was stopped, or never started.
	ReleaseFailed ReleasePhase = "Failed"
)

// ReleaseStatus is the release of the image that the claim asks for.
type ReleaseStatus struct {
	// ID is the release's name in Kasha's ledger, which is the parameter
	// /kasha/<stackID>/runner/<ID> in AWS.
	ID string `json:"id"`
	// Image that the release is of.
	// +optional
	Image string `json:"image,omitempty"`
	// Phase is how far it is.
	Phase ReleasePhase `json:"phase"`
	// ExitCode of the command, once it has ended.
	// +optional
	ExitCode *int32 `json:"exitCode,omitempty"`
	// Reason is why it failed or what it waits for, in AWS's words.
	// +optional
	Reason string `json:"reason,omitempty"`
	// Task is the ARN of the ECS task that ran it.
	// +optional
	Task string `json:"task,omitempty"`
	// LogStream is where its output is, in the log group of the service.
	// +optional
	LogStream string `json:"logStream,omitempty"`
	// StartedAt and FinishedAt are AWS's times of the task.
	// +optional
	StartedAt string `json:"startedAt,omitempty"`
	// +optional
	FinishedAt string `json:"finishedAt,omitempty"`
}

// ScheduleStatus is one of the claim's schedules.
type ScheduleStatus struct {
	// Name as in the spec.
	Name string `json:"name"`
	// Expression is when it runs, in AWS's words: cron(0 3 * * ? *) or rate(15 minutes).
	// +optional
	Expression string `json:"expression,omitempty"`
	// TimeZone that a cron expression is in.
	// +optional
	TimeZone string `json:"timeZone,omitempty"`
	// State is ENABLED, or DISABLED while it is paused.
	// +optional
	State string `json:"state,omitempty"`
	// TaskDefinition is the ARN of the task definition that the next run has.
	// +optional
	TaskDefinition string `json:"taskDefinition,omitempty"`
}

// ResourcesStatus counts the composed resources.
type ResourcesStatus struct {
	// Desired is how many resources the claim has asked for so far.
	// +optional
	Desired int32 `json:"desired,omitempty"`
	// Ready is how many of them are ready.
	// +optional
	Ready int32 `json:"ready,omitempty"`
}
