package network

import (
	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// endpoints adds the VPC endpoints, over which traffic to AWS services bypasses the NAT
// gateways. The S3 endpoint is free and carries the image layers, so every claim has
// it, and that of DynamoDB is free too. Interface endpoints cost by the hour, so a claim has only those that it lists.
func endpoints(s *stack.Stack, p *plan.Plan) {
	for _, g := range p.Network.Gateways {
		gatewayEndpoint(s, p, g)
	}
	for _, service := range p.Network.Interface {
		interfaceEndpoint(s, p, service)
	}
}

// gatewayEndpoint routes traffic of the private subnets to an AWS service. The data
// subnets do not need it: RDS writes its backups over a network of its own.
func gatewayEndpoint(s *stack.Stack, p *plan.Plan, g plan.Gateway) {
	key, service := g.Key, g.Service
	s.Add(key, "Carries traffic to "+service+" without the NAT gateways, free of charge.",
		&ec2.VPCEndpoint{Spec: ec2.VPCEndpointSpec{ForProvider: ec2.VPCEndpointParameters_2{
			Region:          &s.Region,
			VPCEndpointType: ptr.To("Gateway"),
			ServiceName:     ptr.To(serviceName(s, service)),
			VPCIDRef:        s.Ref(keys.VPC),
			Policy:          ptr.To(endpointPolicy(s, p, service)),
			Tags:            s.Tags(key),
		}}})
	for _, az := range p.Network.Zones {
		s.Add(keys.EndpointRoutes(key, az.Letter), "Routes the zone's private subnets to the endpoint.",
			&ec2.VPCEndpointRouteTableAssociation{Spec: ec2.VPCEndpointRouteTableAssociationSpec{
				ForProvider: ec2.VPCEndpointRouteTableAssociationParameters{
					Region:           &s.Region,
					VPCEndpointIDRef: s.Ref(key),
					RouteTableIDRef:  s.Ref(keys.RouteTable(keys.PrivateRoutes(az.Letter))),
				},
			}})
	}
}

// interfaceEndpoint gives the service an address in every backend subnet. The service's
// own DNS name resolves to these addresses. The provider enables private DNS when it
// creates the endpoint or not at all: it refuses the change, because its Terraform schema
// says that the change needs another endpoint. It adds the addresses and the security group
// only afterwards, since they are not in its schema of the endpoint. So the ECS services of
// a new claim wait for the addresses.
// https://github.com/hashicorp/terraform-provider-aws/issues/46776
func interfaceEndpoint(s *stack.Stack, p *plan.Plan, service v1alpha1.InterfaceEndpoint) {
	key := keys.Endpoint(service)
	s.Add(key, "Carries traffic to "+string(service)+" without the NAT gateways.",
		&ec2.VPCEndpoint{Spec: ec2.VPCEndpointSpec{ForProvider: ec2.VPCEndpointParameters_2{
			Region:            &s.Region,
			VPCEndpointType:   ptr.To("Interface"),
			ServiceName:       ptr.To(serviceName(s, string(service))),
			PrivateDNSEnabled: ptr.To(true),
			VPCIDRef:          s.Ref(keys.VPC),
			Policy:            ptr.To(endpointPolicy(s, p, string(service))),
			Tags:              s.Tags(key),
		}}})
	endpointAddresses(s, p, key)
	endpointSecurityGroup(s, key)
}

// endpointAddresses puts an endpoint into every backend subnet.
func endpointAddresses(s *stack.Stack, p *plan.Plan, of stack.Key) {
	for _, az := range p.Network.Zones {
		s.Add(keys.EndpointAddress(of, az.Letter), "Gives the endpoint an address in the zone.",
			&ec2.VPCEndpointSubnetAssociation{Spec: ec2.VPCEndpointSubnetAssociationSpec{
				ForProvider: ec2.VPCEndpointSubnetAssociationParameters{
					Region:           &s.Region,
					VPCEndpointIDRef: s.Ref(of),
					SubnetIDRef:      s.Ref(keys.Subnet(v1alpha1.SubnetBackend, az.Letter)),
				},
			}})
	}
}

// endpointSecurityGroup admits the frontend and the backend. AWS puts a new endpoint
// into the default security group; this replaces that group in the same step.
func endpointSecurityGroup(s *stack.Stack, of stack.Key) {
	s.Add(keys.EndpointGroup(of), "Attaches the security group that decides who may use the endpoint.",
		&ec2.VPCEndpointSecurityGroupAssociation{Spec: ec2.VPCEndpointSecurityGroupAssociationSpec{
			ForProvider: ec2.VPCEndpointSecurityGroupAssociationParameters{
				Region:                    &s.Region,
				VPCEndpointIDRef:          s.Ref(of),
				SecurityGroupIDRef:        s.Ref(keys.EndpointsGroup),
				ReplaceDefaultAssociation: ptr.To(true),
			},
		}})
}

func serviceName(s *stack.Stack, service string) string {
	return "com.amazonaws." + s.Region + "." + service
}
