package plan

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func TestConnections(t *testing.T) {
	cases := map[string]struct {
		reason string
		class  string
		chosen *int32
		want   float64
	}{
		"Chosen": {
			reason: "The claim's own threshold counts.",
			class:  "db.t4g.medium",
			chosen: ptr.To(int32(7)),
			want:   7,
		},
		"Known": {
			reason: "It is a share of the connections that the memory allows.",
			class:  "db.t4g.medium",
			want:   204,
		},
		"Unknown": {
			reason: "A class whose memory is not known has a fixed threshold.",
			class:  "db.x2g.large",
			want:   unknownConnections,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Spec.Database.InstanceClass = tc.class
			c.Spec.Alarms.Thresholds.DatabaseConnections = tc.chosen
			b := databaseBinding{p: New(stack.New(stack.Input{Claim: c}))}
			if got := b.connections(); got != tc.want {
				t.Errorf("%s want %v, got %v", tc.reason, tc.want, got)
			}
		})
	}
}
