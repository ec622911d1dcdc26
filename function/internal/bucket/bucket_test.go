package bucket

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// made is the stack of a claim in a region.
func made(t *testing.T, claim, region string) *stack.Stack {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = claim, "team-shop"
	c.Spec.Region, c.Spec.Network.CIDR = region, "10.0.0.0/16"
	return stack.New(stack.Input{Claim: c, Scheme: kinds.Scheme})
}

// TestBucketIsShut: each of the four blocks closes another way to make a bucket public,
// and the policy denies requests over plain HTTP.
func TestBucketIsShut(t *testing.T) {
	s := made(t, "shop", "us-east-1")
	BlockPublicAccess(s, "bucket-x")
	RequireTLS(s, "bucket-x", "shop-x", nil)
	resources, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for _, r := range resources {
		spec, _ := r.Object["spec"].(map[string]any)
		got[string(r.Key)] = spec["forProvider"]
	}
	ref := map[string]any{"name": "shop-bucket-x"}
	want := map[string]any{
		"bucket-x-public-access": map[string]any{
			"region": "us-east-1", "bucketRef": ref,
			"blockPublicAcls": true, "blockPublicPolicy": true,
			"ignorePublicAcls": true, "restrictPublicBuckets": true,
		},
		"bucket-x-policy": map[string]any{
			"region": "us-east-1", "bucketRef": ref,
			"policy": `{"Version":"2012-10-17","Statement":[{"Sid":"TLSOnly","Effect":"Deny",` +
				`"Principal":"*","Action":"s3:*",` +
				`"Resource":["arn:aws:s3:::shop-x","arn:aws:s3:::shop-x/*"],` +
				`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a bucket is not shut (-want +got):\n%s", diff)
	}
}
