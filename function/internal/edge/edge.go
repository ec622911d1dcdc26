// Package edge is what viewers meet first: their domain, CloudFront, and the
// firewall in front of it.
package edge

import (
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose puts the firewall in front of the distribution from the start: the
// distribution waits for it, so that the site is never without.
func Compose(s *stack.Stack, p *plan.Plan) {
	webACL(s)
	firewallLogs(s, p)
	domain(s, p)
	responseHeaders(s)
	accessLogs(s, p)
	vpcOrigin(s, p)
	distribution(s, p)
}
