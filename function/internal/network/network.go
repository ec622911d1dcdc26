// Package network is the VPC: subnets in four tiers, the ways out, who may talk
// to whom, and the record of who did.
package network

import (
	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	anywhere = "0.0.0.0/0"
	gateway  = stack.Key("igw")
)

// Compose walks the zones from the internet inwards: public subnets face the
// gateway, frontend and backend subnets leave through their zone's NAT, data
// subnets have no way out at all.
//
// In a network that is somebody else's, the claim has its security groups and
// nothing else.
func Compose(s *stack.Stack) {
	keepsItsNetwork(s)
	if !s.OwnNetwork() {
		existing(s)
		securityGroups(s)
		return
	}
	vpc(s)
	internetGateway(s)
	public := routeTable(s, "public", "Routes of the public subnets.")
	route(s, "public", public, ec2.RouteParameters_2{GatewayIDRef: s.Ref(gateway)}, "The way in and out of the public subnets.")
	data := routeTable(s, "data", "Routes of the data subnets: none but the VPC's own.")
	for _, az := range s.Zones {
		nat := natGateway(s, az)
		private := routeTable(s, "private-"+az.Letter, "Routes of the zone's private subnets.")
		if nat != "" {
			route(s, "private-"+az.Letter, private, ec2.RouteParameters_2{NATGatewayID: ptr.To(s.Await(nat, "id"))}, "The zone's private subnets leave through NAT.")
		}
		subnet(s, v1alpha1.SubnetPublic, az, public)
		subnet(s, v1alpha1.SubnetFrontend, az, private)
		subnet(s, v1alpha1.SubnetBackend, az, private)
		subnet(s, v1alpha1.SubnetData, az, data)
	}
	securityGroups(s)
	networkACLs(s)
	endpoints(s)
	keepWayOut(s)
	flowLog(s)
}

func vpc(s *stack.Stack) {
	s.Add("vpc", "The platform's own network.", &ec2.VPC{Spec: ec2.VPCSpec{ForProvider: ec2.VPCParameters_2{
		Region:             &s.Region,
		CidrBlock:          ptr.To(s.CIDR.String()),
		EnableDNSHostnames: ptr.To(true),
		EnableDNSSupport:   ptr.To(true),
		Tags:               s.Tags("vpc"),
	}}})
}

func internetGateway(s *stack.Stack) {
	s.Add(gateway, "The VPC's door to the internet.", &ec2.InternetGateway{Spec: ec2.InternetGatewaySpec{ForProvider: ec2.InternetGatewayParameters_2{
		Region:   &s.Region,
		VPCIDRef: s.Ref("vpc"),
		Tags:     s.Tags(gateway),
	}}})
}
