// Package storage composes the application's bucket.
package storage

import (
	"strings"

	"k8s.io/utils/ptr"

	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/bucket"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds the bucket and protects it: no access from outside the account, no
// object without encryption, and no loss when an object is overwritten.
func Compose(s *stack.Stack, p *plan.Plan) {
	name := p.BucketName("app")
	create(s, name)
	bucket.BlockPublicAccess(s, keys.Bucket)
	encryption(s)
	versioning(s)
	ownership(s)
	bucket.RequireTLS(s, keys.Bucket, name, nil)
	cors(s)
}

// create adds the bucket. It is not emptied for its deletion: AWS does not delete a
// bucket that holds objects.
func create(s *stack.Stack, name string) {
	s.Add(keys.Bucket, "Stores the application's objects.",
		&s3.Bucket{Spec: s3.BucketSpec{ForProvider: s3.BucketParameters{
			Region:       &s.Region,
			ForceDestroy: ptr.To(false),
			Tags:         s.Tags(keys.Bucket),
		}}}, stack.ExternalName(name))
}

func part(name string) stack.Key { return keys.BucketPart(keys.Bucket, name) }

// encryption uses a bucket key, which saves a call to KMS for every object.
func encryption(s *stack.Stack) {
	p := s3.BucketServerSideEncryptionConfigurationParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(keys.Bucket),

		ExpectedBucketOwner: bucket.ExpectedOwner(s),
		Rule: []s3.BucketServerSideEncryptionConfigurationRuleParameters{{
			BucketKeyEnabled: ptr.To(true),
			ApplyServerSideEncryptionByDefault: &s3.RuleApplyServerSideEncryptionByDefaultParameters{
				SseAlgorithm:   ptr.To("aws:kms"),
				KMSMasterKeyID: ptr.To(stack.ARN(keys.DataKey)),
			},
		}},
	}
	s.Add(part(keys.BucketEncryption), "Encrypts objects with the data key.",
		&s3.BucketServerSideEncryptionConfiguration{
			Spec: s3.BucketServerSideEncryptionConfigurationSpec{ForProvider: p},
		})
}

func versioning(s *stack.Stack) {
	p := s3.BucketVersioningParameters{
		Region:                  &s.Region,
		BucketRef:               s.Ref(keys.Bucket),
		ExpectedBucketOwner:     bucket.ExpectedOwner(s),
		VersioningConfiguration: &s3.VersioningConfigurationParameters{Status: ptr.To("Enabled")},
	}
	s.Add(part(keys.BucketVersioning), "Keeps overwritten and deleted objects, so that they can be restored.",
		&s3.BucketVersioning{Spec: s3.BucketVersioningSpec{ForProvider: p}})
}

func ownership(s *stack.Stack) {
	p := s3.BucketOwnershipControlsParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(keys.Bucket),
		Rule:      &s3.BucketOwnershipControlsRuleParameters{ObjectOwnership: ptr.To("BucketOwnerEnforced")},
	}
	s.Add(part(keys.BucketOwnership), "Turns access control lists off, so that only policies grant access.",
		&s3.BucketOwnershipControls{Spec: s3.BucketOwnershipControlsSpec{ForProvider: p}})
}

// cors lets browsers use presigned URLs. Without a rule there is no object: somebody may
// have configured the bucket by hand.
func cors(s *stack.Stack) {
	rules := s.Claim.Spec.Bucket.CORS
	if len(rules) == 0 {
		return
	}
	p := s3.BucketCorsConfigurationParameters{
		Region:              &s.Region,
		BucketRef:           s.Ref(keys.Bucket),
		ExpectedBucketOwner: bucket.ExpectedOwner(s),
	}
	for _, r := range rules {
		p.CorsRule = append(p.CorsRule, s3.BucketCorsConfigurationCorsRuleParameters{
			AllowedOrigins: pointers(r.Origins),
			AllowedMethods: pointers(r.Methods),
			AllowedHeaders: []*string{ptr.To("*")},
			ExposeHeaders:  pointers(exposed(r)),
			MaxAgeSeconds:  ptr.To(float64(r.MaxAgeSeconds)),
		})
	}
	s.Add(part(keys.BucketCORS), "Lets pages of the claim's sites use presigned URLs of the bucket.",
		&s3.BucketCorsConfiguration{Spec: s3.BucketCorsConfigurationSpec{ForProvider: p}})
}

// exposed are the headers of answers that pages may read. An upload in parts ends with
// the ETags of its parts.
func exposed(r v1alpha1.BucketCORSRule) []string {
	out := []string{"ETag"}
	for _, h := range r.ExposeHeaders {
		if !strings.EqualFold(h, "ETag") {
			out = append(out, h)
		}
	}
	return out
}

func pointers[T ~string](values []T) []*string {
	out := make([]*string, len(values))
	for i, v := range values {
		out[i] = ptr.To(string(v))
	}
	return out
}
