// Package ingress is the two load balancers: the public one, which CloudFront
// alone can reach, in front of the frontend, and the internal one in front of
// the backend.
package ingress

import (
	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose follows a request inwards: a load balancer listens, and forwards to
// the targets that its service registers.
func Compose(s *stack.Stack) {
	loadBalancer(s, balancer{
		name:    "public",
		subnets: v1alpha1.SubnetPublic,
		group:   "sg-alb",
		purpose: "Spreads what CloudFront sends over the frontend tasks.",
	})
	targetGroup(s, "frontend", s.Claim.Spec.Frontend.Service)
	listener(s, "public", "frontend")

	loadBalancer(s, balancer{
		name:     "internal",
		internal: true,
		subnets:  v1alpha1.SubnetBackend,
		group:    "sg-backend-alb",
		purpose:  "Spreads what the frontend sends over the backend tasks.",
	})
	targetGroup(s, "backend", s.Claim.Spec.Backend.Service)
	listener(s, "internal", "backend")
}
