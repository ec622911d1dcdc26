package plan

import (
	"net/netip"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Zone is one of the availability zones that the claim is spread over.
type Zone struct {
	// Name as AWS knows it: us-east-1a.
	Name string
	// Letter at the end of the name. It ends the keys of what the zone holds.
	Letter string
	// Index in the claim's list. Subnet addresses are computed from it.
	Index int
}

// A Network is the VPC that everything runs in.
type Network struct {
	// Own tells whether the VPC is the claim's, and not one that already exists.
	Own bool
	// Zones in the claim's order.
	Zones []Zone
	// CIDR of the VPC.
	CIDR netip.Prefix
	// Interface are the AWS services that have an interface endpoint.
	Interface []v1alpha1.InterfaceEndpoint

	nat v1alpha1.NATGateways
}

func network(c *v1alpha1.KashaClaim) Network {
	n := c.Spec.Network
	return Network{
		Own:       n.Existing == nil,
		Zones:     zones(c.Spec.AvailabilityZones),
		CIDR:      cidr(n.CIDR),
		Interface: n.Endpoints.Interface,
		nat:       n.NATGateways,
	}
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

// NATZone is the zone whose NAT gateway a zone's private subnets leave through.
// It is false where they have no way out.
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

// Reach is what must work before a task can reach AWS's services and everything
// else outside of the VPC: the routes out of its subnets, and the endpoints with
// their addresses.
func (n Network) Reach() []stack.Key {
	if !n.Own {
		return nil
	}
	out := []stack.Key{keys.S3Endpoint}
	for _, az := range n.Zones {
		out = append(out, keys.EndpointRoutes(keys.S3Endpoint, az.Letter))
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
	// Description as AWS shows it. AWS cannot change it, and it takes no apostrophe.
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
	Description string
}

// A Path is who may open connections to whom on which port. What no path allows
// is refused at both ends.
type Path struct {
	// From and To are security groups, or ends outside of the VPC.
	From, To stack.Key
	Port     int32
	Purpose  string
}

// Ports of protocols.
const (
	HTTPPort  = 80
	HTTPSPort = 443
	MySQLPort = 3306
)
