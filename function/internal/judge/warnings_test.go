package judge

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// TestGone: what the claim no longer asks for is announced where it holds
// something, and AWS's copy is not called lost.
func TestGone(t *testing.T) {
	retain := map[string]any{"managementPolicies": []any{"Observe", "Create", "Update", "LateInitialize"}}
	cases := map[string]struct {
		reason, apiVersion, kind string
		spec                     map[string]any
		want                     []string
	}{
		"Deleted": {
			"Its messages are lost.", "sqs.aws.m.upbound.io/v1beta1", "Queue", nil,
			[]string{"deleting shop-x because the claim no longer asks for it; you lose the messages in it"},
		},
		"Retained": {
			"The recovery points stay.", "backup.aws.m.upbound.io/v1beta1", "Vault", retain,
			[]string{"leaving shop-x in AWS: the claim no longer asks for it, and nothing manages it any more"},
		},
		"Empty": {"A route holds nothing.", "ec2.aws.m.upbound.io/v1beta1", "Route", nil, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Name, c.Spec.Network.CIDR = "shop", "10.0.0.0/16"
			o := stacktest.Object{"apiVersion": tc.apiVersion, "kind": tc.kind, "spec": tc.spec}
			s := stack.New(stack.Input{Claim: c, Observed: map[stack.Key]stack.Observed{"x": o}, Scheme: kinds.Scheme})
			if diff := cmp.Diff(tc.want, Warnings(s, plan.New(s), nil)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
