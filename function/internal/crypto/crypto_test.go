package crypto

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// TestServices: whoever of AWS's services may use a key may do so for this
// account only.
func TestServices(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team-shop"
	c.Spec.Region, c.Spec.Network.CIDR = "us-east-1", "10.0.0.0/16"
	s, err := stack.New(stack.Input{Claim: c, Scheme: runtime.NewScheme()})
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range telemetryPolicy(s) {
		if len(st.Principal.AWS) == 0 && len(st.Principal.Service) == 0 {
			t.Errorf("%s is for everyone", st.Sid)
		}
		if len(st.Principal.Service) > 0 && len(st.Condition) == 0 {
			t.Errorf("%s is for any account", st.Sid)
		}
	}
	for _, st := range dataPolicy(s) {
		if len(st.Principal.Service) > 0 {
			t.Errorf("%s: services use the data key through IAM, not by themselves", st.Sid)
		}
	}
}
