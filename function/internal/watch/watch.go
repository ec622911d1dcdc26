// Package watch composes what tells people how the platform does: log groups, alarms
// and their topics, the budget, and the dashboard.
package watch

import (
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds every log group of the claim. AWS would create the missing ones itself,
// without expiry and without the claim's key.
func Compose(s *stack.Stack, p *plan.Plan) {
	logGroups(s, p)
	for _, w := range p.Workloads {
		errorFilter(s, p, w)
	}
	notifications(s, p)
	alarms(s, p)
	budget(s)
	dashboard(s, p)
}
