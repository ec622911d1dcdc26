package ingress

import (
	"slices"

	"k8s.io/utils/ptr"

	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// tlsPolicy allows TLS 1.3, and TLS 1.2 with forward secrecy, which is the newest that
// CloudFront uses with origins.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-ciphers-cloudfront-to-origin.html
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"

// leaveOldEntrance keeps the listener and the rules of the previous entrance until CloudFront
// uses the new one. A load balancer can have an HTTP and an HTTPS listener at once, so both
// serve while a claim changes from one to the other.
func leaveOldEntrance(s *stack.Stack, p *plan.Plan) {
	if p.Entrance.Arrived {
		return
	}
	const purpose = "Kept until CloudFront uses the new entrance."
	other := !p.Entrance.HTTPS
	s.KeepObserved(keys.Listener(plan.PublicBalancer, other), elbv2.LBListener_GroupVersionKind, purpose)
	s.KeepObserved(keys.OriginRule(plan.PublicBalancer, other), elbv2.LBListenerRule_GroupVersionKind, purpose)
	for _, w := range p.Workloads {
		for _, way := range w.Ways {
			if way.Rule != nil {
				s.KeepObserved(keys.ServiceRule(other, w.Name), elbv2.LBListenerRule_GroupVersionKind, purpose)
			}
		}
	}
}

// publicListener answers 403 to requests that its rule does not match.
func publicListener(s *stack.Stack, e plan.Entrance) {
	key := e.Listener()
	params := elbv2.LBListenerParameters{
		Region:             &s.Region,
		LoadBalancerArnRef: s.Ref(keys.Balancer(plan.PublicBalancer)),
		Port:               ptr.To(float64(plan.HTTPPort)),
		Protocol:           ptr.To("HTTP"),
		DefaultAction: []elbv2.DefaultActionParameters{{
			Index: ptr.To("default"),
			Type:  ptr.To("fixed-response"),
			FixedResponse: &elbv2.FixedResponseParameters{
				ContentType: ptr.To("text/plain"),
				MessageBody: ptr.To("Forbidden"),
				StatusCode:  ptr.To("403"),
			},
		}},
		Tags: s.Tags(key),
	}
	if e.HTTPS {
		params.Port, params.Protocol = ptr.To(float64(plan.HTTPSPort)), ptr.To("HTTPS")
		params.SSLPolicy, params.CertificateArn = ptr.To(tlsPolicy), ptr.To(e.CertificateARN(keys.AtOrigin))
	}
	s.Add(key, "Refuses requests that do not come from this claim's CloudFront distribution.",
		&elbv2.LBListener{Spec: elbv2.LBListenerSpec{ForProvider: params}})
}

// originRule forwards all requests to the frontend that no service has.
func originRule(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	addRule(s, p, w.Ways[0], p.OriginPriority(), "Forwards requests from CloudFront to the "+w.Name+" tasks.")
}

// serviceRule forwards the requests that a service has chosen.
func serviceRule(s *stack.Stack, p *plan.Plan, w plan.Workload, way plan.Way) {
	var chosen []elbv2.ConditionParameters
	if hosts := way.Rule.Hosts; len(hosts) > 0 {
		chosen = append(chosen, elbv2.ConditionParameters{
			HostHeader: &elbv2.HostHeaderParameters{Values: sorted(hosts)},
		})
	}
	if paths := way.Rule.Paths; len(paths) > 0 {
		chosen = append(chosen, elbv2.ConditionParameters{
			PathPattern: &elbv2.PathPatternParameters{Values: sorted(paths)},
		})
	}
	addRule(s, p, way, way.Rule.Priority, "Forwards the requests of viewers that the "+w.Name+" has chosen.",
		chosen...)
}

// addRule adds a rule that only matches requests with the header that the distribution
// sends.
func addRule(
	s *stack.Stack, p *plan.Plan, way plan.Way, priority int32, purpose string, chosen ...elbv2.ConditionParameters,
) {
	key := way.Admitted[0]
	s.Add(key, purpose,
		&elbv2.LBListenerRule{Spec: elbv2.LBListenerRuleSpec{ForProvider: elbv2.LBListenerRuleParameters{
			Region:         &s.Region,
			ListenerArnRef: s.Ref(p.Entrance.Listener()),
			Priority:       ptr.To(float64(priority)),
			Condition: append([]elbv2.ConditionParameters{{HTTPHeader: &elbv2.HTTPHeaderParameters{
				HTTPHeaderName: ptr.To(plan.OriginHeader),
				Values:         []*string{ptr.To(p.Entrance.Header)},
			}}}, chosen...),
			Action: []elbv2.ActionParameters{{
				Type:           ptr.To("forward"),
				TargetGroupArn: ptr.To(stack.ARN(way.TargetGroup)),
			}},
			Tags: s.Tags(key),
		}}})
}

// sorted sorts values, because they are a set: their order in the claim does not matter.
func sorted(values []string) []*string {
	var out []*string
	for _, v := range slices.Sorted(slices.Values(values)) {
		out = append(out, &v)
	}
	return out
}
