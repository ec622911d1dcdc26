package ingress

import (
	"k8s.io/utils/ptr"

	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// tlsPolicy allows TLS 1.3, and TLS 1.2 with forward secrecy, which is the newest
	// that CloudFront uses with origins.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-ciphers-cloudfront-to-origin.html
	tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
	// originPriority is the priority of the listener's only rule.
	originPriority = 1
)

// fromCloudFront adds the listener and the rule through which CloudFront reaches the
// frontend tasks. A load balancer can have an HTTP and an HTTPS listener at once, so
// both serve while a claim changes from one to the other.
func fromCloudFront(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	publicListener(s, p.Entrance)
	originRule(s, p, w)
	if p.Entrance.Arrived {
		return
	}
	const purpose = "Kept until CloudFront uses the new entrance."
	other := !p.Entrance.HTTPS
	s.KeepObserved(keys.Listener(plan.PublicBalancer, other), elbv2.LBListener_GroupVersionKind, purpose)
	s.KeepObserved(keys.OriginRule(plan.PublicBalancer, other), elbv2.LBListenerRule_GroupVersionKind, purpose)
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

// originRule forwards requests that carry the header that the distribution sends.
func originRule(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	key := p.Entrance.OriginRule()
	s.Add(key, "Forwards requests from CloudFront to the "+w.Name+" tasks.",
		&elbv2.LBListenerRule{Spec: elbv2.LBListenerRuleSpec{ForProvider: elbv2.LBListenerRuleParameters{
			Region:         &s.Region,
			ListenerArnRef: s.Ref(p.Entrance.Listener()),
			Priority:       ptr.To(float64(originPriority)),
			Condition: []elbv2.ConditionParameters{{HTTPHeader: &elbv2.HTTPHeaderParameters{
				HTTPHeaderName: ptr.To(plan.OriginHeader),
				Values:         []*string{ptr.To(p.Entrance.Header)},
			}}},
			Action: []elbv2.ActionParameters{{
				Type:           ptr.To("forward"),
				TargetGroupArn: ptr.To(stack.ARN(keys.TargetGroup(w.Name))),
			}},
			Tags: s.Tags(key),
		}}})
}
