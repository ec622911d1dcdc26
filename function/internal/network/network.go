// Package network composes the VPC: subnets in four tiers, routes, the rules for who
// may connect to whom, and flow logs.
package network

import (
	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const anywhere = "0.0.0.0/0"

// Compose adds the zones' subnets from the internet inwards: public subnets route to
// the internet gateway, frontend and backend subnets route to their zone's NAT gateway,
// and data subnets have no route out of the VPC.
//
// In a network that the claim does not own, Compose observes the VPC and its subnets
// and adds only security groups.
func Compose(s *stack.Stack, p *plan.Plan) {
	keepsItsNetwork(s, p)
	if !p.Network.Own {
		existing(s, p)
		securityGroups(s, p)
		return
	}
	vpc(s, p)
	internetGateway(s)
	public := routeTable(s, keys.PublicRoutes, "Routes of the public subnets.")
	gateway := ec2.RouteParameters_2{GatewayIDRef: s.Ref(keys.InternetGateway)}
	route(s, keys.PublicRoutes, public, gateway, "Routes the public subnets to the internet gateway.")
	data := routeTable(s, keys.DataRoutes, "Routes of the data subnets, which lead nowhere outside the VPC.")
	for _, az := range p.Network.NATZones() {
		natGateway(s, az)
	}
	for _, az := range p.Network.Zones {
		private := privateRoutes(s, p, az)
		subnet(s, p, v1alpha1.SubnetPublic, az, public)
		subnet(s, p, v1alpha1.SubnetFrontend, az, private)
		subnet(s, p, v1alpha1.SubnetBackend, az, private)
		subnet(s, p, v1alpha1.SubnetData, az, data)
	}
	securityGroups(s, p)
	networkACLs(s, p)
	endpoints(s, p)
	keepWayOut(s, p)
	flowLog(s)
}

// privateRoutes adds the route table of a zone's private subnets. Their traffic leaves
// through the zone's NAT gateway, if it has one.
func privateRoutes(s *stack.Stack, p *plan.Plan, az plan.Zone) stack.Key {
	name := keys.PrivateRoutes(az.Letter)
	table := routeTable(s, name, "Routes of the zone's private subnets.")
	if nat, ok := p.Network.NATZone(az); ok {
		id := stack.Await(keys.NATGateway(nat.Letter), "id")
		route(s, name, table, ec2.RouteParameters_2{NATGatewayID: &id},
			"Routes the zone's private subnets to the internet through a NAT gateway.")
	}
	return table
}

func vpc(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.VPC, "The network that the claim's resources run in.",
		&ec2.VPC{Spec: ec2.VPCSpec{ForProvider: ec2.VPCParameters_2{
			Region:             &s.Region,
			CidrBlock:          ptr.To(p.Network.CIDR.String()),
			EnableDNSHostnames: ptr.To(true),
			EnableDNSSupport:   ptr.To(true),
			Tags:               s.Tags(keys.VPC),
		}}})
}

func internetGateway(s *stack.Stack) {
	s.Add(keys.InternetGateway, "Connects the VPC to the internet.",
		&ec2.InternetGateway{Spec: ec2.InternetGatewaySpec{ForProvider: ec2.InternetGatewayParameters_2{
			Region:   &s.Region,
			VPCIDRef: s.Ref(keys.VPC),
			Tags:     s.Tags(keys.InternetGateway),
		}}})
}
