// Package ingress composes the two load balancers: one in front of the frontend, which
// only CloudFront can reach, and the internal one in front of the backend.
package ingress

import (
	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds each load balancer with its listener, and forwards requests to the
// targets that its workload registers.
func Compose(s *stack.Stack, p *plan.Plan) {
	for _, w := range p.Workloads {
		if !w.Served() {
			continue
		}
		loadBalancer(s, p, w.Balancer)
		targetGroup(s, w)
		switch w.Kind {
		case v1alpha1.WorkloadWeb:
			fromCloudFront(s, p, w)
		case v1alpha1.WorkloadInternal:
			listener(s, w)
		}
	}
}
