package watch

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// TestShellLogs: what shells showed goes with exec only in a claim that is not protected, and there the provider first
// gets the permission to delete it.
func TestShellLogs(t *testing.T) {
	group := func(policies ...any) stacktest.Object {
		return stacktest.Object{"spec": map[string]any{"managementPolicies": policies}}
	}
	retained := group("Observe", "Create", "Update", "LateInitialize")
	cases := map[string]struct {
		exec, protected bool
		observed        stack.Observed
		composed, keeps bool
	}{
		"Protected":            {true, true, nil, true, true},
		"Unprotected":          {true, false, nil, true, false},
		"OffWhileProtected":    {false, true, retained, false, false},
		"OffAndUnprotected":    {false, false, retained, true, false},
		"OffAndMayBeDeleted":   {false, false, group("*"), false, false},
		"OffAndNothingWasThis": {false, false, nil, false, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Name, c.Spec.Region = "shop", "us-east-1"
			c.Spec.Backend.Exec, c.Spec.DeletionProtection = tc.exec, ptr.To(tc.protected)
			key := map[string]any{"arn": "arn:aws:kms:us-east-1:111122223333:key/a"}
			w := map[stack.Key]stack.Observed{
				"key-telemetry": stacktest.Object{"status": map[string]any{"atProvider": key}},
			}
			if tc.observed != nil {
				w["loggroup-ecsexec"] = tc.observed
			}
			s := stack.New(stack.Input{Claim: c, ID: "shop-otjdslhi", Observed: w, Scheme: kinds.Scheme})
			shellLogs(s, plan.New(s))
			rs, err := s.Resources()
			if err != nil {
				t.Fatal(err)
			}
			if composed := len(rs) > 0; composed != tc.composed {
				t.Fatalf("composed: %v, want %v", composed, tc.composed)
			}
			if len(rs) > 0 && stack.Retained(stacktest.Object(rs[0].Object)) != tc.keeps {
				t.Errorf("it stays in AWS: %v, want %v", !tc.keeps, tc.keeps)
			}
		})
	}
}
