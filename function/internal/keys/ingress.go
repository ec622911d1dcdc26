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

// ServiceListener is the key of the internal load balancer's listener for a service.
func ServiceListener(workload string) stack.Key { return join("listener-", workload) }

// ServiceRule is the key of the public load balancer's rule that chooses a service's requests.
func ServiceRule(https bool, workload string) stack.Key {
	if https {
		return join("listenerrule-public-https-", workload)
	}
	return join("listenerrule-public-", workload)
}

// PublicTargetGroup is the key of a workload's target group behind the public load balancer,
// beside one that it has, or had, behind the internal one.
func PublicTargetGroup(workload string) stack.Key { return join("targetgroup-public-", workload) }

// ProtocolTargetGroup is the key of a workload's target group for another protocol than
// HTTP/1.1. AWS cannot change the protocol.
func ProtocolTargetGroup(protocol, workload string) stack.Key {
	return join("targetgroup-"+protocol+"-", workload)
}

// TargetGroup is the key of a workload's target group.
func TargetGroup(workload string) stack.Key { return join("targetgroup-", workload) }
