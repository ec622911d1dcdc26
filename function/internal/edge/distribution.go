package edge

import (
	"k8s.io/utils/ptr"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// AWS's managed policies, the same in every account.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
const (
	cachingDisabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	allViewer        = "216adef6-5c7f-47e4-b989-5492eafa07d3"
)

const originID = "alb"

// distribution has no region: CloudFront is everywhere. Late initialization would
// write the cached paths back that a claim has just given up.
func distribution(s *stack.Stack) {
	const key = stack.Key("distribution")
	s.Add(key, "Serves viewers near them, over TLS.", &cloudfront.Distribution{Spec: cloudfront.DistributionSpec{ForProvider: cloudfront.DistributionParameters{
		Enabled:              ptr.To(true),
		Comment:              ptr.To(s.ID),
		HTTPVersion:          ptr.To("http2and3"),
		IsIPv6Enabled:        ptr.To(true),
		PriceClass:           ptr.To(s.Claim.Spec.Edge.PriceClass),
		WebACLID:             ptr.To(s.ARN("webacl")),
		Origin:               []cloudfront.OriginParameters{origin(s)},
		DefaultCacheBehavior: passThrough(),
		OrderedCacheBehavior: cached(s.Claim.Spec.Edge.CachedPaths),
		ViewerCertificate:    &cloudfront.ViewerCertificateParameters{CloudfrontDefaultCertificate: ptr.To(true)},
		Restrictions: &cloudfront.RestrictionsParameters{
			GeoRestriction: &cloudfront.GeoRestrictionParameters{RestrictionType: ptr.To("none")},
		},
		// Ready then means that the edge locations have it.
		WaitForDeployment: ptr.To(true),
		Tags:              s.Tags(key),
	}}}, stack.NoLateInitialize(), stack.EchoExternalName())
}

// origin is the public load balancer, over HTTP: without a domain of one's own
// there is no certificate for it. Timeouts are CloudFront's defaults. AWS demands
// the HTTPS settings though they are not used.
func origin(s *stack.Stack) cloudfront.OriginParameters {
	return cloudfront.OriginParameters{
		OriginID:   ptr.To(originID),
		DomainName: ptr.To(s.Await("alb-public", "dnsName")),
		CustomOriginConfig: &cloudfront.CustomOriginConfigParameters{
			OriginProtocolPolicy:   ptr.To("http-only"),
			HTTPPort:               ptr.To(80.0),
			HTTPSPort:              ptr.To(443.0),
			OriginSSLProtocols:     list("TLSv1.2"),
			OriginReadTimeout:      ptr.To(30.0),
			OriginKeepaliveTimeout: ptr.To(5.0),
		},
	}
}

// passThrough sends everything to the frontend, as the viewer sent it. That
// includes the Host header: over HTTP no certificate has to match it, the load
// balancer takes any, and an application that knows the viewer's host writes
// links, redirects and cookies for it instead of for the load balancer.
func passThrough() *cloudfront.DefaultCacheBehaviorParameters {
	return &cloudfront.DefaultCacheBehaviorParameters{
		TargetOriginID:        ptr.To(originID),
		ViewerProtocolPolicy:  ptr.To("redirect-to-https"),
		AllowedMethods:        list("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
		CachedMethods:         list("GET", "HEAD"),
		Compress:              ptr.To(true),
		CachePolicyID:         ptr.To(cachingDisabled),
		OriginRequestPolicyID: ptr.To(allViewer),
	}
}

// cached serves paths from the cache, in the claim's order: the first pattern
// that matches decides. The origin gets neither cookies nor the query: what is
// not in the cache's key must not shape what is kept for everybody.
func cached(patterns []string) []cloudfront.OrderedCacheBehaviorParameters {
	out := make([]cloudfront.OrderedCacheBehaviorParameters, len(patterns))
	for i, p := range patterns {
		out[i] = cloudfront.OrderedCacheBehaviorParameters{
			PathPattern:          ptr.To(p),
			TargetOriginID:       ptr.To(originID),
			ViewerProtocolPolicy: ptr.To("redirect-to-https"),
			AllowedMethods:       list("GET", "HEAD"),
			CachedMethods:        list("GET", "HEAD"),
			Compress:             ptr.To(true),
			CachePolicyID:        ptr.To(cachingOptimized),
		}
	}
	return out
}

func list(values ...string) []*string {
	out := make([]*string, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return out
}
