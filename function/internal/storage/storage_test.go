package storage

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func TestName(t *testing.T) {
	cases := map[string]struct {
		reason, claim, region, want string
	}{
		"Short": {
			reason: "A short name should stay whole.",
			claim:  "shop",
			region: "us-east-1",
			want:   "-app-111122223333-us-east-1",
		},
		"Long": {
			reason: "A long name should lose only characters of the claim's name.",
			claim:  "a-claim-with-forty-characters-in-its-name",
			region: "ap-southeast-1",
			want:   "-app-111122223333-ap-southeast-1",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Name, c.Namespace = tc.claim, "team-shop"
			c.Spec.Region, c.Spec.Network.CIDR = tc.region, "10.0.0.0/16"
			s := stack.New(stack.Input{Claim: c, Scheme: runtime.NewScheme()})
			got := strings.Replace(plan.New(s).BucketName("app"), plan.Account(), "111122223333", 1)
			if !strings.HasSuffix(got, tc.want) || len(got) > plan.LimitBucket ||
				!strings.Contains(got, s.ID[len(tc.claim):]) {
				t.Errorf("%s\nBucketName(): got %q (%d characters)", tc.reason, got, len(got))
			}
		})
	}
}
