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

// responseHeaders are on for everybody: each is what a browser should have
// assumed from the beginning. Late initialization would write a header back that
// a claim has just given up.
func responseHeaders(s *stack.Stack) {
	s.Add(keys.ResponseHeaders, "Adds security headers to responses.", &cloudfront.ResponseHeadersPolicy{Spec: cloudfront.ResponseHeadersPolicySpec{ForProvider: cloudfront.ResponseHeadersPolicyParameters{
		Name:                  ptr.To(s.Name("edge", plan.LimitName)),
		Comment:               ptr.To(s.ID),
		SecurityHeadersConfig: securityHeaders(s.Claim.Spec.Edge.ResponseHeaders),
	}}}, stack.NoLateInitialize(), stack.EchoExternalName())
}

// securityHeaders override what the application sends only where no application
// can know better.
func securityHeaders(h v1alpha1.ResponseHeaders) *cloudfront.SecurityHeadersConfigParameters {
	c := &cloudfront.SecurityHeadersConfigParameters{
		ContentTypeOptions: &cloudfront.ContentTypeOptionsParameters{Override: ptr.To(true)},
		ReferrerPolicy:     &cloudfront.ReferrerPolicyParameters{ReferrerPolicy: ptr.To(h.ReferrerPolicy), Override: ptr.To(false)},
	}
	if h.FrameOptions != "None" {
		c.FrameOptions = &cloudfront.FrameOptionsParameters{FrameOption: ptr.To(strings.ToUpper(h.FrameOptions)), Override: ptr.To(false)}
	}
	if h.HSTSSeconds > 0 {
		c.StrictTransportSecurity = &cloudfront.StrictTransportSecurityParameters{
			AccessControlMaxAgeSec: ptr.To(float64(h.HSTSSeconds)),
			IncludeSubdomains:      ptr.To(h.HSTSIncludeSubdomains),
			// Browsers' own lists are left only after years.
			Preload:  ptr.To(false),
			Override: ptr.To(false),
		}
	}
	if h.ContentSecurityPolicy != "" {
		c.ContentSecurityPolicy = &cloudfront.ContentSecurityPolicyParameters{ContentSecurityPolicy: ptr.To(h.ContentSecurityPolicy), Override: ptr.To(false)}
	}
	return c
}
