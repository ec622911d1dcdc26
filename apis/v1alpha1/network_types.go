package v1alpha1

// Network is the VPC and what is in it.
//
// +kubebuilder:validation:XValidation:rule="has(self.existing) == has(oldSelf.existing)",message="cannot change network.existing: all resources of this claim are in the network that it was created in; create a new claim in the other network and move the data",fieldPath=".existing"
// +kubebuilder:validation:XValidation:rule="!has(self.existing) || !has(self.natGateways)",message="cannot choose NAT gateways for an existing network: the claim does not change it; remove natGateways",fieldPath=".natGateways"
// +kubebuilder:validation:XValidation:rule="!has(self.existing) || !has(self.denyRules) || self.denyRules.size() == 0",message="cannot add deny rules to an existing network: the claim does not change it; remove denyRules, and add the rules to your network ACLs",fieldPath=".denyRules"
// +kubebuilder:validation:XValidation:rule="!has(self.existing) || !has(self.endpoints.interface) || self.endpoints.interface.size() == 0",message="cannot create endpoints in an existing network: they would change how all its clients resolve the names of AWS services; remove endpoints.interface, and create the endpoints yourself",fieldPath=".endpoints"
// +kubebuilder:validation:XValidation:rule="!has(self.existing) || !has(self.endpoints.policy)",message="cannot set a policy for the endpoints of an existing network: the claim does not change it; remove endpoints.policy, and set the policies of your endpoints yourself",fieldPath=".endpoints"
type Network struct {
	// CIDR is the VPC's IPv4 range, of prefix length 16 to 19. Each of the public,
	// frontend, backend and data subnets takes 1/256 of it. Immutable. Not used with
	// existing.
	//
	// +kubebuilder:default="10.0.0.0/16"
	// +kubebuilder:validation:MaxLength=18
	// +kubebuilder:validation:XValidation:rule="isCIDR(self) && cidr(self).ip().family() == 4 && cidr(self).prefixLength() >= 16 && cidr(self).prefixLength() <= 19 && cidr(self) == cidr(self).masked()",message="cannot use this CIDR: it must be an IPv4 network address with a prefix length of 16 to 19; write for example 10.0.0.0/16"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change network.cidr: AWS cannot renumber a VPC; create a new claim with the range that you want and move the data"
	CIDR string `json:"cidr"`

	// NATGateways is PerZone, Single or None. PerZone: each zone has its own NAT
	// gateway, so the loss of a zone does not affect the others. Single: all zones
	// share one. It saves about 33 USD a month for each further zone, but if its zone
	// fails, no zone reaches the internet. None: tasks cannot reach the internet, only
	// S3 and the interface endpoints, as endpoints.policy lets them. The images must then be in ECR in the claim's
	// region, and endpoints.interface must list ecr.api, ecr.dkr, logs and
	// secretsmanager, sqs if there are queues, ssm if secrets name parameters, and
	// ssmmessages and kms for exec. When empty, PerZone in Production and Single in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Enum=PerZone;Single;None
	NATGateways NATGateways `json:"natGateways,omitempty"`

	// Existing is a VPC of yours that the resources are created in, instead of a VPC
	// that the claim creates. The claim never changes or deletes this VPC or its
	// subnets. Immutable: it cannot be added, changed or removed later.
	//
	// +optional
	Existing *ExistingNetwork `json:"existing,omitempty"`

	// FlowLogs records the IP traffic in the VPC. With existing, the claim creates no
	// flow log: that is left to the owner of the network.
	//
	// +kubebuilder:default={}
	FlowLogs FlowLogs `json:"flowLogs"`

	// Endpoints are VPC endpoints: private connections to AWS services. The S3 gateway
	// endpoint is free and always created, except with existing.
	//
	// +kubebuilder:default={}
	Endpoints Endpoints `json:"endpoints"`

	// DenyRules are network ACL rules that deny traffic at the border of a subnet
	// tier, before the security groups see it. Without any, only the
	// security groups decide.
	//
	// +optional
	// +listType=map
	// +listMapKey=subnets
	// +listMapKey=direction
	// +listMapKey=number
	// +kubebuilder:validation:MaxItems=60
	DenyRules []DenyRule `json:"denyRules,omitempty"`
}

// NATGateways is how many NAT gateways there are.
type NATGateways string

// The numbers of NAT gateways.
const (
	NATPerZone NATGateways = "PerZone"
	NATSingle  NATGateways = "Single"
	NATNone    NATGateways = "None"
)

// ExistingNetwork is a VPC that the claim does not own. Each tier has one subnet
// for each of the claim's availability zones, in their order; tiers may share
// subnets.
//
// The VPC must resolve names (enableDnsSupport and enableDnsHostnames). The public
// subnets need a route to an internet gateway, since the public load balancer is
// in them; the frontend and backend subnets need a route to ECR, CloudWatch Logs,
// Secrets Manager, SQS and S3, through NAT or endpoints; the data subnets need no
// such route.
//
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change network.existing: all resources of this claim are in the network that it was created in; create a new claim in the other network and move the data"
type ExistingNetwork struct {
	// VPCID of the VPC.
	//
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^vpc-[0-9a-f]{8,17}$')",message="cannot use this VPC: it is not the ID of a VPC; write for example vpc-0123456789abcdef0"
	VPCID string `json:"vpcID"`

	// PublicSubnetIDs are for the public load balancer.
	PublicSubnetIDs SubnetIDs `json:"publicSubnetIDs"`

	// FrontendSubnetIDs are for the frontend tasks.
	FrontendSubnetIDs SubnetIDs `json:"frontendSubnetIDs"`

	// BackendSubnetIDs are for the backend tasks and the internal load balancer.
	BackendSubnetIDs SubnetIDs `json:"backendSubnetIDs"`

	// DataSubnetIDs are for the database.
	DataSubnetIDs SubnetIDs `json:"dataSubnetIDs"`
}

// SubnetIDs are a tier's subnets, one for each availability zone, in the order of
// spec.availabilityZones.
//
// +listType=atomic
// +kubebuilder:validation:MinItems=2
// +kubebuilder:validation:MaxItems=3
// +kubebuilder:validation:items:MaxLength=100
// +kubebuilder:validation:items:XValidation:rule="self.matches('^subnet-[0-9a-f]{8,17}$')",message="cannot use this subnet: it is not the ID of a subnet; write for example subnet-0123456789abcdef0"
// +kubebuilder:validation:XValidation:rule="self.all(s, self.exists_one(t, t == s))",message="cannot use these subnets: each availability zone has a subnet of its own; list one subnet for each zone"
type SubnetIDs []string

// Subnets are a tier's subnets.
func (e *ExistingNetwork) Subnets(tier SubnetTier) SubnetIDs {
	switch tier {
	case SubnetPublic:
		return e.PublicSubnetIDs
	case SubnetFrontend:
		return e.FrontendSubnetIDs
	case SubnetBackend:
		return e.BackendSubnetIDs
	}
	return e.DataSubnetIDs
}

// FlowLogs records the IP traffic in the VPC.
type FlowLogs struct {
	// MaxAggregationSeconds is the interval in seconds over which a flow is aggregated
	// into one record: 60 or 600. With 60, records appear sooner. With 600, there are
	// fewer records, which cost less. Changing it replaces the flow log; existing
	// records are kept.
	//
	// +kubebuilder:default=60
	// +kubebuilder:validation:Enum=60;600
	MaxAggregationSeconds int32 `json:"maxAggregationSeconds"`
}

// Endpoints are VPC endpoints: private connections to AWS services.
type Endpoints struct {
	// Interface lists services that get an interface endpoint in every backend
	// subnet, so that their traffic does not go through the NAT gateway. Each
	// costs about 7 USD a month and zone. While one is added to a claim that runs,
	// its service cannot be reached from the network for some minutes.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=8
	Interface []InterfaceEndpoint `json:"interface,omitempty"`

	// Policy is what the endpoints let through. Account: requests of this AWS
	// account's identities to this account's resources, and to the repositories and
	// secrets of other accounts that the claim names. An attacker in a container
	// cannot send data to an account of their own through them. All S3 traffic of
	// the region goes through the S3 endpoint, with or without NAT gateways, so
	// buckets of others cannot be reached any more, public ones neither. Open:
	// everything. When empty, Account with natGateways None, and Open otherwise.
	// Claims of v0.1.0 are Open until you set it. It can be changed at any time.
	//
	// +optional
	Policy EndpointPolicy `json:"policy,omitempty"`
}

// EndpointPolicy is what VPC endpoints let through.
//
// +kubebuilder:validation:Enum=Account;Open
type EndpointPolicy string

// The policies.
const (
	EndpointsAccount EndpointPolicy = "Account"
	EndpointsOpen    EndpointPolicy = "Open"
)

// InterfaceEndpoint is a service that can have an interface endpoint.
//
// +kubebuilder:validation:Enum=ecr.api;ecr.dkr;logs;secretsmanager;sqs;kms;ssm;ssmmessages
type InterfaceEndpoint string

// SubnetTier is one of the four subnets that every zone has.
//
// +kubebuilder:validation:Enum=public;frontend;backend;data
type SubnetTier string

// The subnet tiers, from the internet inwards.
const (
	SubnetPublic   SubnetTier = "public"
	SubnetFrontend SubnetTier = "frontend"
	SubnetBackend  SubnetTier = "backend"
	SubnetData     SubnetTier = "data"
)

// Direction of traffic, seen from the subnet.
//
// +kubebuilder:validation:Enum=Ingress;Egress
type Direction string

// The directions.
const (
	Ingress Direction = "Ingress"
	Egress  Direction = "Egress"
)

// A DenyRule denies traffic at the border of a subnet tier.
//
// +kubebuilder:validation:XValidation:rule="self.protocol == 'all' ? !has(self.fromPort) && !has(self.toPort) : has(self.fromPort) && has(self.toPort) && self.fromPort <= self.toPort",message="cannot use this rule: tcp and udp need fromPort <= toPort of 0 to 65535, and all takes no ports; set or remove the ports"
type DenyRule struct {
	// Subnets is the subnet tier that the rule applies to.
	Subnets SubnetTier `json:"subnets"`

	// Direction of the traffic, seen from the subnets.
	Direction Direction `json:"direction"`

	// Number orders the rules of one tier and direction: the lowest that matches
	// decides. 1 to 99; the rule that allows the rest is number 100.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=99
	Number int32 `json:"number"`

	// CIDR is the other side's IPv4 range.
	//
	// +kubebuilder:validation:MaxLength=18
	// +kubebuilder:validation:XValidation:rule="isCIDR(self) && cidr(self).ip().family() == 4 && cidr(self) == cidr(self).masked()",message="cannot use this CIDR: it must be an IPv4 network address with a prefix length; write for example 203.0.113.0/24"
	CIDR string `json:"cidr"`

	// Protocol is tcp, udp or all.
	//
	// +kubebuilder:default=all
	// +kubebuilder:validation:Enum=all;tcp;udp
	Protocol string `json:"protocol"`

	// FromPort is the first destination port. With tcp and udp only.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=65535
	FromPort *int32 `json:"fromPort,omitempty"`

	// ToPort is the last destination port. With tcp and udp only.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=65535
	ToPort *int32 `json:"toPort,omitempty"`
}
