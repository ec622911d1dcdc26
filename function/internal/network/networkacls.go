package network

import (
	"fmt"

	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// allowNumber is after every rule that a claim can have.
	allowNumber = 100
	// allProtocols takes no ports; both are 0 then.
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
	allProtocols = "-1"
)

// protocols by AWS's number, which is all that AWS tells of a rule.
var protocols = map[string]string{"all": allProtocols, "tcp": "6", "udp": "17"}

// networkACLs leaves the subnets in the default ACL, which allows what the
// security groups allow, except for tiers whose border denies something: those
// have an ACL of their own.
//
// A subnet is always in one ACL, and AWS moves it in one step. It moves to its
// tier's own ACL when all of the rules are there: an ACL without rules refuses
// everything. It moves back when its tier's ACL is deleted.
func networkACLs(s *stack.Stack, p *plan.Plan) {
	var subnets []stack.Key
	for _, tier := range tiers {
		rules := denyRules(s, tier)
		if len(rules) > 0 && networkACL(s, p, tier, rules) {
			continue
		}
		subnets = append(subnets, p.Network.Subnets(tier)...)
	}
	defaultNetworkACL(s, subnets)
}

// defaultNetworkACL must list its subnets, or the provider would try to remove
// them for ever. They are given by ID, not by reference: a reference is resolved
// once and for all. Late initialization would write back a subnet that is just
// on its way to another ACL, and so fight over it.
func defaultNetworkACL(s *stack.Stack, subnets []stack.Key) {
	const key = keys.DefaultNetworkACL
	s.Add(key, "The VPC's default network ACL: what the security groups allow.", &ec2.DefaultNetworkACL{Spec: ec2.DefaultNetworkACLSpec{ForProvider: ec2.DefaultNetworkACLParameters{
		Region:                 &s.Region,
		DefaultNetworkACLIDRef: s.Ref(keys.VPC),
		SubnetIds:              ids(s, subnets),
		Ingress: []ec2.IngressParameters{{
			RuleNo:    ptr.To(float64(allowNumber)),
			Action:    ptr.To("allow"),
			Protocol:  ptr.To(allProtocols),
			CidrBlock: ptr.To(anywhere),
			FromPort:  ptr.To(0.0),
			ToPort:    ptr.To(0.0),
		}},
		Egress: []ec2.EgressParameters{{
			RuleNo:    ptr.To(float64(allowNumber)),
			Action:    ptr.To("allow"),
			Protocol:  ptr.To(allProtocols),
			CidrBlock: ptr.To(anywhere),
			FromPort:  ptr.To(0.0),
			ToPort:    ptr.To(0.0),
		}},
		Tags: s.Tags(key),
	}}}, stack.NoLateInitialize(), stack.EchoExternalName())
}

// networkACL is the ACL of a tier whose border denies something. It tells
// whether the tier's subnets are in it.
func networkACL(s *stack.Stack, p *plan.Plan, tier v1alpha1.SubnetTier, denied []v1alpha1.DenyRule) bool {
	key := keys.NetworkACL(tier)
	var rules []stack.Key
	for _, d := range []v1alpha1.Direction{v1alpha1.Ingress, v1alpha1.Egress} {
		rules = append(rules, networkACLRule(s, "allow", v1alpha1.DenyRule{
			Subnets: tier, Direction: d, Number: allowNumber, CIDR: anywhere, Protocol: "all",
		}))
	}
	for _, r := range denied {
		rules = append(rules, networkACLRule(s, "deny", r))
	}
	acl := ec2.NetworkACLParameters{
		Region:   &s.Region,
		VPCIDRef: s.Ref(keys.VPC),
		Tags:     s.Tags(key),
	}
	moved := once(s, key, "subnetIds", rules...)
	if moved {
		acl.SubnetIds = ids(s, p.Network.Subnets(tier))
	}
	s.Add(key, "What the claim denies at the border of the "+string(tier)+" subnets.", &ec2.NetworkACL{Spec: ec2.NetworkACLSpec{ForProvider: acl}})
	return moved
}

// networkACLRule returns the key of a rule. AWS cannot change a rule, so the key
// carries a digest of it. The new rule waits until the old one of the same number
// is gone: the provider tells rules apart by number, and deleting the old one
// would take the new one with it.
func networkACLRule(s *stack.Stack, action string, r v1alpha1.DenyRule) stack.Key {
	from, to := ptr.Deref(r.FromPort, 0), ptr.Deref(r.ToPort, 0)
	place := keys.NetworkACLRules(r.Subnets, short[r.Direction], r.Number)
	key := keys.NetworkACLRule(r.Subnets, short[r.Direction], r.Number, fmt.Sprintf("%s %s %s %d-%d", action, r.Protocol, r.CIDR, from, to))
	s.Add(key, "At the border of the "+string(r.Subnets)+" subnets: "+action+" "+r.Protocol+" "+r.CIDR+".", &ec2.NetworkACLRule{Spec: ec2.NetworkACLRuleSpec{ForProvider: ec2.NetworkACLRuleParameters{
		Region:          &s.Region,
		NetworkACLIDRef: s.Ref(keys.NetworkACL(r.Subnets)),
		Egress:          ptr.To(r.Direction == v1alpha1.Egress),
		RuleNumber:      ptr.To(float64(r.Number)),
		RuleAction:      ptr.To(action),
		Protocol:        ptr.To(protocols[r.Protocol]),
		CidrBlock:       ptr.To(r.CIDR),
		FromPort:        ptr.To(float64(from)),
		ToPort:          ptr.To(float64(to)),
	}}}, stack.When(vacant(s, place, key), "the rule before it to be gone"))
	return key
}

var short = map[v1alpha1.Direction]string{v1alpha1.Ingress: "in", v1alpha1.Egress: "out"}

// vacant tells whether no other resource is in a place: whether no other key
// begins with it.
func vacant(s *stack.Stack, place string, key stack.Key) bool {
	empty := true
	s.ObservedKeys(place, func(k stack.Key, _ stack.Observed) {
		empty = empty && k == key
	})
	return empty
}

func denyRules(s *stack.Stack, tier v1alpha1.SubnetTier) []v1alpha1.DenyRule {
	var out []v1alpha1.DenyRule
	for _, r := range s.Claim.Spec.Network.DenyRules {
		if r.Subnets == tier {
			out = append(out, r)
		}
	}
	return out
}

func ids(s *stack.Stack, keys []stack.Key) []*string {
	out := make([]*string, len(keys))
	for i, k := range keys {
		out[i] = ptr.To(stack.Await(k, "id"))
	}
	return out
}
