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
	// allowNumber comes after every rule number that a claim can use.
	allowNumber = 100
	// allProtocols means every protocol. It takes no ports, so both are 0.
	// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
	allProtocols = "-1"
)

// protocols are AWS's protocol numbers by name. AWS returns a rule's protocol only as a
// number.
var protocols = map[string]string{"all": allProtocols, "tcp": "6", "udp": "17"}

// networkACLs keeps the subnets in the default ACL, which allows all traffic and leaves
// the decision to the security groups. A tier that has deny rules has an ACL of its own
// instead.
//
// A subnet is always in exactly one ACL, and AWS moves it in one step. It moves to its
// tier's own ACL once all of that ACL's rules exist, because an ACL without rules
// denies everything. It moves back when its tier's ACL is deleted.
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

// defaultNetworkACL must list its subnets; otherwise the provider would keep trying to
// remove them. It lists them by ID, because the provider resolves a reference only
// once. Late initialization would write back a subnet that is moving to another ACL,
// and so undo the move.
func defaultNetworkACL(s *stack.Stack, subnets []stack.Key) {
	const key = keys.DefaultNetworkACL
	s.Add(key, "The VPC's default network ACL: it allows all traffic, so the security groups decide.",
		&ec2.DefaultNetworkACL{Spec: ec2.DefaultNetworkACLSpec{ForProvider: ec2.DefaultNetworkACLParameters{
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

// networkACL adds the ACL of a tier that has deny rules. It returns true once the ACL
// lists the tier's subnets.
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
	s.Add(key, "Applies the claim's deny rules to the "+string(tier)+" subnets.",
		&ec2.NetworkACL{Spec: ec2.NetworkACLSpec{ForProvider: acl}})
	return moved
}

// networkACLRule adds a rule and returns its key. AWS cannot change a rule, so the key
// carries a digest of it. The new rule waits until the old rule of the same number is
// deleted: the provider identifies a rule by its number, so deleting the old rule would
// delete the new one.
func networkACLRule(s *stack.Stack, action string, r v1alpha1.DenyRule) stack.Key {
	from, to := ptr.Deref(r.FromPort, 0), ptr.Deref(r.ToPort, 0)
	place := keys.NetworkACLRules(r.Subnets, short[r.Direction], r.Number)
	content := fmt.Sprintf("%s %s %s %d-%d", action, r.Protocol, r.CIDR, from, to)
	key := keys.NetworkACLRule(r.Subnets, short[r.Direction], r.Number, content)
	s.Add(key, "Rule for the "+string(r.Subnets)+" subnets: "+action+" "+r.Protocol+" "+r.CIDR+".",
		&ec2.NetworkACLRule{Spec: ec2.NetworkACLRuleSpec{ForProvider: ec2.NetworkACLRuleParameters{
			Region:          &s.Region,
			NetworkACLIDRef: s.Ref(keys.NetworkACL(r.Subnets)),
			Egress:          ptr.To(r.Direction == v1alpha1.Egress),
			RuleNumber:      ptr.To(float64(r.Number)),
			RuleAction:      ptr.To(action),
			Protocol:        ptr.To(protocols[r.Protocol]),
			CidrBlock:       ptr.To(r.CIDR),
			FromPort:        ptr.To(float64(from)),
			ToPort:          ptr.To(float64(to)),
		}}}, stack.When(vacant(s, place, key), "the previous rule of the same number to be deleted"))
	return key
}

var short = map[v1alpha1.Direction]string{v1alpha1.Ingress: "in", v1alpha1.Egress: "out"}

// vacant tells whether no other observed key begins with place.
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
