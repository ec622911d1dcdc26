package edge

import (
	"k8s.io/utils/ptr"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"
	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/bucket"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// accessLogs adds the bucket that CloudFront writes its access logs to. All of it
// outlives the claim: logs are needed after the claim is gone, and AWS does not delete
// a bucket that holds any. The provider has no kind for CloudFront's newer way to
// deliver logs.
func accessLogs(s *stack.Stack, p *plan.Plan) {
	if !s.Claim.Spec.Edge.AccessLogs {
		return
	}
	name := p.BucketName("accesslogs")
	s.Add(keys.AccessLogs, "Stores CloudFront's access logs; it outlives the claim.",
		&s3.Bucket{Spec: s3.BucketSpec{ForProvider: s3.BucketParameters{
			Region:       &s.Region,
			ForceDestroy: ptr.To(false),
			Tags:         s.Tags(keys.AccessLogs),
		}}}, stack.ExternalName(name), stack.Retain())
	// CloudFront gets access by an access control list, which it adds itself.
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html
	s.Add(keys.BucketPart(keys.AccessLogs, keys.BucketOwnership),
		"Lets CloudFront write logs by an access control list.",
		&s3.BucketOwnershipControls{Spec: s3.BucketOwnershipControlsSpec{
			ForProvider: s3.BucketOwnershipControlsParameters{
				Region:    &s.Region,
				BucketRef: s.Ref(keys.AccessLogs),
				Rule:      &s3.BucketOwnershipControlsRuleParameters{ObjectOwnership: ptr.To("BucketOwnerPreferred")},
			},
		}}, stack.Retain())
	bucket.BlockPublicAccess(s, keys.AccessLogs, stack.Retain())
	s.Add(keys.BucketPart(keys.AccessLogs, keys.BucketEncryption), "Encrypts the logs with a key that S3 manages.",
		&s3.BucketServerSideEncryptionConfiguration{Spec: s3.BucketServerSideEncryptionConfigurationSpec{
			ForProvider: s3.BucketServerSideEncryptionConfigurationParameters{
				Region:    &s.Region,
				BucketRef: s.Ref(keys.AccessLogs),

				ExpectedBucketOwner: bucket.ExpectedOwner(s),
				Rule: []s3.BucketServerSideEncryptionConfigurationRuleParameters{{
					ApplyServerSideEncryptionByDefault: &s3.RuleApplyServerSideEncryptionByDefaultParameters{
						SseAlgorithm: ptr.To("AES256"),
					},
				}},
			},
		}}, stack.Retain())
	bucket.RequireTLS(s, keys.AccessLogs, name, nil, stack.Retain())
}

// logging is where the distribution writes its logs, once the bucket accepts them: AWS
// refuses a bucket without access control lists. An existing distribution does not wait
// for the bucket, and must not get an incomplete destination.
func logging(s *stack.Stack) *cloudfront.LoggingConfigParameters {
	if !s.Claim.Spec.Edge.AccessLogs {
		return nil
	}
	into := stack.Await(keys.BucketPart(keys.AccessLogs, keys.BucketOwnership), "bucket") + ".s3.amazonaws.com"
	_, exists := s.Observed(keys.Distribution)
	if _, known := s.Known(into); exists && !known && s.Sticky(keys.Distribution, "loggingConfig.bucket", "") == "" {
		return nil
	}
	return &cloudfront.LoggingConfigParameters{Bucket: &into, IncludeCookies: ptr.To(false)}
}
