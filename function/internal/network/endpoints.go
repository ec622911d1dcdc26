package network

import (
	"strings"

	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// endpoints are the ways to AWS services that do not pass the NAT gateways. S3 is
// free and carries the image layers; the others cost by the hour and are asked
// for.
func endpoints(s *stack.Stack) {
	gatewayEndpoint(s, "s3")
	for _, service := range s.Claim.Spec.Network.Endpoints.Interface {
		interfaceEndpoint(s, service)
	}
}

// gatewayEndpoint is a route in the private subnets' tables. The data subnets
// have no business with S3: RDS writes its backups on a network of its own.
func gatewayEndpoint(s *stack.Stack, service string) {
	key := stack.Key("endpoint-" + service)
	s.Add(key, "The private way to "+service+", free of charge.", &ec2.VPCEndpoint{Spec: ec2.VPCEndpointSpec{ForProvider: ec2.VPCEndpointParameters_2{
		Region:          &s.Region,
		VPCEndpointType: ptr.To("Gateway"),
		ServiceName:     ptr.To(serviceName(s, service)),
		VPCIDRef:        s.Ref("vpc"),
		Tags:            s.Tags(key),
	}}})
	for _, az := range s.Zones {
		table := stack.Key("private-" + az.Letter)
		s.Add(key+"-"+table, "Ties the zone's private routes to the endpoint.", &ec2.VPCEndpointRouteTableAssociation{Spec: ec2.VPCEndpointRouteTableAssociationSpec{ForProvider: ec2.VPCEndpointRouteTableAssociationParameters{
			Region:           &s.Region,
			VPCEndpointIDRef: s.Ref(key),
			RouteTableIDRef:  s.Ref("routetable-" + table),
		}}})
	}
}

// interfaceEndpoint is an address in every backend subnet. Only when it can be
// reached there does the service's name lead to it: before, the name would lead
// the whole VPC to an endpoint without an address, or behind the default
// security group, which lets nobody in.
func interfaceEndpoint(s *stack.Stack, service v1alpha1.InterfaceEndpoint) {
	key := endpointKey(service)
	parts := endpointAddresses(s, key)
	parts = append(parts, endpointSecurityGroup(s, key))
	s.Add(key, "The private way to "+string(service)+".", &ec2.VPCEndpoint{Spec: ec2.VPCEndpointSpec{ForProvider: ec2.VPCEndpointParameters_2{
		Region:            &s.Region,
		VPCEndpointType:   ptr.To("Interface"),
		ServiceName:       ptr.To(serviceName(s, string(service))),
		PrivateDNSEnabled: ptr.To(once(s, key, "privateDnsEnabled", parts...)),
		VPCIDRef:          s.Ref("vpc"),
		Tags:              s.Tags(key),
	}}})
}

func endpointKey(service v1alpha1.InterfaceEndpoint) stack.Key {
	return stack.Key("endpoint-" + strings.ReplaceAll(string(service), ".", "-"))
}

// endpointAddresses puts an endpoint into every backend subnet, and returns the
// keys of what does.
func endpointAddresses(s *stack.Stack, of stack.Key) []stack.Key {
	keys := make([]stack.Key, len(s.Zones))
	for i, az := range s.Zones {
		keys[i] = of + "-backend-" + stack.Key(az.Letter)
		s.Add(keys[i], "The endpoint's address in the zone.", &ec2.VPCEndpointSubnetAssociation{Spec: ec2.VPCEndpointSubnetAssociationSpec{ForProvider: ec2.VPCEndpointSubnetAssociationParameters{
			Region:           &s.Region,
			VPCEndpointIDRef: s.Ref(of),
			SubnetIDRef:      s.Ref(stack.SubnetKey(v1alpha1.SubnetBackend, az)),
		}}})
	}
	return keys
}

// endpointSecurityGroup lets the frontend and the backend in, and returns the
// key of what does. AWS has put the endpoint behind the default security group,
// which is taken away in the same step.
func endpointSecurityGroup(s *stack.Stack, of stack.Key) stack.Key {
	key := of + "-sg"
	s.Add(key, "Who may use the endpoint.", &ec2.VPCEndpointSecurityGroupAssociation{Spec: ec2.VPCEndpointSecurityGroupAssociationSpec{ForProvider: ec2.VPCEndpointSecurityGroupAssociationParameters{
		Region:                    &s.Region,
		VPCEndpointIDRef:          s.Ref(of),
		SecurityGroupIDRef:        s.Ref(endpoint),
		ReplaceDefaultAssociation: ptr.To(true),
	}}})
	return key
}

func serviceName(s *stack.Stack, service string) string {
	return "com.amazonaws." + s.Region + "." + service
}
