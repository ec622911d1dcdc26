package edge

import (
	"net/netip"
	"slices"

	"k8s.io/utils/ptr"

	wafv2 "github.com/upbound/provider-aws/v2/apis/namespaced/wafv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// addresses is a list of networks of one IP version, and the firewall's action for
// them.
type addresses struct {
	priority              int
	name, version, action string
	cidrs                 []string
}

// lists returns the claim's address lists, split by IP version because an AWS IP set
// holds one version only. Denied networks come first, so that a claim can deny a part
// of an allowed network.
func lists(s *stack.Stack) []addresses {
	waf := s.Claim.Spec.Edge.WAF
	deny4, deny6 := versions(waf.DenyCIDRs)
	allow4, allow6 := versions(waf.AllowCIDRs)
	all := []addresses{
		{1, "deny-ipv4", "IPV4", "Block", deny4},
		{2, "deny-ipv6", "IPV6", "Block", deny6},
		{3, "allow-ipv4", "IPV4", "Allow", allow4},
		{4, "allow-ipv6", "IPV6", "Allow", allow6},
	}
	return slices.DeleteFunc(all, func(a addresses) bool { return len(a.cidrs) == 0 })
}

// versions splits networks into IPv4 and IPv6. It sorts them, so that the order in the
// claim does not matter.
func versions(cidrs []string) (v4, v6 []string) {
	for _, c := range slices.Sorted(slices.Values(cidrs)) {
		if p, err := netip.ParsePrefix(c); err == nil && p.Addr().Is4() {
			v4 = append(v4, c)
		} else {
			v6 = append(v6, c)
		}
	}
	return v4, v6
}

func addressSets(s *stack.Stack) {
	for _, a := range lists(s) {
		key := addressSetKey(a)
		s.Add(key, "Addresses that the firewall allows or blocks by rule.",
			&wafv2.IPSet{Spec: wafv2.IPSetSpec{ForProvider: wafv2.IPSetParameters{
				Region:           ptr.To(plan.GlobalRegion),
				Scope:            ptr.To("CLOUDFRONT"),
				Name:             ptr.To(s.Name(a.name, plan.LimitName)),
				IPAddressVersion: ptr.To(a.version),
				Addresses:        list(a.cidrs...),
				Tags:             s.Tags(key),
			}}})
	}
}

func addressRules(s *stack.Stack) []rule {
	var out []rule
	for _, a := range lists(s) {
		out = append(out, rule{
			Name:             a.name,
			Priority:         a.priority,
			Statement:        statement{IPSetReferenceStatement: &addressSet{ARN: stack.ARN(addressSetKey(a))}},
			Action:           action{a.action: {}},
			VisibilityConfig: visible(a.name),
		})
	}
	return out
}

func addressSetKey(a addresses) stack.Key { return keys.AddressSet(a.name) }
