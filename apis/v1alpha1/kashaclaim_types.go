package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The API's coordinates.
const (
	Group   = "platform.kasha.io"
	Version = "v1alpha1"
	Kind    = "KashaClaim"

	// APIVersion is what a manifest writes.
	APIVersion = Group + "/" + Version
)

// Labels and annotations of every composed object.
const (
	// LabelClaim is the name of the claim that the object is composed for.
	LabelClaim = Group + "/claim"
	// LabelStack is the ID of the claim's stack, with which its names in AWS begin.
	LabelStack = Group + "/stack"
	// LabelTier is the tier that composes the object, in lower case: database.
	LabelTier = Group + "/tier"
	// AnnotationPurpose says in a sentence what the object is for.
	AnnotationPurpose = Group + "/purpose"
	// AnnotationAccepted records what the guardrails have accepted of the claim. It is
	// on the ECS cluster and on the KMS key of the data.
	AnnotationAccepted = Group + "/accepted"
	// AnnotationRollout records how the last deployments of an ECS service have ended. It is
	// on the service. See package rollout.
	AnnotationRollout = Group + "/rollout"
	// AnnotationOverrides has the fields of the object that spec.overrides sets.
	AnnotationOverrides = Group + "/overrides"
)

// A KashaClaim is a production web platform on AWS in one document: CloudFront
// and WAF in front of a public load balancer, a frontend and a backend on ECS
// Fargate, MySQL with a standby and a read replica, queues with dead-letter
// queues, keys, secrets, logs and alarms, in a VPC of its own.
//
// Only the two container images are required. The claim's name becomes part of the
// names in AWS: it has at most 40 lower-case letters, digits and single hyphens,
// and begins with a letter.
//
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z][a-z0-9]*(-[a-z0-9]+)*$')",message="cannot use this name: databases and load balancers are named after the claim, and AWS allows them only letters, digits and single hyphens; choose a name that begins with a letter and has at most 40 lower-case letters, digits and single hyphens",fieldPath=".metadata.name"
// +kubebuilder:validation:XValidation:rule="!self.metadata.name.matches('^(sg|internal|sthree|amzn)(-|$)')",message="cannot use this name: AWS keeps names that begin with sg-, internal-, sthree- or amzn- for itself, and security groups, load balancers and buckets are named after the claim; choose another beginning",fieldPath=".metadata.name"
// +kubebuilder:validation:XValidation:rule="!has(self.spec.adopt) || self.spec.adopt.stackID.startsWith(self.metadata.name + '-') && !self.spec.adopt.stackID.substring(self.metadata.name.size() + 1).contains('-')",message="cannot adopt this stack: an ID is the claim's name, a hyphen and 6 or 8 characters, so this one is another claim's; give the claim the name that the ID begins with",fieldPath=".spec.adopt.stackID"
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=kashaclaims,singular=kashaclaim,scope=Namespaced,shortName=kasha,categories={claim,crossplane}
// +kubebuilder:printcolumn:name="URL",type=string,JSONPath=`.status.endpoints.url`
// +kubebuilder:printcolumn:name="Health",type=string,JSONPath=`.status.health`
// +kubebuilder:printcolumn:name="Blocker",type=string,JSONPath=`.status.blocker`
// +kubebuilder:printcolumn:name="Region",type=string,JSONPath=`.spec.region`,priority=1
// +kubebuilder:printcolumn:name="Database",type=string,JSONPath=`.status.database.writer`,priority=1
// +kubebuilder:printcolumn:name="Rollout",type=string,JSONPath=`.status.conditions[?(@.type=='RolloutSucceeded')].reason`,priority=1
// +kubebuilder:printcolumn:name="USD/Month",type=string,JSONPath=`.status.cost.monthlyUSD`,priority=1
type KashaClaim struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec KashaClaimSpec `json:"spec"`

	// +optional
	Status KashaClaimStatus `json:"status,omitempty"`
}

// KashaClaimSpec is the desired state of the platform.
//
// +kubebuilder:validation:XValidation:rule="!has(self.network.existing) || [self.network.existing.publicSubnetIDs, self.network.existing.frontendSubnetIDs, self.network.existing.backendSubnetIDs, self.network.existing.dataSubnetIDs].all(s, s.size() == (has(self.availabilityZones) ? self.availabilityZones.size() : 2))",message="cannot use this network: every tier needs one subnet for each availability zone; list one subnet for each zone, in their order",fieldPath=".network.existing"
// +kubebuilder:validation:XValidation:rule="!has(self.availabilityZones) || self.availabilityZones.all(z, z.startsWith(self.region) && z.size() == self.region.size() + 1 && z.matches('[a-z]$'))",message="cannot use these availability zones: every zone must belong to spec.region; name each zone as the region followed by one letter, for example us-east-1a in us-east-1",fieldPath=".availabilityZones"
// +kubebuilder:validation:XValidation:rule="(has(self.availabilityZones) ? self.availabilityZones : [self.region + 'a', self.region + 'b']) == (has(oldSelf.availabilityZones) ? oldSelf.availabilityZones : [oldSelf.region + 'a', oldSelf.region + 'b'])",message="cannot change the availability zones: subnets and the database cannot move to other zones; create a new claim with the zones that you want and move the data",fieldPath=".availabilityZones"
// +kubebuilder:validation:XValidation:rule="!has(self.backup.copyTo) || !has(self.backup.copyTo.region) || self.backup.copyTo.region != self.region",message="cannot copy the archive to the region that it is in: a copy must survive the loss of the region; choose another region",fieldPath=".backup.copyTo.region"
// +kubebuilder:validation:XValidation:rule="self.environment == oldSelf.environment || oldSelf.environment != 'Production' || (has(oldSelf.deletionProtection) && !oldSelf.deletionProtection)",message="cannot change the environment of a protected claim to NonProduction: the standby, the replicas and the protection would go with it; set spec.deletionProtection to false first, and then change the environment",fieldPath=".environment"
// +kubebuilder:validation:XValidation:rule="!has(self.permissionsBoundaryARN) || self.database.rotation != 'Application'",message="cannot rotate by Application within a permissions boundary: AWS's application makes a role of its own, which takes none; set database.rotation to Generation",fieldPath=".database.rotation"
// +kubebuilder:validation:XValidation:rule="!has(self.workers) || self.workers.all(w, !has(w.queue) || self.queues.exists(q, q.name == w.queue))",message="cannot take work from this queue: the claim has no queue of that name; add it to spec.queues, or name one of those",fieldPath=".workers"
// +kubebuilder:validation:XValidation:rule="has(self.edge.domain) || !has(self.services) || self.services.all(s, s.protocol == 'HTTP1')",message="cannot speak HTTP2 or GRPC with a service of a claim without a domain: AWS has it only behind a listener with TLS, and no certificate has the load balancer's own name; set edge.domain, or set protocol to HTTP1",fieldPath=".services"
// +kubebuilder:validation:XValidation:rule="has(self.adopt) == has(oldSelf.adopt) && (!has(self.adopt) || self.adopt.stackID == oldSelf.adopt.stackID)",message="cannot change adopt: all names in AWS follow from it, and it is read when the claim is created; leave it as it is, or create a new claim",fieldPath=".adopt"
// +kubebuilder:validation:XValidation:rule="(has(self.database.engine) ? self.database.engine : self.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') != 'AuroraMySQL' || !has(self.backup.copyTo) || !has(self.backup.copyTo.pointInTime) || !self.backup.copyTo.pointInTime",message="cannot copy automated backups of Aurora to another region: AWS has no such copies of a cluster; set backup.copyTo.pointInTime to false",fieldPath=".backup.copyTo.pointInTime"
// +kubebuilder:validation:XValidation:rule="!self.database.manageMasterUserPassword || !has(self.database.readReplicas) || self.database.readReplicas == 0 || (has(self.database.engine) ? self.database.engine : self.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') == 'AuroraMySQL'",message="cannot let RDS manage the master password of a database with read replicas: RDS for MySQL makes no replica of such a database, and AWS answers InvalidParameterValue; set readReplicas to 0, or manageMasterUserPassword to false",fieldPath=".database.manageMasterUserPassword"
// +kubebuilder:validation:XValidation:rule="(has(self.database.engine) ? self.database.engine : self.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') != 'AuroraMySQL' || (has(oldSelf.database.engine) ? oldSelf.database.engine : oldSelf.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') == 'AuroraMySQL' || (has(self.database.move) && self.database.move.stage == 'Prepare')",message="cannot change database.engine at once: the data is in the other database; set engine to AuroraMySQL together with move.stage: Prepare",fieldPath=".database.engine"
// +kubebuilder:validation:XValidation:rule="(has(self.database.engine) ? self.database.engine : self.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') != 'MySQL' || (has(oldSelf.database.engine) ? oldSelf.database.engine : oldSelf.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') == 'MySQL' || (has(oldSelf.database.move) && oldSelf.database.move.stage in ['Prepare', 'Copy'])",message="cannot go from AuroraMySQL to MySQL: AWS copies only the other way; out of Freeze set move.stage to Copy first, and after that restore a dump into a new claim",fieldPath=".database.engine"
// +kubebuilder:validation:XValidation:rule="has(self.database.move) || !has(oldSelf.database.move) || (has(self.database.engine) ? self.database.engine : self.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') == (oldSelf.database.move.stage == 'Retire' ? 'AuroraMySQL' : 'MySQL')",message="cannot remove database.move now: it would mean that the move is done; finish it with Retire, or go back to Copy and set engine to MySQL",fieldPath=".database.move"
// +kubebuilder:validation:XValidation:rule="!has(self.database.move) || (has(self.database.engine) ? self.database.engine : self.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') == 'AuroraMySQL'",message="cannot move to MySQL: a move goes from MySQL to AuroraMySQL; set engine to AuroraMySQL, or remove move",fieldPath=".database.move"
// +kubebuilder:validation:XValidation:rule="!has(self.database.move) || has(oldSelf.database.move) || (has(oldSelf.database.engine) ? oldSelf.database.engine : oldSelf.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') == 'MySQL' || self.database.move.stage == 'Retire'",message="cannot begin a move: the database is Aurora already; remove database.move",fieldPath=".database.move"
// +kubebuilder:validation:XValidation:rule="!has(self.database.restoreFromSnapshot) || !self.database.restoreFromSnapshot.contains(':cluster-snapshot:') || (has(self.database.engine) ? self.database.engine : self.usageTier == 'Standard' ? 'MySQL' : 'AuroraMySQL') == 'AuroraMySQL'",message="cannot restore MySQL from a snapshot of an Aurora cluster: AWS copies only the other way; set database.engine to AuroraMySQL in a new claim",fieldPath=".database.restoreFromSnapshot"
// +kubebuilder:validation:XValidation:rule="self.usageTier == oldSelf.usageTier || has(self.database.engine)",message="cannot change usageTier while database.engine is empty: the tier would choose another engine for a database that has data; write database.engine: MySQL to keep yours, or AuroraMySQL with database.move to move it",fieldPath=".usageTier"
type KashaClaimSpec struct {
	// Adopt makes a new claim take over a stack that exists in AWS, instead of making
	// one. Only a KashaGuardrail can allow it; without one it is refused. Immutable.
	//
	// +optional
	Adopt *Adopt `json:"adopt,omitempty"`

	// Region is the AWS region that everything runs in, except for what CloudFront
	// needs in us-east-1. Immutable.
	//
	// +kubebuilder:default="us-east-1"
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]{2}(-[a-z]+)+-[0-9]$')",message="cannot use this region: it is not the name of an AWS region; write for example us-east-1"
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change the region: every resource of this claim lives in it; create a new claim in the other region and move the data"
	Region string `json:"region"`

	// AvailabilityZones are the two or three zones that the subnets are spread over,
	// in order. When empty, zones a and b of the region. In ap-northeast-1 and
	// us-west-1 the field is required, because not every account has zones a and b
	// there. A third zone costs one more NAT gateway (with natGateways: PerZone).
	// Some zones have no Fargate, as cac1-az4 (ca-central-1d), or no NAT gateways, as
	// apne1-az3: compare the zone IDs that aws ec2 describe-availability-zones --query
	// 'AvailabilityZones[].[ZoneName,ZoneId]' shows with docs/network.md. Immutable.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=2
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:items:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.all(z, self.exists_one(y, y == z))",message="cannot use these availability zones: two zones with one name are one zone; list each zone once"
	AvailabilityZones []string `json:"availabilityZones,omitempty"`

	// Environment chooses the presets for what is left empty elsewhere.
	// Production: db.t4g.medium with a standby in a second zone and a read
	// replica, a NAT gateway per zone, deletion protection, scaling.min tasks on
	// demand and then Spot. NonProduction: db.t3.micro in one zone without a replica,
	// one NAT gateway, no deletion protection, Spot first, and the general query
	// log on. A protected claim cannot change from Production to NonProduction: set
	// deletionProtection to false first.
	//
	// +kubebuilder:default=Production
	Environment Environment `json:"environment"`

	// UsageTier fills in what is left empty of the database, by the requests a month that
	// it is for. Standard: up to 10 million, MySQL on RDS. Growth: up to 50 million, Aurora
	// MySQL that scales. Scale: above that, with more of it. docs/reference/tiers.md lists
	// what each fills in, and how to find the number of tasks. Every part can be had
	// alone, and a tier never changes the engine of a living claim: to change the tier,
	// first write database.engine.
	//
	// +kubebuilder:default=Standard
	UsageTier UsageTier `json:"usageTier,omitempty"`

	// ProviderConfigRef names the provider-aws configuration: the AWS account and the
	// credentials that create the resources. Immutable, because a change would orphan
	// every resource in the old account.
	//
	// +kubebuilder:default={}
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change providerConfigRef: the resources of this claim live in the account that it names; create a new claim for the other account"
	ProviderConfigRef ProviderConfigReference `json:"providerConfigRef"`

	// DeletionProtection prevents the deletion of the claim, the database and the load
	// balancers. It also keeps queues, and the hosted zone that the claim created, in
	// AWS when their objects or the namespace are deleted. When empty, on in
	// Production and off in NonProduction. To delete a protected claim, first set the
	// field to false and wait until the claim is Ready again. Resources that are
	// deleted before that are orphaned: they stay in AWS and cost money.
	//
	// +optional
	DeletionProtection *bool `json:"deletionProtection,omitempty"`

	// PermissionsBoundaryARN is the IAM policy that limits the permissions of every
	// role of this claim. Many organizations require one. If the boundary denies what
	// a role needs, AWS denies its requests and the claim does not report it.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9+=,.@_/-]+$')",message="cannot use this boundary: it is not the ARN of an IAM policy; write for example arn:aws:iam::111122223333:policy/boundary"
	PermissionsBoundaryARN string `json:"permissionsBoundaryARN,omitempty"`

	// Tags are added to every resource that AWS can tag, in addition to Kasha's own
	// tags. Keys that begin with aws: or kasha.io/ are reserved. All keys and values
	// together have at most 4096 bytes. IAM roles get only the tags that a guardrail
	// allows for them, because a tag of a role can open what others protect by tags.
	//
	// +optional
	// +kubebuilder:validation:MaxProperties=40
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.matches('(?i)^(aws:|kasha[.]io/)'))",message="cannot use this tag: keys that begin with aws: or kasha.io/ are reserved; choose another key"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !k.matches('(?i)^(name|crossplane-(kind|name|providerconfig))$'))",message="cannot use this tag: Kasha and Crossplane set Name, crossplane-kind, crossplane-name and crossplane-providerconfig on every resource, and IAM does not tell keys apart by the case of their letters; choose another key"
	// +kubebuilder:validation:XValidation:rule="self.all(k, self.exists_one(j, j.lowerAscii() == k.lowerAscii()))",message="cannot use these tags: IAM does not tell keys apart by the case of their letters; give each tag a key of its own"
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() >= 1 && k.size() <= 128 && self[k].size() <= 256)",message="cannot use this tag: AWS allows keys of 1 to 128 and values of at most 256 characters; shorten it"
	// +kubebuilder:validation:XValidation:rule="self.map(k, bytes(k).size() + bytes(self[k]).size()).sum() <= 4096",message="cannot use these tags: their keys and values have more than 4096 bytes together, and every resource carries all of them; shorten them"
	Tags map[string]TagValue `json:"tags,omitempty"`

	// Network is the VPC and what is in it.
	//
	// +kubebuilder:default={}
	Network Network `json:"network"`

	// Edge is CloudFront and WAF, which receive the viewers' requests.
	//
	// +kubebuilder:default={}
	Edge Edge `json:"edge"`

	// Frontend is the service behind the public load balancer.
	Frontend Frontend `json:"frontend"`

	// Backend is the service behind the internal load balancer. Only the backend, the
	// workers, the schedules and services with data can reach the database, the queues and
	// the bucket.
	Backend Backend `json:"backend"`

	// Rollouts are how deployments of all services are watched.
	//
	// +kubebuilder:default={}
	Rollouts Rollouts `json:"rollouts"`

	// Database is the MySQL database.
	//
	// +kubebuilder:default={}
	Database Database `json:"database"`

	// Queues are SQS queues, each with a dead-letter queue and its alarm. The backend
	// may use all of them. If the field is absent, there is one queue, jobs. A list
	// that you write replaces that default, and an empty list means no queues. A
	// protected claim keeps its queues: to remove one, set deletionProtection to false
	// first.
	//
	// +kubebuilder:default={{name: jobs}}
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:XValidation:rule="self.all(q, self.exists_one(p, p.name == q.name))",message="cannot use these queues: a name is listed twice; give each queue a name of its own"
	// +kubebuilder:validation:XValidation:rule="self.all(q, oldSelf.all(o, o.name != q.name || has(o.fifo) == has(q.fifo)))",message="cannot change whether a queue is FIFO: AWS cannot change the kind of a queue; keep the queue, add a second one with another name, and remove the first when it is empty"
	Queues []Queue `json:"queues"`

	// Bucket is the application's S3 bucket.
	//
	// +kubebuilder:default={}
	Bucket Bucket `json:"bucket"`

	// Services are more services behind the load balancers of the frontend and the
	// backend. A service that is added restarts no other: the others get its variable with
	// their next version.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:XValidation:rule="self.all(s, self.exists_one(t, t.name == s.name))",message="cannot use these services: a name is listed twice; give each service a name of its own"
	// +kubebuilder:validation:XValidation:rule="self.all(s, oldSelf.all(o, o.name != s.name || o.data == s.data))",message="cannot change data of a service: its subnets and its security group follow from it; add a service with another name, and remove this one"
	// +kubebuilder:validation:XValidation:rule="self.all(s, oldSelf.all(o, o.name != s.name || o.protocol == s.protocol))",message="cannot change protocol of a service: AWS cannot change the protocol of a target group; add a service with another name, and remove this one"
	Services []ExtraService `json:"services,omitempty"`

	// Workers are workloads without a load balancer, for work that nobody waits for.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:XValidation:rule="self.all(w, self.exists_one(v, v.name == w.name))",message="cannot use these workers: a name is listed twice; give each worker a name of its own"
	Workers []Worker `json:"workers,omitempty"`

	// Schedules start tasks at set times.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:XValidation:rule="self.all(s, self.exists_one(t, t.name == s.name))",message="cannot use these schedules: a name is listed twice; give each schedule a name of its own"
	Schedules []Schedule `json:"schedules,omitempty"`

	// Backup is the archive of the database. It is kept longer than the database's
	// automated backups.
	//
	// +kubebuilder:default={}
	Backup Backup `json:"backup"`

	// Alarms sets the thresholds of the alarms and who is notified. The alarms
	// themselves are always on.
	//
	// +kubebuilder:default={}
	Alarms Alarms `json:"alarms"`

	// Logs is how long logs are kept.
	//
	// +kubebuilder:default={}
	Logs Logs `json:"logs"`

	// Cost is what the estimate in status.cost assumes. It changes no resource.
	//
	// +kubebuilder:default={}
	Cost Cost `json:"cost"`

	// Overrides set fields of composed resources that no other field of the claim sets.
	// Which fields of a kind are open is in docs/overrides.md. A value stays when AWS
	// changes its own defaults and when a later version of Kasha sets the field otherwise,
	// so status.overrides and the diff of a change name every override.
	//
	// +optional
	// +listType=map
	// +listMapKey=key
	// +listMapKey=path
	// +kubebuilder:validation:MaxItems=50
	Overrides []Override `json:"overrides,omitempty"`
}

// Adopt names what exists in AWS and is to belong to the claim.
type Adopt struct {
	// StackID is the ID of the stack: the claim's name, a hyphen and 6 or 8 characters,
	// as in the tag kasha.io/stack on its resources. All names in AWS begin with it.
	// Resources that have these names become the claim's: they are changed to what the
	// claim says, and deleted with it. No claim in any cluster may still use them.
	//
	// +kubebuilder:validation:MaxLength=49
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z][a-z0-9-]*-([0-9a-f]{6}|[a-z2-7]{8})$')",message="cannot adopt this stack: it is not the ID of a stack; write the value of the tag kasha.io/stack on its resources, for example shop-1a2b3c"
	StackID string `json:"stackID"`
}

// TagValue is the value of an AWS tag, at most 256 characters.
//
// +kubebuilder:validation:MaxLength=256
type TagValue string

// Environment chooses presets.
//
// +kubebuilder:validation:Enum=Production;NonProduction
type Environment string

// The environments.
const (
	Production    Environment = "Production"
	NonProduction Environment = "NonProduction"
)

// UsageTier chooses presets by the number of requests.
//
// +kubebuilder:validation:Enum=Standard;Growth;Scale
type UsageTier string

// The usage tiers.
const (
	TierStandard UsageTier = "Standard"
	TierGrowth   UsageTier = "Growth"
	TierScale    UsageTier = "Scale"
)

// ProviderConfigReference names a provider-aws configuration.
type ProviderConfigReference struct {
	// Kind is ClusterProviderConfig (shared by all namespaces) or ProviderConfig
	// (in the claim's namespace).
	//
	// +kubebuilder:default=ClusterProviderConfig
	// +kubebuilder:validation:Enum=ClusterProviderConfig;ProviderConfig
	Kind string `json:"kind"`

	// Name of the configuration.
	//
	// +kubebuilder:default=default
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// Logs is how long logs are kept.
type Logs struct {
	// RetentionDays is how many days CloudWatch Logs keeps log lines: one of the
	// values that CloudWatch Logs accepts. More days cost more storage. It applies to
	// the flow logs and the database's logs too.
	//
	// +kubebuilder:default=7
	// +kubebuilder:validation:Enum=1;3;5;7;14;30;60;90;120;150;180;365;400;545;731;1096;1827;2192;2557;2922;3288;3653
	RetentionDays int32 `json:"retentionDays"`
}
