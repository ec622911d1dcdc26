package v1alpha1

// A Protocol is what a load balancer speaks with the tasks of a service.
//
// +kubebuilder:validation:Enum=HTTP1;HTTP2;GRPC
type Protocol string

// The protocols.
const (
	ProtocolHTTP1 Protocol = "HTTP1"
	ProtocolHTTP2 Protocol = "HTTP2"
	ProtocolGRPC  Protocol = "GRPC"
)

// An ExtraService is a service beside the frontend and the backend, on one of their two load
// balancers.
//
// +kubebuilder:validation:XValidation:rule="self.protocol == 'HTTP1' || !has(self.expose)",message="cannot speak HTTP2 or GRPC with a public service: CloudFront speaks HTTP/1.1 with its origins, which the load balancer refuses for such a service; remove expose, or set protocol to HTTP1",fieldPath=".protocol"
// +kubebuilder:validation:XValidation:rule="self.protocol != 'GRPC' || self.stickySeconds == 0 && self.healthCheck.successCodes == '200-399'",message="cannot use stickySeconds or healthCheck.successCodes with GRPC: its clients keep no cookies, and its health checks have codes of their own; remove both",fieldPath=".protocol"
type ExtraService struct {
	// Name of the service, unique in the claim: lower-case letters, digits and hyphens.
	// The other workloads find an internal service by a variable that is named after it:
	// ORDERS_EU_URL for orders-eu. Renaming stops the old tasks and starts new ones.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]([a-z0-9]|-[a-z0-9]){0,15}$')",message="cannot use this service name: a service's name begins with a letter and has at most 16 lower-case letters, digits and single hyphens; write for example orders"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^(frontend|backend|queue|(aws|ecs)(-.*)?)$') && !self.matches('(^|-)(alarm|listener|loggroup|scaling|service|targetgroup)-')",message="cannot use this service name: it would be taken for another name of Kasha's or AWS's, such as frontend, queue, aws-x or service-x; choose another name"
	Name string `json:"name"`

	// Expose makes the service public: it gets these requests of viewers, through
	// CloudFront and its firewall. When empty, the service is internal: the claim's other
	// workloads reach it at the URL that their variable <NAME>_URL has, a port of the
	// internal load balancer. A change moves the service to the other load balancer
	// without stopping it.
	//
	// +optional
	Expose *Expose `json:"expose,omitempty"`

	// Data lets the service reach the database, the queues and the bucket: it then has the
	// backend's subnets, network paths, role and variables. A service without it has what
	// the frontend has: it can call the internal services, and do nothing in AWS.
	// Immutable, because the service's place in the network follows from it.
	//
	// +kubebuilder:default=false
	Data bool `json:"data"`

	// Protocol that the load balancer speaks with the tasks, without TLS. HTTP2 and GRPC are
	// for internal services of a claim with edge.domain: other workloads then call the
	// service with TLS, at internal.<domain>. The health check of GRPC asks for
	// /AWS.ALB/healthcheck and takes the answer UNIMPLEMENTED, or for healthCheck.path, for
	// example /grpc.health.v1.Health/Check, and takes the answer OK. Immutable.
	//
	// +kubebuilder:default=HTTP1
	Protocol Protocol `json:"protocol"`

	// Port that the container listens on.
	//
	// +kubebuilder:default=8080
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

	// StickySeconds is for how long a client is sent to the same task, by a cookie of the
	// load balancer. 0 is off. Clients must keep cookies, as browsers do.
	//
	// +kubebuilder:default=0
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=604800
	StickySeconds int32 `json:"stickySeconds"`

	Service `json:",inline"`
}
