package protect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

type nothing struct{}

func (nothing) Lookup(...string) (any, bool)     { return nil, false }
func (nothing) Connection(string) ([]byte, bool) { return nil, false }

func TestCompose(t *testing.T) {
	const edge = "usage-db-primary-by-db-replica-1"
	cases := map[string]struct {
		reason    string
		protected bool
		observed  []stack.Key
		want      map[stack.Key]bool
	}{
		"Nothing": {reason: "There is no usage of resources that do not exist.", want: map[stack.Key]bool{}},
		"OneSide": {
			reason:   "Both sides must exist.",
			observed: []stack.Key{keys.Primary},
			want:     map[stack.Key]bool{},
		},
		"BothSides": {
			reason:   "A refused deletion of the primary is not replayed when the replica is deleted.",
			observed: []stack.Key{keys.Primary, "db-replica-1"},
			want:     map[stack.Key]bool{edge: false},
		},
		"Noise": {
			reason:   "Where no data depends on it, a refused deletion is replayed to save time.",
			observed: []stack.Key{"webacl", "distribution"},
			want:     map[stack.Key]bool{"usage-webacl-by-distribution": true},
		},
		"Protected": {
			reason:    "Turning the protection off must not delete the claim.",
			protected: true,
			want:      map[stack.Key]bool{"usage-claim": false},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := map[stack.Key]bool{}
			for _, r := range compose(t, tc.protected, tc.observed) {
				if spec, ok := r.Object["spec"].(map[string]any); ok {
					got[r.Key], _ = spec["replayDeletion"].(bool)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func compose(t *testing.T, protected bool, keys []stack.Key) []*stack.Resource {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team"
	c.Spec.Network.CIDR = "10.0.0.0/16"
	c.Spec.DeletionProtection = &protected
	c.Spec.Database.ReadReplicas = ptr.To(int32(1))
	observed := map[stack.Key]stack.Observed{}
	for _, k := range keys {
		observed[k] = nothing{}
	}
	s := stack.New(stack.Input{
		Claim:    c,
		Observed: observed,
		Scheme:   kinds.Scheme,
		Ready:    func(stack.Key) bool { return true },
	})
	Compose(s, plan.New(s))
	resources, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	return resources
}

// TestReasons: somebody whose deletion is refused reads why, and what the resource waits for.
func TestReasons(t *testing.T) {
	all := map[stack.Key]string{
		"usage-key-data-by-db-primary":                  "final snapshot needs the key",
		"usage-subnetgroup-data-by-db-primary":          "subnet group that a database uses",
		"usage-webacl-by-distribution":                  "firewall that a distribution uses",
		"usage-db-primary-by-db-replica-1":              "replica would become a primary",
		"usage-loggroup-db-primary-error-by-db-primary": "RDS would create the log group again",
		"usage-claim": "set spec.deletionProtection to false first",
	}
	there := []stack.Key{
		keys.Primary, "db-replica-1", keys.WebACL, keys.Distribution, keys.DataKey, keys.SubnetGroup,
		keys.DatabaseLogGroup(keys.Primary, "error"),
	}
	got := map[stack.Key]string{}
	for _, r := range compose(t, true, there) {
		if spec, ok := r.Object["spec"].(map[string]any); ok {
			got[r.Key], _ = spec["reason"].(string)
		}
	}
	for key, want := range all {
		if !strings.Contains(got[key], want) {
			t.Errorf("%s says %q, want %q", key, got[key], want)
		}
	}
	if len(got) != len(all) {
		t.Errorf("want %d usages, got %v", len(all), got)
	}
}
