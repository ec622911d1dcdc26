// Package watch is what tells people how the platform does: log groups, alarms
// and the topic that they go to, the budget, and the dashboard.
package watch

import (
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose makes every log group of the claim, so that none is left to AWS, which
// would keep its lines for ever and without the claim's key.
func Compose(s *stack.Stack, p *plan.Plan) {
	logGroups(s, p)
	for _, w := range p.Workloads {
		errorFilter(s, p, w)
	}
	notifications(s)
	alarms(s, p)
	budget(s)
	dashboard(s, p)
}
