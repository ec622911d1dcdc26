package network

import (
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

func TestPrivateNamesWaitForAddresses(t *testing.T) {
	c := claim(func(s *v1alpha1.KashaClaimSpec) {
		s.Network.Endpoints.Interface = []v1alpha1.InterfaceEndpoint{"ecr.api"}
	})
	named := cluster("endpoint-ecr-api")
	named["endpoint-ecr-api"] = stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{"privateDnsEnabled": true}}}

	cases := map[string]struct {
		reason   string
		observed map[stack.Key]stack.Observed
		want     bool
	}{
		"Nothing": {
			reason: "The endpoint is made without the name.",
			want:   false,
		},
		"NoSecurityGroup": {
			reason:   "Behind the default security group nobody would get an answer.",
			observed: cluster("endpoint-ecr-api", "endpoint-ecr-api-backend-a", "endpoint-ecr-api-backend-b"),
			want:     false,
		},
		"OneZoneMissing": {
			reason:   "Every zone has its address first.",
			observed: cluster("endpoint-ecr-api", "endpoint-ecr-api-backend-a", "endpoint-ecr-api-sg"),
			want:     false,
		},
		"Complete": {
			reason:   "The endpoint can be reached, so the name may lead to it.",
			observed: cluster("endpoint-ecr-api", "endpoint-ecr-api-backend-a", "endpoint-ecr-api-backend-b", "endpoint-ecr-api-sg"),
			want:     true,
		},
		"Flapping": {
			reason:   "A name that leads to the endpoint is not taken back.",
			observed: named,
			want:     true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := forProvider(compose(t, c, tc.observed)["endpoint-ecr-api"])["privateDnsEnabled"]
			if got != tc.want {
				t.Errorf("\n%s\ngot %v, want %v", tc.reason, got, tc.want)
			}
		})
	}
}
