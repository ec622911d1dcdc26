package edge

import (
	"k8s.io/utils/ptr"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// How long CloudFront keeps a response, in seconds. The application decides with
// Cache-Control or Expires: a minimum of 0 lets it say no-store. The default is for
// responses without either. Both limits are those of AWS's policy CachingOptimized.
const (
	minCached     = 0
	defaultCached = 24 * 60 * 60
	maxCached     = 365 * 24 * 60 * 60
)

// keyHeaders are the request headers in the cache key. Applications answer by host, and
// allow other origins by Origin and, for OPTIONS, by the two Access-Control headers.
// Viewers come over HTTPS only, so CloudFront-Forwarded-Proto is the same for all. It
// keeps an application from redirecting to HTTPS, which would be cached.
func keyHeaders() []*string {
	return list("Host", "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers",
		"CloudFront-Forwarded-Proto")
}

// cachePolicy adds the cache key of the cached paths. AWS's own policies either leave out
// the query string, so that app.js?v=2 serves what app.js?v=1 was, or include all
// cookies, so that each viewer with a session has a cache of their own.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
func cachePolicy(s *stack.Stack) {
	if len(s.Claim.Spec.Edge.CachedPaths) == 0 {
		return
	}
	s.Add(keys.CachePolicy, "Is the cache key of the cached paths: path, query string, host and origin.",
		&cloudfront.CachePolicy{Spec: cloudfront.CachePolicySpec{ForProvider: cloudfront.CachePolicyParameters{
			Name:                                     ptr.To(s.Name("cached", plan.LimitName)),
			Comment:                                  ptr.To(s.ID),
			MinTTL:                                   ptr.To(float64(minCached)),
			DefaultTTL:                               ptr.To(float64(defaultCached)),
			MaxTTL:                                   ptr.To(float64(maxCached)),
			ParametersInCacheKeyAndForwardedToOrigin: cacheKey(),
		}}}, stack.NoLateInitialize(), stack.EchoExternalName())
}

// cacheKey has no cookies. CloudFront then removes them from requests, and Set-Cookie
// from responses.
func cacheKey() *cloudfront.ParametersInCacheKeyAndForwardedToOriginParameters {
	return &cloudfront.ParametersInCacheKeyAndForwardedToOriginParameters{
		EnableAcceptEncodingGzip:   ptr.To(true),
		EnableAcceptEncodingBrotli: ptr.To(true),
		QueryStringsConfig:         &cloudfront.QueryStringsConfigParameters{QueryStringBehavior: ptr.To("all")},
		CookiesConfig:              &cloudfront.CookiesConfigParameters{CookieBehavior: ptr.To("none")},
		HeadersConfig: &cloudfront.HeadersConfigParameters{
			HeaderBehavior: ptr.To("whitelist"),
			Headers:        &cloudfront.HeadersParameters{Items: keyHeaders()},
		},
	}
}
