package plan

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
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
			p := New(stack.New(stack.Input{Claim: c}))
			if got := p.usualConnections(awsfacts.MaxConnections(tc.class)); got != tc.want {
				t.Errorf("%s want %v, got %v", tc.reason, tc.want, got)
			}
		})
	}
}

// alarmsOf are the database's alarms by name.
func alarmsOf(c *v1alpha1.KashaClaim, observed map[stack.Key]stack.Observed) map[string]Alarm {
	out := map[string]Alarm{}
	for _, a := range (databaseBinding{p: New(stack.New(stack.Input{Claim: c, Observed: observed}))}).Alarms() {
		out[a.Name] = a
	}
	return out
}

// TestFreeStorageFollowsTheVolume: AWS grows a volume. A threshold of the claim's first size
// would be far too low then: 5 % of 20 GiB is half a percent of 200 GiB.
func TestFreeStorageFollowsTheVolume(t *testing.T) {
	size := func(gib float64) stacktest.Object {
		return stacktest.Object{"status": map[string]any{"atProvider": map[string]any{"allocatedStorage": gib}}}
	}
	cases := map[string]struct {
		reason   string
		observed map[stack.Key]stack.Observed
		want     float64
	}{
		"New":   {reason: "Nothing is observed before AWS has created the instance.", want: 1},
		"Grown": {"The size in AWS counts.", map[stack.Key]stack.Observed{keys.Primary: size(200)}, 10},
		"Behind": {
			"A volume that AWS is still growing to the claim's size counts as that size.",
			map[stack.Key]stack.Observed{keys.Primary: size(10)}, 1,
		},
		"Another": {
			"Each instance has its own volume.", map[stack.Key]stack.Observed{keys.Replica(0): size(200)}, 1,
		},
		"Silent": {
			"An instance that reports nothing counts as the claim's size.",
			map[stack.Key]stack.Observed{keys.Primary: stacktest.Object{}}, 1,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Spec.Database.StorageGiB, c.Spec.Alarms.Thresholds.DatabaseFreeStoragePercent = 20, 5
			got := alarmsOf(c, tc.observed)["db-primary-storage"].Threshold.Value / gib
			if got != tc.want {
				t.Errorf("%s want %v GiB, got %v GiB", tc.reason, tc.want, got)
			}
		})
	}
}

func TestAlarmsOfMemoryAndCredits(t *testing.T) {
	cases := map[string]struct {
		reason          string
		class           string
		chosen          *int32
		memory, credits float64
	}{
		"Burstable": {
			reason: "The threshold is what the class earns in an hour.", class: "db.t4g.medium",
			memory: 0.05 * 4, credits: 24,
		},
		"Chosen": {
			reason: "The claim's own threshold counts.", class: "db.t3.micro", chosen: ptr.To(int32(100)),
			memory: 0.05 * 1, credits: 100,
		},
		"NotBurstable": {
			reason: "A class with full CPU has no credits, whatever the threshold.", class: "db.r7g.large",
			chosen: ptr.To(int32(100)), memory: 0.05 * 16,
		},
		"Unknown": {
			reason: "A class whose memory is not known has at least 16 GiB.", class: "db.x2g.large", memory: 0.05 * 16,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Spec.Database.InstanceClass = tc.class
			c.Spec.Alarms.Thresholds.DatabaseFreeMemoryPercent = 5
			c.Spec.Alarms.Thresholds.DatabaseCPUCredits = tc.chosen
			all := alarmsOf(c, nil)
			if got := all["db-primary-memory"].Threshold.Value / gib; got < tc.memory*0.999 || got > tc.memory*1.001 {
				t.Errorf("%s want %v GiB of memory, got %v", tc.reason, tc.memory, got)
			}
			if got := all["db-primary-credits"].Threshold.Value; got != tc.credits {
				t.Errorf("%s want %v credits, got %v", tc.reason, tc.credits, got)
			}
		})
	}
}
