package edge

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"
	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/bucket"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// static adds the bucket of static files and what CloudFront needs to serve them. The bucket
// with all of its settings outlives the claim and its field, like other buckets: files may
// be in it, and its policy admits nobody but the distribution.
func static(s *stack.Stack, p *plan.Plan) {
	if p.Static.Leaving {
		keepStatic(s)
	}
	if p.Static.Spec == nil {
		return
	}
	staticBucket(s, p)
	s.Add(keys.StaticAccess, accessPurpose,
		&cloudfront.OriginAccessControl{Spec: cloudfront.OriginAccessControlSpec{
			ForProvider: cloudfront.OriginAccessControlParameters{
				Name:                          ptr.To(s.Name("static", plan.LimitCloudFront)),
				Description:                   ptr.To(s.ID),
				OriginAccessControlOriginType: ptr.To("s3"),
				SigningBehavior:               ptr.To("always"),
				SigningProtocol:               ptr.To("sigv4"),
			},
		}}, accessOptions()...)
	code := base64.StdEncoding.EncodeToString([]byte(pathsCode(p.Static.Spec.Fallback)))
	s.AddObject(keys.StaticCode, codePurpose, kinds.Secret, codeSecret(code))
	s.Add(keys.StaticPaths, pathsPurpose, &cloudfront.Function{Spec: cloudfront.FunctionSpec{
		ForProvider: cloudfront.FunctionParameters{
			Comment: ptr.To(s.ID),
			Runtime: ptr.To("cloudfront-js-2.0"),
			Publish: ptr.To(true),
			CodeSecretRef: xpv1.LocalSecretKeySelector{
				LocalSecretReference: xpv1.LocalSecretReference{Name: s.ObjectName(keys.StaticCode)}, Key: codeField,
			},
		},
	}}, append(pathsOptions(s), stack.After(keys.StaticCode))...)
}

const (
	accessPurpose = "Signs CloudFront's requests to the bucket of static files."
	pathsPurpose  = "Finds the file of a path, at the edge."
	codePurpose   = "Holds the code that finds the file of a path. The provider reads code only from a Secret."
	codeField     = "code"
)

func accessOptions() []stack.Option {
	return []stack.Option{stack.NoLateInitialize(), stack.EchoExternalName()}
}

func pathsOptions(s *stack.Stack) []stack.Option {
	return []stack.Option{stack.NoLateInitialize(), stack.ExternalName(s.Name("static", plan.LimitCloudFront))}
}

func codeSecret(code string) map[string]any {
	return map[string]any{"type": "Opaque", "data": map[string]any{codeField: code}}
}

// keepStatic keeps what an existing distribution reads the files with, until CloudFront has
// stopped using it everywhere. AWS deletes none of it while a distribution uses it. The code
// stays with the function: without the Secret, the provider takes it for empty.
func keepStatic(s *stack.Stack) {
	s.KeepObserved(keys.StaticAccess, cloudfront.OriginAccessControl_GroupVersionKind, accessPurpose,
		accessOptions()...)
	s.KeepObserved(keys.StaticPaths, cloudfront.Function_GroupVersionKind, pathsPurpose, pathsOptions(s)...)
	if o, ok := s.Observed(keys.StaticCode); ok {
		if code, ok := stack.Text(o, "data", codeField); ok {
			s.AddObject(keys.StaticCode, codePurpose, kinds.Secret, codeSecret(code))
		}
	}
}

// staticBucket has no versions: CI builds the files again.
func staticBucket(s *stack.Stack, p *plan.Plan) {
	name := p.BucketName("static")
	s.Add(keys.Static, "Stores static files; it outlives the claim.",
		&s3.Bucket{Spec: s3.BucketSpec{ForProvider: s3.BucketParameters{
			Region:       &s.Region,
			ForceDestroy: ptr.To(false),
			Tags:         s.Tags(keys.Static),
		}}}, stack.ExternalName(name), stack.Retain())
	s.Add(keys.BucketPart(keys.Static, keys.BucketOwnership),
		"Turns access control lists off, so that only policies grant access.",
		&s3.BucketOwnershipControls{Spec: s3.BucketOwnershipControlsSpec{
			ForProvider: s3.BucketOwnershipControlsParameters{
				Region:    &s.Region,
				BucketRef: s.Ref(keys.Static),
				Rule:      &s3.BucketOwnershipControlsRuleParameters{ObjectOwnership: ptr.To("BucketOwnerEnforced")},
			},
		}}, stack.Retain())
	bucket.BlockPublicAccess(s, keys.Static, stack.Retain())
	s.Add(keys.BucketPart(keys.Static, keys.BucketEncryption), "Encrypts static files with the data key.",
		&s3.BucketServerSideEncryptionConfiguration{Spec: s3.BucketServerSideEncryptionConfigurationSpec{
			ForProvider: s3.BucketServerSideEncryptionConfigurationParameters{
				Region:              &s.Region,
				BucketRef:           s.Ref(keys.Static),
				ExpectedBucketOwner: bucket.ExpectedOwner(s),
				Rule: []s3.BucketServerSideEncryptionConfigurationRuleParameters{{
					BucketKeyEnabled: ptr.To(true),
					ApplyServerSideEncryptionByDefault: &s3.RuleApplyServerSideEncryptionByDefaultParameters{
						SseAlgorithm:   ptr.To("aws:kms"),
						KMSMasterKeyID: ptr.To(stack.ARN(keys.DataKey)),
					},
				}},
			},
		}}, stack.Retain())
	var admits policy.Document
	if p.Static.Admits(keys.BucketPart(keys.Static, keys.BucketPolicy)) {
		// Without the permission to list, S3 answers 403 for a file that does not exist. The
		// function turns each path into that of a file, so no viewer can list the bucket.
		arn := "arn:aws:s3:::" + name
		admits = policy.Document{
			p.Static.Admit("Files", arn+"/*", "s3:GetObject"), p.Static.Admit("Missing", arn, "s3:ListBucket"),
		}
	}
	bucket.RequireTLS(s, keys.Static, name, admits, stack.Retain())
}

// pathsCode is the code of the CloudFront function that turns the path of a request into
// that of a file. It runs for the static paths only, before CloudFront looks into its cache.
// A distribution's error pages would do the same for the errors of all its origins, also
// those of an API.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
func pathsCode(fallback string) string {
	file, err := json.Marshal(fallback)
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(`function handler(event) {
  var request = event.request;
  var fallback = FALLBACK;
  var last = request.uri.substring(request.uri.lastIndexOf("/") + 1);
  if (fallback && last.indexOf(".") < 0) {
    request.uri = fallback;
  } else if (last === "") {
    request.uri += "index.html";
  }
  return request;
}
`, "FALLBACK", string(file))
}

// serveStatic adds the bucket and its paths to the distribution. An existing distribution
// goes on as it is until CloudFront can serve them: a path without its origin, or without
// the function, is worse than the frontend's answer.
func serveStatic(s *stack.Stack, p *plan.Plan, params *cloudfront.DistributionParameters) {
	// The origins may be those of the existing distribution.
	params.Origin = slices.DeleteFunc(params.Origin, func(o cloudfront.OriginParameters) bool {
		return ptr.Deref(o.OriginID, "") == plan.StaticOrigin
	})
	st := p.Static.Spec
	if st == nil || !servable(s, p) {
		return
	}
	params.Origin = append(params.Origin, cloudfront.OriginParameters{
		OriginID:              ptr.To(plan.StaticOrigin),
		DomainName:            ptr.To(p.BucketName("static") + ".s3." + s.Region + ".amazonaws.com"),
		OriginAccessControlID: ptr.To(stack.Await(keys.StaticAccess, "id")),
	})
	var first, last []cloudfront.OrderedCacheBehaviorParameters
	for _, path := range st.FrontendPaths {
		first = append(first, frontendPath(s, path))
	}
	for _, path := range st.Paths {
		if path == wholeSite {
			last = append(last, file(path))
		} else {
			first = append(first, file(path))
		}
	}
	params.OrderedCacheBehavior = slices.Concat(first, params.OrderedCacheBehavior, last)
}

// wholeSite is the pattern of all paths. It comes last, because the first pattern that
// matches decides.
const wholeSite = "/*"

// servable tells whether the distribution is to have the bucket: a new one waits for what
// it needs, and one that has the bucket keeps it.
func servable(s *stack.Stack, p *plan.Plan) bool {
	_, exists := s.Observed(keys.Distribution)
	return !exists || p.Static.Served() ||
		s.Ready(keys.StaticAccess) && s.Ready(keys.StaticPaths) &&
			s.Ready(keys.BucketPart(keys.Static, keys.BucketPolicy))
}

// file serves a path from the bucket.
func file(path string) cloudfront.OrderedCacheBehaviorParameters {
	return cloudfront.OrderedCacheBehaviorParameters{
		PathPattern:             &path,
		TargetOriginID:          ptr.To(plan.StaticOrigin),
		ViewerProtocolPolicy:    ptr.To("redirect-to-https"),
		AllowedMethods:          list("GET", "HEAD", "OPTIONS"),
		CachedMethods:           list("GET", "HEAD"),
		Compress:                ptr.To(true),
		CachePolicyID:           ptr.To(cachingOptimized),
		ResponseHeadersPolicyID: ptr.To(stack.Await(keys.ResponseHeaders, "id")),
		FunctionAssociation: []cloudfront.OrderedCacheBehaviorFunctionAssociationParameters{{
			EventType: ptr.To("viewer-request"), FunctionArn: ptr.To(stack.ARN(keys.StaticPaths)),
		}},
	}
}

// frontendPath sends a path to the frontend, as the distribution does by default.
func frontendPath(s *stack.Stack, path string) cloudfront.OrderedCacheBehaviorParameters {
	by := passThrough(s)
	return cloudfront.OrderedCacheBehaviorParameters{
		PathPattern:             &path,
		TargetOriginID:          by.TargetOriginID,
		ViewerProtocolPolicy:    by.ViewerProtocolPolicy,
		AllowedMethods:          by.AllowedMethods,
		CachedMethods:           by.CachedMethods,
		Compress:                by.Compress,
		CachePolicyID:           by.CachePolicyID,
		OriginRequestPolicyID:   by.OriginRequestPolicyID,
		ResponseHeadersPolicyID: by.ResponseHeadersPolicyID,
	}
}
