// Package edge is what viewers meet first: their domain, CloudFront, and the
// firewall in front of it.
package edge

import "github.com/kasha-platform/kasha/function/internal/stack"

// Compose puts the firewall in front of the distribution from the start: the
// distribution waits for it, so that the site is never without.
func Compose(s *stack.Stack) {
	webACL(s)
	firewallLogs(s)
	domain(s)
	responseHeaders(s)
	accessLogs(s)
	vpcOrigin(s)
	distribution(s)
}
