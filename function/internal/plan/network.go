package plan

import (
	"net/netip"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Zone is one of the claim's availability zones.
type Zone struct {
	// Name in AWS: us-east-1a.
	Name string
	// Letter at the end of the name. The keys of the zone's resources end with it.
	Letter string
	// Index in the claim's list, from 0. Subnet addresses are computed from it.
	Index int
}

// A Network is the claim's VPC.
type Network struct {
	// Own tells whether the claim creates the VPC. If false, it uses an existing one.
	Own bool
	// Zones in the claim's order.
	Zones []Zone
	// CIDR of the VPC.
	CIDR netip.Prefix
	// Interface are the AWS services that have an interface endpoint.
	Interface []v1alpha1.InterfaceEndpoint
	// Gateways are the gateway endpoints, which cost nothing.
	Gateways []Gateway
	// Endpoints is what the endpoints let through.
	Endpoints v1alpha1.EndpointPolicy

	nat v1alpha1.NATGateways
}

func network(s *stack.Stack) Network {
	c, n := s.Claim, s.Claim.Spec.Network
	return Network{
		Own:       n.Existing == nil,
		Zones:     zones(c.Spec.AvailabilityZones),
		CIDR:      cidr(n.CIDR),
		Interface: n.Endpoints.Interface,
		Gateways:  gateways(c),
		Endpoints: EndpointPolicy(c, s.Legacy()),
		nat:       n.NATGateways,
	}
}

// A Gateway is the gateway endpoint of an AWS service.
type Gateway struct {
	Key     stack.Key
	Service string
}

func gateways(c *v1alpha1.KashaClaim) []Gateway {
	out := []Gateway{{keys.S3Endpoint, "s3"}}
	if len(c.Spec.Tables) > 0 {
		out = append(out, Gateway{keys.TablesEndpoint, "dynamodb"})
	}
	return out
}

// EndpointPolicy is what a claim's endpoints let through. NAT gateways are a way out
// anyway, and images, packages and partners' buckets are often in S3. The endpoints of a
// legacy stack have let everything through, and what its application reaches by them is not
// known.
func EndpointPolicy(c *v1alpha1.KashaClaim, legacy bool) v1alpha1.EndpointPolicy {
	n := c.Spec.Network
	switch {
	case n.Endpoints.Policy != "":
		return n.Endpoints.Policy
	case n.NATGateways == v1alpha1.NATNone && !legacy:
		return v1alpha1.EndpointsAccount
	}
	return v1alpha1.EndpointsOpen
}

func zones(names []string) []Zone {
	out := make([]Zone, len(names))
	for i, n := range names {
		out[i] = Zone{Name: n, Letter: n[max(len(n)-1, 0):], Index: i}
	}
	return out
}

// Subnets are the keys of a tier's subnets, in the order of the zones.
func (n Network) Subnets(tier v1alpha1.SubnetTier) []stack.Key {
	out := make([]stack.Key, len(n.Zones))
	for i, az := range n.Zones {
		out[i] = keys.Subnet(tier, az.Letter)
	}
	return out
}

// NATZone returns the zone whose NAT gateway a zone's private subnets use. It returns false
// where they have no route to the internet through a gateway of Kasha.
func (n Network) NATZone(of Zone) (Zone, bool) {
	switch {
	case !n.Own || n.nat == v1alpha1.NATNone:
		return Zone{}, false
	case n.nat == v1alpha1.NATSingle:
		return n.Zones[0], true
	}
	return of, true
}

// NATZones are the zones that have a NAT gateway, each once.
func (n Network) NATZones() []Zone {
	var out []Zone
	for _, az := range n.Zones {
		if of, ok := n.NATZone(az); ok && of == az {
			out = append(out, az)
		}
	}
	return out
}

// Reach returns the keys of the resources that must be ready before a task can reach AWS's
// services and the internet: the routes out of its subnets, and the endpoints with their
// addresses. It is empty for an existing network, which Kasha does not manage.
func (n Network) Reach() []stack.Key {
	if !n.Own {
		return nil
	}
	var out []stack.Key
	for _, gateway := range n.Gateways {
		out = append(out, gateway.Key)
		for _, az := range n.Zones {
			out = append(out, keys.EndpointRoutes(gateway.Key, az.Letter))
		}
	}
	for _, az := range n.Zones {
		if _, ok := n.NATZone(az); ok {
			out = append(out, keys.Route(keys.PrivateRoutes(az.Letter)))
		}
	}
	for _, service := range n.Interface {
		endpoint := keys.Endpoint(service)
		out = append(out, endpoint, keys.EndpointGroup(endpoint))
		for _, az := range n.Zones {
			out = append(out, keys.EndpointAddress(endpoint, az.Letter))
		}
	}
	return out
}

// A Group is a security group.
type Group struct {
	Key stack.Key
	// Description in AWS. AWS cannot change it and does not allow apostrophes in it.
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
	Description string
}

// A Path allows connections from one peer to another on one port. Connections that no path
// allows are blocked at both ends.
type Path struct {
	// From and To are keys of security groups, or peers outside of the VPC.
	From, To stack.Key
	Port     int32
	Purpose  string
}

// Last is the last port of a path. Only the path to the internal services has several: each
// service has a port of the internal load balancer.
func (p Path) Last() int32 {
	if p.To == keys.InternalGroup && p.Port == firstListenerPort {
		return lastListenerPort
	}
	return p.Port
}

// Ports of protocols.
const (
	HTTPPort  = 80
	HTTPSPort = 443
	MySQLPort = awsfacts.MySQLPort
)
