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
	if p.NeedsRunner() {
		runnerFunction(s, p)
	}
	for _, w := range p.Workloads {
		s.Counts(w.Condition)
		if w.Repository {
			repository(s, p, w.Name)
			lifecycle(s, w.Name)
		}
		today := taskDefinition(s, p, w, func(arn string) bool {
			return w.Rollout.Wanted == arn && w.Rollout.Running == arn
		})
		for _, r := range p.Releases {
			if r.Workload == w.Name {
				release(s, p, w, r, today)
			}
		}
		service(s, p, w, today)
		proof(s, p, w)
		scaling(s, p, w)
	}
	schedules(s, p)
}
