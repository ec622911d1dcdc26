package ingress

import (
	"k8s.io/utils/ptr"

	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// listener forwards all requests that reach a load balancer to a workload.
func listener(s *stack.Stack, w plan.Workload, way plan.Way) {
	addListener(s, way, plan.HTTPPort, "Forwards to the "+w.Name+" tasks.")
}

// serviceListener forwards all requests to one port of the internal load balancer to a
// service.
func serviceListener(s *stack.Stack, w plan.Workload, way plan.Way) {
	addListener(s, way, way.Port, "Forwards the requests of other workloads to the "+w.Name+" tasks.")
}

// addListener adds a listener of plain HTTP, because a certificate needs a domain that the
// claim owns. The reference inside DefaultAction is safe, because that list is merged by
// index.
func addListener(s *stack.Stack, way plan.Way, port int32, purpose string) {
	key := way.Admitted[0]
	s.Add(key, purpose,
		&elbv2.LBListener{Spec: elbv2.LBListenerSpec{ForProvider: elbv2.LBListenerParameters{
			Region:             &s.Region,
			LoadBalancerArnRef: s.Ref(way.Balancer.Key()),
			Port:               ptr.To(float64(port)),
			Protocol:           ptr.To("HTTP"),
			DefaultAction: []elbv2.DefaultActionParameters{{
				Index:             ptr.To("default"),
				Type:              ptr.To("forward"),
				TargetGroupArnRef: s.Ref(way.TargetGroup),
			}},
			Tags: s.Tags(key),
		}}})
}
