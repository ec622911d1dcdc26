// Package storage is the application's bucket.
package storage

import (
	"k8s.io/utils/ptr"

	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/bucket"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const key = stack.Key("bucket-app")

// Compose makes the bucket and shuts it: nobody outside the account, nothing
// unencrypted, nothing overwritten for good.
func Compose(s *stack.Stack) {
	theBucket(s)
	bucket.BlockPublicAccess(s, key)
	encryption(s)
	versioning(s)
	ownership(s)
	bucket.RequireTLS(s, key, bucketName(s))
}

// theBucket is not emptied for its deletion: as long as there are objects in it,
// it stays.
func theBucket(s *stack.Stack) {
	s.Add(key, "The application's objects.", &s3.Bucket{Spec: s3.BucketSpec{ForProvider: s3.BucketParameters{
		Region:       &s.Region,
		ForceDestroy: ptr.To(false),
		Tags:         s.Tags(key),
	}}}, stack.ExternalName(bucketName(s)))
}

// encryption uses a bucket key, without which every object would be a call to
// KMS.
func encryption(s *stack.Stack) {
	s.Add("bucket-app-encryption", "Objects are encrypted with the data key.", &s3.BucketServerSideEncryptionConfiguration{Spec: s3.BucketServerSideEncryptionConfigurationSpec{ForProvider: s3.BucketServerSideEncryptionConfigurationParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(key),
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
		BucketRef:               s.Ref(key),
		VersioningConfiguration: &s3.VersioningConfigurationParameters{Status: ptr.To("Enabled")},
	}}})
}

func ownership(s *stack.Stack) {
	s.Add("bucket-app-ownership", "Policies decide who may read, never access control lists.", &s3.BucketOwnershipControls{Spec: s3.BucketOwnershipControlsSpec{ForProvider: s3.BucketOwnershipControlsParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(key),
		Rule:      &s3.BucketOwnershipControlsRuleParameters{ObjectOwnership: ptr.To("BucketOwnerEnforced")},
	}}})
}

func bucketName(s *stack.Stack) string { return bucket.Name(s, "app") }
