package network

import (
	"net/netip"

	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// subnetBits is how many bits longer a subnet's prefix is than the VPC's: /24 in
// a /16.
const subnetBits = 8

// tiers are the subnets of a zone, from the internet inwards.
var tiers = []v1alpha1.SubnetTier{
	v1alpha1.SubnetPublic, v1alpha1.SubnetFrontend, v1alpha1.SubnetBackend, v1alpha1.SubnetData,
}

// blocks are the numbers of the tiers' first blocks, of which each is 1/256 of the VPC.
// They are ten apart, so that an address shows its tier: 10.0.2x.y is the backend.
var blocks = map[v1alpha1.SubnetTier]int{
	v1alpha1.SubnetPublic:   0,
	v1alpha1.SubnetFrontend: 10,
	v1alpha1.SubnetBackend:  20,
	v1alpha1.SubnetData:     30,
}

var purposes = map[v1alpha1.SubnetTier]string{
	v1alpha1.SubnetPublic:   "Subnet of the zone's public load balancer and NAT gateway.",
	v1alpha1.SubnetFrontend: "Subnet of the zone's frontend tasks.",
	v1alpha1.SubnetBackend:  "Subnet of the zone's backend tasks and internal load balancer.",
	v1alpha1.SubnetData:     "Subnet of the zone's database instances.",
}

func subnet(s *stack.Stack, p *plan.Plan, tier v1alpha1.SubnetTier, az plan.Zone, table stack.Key) {
	key := keys.Subnet(tier, az.Letter)
	s.Add(key, purposes[tier], &ec2.Subnet{Spec: ec2.SubnetSpec{ForProvider: ec2.SubnetParameters_2{
		Region:           &s.Region,
		AvailabilityZone: ptr.To(az.Name),
		CidrBlock:        ptr.To(block(p.Network.CIDR, blocks[tier]+az.Index).String()),
		// Load balancers and NAT gateways bring addresses of their own, and nothing
		// else is in the public subnets.
		MapPublicIPOnLaunch: ptr.To(false),
		VPCIDRef:            s.Ref(keys.VPC),
		Tags:                s.Tags(key),
	}}})
	s.Add(keys.SubnetAssociation(key), "Applies the route table to the subnet.",
		&ec2.RouteTableAssociation{Spec: ec2.RouteTableAssociationSpec{
			ForProvider: ec2.RouteTableAssociationParameters{
				Region:          &s.Region,
				RouteTableIDRef: s.Ref(table),
				SubnetIDRef:     s.Ref(key),
			},
		}})
}

// block is the nth subnet of a VPC's range.
func block(vpc netip.Prefix, n int) netip.Prefix {
	bits := vpc.Bits() + subnetBits
	a := vpc.Masked().Addr().As4()
	first := uint32(a[0])<<24 | uint32(a[1])<<16 | uint32(a[2])<<8 | uint32(a[3])
	first += uint32(n) << (32 - bits) //nolint:gosec // n is at most 32.
	addr := [4]byte{byte(first >> 24), byte(first >> 16), byte(first >> 8), byte(first)}
	return netip.PrefixFrom(netip.AddrFrom4(addr), bits)
}
