package network

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// natGateway adds a zone's NAT gateway and its address.
func natGateway(s *stack.Stack, az plan.Zone) {
	key, eip := keys.NATGateway(az.Letter), keys.EIP(az.Letter)
	s.Add(eip, "The public address that traffic from the private subnets comes from.",
		&ec2.EIP{Spec: ec2.EIPSpec{ForProvider: ec2.EIPParameters{
			Region: &s.Region,
			Domain: ptr.To("vpc"),
			Tags:   s.Tags(eip),
		}}})
	s.Add(key, "Lets the private subnets connect to the internet.",
		&ec2.NATGateway{Spec: ec2.NATGatewaySpec{ForProvider: ec2.NATGatewayParameters_2{
			Region:           &s.Region,
			ConnectivityType: ptr.To("public"),
			AllocationIDRef:  s.Ref(eip),
			SubnetIDRef:      s.Ref(keys.Subnet(v1alpha1.SubnetPublic, az.Letter)),
			Tags:             s.Tags(key),
			// In a VPC without an attached internet gateway, AWS creates a NAT gateway in
			// the state failed, and the provider accepts it as created.
		}}}, stack.After(keys.InternetGateway))
}

func routeTable(s *stack.Stack, name, purpose string) stack.Key {
	key := keys.RouteTable(name)
	s.Add(key, purpose, &ec2.RouteTable{Spec: ec2.RouteTableSpec{ForProvider: ec2.RouteTableParameters_2{
		Region:   &s.Region,
		VPCIDRef: s.Ref(keys.VPC),
		Tags:     s.Tags(key),
	}}})
	return key
}

// route sends all traffic that leaves the VPC to a target. A NAT gateway is given by
// its ID, not by reference: the provider resolves a reference only once, and a zone's
// NAT gateway may change.
func route(s *stack.Stack, name string, table stack.Key, target ec2.RouteParameters_2, purpose string) {
	target.Region = &s.Region
	target.DestinationCidrBlock = ptr.To(anywhere)
	target.RouteTableIDRef = s.Ref(table)
	s.Add(keys.Route(name), purpose, &ec2.Route{Spec: ec2.RouteSpec{ForProvider: target}})
}

// keepWayOut keeps the NAT gateways that the claim no longer asks for until every
// endpoint that replaces them works. Otherwise tasks that start in between could reach
// AWS through neither.
func keepWayOut(s *stack.Stack, p *plan.Plan) {
	if s.Claim.Spec.Network.NATGateways != v1alpha1.NATNone || endpointsWork(s, p) {
		return
	}
	const purpose = "Lets the private subnets connect to the internet until the endpoints work."
	for _, of := range []struct {
		prefix, purpose string
		kind            schema.GroupVersionKind
	}{
		{keys.EIPPrefix, "The address of a NAT gateway, kept until the endpoints work.", ec2.EIP_GroupVersionKind},
		{keys.NATGatewayPrefix, purpose, ec2.NATGateway_GroupVersionKind},
		{keys.PrivateRoutePrefix, purpose, ec2.Route_GroupVersionKind},
	} {
		var keys []stack.Key
		s.ObservedKeys(of.prefix, func(k stack.Key, _ stack.Observed) { keys = append(keys, k) })
		slices.Sort(keys)
		for _, k := range keys {
			s.KeepObserved(k, of.kind, of.purpose)
		}
	}
}

// endpointsWork tells whether the DNS names of all services with an endpoint resolve to
// it.
func endpointsWork(s *stack.Stack, p *plan.Plan) bool {
	for _, service := range p.Network.Interface {
		if k := keys.Endpoint(service); !isSet(s, k, "privateDnsEnabled") || !s.Ready(k) {
			return false
		}
	}
	return true
}
