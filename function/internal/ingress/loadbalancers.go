package ingress

import (
	"k8s.io/utils/ptr"

	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// loadBalancer is an application load balancer in a tier's subnets. Subnets and
// security groups are references, which the provider resolves once. That is enough,
// because a claim can change neither.
func loadBalancer(s *stack.Stack, p *plan.Plan, b plan.Balancer) {
	s.Add(b.Key(), b.Purpose, &elbv2.LB{Spec: elbv2.LBSpec{ForProvider: elbv2.LBParameters{
		Region:            &s.Region,
		Name:              ptr.To(s.Name(b.Suffix, plan.LimitLoadBalancer)),
		Internal:          ptr.To(b.Internal),
		LoadBalancerType:  ptr.To("application"),
		IPAddressType:     ptr.To("ipv4"),
		SubnetRefs:        s.Refs(p.Network.Subnets(b.Subnets)...),
		SecurityGroupRefs: s.Refs(b.Groups...),
		EnableHttp2:       ptr.To(true),
		IdleTimeout:       ptr.To(float64(b.IdleSeconds)),
		// Headers that HTTP does not allow are used for request smuggling.
		DropInvalidHeaderFields:  ptr.To(true),
		EnableDeletionProtection: ptr.To(p.Protected),
		Tags:                     s.Tags(b.Key()),
	}}})
}
