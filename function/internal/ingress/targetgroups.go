package ingress

import (
	"cmp"
	"strconv"

	"k8s.io/utils/ptr"

	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// targetPort is the port of targets that are registered without a port. ECS registers
// every task with its container's port, so targetPort is never used. AWS cannot change
// it, so it is not the claim's port, which can change.
const targetPort = 80

func targetGroup(s *stack.Stack, w plan.Workload, way plan.Way) {
	key := way.TargetGroup
	s.Add(key, "Lists the "+w.Name+" tasks and checks their health.",
		&elbv2.LBTargetGroup{Spec: elbv2.LBTargetGroupSpec{ForProvider: elbv2.LBTargetGroupParameters{
			Region:          &s.Region,
			Name:            ptr.To(s.Name(way.Suffix, plan.LimitLoadBalancer)),
			TargetType:      ptr.To("ip"),
			Protocol:        ptr.To("HTTP"),
			ProtocolVersion: ptr.To(string(cmp.Or(w.Protocol, v1alpha1.ProtocolHTTP1))),
			Port:            ptr.To(float64(targetPort)),
			VPCIDRef:        s.Ref(keys.VPC),
			// Tasks of one service differ in load while Spot replaces them and while they
			// are new. Round robin would ignore that.
			LoadBalancingAlgorithmType: ptr.To(algorithm(w)),
			// 0 is written out. Without the field the provider would keep what AWS has.
			SlowStart:           ptr.To(float64(w.SlowStartSeconds)),
			DeregistrationDelay: ptr.To(strconv.Itoa(int(w.DrainSeconds))),
			HealthCheck:         healthCheck(w),
			Stickiness:          stickiness(w, way),
			Tags:                s.Tags(key),
		}}})
}

// algorithm chooses the task for a request. Tasks of one service differ in load while
// Spot replaces them and while they are new. Round robin ignores that, but the load
// balancer has a slow start only with it.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
func algorithm(w plan.Workload) string {
	if w.SlowStartSeconds > 0 {
		return "round_robin"
	}
	return "least_outstanding_requests"
}

// healthCheck is the claim's. A server of gRPC answers UNIMPLEMENTED, which is 12, to a method
// that it does not have, and OK, which is 0, to one that it has.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
func healthCheck(w plan.Workload) *elbv2.HealthCheckParameters {
	const unimplemented, ok = "12", "0"
	c := w.HealthCheck
	switch {
	case w.Protocol != v1alpha1.ProtocolGRPC:
	case c.Path == "/":
		c.Path, c.SuccessCodes = "/AWS.ALB/healthcheck", unimplemented
	default:
		c.SuccessCodes = ok
	}
	return &elbv2.HealthCheckParameters{
		Enabled:            ptr.To(true),
		Protocol:           ptr.To("HTTP"),
		Port:               ptr.To("traffic-port"),
		Path:               ptr.To(c.Path),
		Matcher:            ptr.To(c.SuccessCodes),
		Interval:           ptr.To(float64(c.IntervalSeconds)),
		Timeout:            ptr.To(float64(c.TimeoutSeconds)),
		HealthyThreshold:   ptr.To(float64(c.HealthyThreshold)),
		UnhealthyThreshold: ptr.To(float64(c.UnhealthyThreshold)),
	}
}

// defaultCookieSeconds is AWS's default for a cookie that is not used.
const defaultCookieSeconds = 24 * 60 * 60

// stickiness sends a viewer to the same task. It is written even if it is off, because the
// provider would otherwise keep it when a claim turns it off. The backend has none: its
// clients are the frontend's tasks, which keep no cookies, and it must not depend on a task.
func stickiness(w plan.Workload, way plan.Way) *elbv2.LBTargetGroupStickinessParameters {
	if w.Service == "" && (w.Kind != v1alpha1.WorkloadWeb || way.Rule != nil) {
		return nil
	}
	out := &elbv2.LBTargetGroupStickinessParameters{
		Enabled:        ptr.To(w.StickySeconds > 0),
		Type:           ptr.To("lb_cookie"),
		CookieDuration: ptr.To(float64(defaultCookieSeconds)),
	}
	if w.StickySeconds > 0 {
		out.CookieDuration = ptr.To(float64(w.StickySeconds))
	}
	return out
}
