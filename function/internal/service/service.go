// Package service composes what runs the claim's images: a cluster, and for each image
// a repository, task definitions, and an ECS service with its scaling or a schedule.
package service

import (
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds the cluster, in it an ECS service for each workload, and the schedules.
func Compose(s *stack.Stack, p *plan.Plan) {
	cluster(s, p)
	for _, w := range p.Workloads {
		s.Counts(w.Condition)
		if w.Repository {
			repository(s, p, w.Name)
			lifecycle(s, w.Name)
		}
		service(s, p, w, taskDefinition(s, p, w, func(arn string) bool {
			return w.Rollout.Wanted == arn && w.Rollout.Running == arn
		}))
		scaling(s, p, w)
	}
	schedules(s, p)
}
