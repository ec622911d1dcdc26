// Package bucket composes what all buckets of a claim have in common: they cannot be
// made public, and they refuse requests without TLS.
package bucket

import (
	"k8s.io/utils/ptr"

	s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// BlockPublicAccess adds the public access block of the bucket at a key.
func BlockPublicAccess(s *stack.Stack, key stack.Key, opts ...stack.Option) {
	block := s3.BucketPublicAccessBlockSpec{ForProvider: s3.BucketPublicAccessBlockParameters{
		Region:                &s.Region,
		BucketRef:             s.Ref(key),
		BlockPublicAcls:       ptr.To(true),
		BlockPublicPolicy:     ptr.To(true),
		IgnorePublicAcls:      ptr.To(true),
		RestrictPublicBuckets: ptr.To(true),
	}}
	s.Add(keys.BucketPart(key, keys.BucketPublicAccess), "Prevents public access to the bucket.",
		&s3.BucketPublicAccessBlock{Spec: block}, opts...)
}

// ExpectedOwner is the account that must own a bucket: S3 refuses the request if another
// account has a bucket of this name. AWS cannot change the field, so the settings of a
// legacy stack go without it.
func ExpectedOwner(s *stack.Stack) *string {
	if s.Legacy() {
		return nil
	}
	return ptr.To(plan.Account())
}

// RequireTLS adds a policy that denies plain HTTP to the bucket at a key, whose
// name in AWS is given, and allows what is in admits.
func RequireTLS(s *stack.Stack, key stack.Key, name string, admits policy.Document, opts ...stack.Option) {
	document := append(tlsOnly("arn:aws:s3:::"+name), admits...)
	tls := s3.BucketPolicySpec{ForProvider: s3.BucketPolicyParameters{
		Region:    &s.Region,
		BucketRef: s.Ref(key),
		Policy:    ptr.To(document.String()),
	}}
	s.Add(keys.BucketPart(key, keys.BucketPolicy), "Refuses requests to the bucket without TLS.",
		&s3.BucketPolicy{Spec: tls}, opts...)
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
