package ingress

import (
	"k8s.io/utils/ptr"

	elbv2 "github.com/upbound/provider-aws/v2/apis/namespaced/elbv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	httpsPort = 443
	// tlsPolicy has TLS 1.3, and 1.2 with forward secrecy for CloudFront, which
	// speaks nothing newer to origins.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-ciphers-cloudfront-to-origin.html
	tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
	// originPriority of the rule, which is the only one.
	originPriority = 1
)

// fromCloudFront is the way from CloudFront to the frontend tasks. A load
// balancer can have the listeners for both ways at once, so while a claim goes
// from one to the other, both serve.
func fromCloudFront(s *stack.Stack) {
	publicListener(s, s.HTTPS())
	originRule(s, s.HTTPS())
	if s.Arrived() {
		return
	}
	s.Keep(stack.ListenerKey(!s.HTTPS()), elbv2.LBListener_GroupVersionKind, "CloudFront's way in until it has another.")
	s.Keep(stack.OriginRuleKey(!s.HTTPS()), elbv2.LBListenerRule_GroupVersionKind, "CloudFront's way in until it has another.")
}

// publicListener refuses what the rule does not let in.
func publicListener(s *stack.Stack, https bool) {
	key := stack.ListenerKey(https)
	p := elbv2.LBListenerParameters{
		Region:             &s.Region,
		LoadBalancerArnRef: s.Ref("alb-public"),
		Port:               ptr.To(float64(listenerPort)),
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
	if https {
		p.Port, p.Protocol = ptr.To(float64(httpsPort)), ptr.To("HTTPS")
		p.SSLPolicy, p.CertificateArn = ptr.To(tlsPolicy), ptr.To(s.CertificateARN(stack.AtOrigin))
	}
	s.Add(key, "Refuses whoever is not this claim's CloudFront distribution.", &elbv2.LBListener{Spec: elbv2.LBListenerSpec{ForProvider: p}})
}

// originRule lets in what carries the header that the distribution sends.
func originRule(s *stack.Stack, https bool) {
	key := stack.OriginRuleKey(https)
	s.Add(key, "Forwards what CloudFront sends to the frontend tasks.", &elbv2.LBListenerRule{Spec: elbv2.LBListenerRuleSpec{ForProvider: elbv2.LBListenerRuleParameters{
		Region:         &s.Region,
		ListenerArnRef: s.Ref(stack.ListenerKey(https)),
		Priority:       ptr.To(float64(originPriority)),
		Condition: []elbv2.ConditionParameters{{HTTPHeader: &elbv2.HTTPHeaderParameters{
			HTTPHeaderName: ptr.To(stack.OriginHeader),
			Values:         []*string{ptr.To(s.OriginHeaderValue())},
		}}},
		Action: []elbv2.ActionParameters{{
			Type:           ptr.To("forward"),
			TargetGroupArn: ptr.To(s.ARN("targetgroup-frontend")),
		}},
		Tags: s.Tags(key),
	}}})
}
