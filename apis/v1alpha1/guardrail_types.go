package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// GuardrailKind is the kind of the platform's bounds.
const GuardrailKind = "KashaGuardrail"

// MaxTags is how many tags the platform and a claim may add to a resource
// together. AWS takes 50; Kasha has four of its own, and the provider three.
const MaxTags = 43

// A KashaGuardrail bounds the claims of some namespaces. The platform team writes
// it, and the authors of claims need no access to it.
//
// It has bounds (allow, require, limit), which refuse a claim, and imposed values
// (impose), which override the claim. It has no defaults, because changing a
// default would change existing claims. Of the guardrails whose namespaces match,
// only the one with the highest precedence applies; guardrails are not merged. If
// there is any guardrail, a new claim that none matches is refused.
//
// When a bound becomes tighter, an existing claim keeps the values that it has,
// and its condition GuardrailsMet lists them. A change that goes further out of
// bounds is refused. A refused change has no effect.
//
// In every list, * matches any number of characters, including /.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=kashaguardrails,singular=kashaguardrail,scope=Cluster,shortName=kashaguard,categories={crossplane}
// +kubebuilder:printcolumn:name="Namespaces",type=string,JSONPath=`.spec.namespaces`
// +kubebuilder:printcolumn:name="Precedence",type=integer,JSONPath=`.spec.precedence`
// +kubebuilder:printcolumn:name="Enforcement",type=string,JSONPath=`.spec.enforcement`
// +kubebuilder:printcolumn:name="Valid",type=string,JSONPath=`.status.conditions[?(@.type=='Valid')].status`
type KashaGuardrail struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec KashaGuardrailSpec `json:"spec"`

	// +optional
	Status KashaGuardrailStatus `json:"status,omitempty"`
}

// KashaGuardrailSpec is what the claims of some namespaces may be.
type KashaGuardrailSpec struct {
	// Namespaces whose claims it bounds, for example team-shop or team-shop-*.
	//
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[a-z0-9*]([a-z0-9*-]*[a-z0-9*])?$')",message="cannot use this namespace: it is not the name of a namespace, of which * stands for any part; write for example team-shop or team-shop-*"
	Namespaces []string `json:"namespaces"`

	// Precedence decides among the guardrails that match a namespace: the highest
	// applies. Two that match with the same precedence refuse the claim.
	//
	// +kubebuilder:default=0
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000
	Precedence int32 `json:"precedence"`

	// Enforcement is what happens to a claim that is out of bounds. Refuse refuses it.
	// Report accepts it, and the claim's condition GuardrailsMet lists what Refuse
	// would refuse: use it to introduce a bound. Values that are accepted under Report
	// are kept when you change to Refuse.
	//
	// +kubebuilder:default=Refuse
	Enforcement Enforcement `json:"enforcement"`

	// Impose overrides the claim. Changing it changes existing resources.
	//
	// +optional
	Impose Impose `json:"impose,omitempty"`

	// Allow is what a claim may name. A list that is not here, and has no default,
	// allows nothing, and ["*"] allows everything. So what a later version of Kasha
	// lets a claim name is forbidden until it is allowed here.
	Allow Allow `json:"allow"`

	// Require is what a claim must be. A field that is not here demands nothing.
	//
	// +optional
	Require Require `json:"require,omitempty"`

	// Limit is how large a claim may be. A field that is not here limits nothing.
	//
	// +optional
	Limit Limit `json:"limit,omitempty"`

	// Exempt are claims that some bounds do not apply to.
	//
	// +optional
	// +listType=map
	// +listMapKey=claim
	// +kubebuilder:validation:MaxItems=200
	Exempt []Exemption `json:"exempt,omitempty"`

	// Stacks are claims that take over the AWS names of a claim that no longer exists,
	// for example after a namespace was lost or a cluster was restored without the
	// claim's resources. The claim adopts all AWS resources with these names.
	//
	// +optional
	// +listType=map
	// +listMapKey=claim
	// +kubebuilder:validation:MaxItems=200
	Stacks []ResumedStack `json:"stacks,omitempty"`
}

// Enforcement is what happens to a claim that is out of bounds.
//
// +kubebuilder:validation:Enum=Refuse;Report
type Enforcement string

// The enforcements.
const (
	EnforcementRefuse Enforcement = "Refuse"
	EnforcementReport Enforcement = "Report"
)

// Impose overrides the claim.
type Impose struct {
	// PermissionsBoundaryARN is the permissions boundary of every role of the
	// claim. A claim's own must then be absent or the same, and a new claim cannot
	// use database.rotation Application, whose role takes no boundary.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=2048
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws:iam::(aws|[0-9]{12}):policy/[A-Za-z0-9+=,.@_/-]+$')",message="cannot impose this boundary: it is not the ARN of an IAM policy; write for example arn:aws:iam::111122223333:policy/boundary"
	PermissionsBoundaryARN string `json:"permissionsBoundaryARN,omitempty"`

	// Tags are added to everything that AWS can tag. They win over the claim's tags
	// of the same key, in any case of letters. AWS takes 50 tags: with Kasha's own
	// and the provider's, 43 are left for these and the claim's together. All keys
	// and values have at most 2048 bytes together.
	//
	// +optional
	// +kubebuilder:validation:MaxProperties=20
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.size() >= 1 && k.size() <= 128 && k.matches('^[A-Za-z0-9 _.:/=+@-]+$') && !k.matches('(?i)^(aws:|kasha.io/|crossplane-|name$)'))",message="cannot impose this tag: a key has 1 to 128 letters, digits, spaces and _.:/=+@-, and aws:, kasha.io/, crossplane- and Name are reserved; choose another key"
	// +kubebuilder:validation:XValidation:rule="self.all(k, self.exists_one(j, j.lowerAscii() == k.lowerAscii()))",message="cannot impose these tags: IAM does not tell keys apart by the case of their letters; give each tag a key of its own"
	// +kubebuilder:validation:XValidation:rule="self.map(k, bytes(k).size() + bytes(self[k]).size()).sum() <= 2048",message="cannot impose these tags: their keys and values have more than 2048 bytes together, and every resource carries all of them; shorten them"
	Tags map[string]TagValue `json:"tags,omitempty"`
}

// Allow is what a claim may name.
type Allow struct {
	// ProviderConfigs that providerConfigRef may name, which is to say, AWS
	// accounts.
	//
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	ProviderConfigs []AllowedProviderConfig `json:"providerConfigs"`

	// Images that the containers of all workloads may have, sidecars and init containers
	// too, as a claim writes them.
	// The registry is spelled out, for example registry.example.com/shop/*, unless
	// the entry is * alone. Repositories that the claim made itself are always
	// allowed.
	//
	// +listType=set
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=300
	// +kubebuilder:validation:XValidation:rule="self.all(g, g == '*' || g.indexOf('/') > 0 && (g.indexOf('*') < 0 || g.indexOf('/') < g.indexOf('*')))",message="cannot allow these images: the registry must be spelled out, or the pattern matches the registries of others; write host/path*, or * alone"
	Images []string `json:"images"`

	// Regions that region may be.
	//
	// +kubebuilder:default={"*"}
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=30
	// +kubebuilder:validation:items:MaxLength=20
	Regions []string `json:"regions"`

	// Environments that environment may be.
	//
	// +kubebuilder:default={Production,NonProduction}
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=2
	Environments []Environment `json:"environments"`

	// SecretARNs that the secrets of all containers may name. The claim's
	// role for starting tasks may read them.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	SecretARNs []string `json:"secretARNs,omitempty"`

	// ParameterARNs that the secrets of all containers may name. The claim's role for
	// starting tasks may read them.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=600
	ParameterARNs []string `json:"parameterARNs,omitempty"`

	// Permissions that the workloads' permissions may give, each as an action, the word on, and
	// a resource: ses:SendEmail on arn:aws:ses:*:111122223333:identity/shop.example.com. The
	// permissions boundary is a second bound: it holds for what is allowed here, too.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=700
	Permissions []string `json:"permissions,omitempty"`

	// Egress that the workloads' egress may open, each as a destination, a space, the protocol,
	// a slash and the port: 10.8.0.0/16 tcp/5432. A network is compared as text, not as a part
	// of a larger one.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=60
	Egress []string `json:"egress,omitempty"`

	// Snapshots that database.restoreFromSnapshot may name, as a claim writes them:
	// a name and the ARN with this name are two spellings.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	Snapshots []string `json:"snapshots,omitempty"`

	// Domains that edge.domain.name and additionalNames may be. *.example.com does
	// not match example.com itself.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	Domains []string `json:"domains,omitempty"`

	// HostedZones that edge.domain.hostedZoneID may name. A zone that the claim
	// makes itself needs its domain allowed, and nothing here.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=32
	HostedZones []string `json:"hostedZones,omitempty"`

	// Networks that network.existing.vpcID may name.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=21
	Networks []string `json:"networks,omitempty"`

	// CopyRegions that backup.copyTo.region may be.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=30
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=20
	CopyRegions []string `json:"copyRegions,omitempty"`

	// CopyVaultARNs that backup.copyTo.vaultARN may name: where the whole database
	// may be copied to.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	CopyVaultARNs []string `json:"copyVaultARNs,omitempty"`

	// RestoreTestConfigs are provider configurations that
	// backup.restoreTest.providerConfigRef may name, while the tests are enabled.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	RestoreTestConfigs []AllowedProviderConfig `json:"restoreTestConfigs,omitempty"`

	// RestoreTestSubnetGroups that backup.restoreTest.subnetGroup may name, while
	// the tests are enabled: who can reach the restored database.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=255
	RestoreTestSubnetGroups []string `json:"restoreTestSubnetGroups,omitempty"`

	// OriginPrefixLists that edge.originPrefixListID may name: who may reach the
	// public load balancer past CloudFront.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=20
	OriginPrefixLists []string `json:"originPrefixLists,omitempty"`

	// Uploaders that edge.static.uploaders may have: whose roles can change the site's
	// files.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	Uploaders []string `json:"uploaders,omitempty"`

	// Overrides that overrides may have, each as key and path with a colon between them,
	// for example db-primary:caCertIdentifier or alb-*:accessLogs*. They change what no
	// other bound looks at.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=321
	Overrides []string `json:"overrides,omitempty"`

	// PermissionsBoundaryARNs that permissionsBoundaryARN may name, where none is
	// imposed.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	PermissionsBoundaryARNs []string `json:"permissionsBoundaryARNs,omitempty"`

	// TagKeys that tags may have. A tag of an IAM role is a tag of the application's
	// session, which IAM conditions of others may trust. So roles get only those of
	// the claim's tags whose key is allowed by another entry than * alone.
	//
	// +kubebuilder:default={"*"}
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MaxLength=128
	TagKeys []string `json:"tagKeys"`

	// StackIDs that adopt.stackID may name: whole IDs, without *. A claim that names one
	// takes over all AWS resources with its names, so list an ID only while no other
	// claim uses it, and only here. It is judged under enforcement Report too.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MaxLength=49
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[a-z][a-z0-9-]*-([0-9a-f]{6}|[a-z2-7]{8})$')",message="cannot allow this ID: it is not the ID of a stack, and * would allow the stacks of others; write the value of the tag kasha.io/stack on its resources, for example shop-1a2b3c"
	StackIDs []string `json:"stackIDs,omitempty"`

	// Emails that alarms.emails may have, for example *@example.com.
	//
	// +kubebuilder:default={"*"}
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MaxLength=254
	Emails []string `json:"emails"`
}

// AllowedProviderConfig is a provider configuration that a claim may name.
type AllowedProviderConfig struct {
	// Kind is ClusterProviderConfig (shared by all namespaces) or ProviderConfig
	// (in the claim's namespace, where its author may be able to write one).
	//
	// +kubebuilder:default=ClusterProviderConfig
	// +kubebuilder:validation:Enum=ClusterProviderConfig;ProviderConfig
	Kind string `json:"kind"`

	// Name of the configuration.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
}

// Require is what a claim must be.
type Require struct {
	// DeletionProtection must be on. Then a claim is deleted only after the
	// platform team exempts it.
	//
	// +optional
	DeletionProtection bool `json:"deletionProtection,omitempty"`

	// Firewall must block: edge.waf.mode is Block, there are no allowCIDRs and no
	// exemptPaths, and no rule is overridden to Count or Allow.
	//
	// +optional
	Firewall bool `json:"firewall,omitempty"`

	// AccessLogs must be on.
	//
	// +optional
	AccessLogs bool `json:"accessLogs,omitempty"`

	// VaultLock must be on: backup.lock is Governance.
	//
	// +optional
	VaultLock bool `json:"vaultLock,omitempty"`

	// EndpointPolicy must be Account: network.endpoints.policy, with an own network.
	//
	// +optional
	EndpointPolicy bool `json:"endpointPolicy,omitempty"`

	// NoExec forbids exec: nobody opens a shell in a container.
	//
	// +optional
	NoExec bool `json:"noExec,omitempty"`

	// Origin that edge.origin must be.
	//
	// +optional
	Origin OriginMode `json:"origin,omitempty"`

	// BackupRetentionDays is the least that database.backupRetentionDays may be.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=35
	BackupRetentionDays *int64 `json:"backupRetentionDays,omitempty"`

	// ArchiveYears is the least that backup.archiveYears may be.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=35
	ArchiveYears *int64 `json:"archiveYears,omitempty"`

	// LogRetentionDays is the least that logs.retentionDays may be.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3653
	LogRetentionDays *int64 `json:"logRetentionDays,omitempty"`
}

// Limit is how large a claim may be.
type Limit struct {
	// MonthlyUSD is the most that the claim may cost a month without traffic, as
	// status.cost estimates it, with scaling.max tasks of each service and worker, with
	// one run of each schedule that always goes on, unless it is paused, and one of each
	// release. Where Kasha does not know a price of the region, the highest that it
	// knows counts. A database whose price it does not know is refused, unless
	// instanceClasses allows its class.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000000
	MonthlyUSD *int64 `json:"monthlyUSD,omitempty"`

	// Tasks is the most that scaling.max of a service may be.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Tasks *int64 `json:"tasks,omitempty"`

	// TaskCPU is the most that cpu of a service may be.
	//
	// +optional
	// +kubebuilder:validation:Minimum=256
	// +kubebuilder:validation:Maximum=16384
	TaskCPU *int64 `json:"taskCPU,omitempty"`

	// TaskMemoryMiB is the most that memory of a service may be.
	//
	// +optional
	// +kubebuilder:validation:Minimum=512
	// +kubebuilder:validation:Maximum=122880
	TaskMemoryMiB *int64 `json:"taskMemoryMiB,omitempty"`

	// InstanceClasses that database.instanceClass and database.aurora.instanceClass may
	// be, for example db.t4g.*.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=50
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=40
	InstanceClasses []string `json:"instanceClasses,omitempty"`

	// StorageGiB is the most that database.storageGiB and maxStorageGiB may be.
	//
	// +optional
	// +kubebuilder:validation:Minimum=20
	// +kubebuilder:validation:Maximum=65536
	StorageGiB *int64 `json:"storageGiB,omitempty"`

	// ReadReplicas is the most that database.readReplicas, and the readers of
	// database.aurora, may be.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=5
	ReadReplicas *int64 `json:"readReplicas,omitempty"`

	// Queues is the most that a claim may have.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=20
	Queues *int64 `json:"queues,omitempty"`

	// Zones is the most availability zones that a claim may be in.
	//
	// +optional
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=3
	Zones *int64 `json:"zones,omitempty"`

	// FirewallRateLimit is the most that edge.waf.rateLimit may be.
	//
	// +optional
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=2000000000
	FirewallRateLimit *int64 `json:"firewallRateLimit,omitempty"`
}

// Exemption is a claim that some bounds do not apply to.
type Exemption struct {
	// Claim as namespace/name.
	Claim ClaimName `json:"claim"`

	// Rules that do not apply to it, by the names in messages: limit.tasks.
	//
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=40
	Rules []RuleName `json:"rules"`

	// Reason documents the exemption, for example with a ticket.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Reason string `json:"reason"`
}

// ClaimName is a claim's namespace and name.
//
// +kubebuilder:validation:MaxLength=104
// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/[a-z][a-z0-9-]{0,39}$')",message="cannot use this claim: it is not the namespace and the name of a claim; write for example team-shop/shop"
type ClaimName string

// RuleName is the name of a bound: its place in this object.
//
// +kubebuilder:validation:Enum=allow.providerConfigs;allow.images;allow.regions;allow.environments;allow.secretARNs;allow.parameterARNs;allow.permissions;allow.egress;allow.snapshots;allow.domains;allow.hostedZones;allow.networks;allow.copyRegions;allow.copyVaultARNs;allow.restoreTestConfigs;allow.restoreTestSubnetGroups;allow.originPrefixLists;allow.uploaders;allow.overrides;allow.permissionsBoundaryARNs;allow.tagKeys;allow.stackIDs;allow.emails;require.deletionProtection;require.firewall;require.accessLogs;require.vaultLock;require.endpointPolicy;require.noExec;require.origin;require.backupRetentionDays;require.archiveYears;require.logRetentionDays;limit.monthlyUSD;limit.tasks;limit.taskCPU;limit.taskMemoryMiB;limit.instanceClasses;limit.storageGiB;limit.readReplicas;limit.queues;limit.zones;limit.firewallRateLimit
type RuleName string

// ResumedStack is a claim that resumes the names in AWS of one that is gone.
//
// +kubebuilder:validation:XValidation:rule="self.id.startsWith(self.claim.split('/')[1] + '-') && !self.id.substring(self.claim.split('/')[1].size() + 1).contains('-')",message="cannot resume under this ID: it is another claim's, because an ID begins with the claim's name and a hyphen; write the ID of this claim's own resources",fieldPath=".id"
type ResumedStack struct {
	// Claim as namespace/name.
	Claim ClaimName `json:"claim"`

	// ID of the stack, as the tag kasha.io/stack on its resources in AWS has it: the
	// claim's name, a hyphen and 6 or 8 characters.
	//
	// +kubebuilder:validation:MaxLength=49
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z][a-z0-9-]*-([0-9a-f]{6}|[a-z2-7]{8})$')",message="cannot use this ID: it is not the ID of a stack; write the value of the tag kasha.io/stack on its resources, for example shop-1a2b3c"
	ID string `json:"id"`
}

// KashaGuardrailStatus has conditions only: Valid says whether claims are judged
// by this guardrail, and what is wrong if they are refused instead.
type KashaGuardrailStatus struct{}
