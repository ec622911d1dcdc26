// Package storage is the application's bucket.
package storage

import (
	"k8s.io/utils/ptr"

	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/bucket"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose makes the bucket and shuts it: nobody outside the account, nothing
// unencrypted, nothing overwritten for good.
func Compose(s *stack.Stack, p *plan.Plan) {
	name := p.BucketName("app")
	create(s, name)
	bucket.BlockPublicAccess(s, keys.Bucket)
	encryption(s)
	versioning(s)
	ownership(s)
	bucket.RequireTLS(s, keys.Bucket, name)
}

// create makes the bucket. It is not emptied for its deletion: as long as there are objects in it, it
// stays.
func create(s *stack.Stack, name string) {
	s.Add(keys.Bucket, "The application's objects.", &s3.Bucket{Spec: s3.BucketSpec{ForProvider: s3.BucketParameters{
		Region:       &s.Region,
		ForceDestroy: ptr.To(false),
		Tags:         s.Tags(keys.Bucket),
	}}}, stack.ExternalName(name))
}

func part(name string) stack.Key { return keys.BucketPart(keys.Bucket, name) }

// encryption uses a bucket key, without which every object would be a call to
// KMS.
func encryption(s *stack.Stack) {
	p := s3.BucketServerSideEncryptionConfigurationParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(keys.Bucket),
		Rule: []s3.BucketServerSideEncryptionConfigurationRuleParameters{{
			BucketKeyEnabled: ptr.To(true),
			ApplyServerSideEncryptionByDefault: &s3.RuleApplyServerSideEncryptionByDefaultParameters{
				SseAlgorithm:   ptr.To("aws:kms"),
				KMSMasterKeyID: ptr.To(stack.ARN(keys.DataKey)),
			},
		}},
	}
	s.Add(part(keys.BucketEncryption), "Objects are encrypted with the data key.",
		&s3.BucketServerSideEncryptionConfiguration{Spec: s3.BucketServerSideEncryptionConfigurationSpec{ForProvider: p}})
}

func versioning(s *stack.Stack) {
	p := s3.BucketVersioningParameters{
		Region:                  &s.Region,
		BucketRef:               s.Ref(keys.Bucket),
		VersioningConfiguration: &s3.VersioningConfigurationParameters{Status: ptr.To("Enabled")},
	}
	s.Add(part(keys.BucketVersioning), "What is overwritten or deleted can be had back.",
		&s3.BucketVersioning{Spec: s3.BucketVersioningSpec{ForProvider: p}})
}

func ownership(s *stack.Stack) {
	p := s3.BucketOwnershipControlsParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(keys.Bucket),
		Rule:      &s3.BucketOwnershipControlsRuleParameters{ObjectOwnership: ptr.To("BucketOwnerEnforced")},
	}
	s.Add(part(keys.BucketOwnership), "Policies decide who may read, never access control lists.",
		&s3.BucketOwnershipControls{Spec: s3.BucketOwnershipControlsSpec{ForProvider: p}})
}
