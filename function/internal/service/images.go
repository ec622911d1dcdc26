package service

import (
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// pullable holds a task definition back until ECS may pull its images, for the
// same reason as readable.
func pullable(s *stack.Stack, w plan.Workload) []stack.Option {
	some, all := false, true
	for _, c := range w.Parts() {
		if arn, needed := awsfacts.ECRRepository(c.Image); needed {
			some, all = true, all && granted(s, arn)
		}
	}
	if !some {
		return nil
	}
	return []stack.Option{stack.When(all, "the permission to pull the image of the "+w.Name)}
}
