package keys

import "github.com/kasha-platform/kasha/function/internal/stack"

// Balancer is the key of a load balancer, public or internal.
func Balancer(name string) stack.Key { return join("alb-", name) }

// Listener is the key of a load balancer's listener.
func Listener(balancer string, https bool) stack.Key {
	key := join("listener-", balancer)
	if https {
		key += "-https"
	}
	return key
}

// OriginRule is the key of the listener rule that admits requests from CloudFront.
func OriginRule(balancer string, https bool) stack.Key {
	key := join("listenerrule-", balancer)
	if https {
		key += "-https"
	}
	return key + "-origin"
}

// TargetGroup is the key of a workload's target group.
func TargetGroup(workload string) stack.Key { return join("targetgroup-", workload) }
