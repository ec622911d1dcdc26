package ingress

import (
	"k8s.io/utils/ptr"

	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// listener forwards all requests that reach a load balancer to a workload. It uses
// plain HTTP, because a certificate needs a domain that the claim owns. The reference
// inside DefaultAction is safe, because that list is merged by index.
func listener(s *stack.Stack, w plan.Workload) {
	key := keys.Listener(w.Balancer.Name, false)
	s.Add(key, "Forwards to the "+w.Name+" tasks.",
		&elbv2.LBListener{Spec: elbv2.LBListenerSpec{ForProvider: elbv2.LBListenerParameters{
			Region:             &s.Region,
			LoadBalancerArnRef: s.Ref(w.Balancer.Key()),
			Port:               ptr.To(float64(plan.HTTPPort)),
			Protocol:           ptr.To("HTTP"),
			DefaultAction: []elbv2.DefaultActionParameters{{
				Index:             ptr.To("default"),
				Type:              ptr.To("forward"),
				TargetGroupArnRef: s.Ref(keys.TargetGroup(w.Name)),
			}},
			Tags: s.Tags(key),
		}}})
}
