package v1alpha1

// KashaClaimStatus is what the platform answers. Every value stays once it is
// known, until the spec says otherwise: AWS going quiet for a moment blanks
// nothing.
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

	// Domain is what must be known to delegate spec.edge.domain.
	//
	// +optional
	Domain DomainStatus `json:"domain,omitempty"`

	// Database is where the data is.
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

	// Bucket is the name of the application's S3 bucket.
	//
	// +optional
	Bucket string `json:"bucket,omitempty"`

	// AlarmTopicARN is the SNS topic that alarms go to: what a pager or a chat
	// subscribes to.
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

	// Cost is a rough estimate, not a quote.
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

// CostStatus is a rough estimate of what the claim costs.
type CostStatus struct {
	// MonthlyUSD is what AWS bills for a month in which nobody uses the platform.
	// +optional
	MonthlyUSD string `json:"monthlyUSD,omitempty"`
	// Note says what the estimate holds and what it leaves out.
	// +optional
	Note string `json:"note,omitempty"`
}

// EndpointsStatus are the ways in.
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

// DomainStatus is what must be known to delegate the domain.
type DomainStatus struct {
	// HostedZoneID is the Route 53 hosted zone that the records are in.
	// +optional
	HostedZoneID string `json:"hostedZoneID,omitempty"`
	// NameServers of the hosted zone that the claim made. Delegate the domain to
	// them where it is registered.
	// +optional
	// +listType=atomic
	NameServers []string `json:"nameServers,omitempty"`
}

// DatabaseStatus is where the data is.
type DatabaseStatus struct {
	// Writer is the primary's endpoint, host:port.
	// +optional
	Writer string `json:"writer,omitempty"`
	// Reader is the first read replica's endpoint, host:port.
	// +optional
	Reader string `json:"reader,omitempty"`
	// Proxy is the connection pool's endpoint, host:port.
	// +optional
	Proxy string `json:"proxy,omitempty"`
	// PasswordGeneration is the generation of the master password that is in use
	// or on its way.
	// +optional
	PasswordGeneration int32 `json:"passwordGeneration,omitempty"`
	// PasswordChangedAt is when that generation began, or when Kasha first saw it.
	// +optional
	PasswordChangedAt string `json:"passwordChangedAt,omitempty"`
	// PasswordRotation is who has changed the password last.
	// +optional
	PasswordRotation PasswordRotation `json:"passwordRotation,omitempty"`
	// SecretARN is the Secrets Manager secret that holds the connection string.
	// +optional
	SecretARN string `json:"secretARN,omitempty"`
	// FinalSnapshotID is the name of the snapshot that AWS takes before the
	// primary is deleted, chosen beforehand.
	// +optional
	FinalSnapshotID string `json:"finalSnapshotID,omitempty"`
	// LatestRestorableTime is how far point-in-time recovery reaches, as AWS
	// last said.
	// +optional
	LatestRestorableTime string `json:"latestRestorableTime,omitempty"`
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
	// NATGatewayIPs are the public addresses that the tasks' traffic comes from:
	// what a partner puts into an allow list.
	// +optional
	// +listType=atomic
	NATGatewayIPs []string `json:"natGatewayIPs,omitempty"`
}

// A WorkloadKind is how a workload gets its work.
//
// +kubebuilder:validation:Enum=Web;Internal
type WorkloadKind string

// The kinds of workloads.
const (
	// WorkloadWeb answers viewers, through the public load balancer.
	WorkloadWeb WorkloadKind = "Web"
	// WorkloadInternal answers other workloads, through the internal load balancer.
	WorkloadInternal WorkloadKind = "Internal"
)

// ServiceStatus is one of the claim's services.
type ServiceStatus struct {
	// Name of the service: frontend or backend.
	Name string `json:"name"`
	// Kind is how it gets its work: Web from viewers, Internal from other services.
	// +optional
	Kind WorkloadKind `json:"kind,omitempty"`
	// Image that the service last ran steadily.
	// +optional
	Image string `json:"image,omitempty"`
	// TaskDefinition is the ARN of the task definition that the service runs.
	// +optional
	TaskDefinition string `json:"taskDefinition,omitempty"`
	// Failed is the key of the task definition that ECS gave up. It is not tried
	// again until the claim changes.
	// +optional
	Failed string `json:"failed,omitempty"`
	// Tasks is how many tasks ECS keeps running, as the provider last saw it. How
	// many of them run at the moment, the provider does not say.
	// +optional
	Tasks *int32 `json:"tasks,omitempty"`
	// Repository is where to push its images.
	// +optional
	Repository string `json:"repository,omitempty"`
	// URL is where requests reach it: from anywhere for kind Web, from inside of the
	// VPC for kind Internal.
	// +optional
	URL string `json:"url,omitempty"`
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
