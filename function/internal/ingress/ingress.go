// Package ingress composes the two load balancers: one in front of the frontend, which
// only CloudFront can reach, and the internal one in front of the backend.
package ingress

import (
	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds each load balancer with its listener, and forwards requests to the
// targets that the workloads register.
func Compose(s *stack.Stack, p *plan.Plan) {
	for _, w := range p.Workloads {
		if !w.Served() {
			continue
		}
		if w.Service == "" {
			loadBalancer(s, p, w.Ways[0].Balancer)
		}
		for _, way := range w.Ways {
			targetGroup(s, w, way)
			forward(s, p, w, way)
		}
	}
	leaveOldEntrance(s, p)
	leave(s, p)
}

// forward adds the listener or the rule by which a load balancer sends requests to a
// workload.
func forward(s *stack.Stack, p *plan.Plan, w plan.Workload, way plan.Way) {
	switch {
	case way.Rule != nil:
		serviceRule(s, p, w, way)
	case way.Port != 0:
		serviceListener(s, p, w, way)
	case w.Kind == v1alpha1.WorkloadWeb:
		publicListener(s, p.Entrance)
		originRule(s, p, w)
	default:
		listener(s, w, way)
	}
}

// leave keeps a way to a workload that the claim no longer asks for until ECS has deployed the
// workload without it. What forwards requests stays as long as the service names the target
// group, which must belong to a load balancer.
func leave(s *stack.Stack, p *plan.Plan) {
	for _, w := range p.Workloads {
		purpose := "Kept until the " + w.Name + " is deployed without it."
		for _, way := range w.Left {
			s.KeepObserved(way.TargetGroup, elbv2.LBTargetGroup_GroupVersionKind, purpose)
			if !way.Listed {
				continue
			}
			kind := elbv2.LBListenerRule_GroupVersionKind
			if way.Port != 0 {
				kind = elbv2.LBListener_GroupVersionKind
			}
			for _, k := range way.Admitted {
				s.KeepObserved(k, kind, purpose)
			}
		}
	}
}
