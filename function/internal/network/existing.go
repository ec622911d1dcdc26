package network

import (
	"slices"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// existing looks at a network that is somebody else's. Its VPC and subnets have
// the keys that the claim's own would have, so that whoever refers to them need
// not know whose they are, and the provider may do nothing but look.
func existing(s *stack.Stack, p *plan.Plan) {
	e := s.Claim.Spec.Network.Existing
	s.Add(keys.VPC, "The network that the claim was given. It is only looked at.", &ec2.VPC{Spec: ec2.VPCSpec{ForProvider: ec2.VPCParameters_2{
		Region: &s.Region,
	}}}, stack.ObserveExternal(e.VPCID))
	for _, tier := range tiers {
		for i, key := range p.Network.Subnets(tier) {
			s.Add(key, purposes[tier]+" It is only looked at.", &ec2.Subnet{Spec: ec2.SubnetSpec{ForProvider: ec2.SubnetParameters_2{
				Region: &s.Region,
			}}}, stack.ObserveExternal(e.Subnets(tier)[i]))
		}
	}
}

// keepsItsNetwork refuses a claim whose network was another one. The schema does
// too, but if that were older than this function, a VPC that is only looked at
// would become the claim's own, and be deleted with it.
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
		s.Refuse("spec.network.existing", "cannot change it: everything of this claim is in the network that it was made in; set it back, and create a new claim in the other network")
	}
}

// becomesAnother tells whether something that the cluster has would be tied to
// something else in AWS. The ID is empty for what is the claim's own.
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
