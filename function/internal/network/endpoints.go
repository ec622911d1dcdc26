package network

import (
	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// endpoints are the ways to AWS services that do not pass the NAT gateways. S3 is
// free and carries the image layers; the others cost by the hour and are asked
// for.
func endpoints(s *stack.Stack, p *plan.Plan) {
	gatewayEndpoint(s, p)
	for _, service := range p.Network.Interface {
		interfaceEndpoint(s, p, service)
	}
}

// gatewayEndpoint is a route in the private subnets' tables. The data subnets
// have no business with S3: RDS writes its backups on a network of its own.
func gatewayEndpoint(s *stack.Stack, p *plan.Plan) {
	const key, service = keys.S3Endpoint, "s3"
	s.Add(key, "The private way to "+service+", free of charge.", &ec2.VPCEndpoint{Spec: ec2.VPCEndpointSpec{ForProvider: ec2.VPCEndpointParameters_2{
		Region:          &s.Region,
		VPCEndpointType: ptr.To("Gateway"),
		ServiceName:     ptr.To(serviceName(s, service)),
		VPCIDRef:        s.Ref(keys.VPC),
		Tags:            s.Tags(key),
	}}})
	for _, az := range p.Network.Zones {
		s.Add(keys.EndpointRoutes(key, az.Letter), "Ties the zone's private routes to the endpoint.", &ec2.VPCEndpointRouteTableAssociation{Spec: ec2.VPCEndpointRouteTableAssociationSpec{ForProvider: ec2.VPCEndpointRouteTableAssociationParameters{
			Region:           &s.Region,
			VPCEndpointIDRef: s.Ref(key),
			RouteTableIDRef:  s.Ref(keys.RouteTable(keys.PrivateRoutes(az.Letter))),
		}}})
	}
}

// interfaceEndpoint is an address in every backend subnet, to which the service's
// own name leads. The provider gives an endpoint its name when it makes it or not
// at all, and its addresses only afterwards, so the ECS services wait for those.
func interfaceEndpoint(s *stack.Stack, p *plan.Plan, service v1alpha1.InterfaceEndpoint) {
	key := keys.Endpoint(service)
	s.Add(key, "The private way to "+string(service)+".", &ec2.VPCEndpoint{Spec: ec2.VPCEndpointSpec{ForProvider: ec2.VPCEndpointParameters_2{
		Region:            &s.Region,
		VPCEndpointType:   ptr.To("Interface"),
		ServiceName:       ptr.To(serviceName(s, string(service))),
		PrivateDNSEnabled: ptr.To(true),
		VPCIDRef:          s.Ref(keys.VPC),
		Tags:              s.Tags(key),
	}}})
	endpointAddresses(s, p, key)
	endpointSecurityGroup(s, key)
}

// endpointAddresses puts an endpoint into every backend subnet.
func endpointAddresses(s *stack.Stack, p *plan.Plan, of stack.Key) {
	for _, az := range p.Network.Zones {
		s.Add(keys.EndpointAddress(of, az.Letter), "The endpoint's address in the zone.", &ec2.VPCEndpointSubnetAssociation{Spec: ec2.VPCEndpointSubnetAssociationSpec{ForProvider: ec2.VPCEndpointSubnetAssociationParameters{
			Region:           &s.Region,
			VPCEndpointIDRef: s.Ref(of),
			SubnetIDRef:      s.Ref(keys.Subnet(v1alpha1.SubnetBackend, az.Letter)),
		}}})
	}
}

// endpointSecurityGroup lets the frontend and the backend in. AWS has put the
// endpoint behind the default security group, which is taken away in the same
// step.
func endpointSecurityGroup(s *stack.Stack, of stack.Key) {
	s.Add(keys.EndpointGroup(of), "Who may use the endpoint.", &ec2.VPCEndpointSecurityGroupAssociation{Spec: ec2.VPCEndpointSecurityGroupAssociationSpec{ForProvider: ec2.VPCEndpointSecurityGroupAssociationParameters{
		Region:                    &s.Region,
		VPCEndpointIDRef:          s.Ref(of),
		SecurityGroupIDRef:        s.Ref(keys.EndpointsGroup),
		ReplaceDefaultAssociation: ptr.To(true),
	}}})
}

func serviceName(s *stack.Stack, service string) string {
	return "com.amazonaws." + s.Region + "." + service
}
