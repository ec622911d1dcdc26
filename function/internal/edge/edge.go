// Package edge composes what viewers reach first: their domain, CloudFront, and the
// firewall in front of it.
package edge

import (
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds the firewall with the distribution. The distribution waits for the
// firewall, so the site is never without it.
func Compose(s *stack.Stack, p *plan.Plan) {
	webACL(s)
	firewallLogs(s, p)
	domain(s, p)
	responseHeaders(s)
	cachePolicy(s)
	accessLogs(s, p)
	static(s, p)
	vpcOrigin(s, p)
	distribution(s, p)
}
