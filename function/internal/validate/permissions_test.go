package validate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// TestEndpointsHaveRoomForPermissions: AWS refuses an endpoint's policy that is too long, and an open endpoint lets
// everything through without naming it.
func TestEndpointsHaveRoomForPermissions(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	for i := range 6 {
		w := v1alpha1.Worker{Name: fmt.Sprintf("w%d", i)}
		for range 7 {
			w.Permissions = append(w.Permissions, v1alpha1.Permission{
				Actions: []string{"s3:GetObject"},
				Resources: []string{
					"arn:aws:s3:::" + strings.Repeat("a", 60), "arn:aws:s3:::" + strings.Repeat("b", 360),
				},
			})
		}
		c.Spec.Workers = append(c.Spec.Workers, w)
	}
	for policy, want := range map[v1alpha1.EndpointPolicy]string{
		v1alpha1.EndpointsAccount: "spec: cannot allow this much: the permissions of all workloads have 22404 char",
		v1alpha1.EndpointsOpen:    "",
	} {
		c.Spec.Network.Endpoints.Policy = policy
		errs := PermissionsAreBounded(plan.New(stack.New(stack.Input{Claim: c})))
		if want == "" && len(errs) > 0 || want != "" && (len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), want)) {
			t.Errorf("%s endpoints: got %v, want %q", policy, errs, want)
		}
	}
}
