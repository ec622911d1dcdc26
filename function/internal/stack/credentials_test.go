package stack

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

func TestRevision(t *testing.T) {
	cases := map[string]struct {
		reason   string
		revision Revision
		key      Key
	}{
		"First":       {"A key that living claims have.", Revision{Generation: 1}, "secretversion-0a1b2c3d"},
		"Second":      {"Its generation.", Revision{Generation: 12}, "secretversion-g12-0a1b2c3d"},
		"Proxy":       {"Its host.", Revision{Generation: 1, Proxy: true}, "secretversion-proxy-0a1b2c3d"},
		"Application": {"Both.", Revision{Generation: 2, Application: true}, "secretversion-g2-app-0a1b2c3d"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.key, tc.revision.Key(SecretVersionPrefix, "0a1b2c3d")); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.revision, RevisionOf(tc.key, SecretVersionPrefix)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func field(v any, path ...string) stacktest.Object {
	for i := len(path) - 1; i >= 0; i-- {
		v = map[string]any{path[i]: v}
	}
	return v.(map[string]any) //nolint:forcetypeassert // There is a path.
}

func TestPasswordGeneration(t *testing.T) {
	primary := func(secret string) stacktest.Object {
		return field(secret, "spec", "forProvider", "passwordSecretRef", "name")
	}
	inAWS := field("secret|version", "metadata", "annotations", "crossplane.io/external-name")
	g1, g2 := Key("secretversion-0a1b2c3d"), Key("secretversion-g2-0a1b2c3d")
	cases := map[string]struct {
		reason   string
		spec     int32
		status   v1alpha1.DatabaseStatus
		observed map[Key]Observed
		unready  bool
		want     int
	}{
		"New":          {reason: "The first.", want: 1},
		"NewLater":     {reason: "What the claim begins with.", spec: 3, want: 3},
		"Raised":       {reason: "Everything is well with the first.", spec: 2, status: v1alpha1.DatabaseStatus{PasswordGeneration: 1}, observed: map[Key]Observed{Primary: primary("shop-db-primary-password-g1"), g1: inAWS}, want: 2},
		"Unready":      {reason: "A database that does not work takes no password.", spec: 2, status: v1alpha1.DatabaseStatus{PasswordGeneration: 1}, observed: map[Key]Observed{Primary: primary("shop-db-primary-password-g1"), g1: inAWS}, unready: true, want: 1},
		"Unpublished":  {reason: "Secrets Manager has not the first yet.", spec: 2, status: v1alpha1.DatabaseStatus{PasswordGeneration: 1}, observed: map[Key]Observed{Primary: primary("shop-db-primary-password-g1")}, want: 1},
		"StatusBehind": {reason: "The status was lost, so it is written first.", spec: 3, observed: map[Key]Observed{Primary: primary("shop-db-primary-password-g2"), g2: inAWS}, want: 2},
		"StatusAhead":  {reason: "The cluster has not followed yet.", status: v1alpha1.DatabaseStatus{PasswordGeneration: 2}, observed: map[Key]Observed{Primary: primary("shop-db-primary-password-g1"), g1: inAWS}, want: 2},
		"Lower":        {reason: "It never goes down.", spec: 1, status: v1alpha1.DatabaseStatus{PasswordGeneration: 2}, observed: map[Key]Observed{Primary: primary("shop-db-primary-password-g2"), g2: inAWS}, want: 2},
		"MadeAgain":    {reason: "A new primary has a new password, and the version of the old one cannot be changed.", status: v1alpha1.DatabaseStatus{PasswordGeneration: 2}, observed: map[Key]Observed{g2: inAWS}, want: 3},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Name, c.Namespace = "shop", "team"
			c.Spec.Network.CIDR = "10.0.0.0/16"
			c.Spec.Database.PasswordGeneration, c.Status.Database = tc.spec, tc.status
			s, err := New(Input{Claim: c, Observed: tc.observed, Scheme: runtime.NewScheme(), Ready: func(Key) bool { return !tc.unready }})
			if err != nil {
				t.Fatal(err)
			}
			if got := s.PasswordGeneration(); got != tc.want {
				t.Errorf("%s Want %d, got %d", tc.reason, tc.want, got)
			}
		})
	}
}

func TestWithin(t *testing.T) {
	cases := map[string]struct {
		reason, at, window string
		want               bool
	}{
		"Inside":      {"A Sunday.", "2026-01-04T06:30:00Z", "sun:06:00-sun:07:00", true},
		"Begin":       {"The first minute counts.", "2026-01-04T06:00:00Z", "sun:06:00-sun:07:00", true},
		"End":         {"The last does not.", "2026-01-04T07:00:00Z", "sun:06:00-sun:07:00", false},
		"OtherDay":    {"A Monday.", "2026-01-05T06:30:00Z", "sun:06:00-sun:07:00", false},
		"OtherZone":   {"The window is in UTC.", "2026-01-04T07:30:00+01:00", "sun:06:00-sun:07:00", true},
		"OverTheWeek": {"The week begins on Sunday, and the window on Saturday.", "2026-01-04T00:10:00Z", "sat:23:30-sun:00:30", true},
		"NoWindow":    {"What is not a window is never open.", "2026-01-04T06:30:00Z", "", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tc.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := within(at, tc.window); got != tc.want {
				t.Errorf("%s Want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}
