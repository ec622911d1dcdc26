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
	cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
	// cachingOptimized has neither query strings nor cookies nor Host in its key, and does
	// not send them to the origin. S3 refuses a signed request with another Host.
	cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"
	// allViewerAndCloudFrontHeaders-2022-06.
	allViewerAndCloudFront = "33f36d7e-f396-46d9-90e0-52428a34d9dc"
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
		CustomErrorResponse:  errors(),
		Aliases:              list(p.Entrance.Served()...),
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
	serveStatic(s, p, &params)
	s.Add(key, "Serves viewers over TLS from the nearest edge location.",
		&cloudfront.Distribution{Spec: cloudfront.DistributionSpec{ForProvider: params}},
		stack.NoLateInitialize(), stack.EchoExternalName())
}

// passThrough sends all requests to the frontend as the viewer sent them, including the
// Host header. Over HTTP, no certificate has to match that header and the load balancer
// accepts any. Over HTTPS, the load balancer's certificate covers it. An application
// that knows the viewer's host writes links, redirects and cookies for that host
// instead of for the load balancer. CloudFront adds its own headers. The one that
// applications need is CloudFront-Forwarded-Proto: without a domain, the load balancer
// sets X-Forwarded-Proto to http although the viewer came over HTTPS.
func passThrough(s *stack.Stack) *cloudfront.DefaultCacheBehaviorParameters {
	return &cloudfront.DefaultCacheBehaviorParameters{
		TargetOriginID:          ptr.To(originID),
		ViewerProtocolPolicy:    ptr.To("redirect-to-https"),
		AllowedMethods:          list("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"),
		CachedMethods:           list("GET", "HEAD"),
		Compress:                ptr.To(true),
		CachePolicyID:           ptr.To(cachingDisabled),
		OriginRequestPolicyID:   ptr.To(allViewerAndCloudFront),
		ResponseHeadersPolicyID: ptr.To(stack.Await(keys.ResponseHeaders, "id")),
	}
}

// cached serves paths from the cache, in the claim's order: the first pattern that
// matches decides. The origin gets what is in the cache key and nothing else, so that
// nothing else can influence a response that is cached for all viewers. Browsers ask
// with OPTIONS before they load a font or a module for another origin.
func cached(s *stack.Stack) []cloudfront.OrderedCacheBehaviorParameters {
	patterns := s.Claim.Spec.Edge.CachedPaths
	out := make([]cloudfront.OrderedCacheBehaviorParameters, len(patterns))
	for i, params := range patterns {
		out[i] = cloudfront.OrderedCacheBehaviorParameters{
			PathPattern:             ptr.To(params),
			TargetOriginID:          ptr.To(originID),
			ViewerProtocolPolicy:    ptr.To("redirect-to-https"),
			AllowedMethods:          list("GET", "HEAD", "OPTIONS"),
			CachedMethods:           list("GET", "HEAD"),
			Compress:                ptr.To(true),
			CachePolicyID:           ptr.To(stack.Await(keys.CachePolicy, "id")),
			ResponseHeadersPolicyID: ptr.To(stack.Await(keys.ResponseHeaders, "id")),
		}
	}
	return out
}

// errorCodes are the errors that CloudFront caches and whose minimum TTL can be set. It
// also caches 410, 412 and 415, by the application's own Cache-Control, and never caches
// 416, but accepts a TTL for it.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
var errorCodes = []float64{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}

// errors keeps errors out of the cache. By default CloudFront caches an error for 10
// seconds, even where caching is off and the response says no-store, and serves it to
// all viewers of the URL, whatever their cookies are.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
func errors() []cloudfront.CustomErrorResponseParameters {
	out := make([]cloudfront.CustomErrorResponseParameters, len(errorCodes))
	for i, code := range errorCodes {
		out[i] = cloudfront.CustomErrorResponseParameters{ErrorCode: ptr.To(code), ErrorCachingMinTTL: ptr.To(0.0)}
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
