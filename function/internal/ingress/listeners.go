package ingress

import (
	"k8s.io/utils/ptr"

	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// listenerPort is for plain HTTP: a certificate needs a domain of one's own.
// Without one, viewers have TLS up to CloudFront.
const listenerPort = 80

// listener forwards everything that reaches a load balancer to a service. The
// reference in its list is safe: the list is merged by index.
func listener(s *stack.Stack, balancer, service string) {
	key := stack.Key("listener-" + balancer)
	s.Add(key, "Forwards to the "+service+" tasks.", &elbv2.LBListener{Spec: elbv2.LBListenerSpec{ForProvider: elbv2.LBListenerParameters{
		Region:             &s.Region,
		LoadBalancerArnRef: s.Ref(stack.Key("alb-" + balancer)),
		Port:               ptr.To(float64(listenerPort)),
		Protocol:           ptr.To("HTTP"),
		DefaultAction: []elbv2.DefaultActionParameters{{
			Index:             ptr.To("default"),
			Type:              ptr.To("forward"),
			TargetGroupArnRef: s.Ref(stack.Key("targetgroup-" + service)),
		}},
		Tags: s.Tags(key),
	}}})
}
