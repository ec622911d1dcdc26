package network

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// natGateway returns the key of the NAT gateway that a zone leaves through. With
// one for all, that is the first zone's; with none, there is no key.
func natGateway(s *stack.Stack, az stack.Zone) stack.Key {
	switch s.Claim.Spec.Network.NATGateways {
	case v1alpha1.NATNone:
		return ""
	case v1alpha1.NATSingle:
		az = s.Zones[0]
	}
	key, eip := stack.Key("nat-"+az.Letter), stack.Key("eip-"+az.Letter)
	if s.Has(key) {
		return key
	}
	s.Add(eip, "The address that the private subnets' traffic comes from.", &ec2.EIP{Spec: ec2.EIPSpec{ForProvider: ec2.EIPParameters{
		Region: &s.Region,
		Domain: ptr.To("vpc"),
		Tags:   s.Tags(eip),
	}}})
	s.Add(key, "The private subnets' way out.", &ec2.NATGateway{Spec: ec2.NATGatewaySpec{ForProvider: ec2.NATGatewayParameters_2{
		Region:           &s.Region,
		ConnectivityType: ptr.To("public"),
		AllocationIDRef:  s.Ref(eip),
		SubnetIDRef:      s.Ref(stack.SubnetKey(v1alpha1.SubnetPublic, az)),
		Tags:             s.Tags(key),
		// In a VPC without an attached internet gateway AWS makes a NAT gateway that
		// has failed, and the provider takes it for one that exists.
	}}}, stack.After(gateway))
	return key
}

func routeTable(s *stack.Stack, name, purpose string) stack.Key {
	key := stack.Key("routetable-" + name)
	s.Add(key, purpose, &ec2.RouteTable{Spec: ec2.RouteTableSpec{ForProvider: ec2.RouteTableParameters_2{
		Region:   &s.Region,
		VPCIDRef: s.Ref("vpc"),
		Tags:     s.Tags(key),
	}}})
	return key
}

// route sends everything that is not the VPC's to a target. A NAT gateway is
// given by its ID, not by reference: a reference is resolved once and for all,
// and which NAT a zone leaves through may change.
func route(s *stack.Stack, name string, table stack.Key, target ec2.RouteParameters_2, purpose string) {
	target.Region = &s.Region
	target.DestinationCidrBlock = ptr.To(anywhere)
	target.RouteTableIDRef = s.Ref(table)
	s.Add(stack.Key("route-"+name), purpose, &ec2.Route{Spec: ec2.RouteSpec{ForProvider: target}})
}

// keepWayOut holds on to the NAT gateways that the claim no longer asks for until
// every endpoint that takes their place works: tasks that start in between would
// reach neither.
func keepWayOut(s *stack.Stack) {
	if s.Claim.Spec.Network.NATGateways != v1alpha1.NATNone || endpointsWork(s) {
		return
	}
	for _, of := range []struct {
		prefix, purpose string
		kind            schema.GroupVersionKind
	}{
		{"eip-", "The address of a way out.", ec2.EIP_GroupVersionKind},
		{"nat-", "A way out until the endpoints work.", ec2.NATGateway_GroupVersionKind},
		{stack.WayOutPrefix, "A way out until the endpoints work.", ec2.Route_GroupVersionKind},
	} {
		var keys []stack.Key
		s.ObservedKeys(of.prefix, func(k stack.Key, _ stack.Observed) { keys = append(keys, k) })
		slices.Sort(keys)
		for _, k := range keys {
			s.Keep(k, of.kind, of.purpose)
		}
	}
}

// endpointsWork tells whether the names of all services with an endpoint lead to
// it.
func endpointsWork(s *stack.Stack) bool {
	for _, service := range s.Claim.Spec.Network.Endpoints.Interface {
		if k := endpointKey(service); !isSet(s, k, "privateDnsEnabled") || !s.Ready(k) {
			return false
		}
	}
	return true
}
