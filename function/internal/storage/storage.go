// Package storage is the application's bucket.
package storage

import (
	"k8s.io/utils/ptr"

	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const bucket = stack.Key("bucket-app")

// Compose makes the bucket and shuts it: nobody outside the account, nothing
// unencrypted, nothing overwritten for good.
func Compose(s *stack.Stack) {
	theBucket(s)
	publicAccess(s)
	encryption(s)
	versioning(s)
	ownership(s)
	bucketPolicy(s)
}

// theBucket is not emptied for its deletion: as long as there are objects in it,
// it stays.
func theBucket(s *stack.Stack) {
	s.Add(bucket, "The application's objects.", &s3.Bucket{Spec: s3.BucketSpec{ForProvider: s3.BucketParameters{
		Region:       &s.Region,
		ForceDestroy: ptr.To(false),
		Tags:         s.Tags(bucket),
	}}}, stack.ExternalName(bucketName(s)))
}

func publicAccess(s *stack.Stack) {
	s.Add("bucket-app-public-access", "Nothing in the bucket can be made public.", &s3.BucketPublicAccessBlock{Spec: s3.BucketPublicAccessBlockSpec{ForProvider: s3.BucketPublicAccessBlockParameters{
		Region:                &s.Region,
		BucketRef:             s.Ref(bucket),
		BlockPublicAcls:       ptr.To(true),
		BlockPublicPolicy:     ptr.To(true),
		IgnorePublicAcls:      ptr.To(true),
		RestrictPublicBuckets: ptr.To(true),
	}}})
}

// encryption uses a bucket key, without which every object would be a call to
// KMS.
func encryption(s *stack.Stack) {
	s.Add("bucket-app-encryption", "Objects are encrypted with the data key.", &s3.BucketServerSideEncryptionConfiguration{Spec: s3.BucketServerSideEncryptionConfigurationSpec{ForProvider: s3.BucketServerSideEncryptionConfigurationParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(bucket),
		Rule: []s3.BucketServerSideEncryptionConfigurationRuleParameters{{
			BucketKeyEnabled: ptr.To(true),
			ApplyServerSideEncryptionByDefault: &s3.RuleApplyServerSideEncryptionByDefaultParameters{
				SseAlgorithm:   ptr.To("aws:kms"),
				KMSMasterKeyID: ptr.To(s.ARN("key-data")),
			},
		}},
	}}})
}

func versioning(s *stack.Stack) {
	s.Add("bucket-app-versioning", "What is overwritten or deleted can be had back.", &s3.BucketVersioning{Spec: s3.BucketVersioningSpec{ForProvider: s3.BucketVersioningParameters{
		Region:                  &s.Region,
		BucketRef:               s.Ref(bucket),
		VersioningConfiguration: &s3.VersioningConfigurationParameters{Status: ptr.To("Enabled")},
	}}})
}

func ownership(s *stack.Stack) {
	s.Add("bucket-app-ownership", "Policies decide who may read, never access control lists.", &s3.BucketOwnershipControls{Spec: s3.BucketOwnershipControlsSpec{ForProvider: s3.BucketOwnershipControlsParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(bucket),
		Rule:      &s3.BucketOwnershipControlsRuleParameters{ObjectOwnership: ptr.To("BucketOwnerEnforced")},
	}}})
}

func bucketPolicy(s *stack.Stack) {
	s.Add("bucket-app-policy", "The bucket is reached over TLS or not at all.", &s3.BucketPolicy{Spec: s3.BucketPolicySpec{ForProvider: s3.BucketPolicyParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(bucket),
		Policy:    ptr.To(tlsOnly("arn:aws:s3:::" + bucketName(s)).String()),
	}}})
}

func tlsOnly(arn string) policy.Document {
	return policy.Document{{
		Sid:       "TLSOnly",
		Effect:    policy.Deny,
		Principal: policy.Everybody(),
		Action:    policy.List{"s3:*"},
		Resource:  policy.List{arn, arn + "/*"},
		Condition: policy.Condition{"Bool": {"aws:SecureTransport": {"false"}}},
	}}
}

// accountLen is the length of an AWS account's ID.
const accountLen = 12

// bucketName is unique in the world, which account and region see to, and never
// changes: a bucket cannot be renamed.
func bucketName(s *stack.Stack) string {
	room := stack.LimitBucket - accountLen - len(s.Region) - len("--")
	return s.Name("app", room) + "-" + s.Account() + "-" + s.Region
}
