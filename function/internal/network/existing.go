package network

import (
	"slices"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// existing observes a network that the claim does not own. Its VPC and subnets have the
// keys that the claim's own would have, so resources that refer to them need not know
// who owns them. The provider only observes them.
func existing(s *stack.Stack, p *plan.Plan) {
	e := s.Claim.Spec.Network.Existing
	s.Add(keys.VPC, "The existing VPC that the claim uses. It is observed, never changed.",
		&ec2.VPC{Spec: ec2.VPCSpec{ForProvider: ec2.VPCParameters_2{
			Region: &s.Region,
		}}}, stack.ObserveExternal(e.VPCID))
	for _, tier := range tiers {
		for i, key := range p.Network.Subnets(tier) {
			s.Add(key, purposes[tier]+" It is observed, never changed.",
				&ec2.Subnet{Spec: ec2.SubnetSpec{ForProvider: ec2.SubnetParameters_2{
					Region: &s.Region,
				}}}, stack.ObserveExternal(e.Subnets(tier)[i]))
		}
	}
}

// keepsItsNetwork rejects a claim whose network has changed. The schema rejects that
// too. But if the schema were older than this function, a VPC that is only observed
// would become the claim's own and be deleted with the claim.
func keepsItsNetwork(s *stack.Stack, p *plan.Plan) {
	ids := map[stack.Key]string{}
	if e := s.Claim.Spec.Network.Existing; e != nil {
		ids[keys.VPC] = e.VPCID
		for _, tier := range tiers {
			for i, key := range p.Network.Subnets(tier) {
				ids[key] = e.Subnets(tier)[i]
			}
		}
	}
	keys := []stack.Key{"vpc"}
	for _, tier := range tiers {
		keys = append(keys, p.Network.Subnets(tier)...)
	}
	if slices.ContainsFunc(keys, func(k stack.Key) bool { return becomesAnother(s, k, ids[k]) }) {
		s.Refuse("spec.network.existing",
			"cannot change network.existing: all resources of this claim are in the network that it was created in; "+
				"create a new claim in the other network and move the data")
	}
}

// becomesAnother tells whether an observed resource would stand for another resource in
// AWS. The ID is empty for resources that the claim owns.
func becomesAnother(s *stack.Stack, key stack.Key, id string) bool {
	o, ok := s.Observed(key)
	if !ok {
		return false
	}
	policies, _ := o.Lookup("spec", "managementPolicies")
	list, _ := policies.([]any)
	given := len(list) == 1 && list[0] == "Observe"
	is, _ := stack.Text(o, "metadata", "annotations", "crossplane.io/external-name")
	return given != (id != "") || given && is != id
}
