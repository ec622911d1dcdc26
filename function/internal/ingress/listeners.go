package ingress

import (
	"k8s.io/utils/ptr"

	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// listener forwards all requests that reach a load balancer to a workload.
func listener(s *stack.Stack, w plan.Workload, way plan.Way) {
	addListener(s, way, "Forwards to the "+w.Name+" tasks.", elbv2.LBListenerParameters{
		Port: ptr.To(float64(plan.HTTPPort)), Protocol: ptr.To("HTTP"),
	})
}

// serviceListener forwards all requests to one port of the internal load balancer to a
// service.
func serviceListener(s *stack.Stack, p *plan.Plan, w plan.Workload, way plan.Way) {
	params := elbv2.LBListenerParameters{Port: ptr.To(float64(way.Port)), Protocol: ptr.To("HTTP")}
	if way.TLS {
		params.Protocol, params.SSLPolicy = ptr.To("HTTPS"), ptr.To(tlsPolicy)
		params.CertificateArn = ptr.To(stack.Await(p.Entrance.InternalValidation(), "certificateArn"))
	}
	addListener(s, way, "Forwards the requests of other workloads to the "+w.Name+" tasks.", params)
}

// addListener adds a listener of the internal load balancer. It speaks plain HTTP unless a
// protocol needs TLS, because a certificate needs a domain that the claim owns. The reference
// inside DefaultAction is safe, because that list is merged by index.
func addListener(s *stack.Stack, way plan.Way, purpose string, params elbv2.LBListenerParameters) {
	key := way.Admitted[0]
	params.Region = &s.Region
	params.LoadBalancerArnRef = s.Ref(way.Balancer.Key())
	params.DefaultAction = []elbv2.DefaultActionParameters{{
		Index:             ptr.To("default"),
		Type:              ptr.To("forward"),
		TargetGroupArnRef: s.Ref(way.TargetGroup),
	}}
	params.Tags = s.Tags(key)
	s.Add(key, purpose, &elbv2.LBListener{Spec: elbv2.LBListenerSpec{ForProvider: params}})
}
