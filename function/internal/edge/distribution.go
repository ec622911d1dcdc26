package edge

import (
	"slices"

	"k8s.io/utils/ptr"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// IDs of AWS's managed policies, which are the same in every account.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
const (
	cachingDisabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	allViewer        = "216adef6-5c7f-47e4-b989-5492eafa07d3"
)

const (
	originID = "alb"
	// viewerTLS is the oldest protocol and the ciphers that viewers may use.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
	viewerTLS = "TLSv1.2_2021"
)

// distribution adds the CloudFront distribution. It has no region, because CloudFront
// is global. Late initialization would write back cached paths that the claim has
// removed.
func distribution(s *stack.Stack, p *plan.Plan) {
	const key = keys.Distribution
	params := cloudfront.DistributionParameters{
		Enabled:              ptr.To(true),
		Comment:              ptr.To(s.ID),
		HTTPVersion:          ptr.To("http2and3"),
		IsIPv6Enabled:        ptr.To(true),
		PriceClass:           ptr.To(s.Claim.Spec.Edge.PriceClass),
		WebACLID:             ptr.To(stack.ARN(keys.WebACL)),
		Origin:               []cloudfront.OriginParameters{origin(s, p)},
		DefaultCacheBehavior: passThrough(s),
		OrderedCacheBehavior: cached(s),
		Aliases:              list(p.Entrance.ViewerNames...),
		ViewerCertificate:    viewerCertificate(s, p),
		Restrictions: &cloudfront.RestrictionsParameters{
			GeoRestriction: countries(s.Claim.Spec.Edge.GeoRestriction),
		},
		LoggingConfig: logging(s),
		// The distribution is ready only once all edge locations have it.
		WaitForDeployment: ptr.To(true),
		Tags:              s.Tags(key),
	}
	keepUntilPrepared(s, p, &params)
	s.Add(key, "Serves viewers over TLS from the nearest edge location.",
		&cloudfront.Distribution{Spec: cloudfront.DistributionSpec{ForProvider: params}},
		stack.NoLateInitialize(), stack.EchoExternalName())
}

// passThrough sends all requests to the frontend as the viewer sent them, including the
// Host header. Over HTTP, no certificate has to match that header and the load balancer
// accepts any. Over HTTPS, the load balancer's certificate covers it. An application
// that knows the viewer's host writes links, redirects and cookies for that host
// instead of for the load balancer.
func passThrough(s *stack.Stack) *cloudfront.DefaultCacheBehaviorParameters {
	return &cloudfront.DefaultCacheBehaviorParameters{
		TargetOriginID:          ptr.To(originID),
		ViewerProtocolPolicy:    ptr.To("redirect-to-https"),
		AllowedMethods:          list("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
		CachedMethods:           list("GET", "HEAD"),
		Compress:                ptr.To(true),
		CachePolicyID:           ptr.To(cachingDisabled),
		OriginRequestPolicyID:   ptr.To(allViewer),
		ResponseHeadersPolicyID: ptr.To(stack.Await(keys.ResponseHeaders, "id")),
	}
}

// cached serves paths from the cache, in the claim's order: the first pattern that
// matches decides. The origin gets neither cookies nor the query string: they are not
// part of the cache key, so they must not influence a response that is cached for all
// viewers.
func cached(s *stack.Stack) []cloudfront.OrderedCacheBehaviorParameters {
	patterns := s.Claim.Spec.Edge.CachedPaths
	out := make([]cloudfront.OrderedCacheBehaviorParameters, len(patterns))
	for i, params := range patterns {
		out[i] = cloudfront.OrderedCacheBehaviorParameters{
			PathPattern:             ptr.To(params),
			TargetOriginID:          ptr.To(originID),
			ViewerProtocolPolicy:    ptr.To("redirect-to-https"),
			AllowedMethods:          list("GET", "HEAD"),
			CachedMethods:           list("GET", "HEAD"),
			Compress:                ptr.To(true),
			CachePolicyID:           ptr.To(cachingOptimized),
			ResponseHeadersPolicyID: ptr.To(stack.Await(keys.ResponseHeaders, "id")),
		}
	}
	return out
}

// countries lists the countries that viewers may, or may not, come from.
func countries(g *v1alpha1.GeoRestriction) *cloudfront.GeoRestrictionParameters {
	if g == nil {
		return &cloudfront.GeoRestrictionParameters{RestrictionType: ptr.To("none")}
	}
	kind := "blacklist"
	if g.Type == "Allow" {
		kind = "whitelist"
	}
	locations := slices.Sorted(slices.Values(g.Countries))
	return &cloudfront.GeoRestrictionParameters{RestrictionType: &kind, Locations: list(locations...)}
}

func list(values ...string) []*string {
	out := make([]*string, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return out
}
