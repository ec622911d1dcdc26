package validate

import (
	"fmt"
	"net/netip"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
)

const (
	minVPCBits = 16
	maxVPCBits = 19
	maxRule    = 99
	maxPort    = 65535
)

// CIDRHoldsSubnets wants a VPC that AWS makes (/16 at most) and whose 256th
// part, a subnet, has room for what runs in it.
func CIDRHoldsSubnets(c *v1alpha1.KashaClaim) []error {
	v := c.Spec.Network.CIDR
	p, ok := network(v)
	if !ok || p.Bits() < minVPCBits || p.Bits() > maxVPCBits {
		return one("spec.network.cidr", "cannot use %q: it must be an IPv4 network address with a prefix length of %d to %d; write for example 10.0.0.0/16", v, minVPCBits, maxVPCBits)
	}
	return nil
}

// network parses an IPv4 network whose host bits are zero.
func network(s string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(s)
	return p, err == nil && p.Addr().Is4() && p == p.Masked()
}

// DenyRulesAreDistinct wants well-formed rules, and one rule a number: of two
// with the same number AWS would keep the one that came last.
func DenyRulesAreDistinct(c *v1alpha1.KashaClaim) []error {
	type place struct {
		subnets   v1alpha1.SubnetTier
		direction v1alpha1.Direction
		number    int32
	}
	seen := map[place]int{}

	var errs []error
	for i, r := range c.Spec.Network.DenyRules {
		field := fmt.Sprintf("spec.network.denyRules[%d]", i)
		errs = append(errs, denyRule(field, r)...)

		at := place{r.Subnets, r.Direction, r.Number}
		if first, ok := seen[at]; ok {
			errs = append(errs, refuse(field+".number", "cannot use %d: denyRules[%d] has the same number for %s %s, and one of them would be lost; give each rule a number of its own", r.Number, first, r.Subnets, r.Direction))
			continue
		}
		seen[at] = i
	}
	return errs
}

func denyRule(field string, r v1alpha1.DenyRule) []error {
	var errs []error
	switch r.Subnets {
	case v1alpha1.SubnetPublic, v1alpha1.SubnetFrontend, v1alpha1.SubnetBackend, v1alpha1.SubnetData:
	default:
		errs = append(errs, refuse(field+".subnets", "cannot use %q: there are no such subnets; write public, frontend, backend or data", r.Subnets))
	}
	if r.Direction != v1alpha1.Ingress && r.Direction != v1alpha1.Egress {
		errs = append(errs, refuse(field+".direction", "cannot use %q: traffic has two directions; write Ingress or Egress", r.Direction))
	}
	if r.Number < 1 || r.Number > maxRule {
		errs = append(errs, refuse(field+".number", "cannot use %d: the rule that allows the rest is number 100; use 1 to %d", r.Number, maxRule))
	}
	if _, ok := network(r.CIDR); !ok {
		errs = append(errs, refuse(field+".cidr", "cannot use %q: it must be an IPv4 network address with a prefix length; write for example 203.0.113.0/24", r.CIDR))
	}
	if !portsFit(r) {
		errs = append(errs, refuse(field, "cannot use the protocol %q with these ports: tcp and udp need fromPort <= toPort of 0 to %d, and all takes no ports; set or remove the ports", r.Protocol, maxPort))
	}
	return errs
}

func portsFit(r v1alpha1.DenyRule) bool {
	switch r.Protocol {
	case "all":
		return r.FromPort == nil && r.ToPort == nil
	case "tcp", "udp":
		return r.FromPort != nil && r.ToPort != nil && 0 <= *r.FromPort && *r.FromPort <= *r.ToPort && *r.ToPort <= maxPort
	}
	return false
}

// OriginIsKnown wants to know the prefix list of CloudFront: without it the
// public load balancer would be open to everybody, or to nobody.
func OriginIsKnown(c *v1alpha1.KashaClaim) []error {
	if c.Spec.Edge.OriginPrefixListID != "" || len(RegionHasCloudFront(c)) > 0 {
		return nil
	}
	if _, ok := awsfacts.CloudFrontPrefixList(c.Spec.Region); !ok {
		return one("spec.edge.originPrefixListID", "cannot leave it empty in %q: Kasha does not know this region's prefix list of CloudFront, which alone may reach the load balancer; set it to what aws ec2 describe-managed-prefix-lists shows there for com.amazonaws.global.cloudfront.origin-facing", c.Spec.Region)
	}
	return nil
}
