// Package watch is what tells people how the platform does: log groups, alarms
// and the topic that they go to, the budget, and the dashboard.
package watch

import (
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// services are the two that run containers.
var services = []string{"frontend", "backend"}

// Compose makes every log group of the claim, so that none is left to AWS, which
// would keep its lines for ever and without the claim's key.
func Compose(s *stack.Stack) {
	logGroups(s)
	for _, service := range services {
		errorFilter(s, service)
	}
	notifications(s)
	alarms(s)
	budget(s)
	dashboard(s)
}
