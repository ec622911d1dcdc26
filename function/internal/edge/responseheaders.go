package edge

import (
	"strings"

	"k8s.io/utils/ptr"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// responseHeaders adds security headers in every claim: each turns on what browsers
// should do by default. Late initialization would write back a header that the claim
// has removed.
func responseHeaders(s *stack.Stack) {
	s.Add(keys.ResponseHeaders, "Adds security headers to responses.",
		&cloudfront.ResponseHeadersPolicy{Spec: cloudfront.ResponseHeadersPolicySpec{
			ForProvider: cloudfront.ResponseHeadersPolicyParameters{
				Name:                  ptr.To(s.Name("edge", plan.LimitName)),
				Comment:               ptr.To(s.ID),
				SecurityHeadersConfig: securityHeaders(s.Claim.Spec.Edge.ResponseHeaders),
			},
		}}, stack.NoLateInitialize(), stack.EchoExternalName())
}

// securityHeaders overrides the application's header only for X-Content-Type-Options,
// where no application has a reason for another value.
func securityHeaders(h v1alpha1.ResponseHeaders) *cloudfront.SecurityHeadersConfigParameters {
	c := &cloudfront.SecurityHeadersConfigParameters{
		ContentTypeOptions: &cloudfront.ContentTypeOptionsParameters{Override: ptr.To(true)},
		ReferrerPolicy: &cloudfront.ReferrerPolicyParameters{
			ReferrerPolicy: ptr.To(h.ReferrerPolicy),
			Override:       ptr.To(false),
		},
	}
	if h.FrameOptions != "None" {
		c.FrameOptions = &cloudfront.FrameOptionsParameters{
			FrameOption: ptr.To(strings.ToUpper(h.FrameOptions)),
			Override:    ptr.To(false),
		}
	}
	if h.HSTSSeconds > 0 {
		c.StrictTransportSecurity = &cloudfront.StrictTransportSecurityParameters{
			AccessControlMaxAgeSec: ptr.To(float64(h.HSTSSeconds)),
			IncludeSubdomains:      ptr.To(h.HSTSIncludeSubdomains),
			Preload:                ptr.To(h.HSTSPreload),
			Override:               ptr.To(false),
		}
	}
	if h.ContentSecurityPolicy != "" {
		c.ContentSecurityPolicy = &cloudfront.ContentSecurityPolicyParameters{
			ContentSecurityPolicy: ptr.To(h.ContentSecurityPolicy),
			Override:              ptr.To(false),
		}
	}
	return c
}
