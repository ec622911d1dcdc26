// Package service composes what runs the claim's images: a cluster, and for each image
// a repository, task definitions, an ECS service and its scaling.
package service

import (
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds the cluster, and in it an ECS service for each workload.
func Compose(s *stack.Stack, p *plan.Plan) {
	cluster(s)
	for _, w := range p.Workloads {
		s.Counts(w.Condition)
		if w.Repository {
			repository(s, p, w.Name)
			lifecycle(s, w.Name)
		}
		service(s, p, w, taskDefinition(s, p, w))
		scaling(s, p, w)
	}
}
