package service

import (
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// pullable holds a task definition back until ECS may pull its image, for the
// same reason as readable.
func pullable(s *stack.Stack, w plan.Workload) []stack.Option {
	arn, needed := awsfacts.ECRRepository(w.Image)
	if !needed {
		return nil
	}
	return []stack.Option{stack.When(granted(s, arn), "the permission to pull the image of the "+w.Name)}
}
