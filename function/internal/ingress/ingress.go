// Package ingress is the two load balancers: one in front of the frontend, which
// CloudFront alone can reach, and the internal one in front of the backend.
package ingress

import (
	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose follows a request inwards: a load balancer listens, and forwards to
// the targets that its service registers.
func Compose(s *stack.Stack) {
	loadBalancer(s, front(s))
	targetGroup(s, "frontend", s.Claim.Spec.Frontend.Service)
	fromCloudFront(s)

	loadBalancer(s, balancer{
		key: "alb-internal", name: "internal",
		internal: true,
		subnets:  v1alpha1.SubnetBackend,
		groups:   []stack.Key{"sg-backend-alb"},
		purpose:  "Spreads what the frontend sends over the backend tasks.",
	})
	targetGroup(s, "backend", s.Claim.Spec.Backend.Service)
	listener(s, "internal", "backend")
}

// front is the load balancer that viewers reach through CloudFront. Its key says
// whom it is for; whether the internet can reach it, AWS cannot change.
func front(s *stack.Stack) balancer {
	b := balancer{
		key: "alb-public", name: "public",
		subnets: v1alpha1.SubnetPublic,
		groups:  []stack.Key{"sg-alb", "sg-alb-https"},
		purpose: "Spreads what CloudFront sends over the frontend tasks.",
	}
	if s.VPCOrigin() {
		b.name, b.internal, b.subnets = "frontend", true, v1alpha1.SubnetFrontend
	}
	return b
}
