package credentials

import (
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// primary is a database with a connection detail.
type primary struct {
	stacktest.Object
	password string
}

func (p primary) Connection(name string) ([]byte, bool) {
	return []byte(p.password), name == "attribute.password"
}

func connection(password string) stacktest.Object {
	text := base64.StdEncoding.EncodeToString([]byte(`{"password":"` + password + `"}`))
	return stacktest.Object{"data": map[string]any{Field: text}}
}

var primaryOwner = Owner{Key: "db-primary"}

func TestObserve(t *testing.T) {
	named := stacktest.Object{
		"metadata": map[string]any{"annotations": map[string]any{"crossplane.io/external-name": "secret|version"}},
	}
	db := stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{
		"passwordSecretRef": map[string]any{"name": "shop-db-primary-password-g2"},
	}}}
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team"
	c.Spec.Database = v1alpha1.Database{
		PasswordGeneration:   2,
		PasswordRotationDays: 90,
		MaintenanceWindow:    "sun:06:00-sun:07:00",
	}
	c.Spec.Database.Proxy.Enabled = true
	c.Status.Database = v1alpha1.DatabaseStatus{
		PasswordGeneration: 2,
		PasswordChangedAt:  "2026-01-04T06:30:00Z",
		PasswordRotation:   v1alpha1.RotationGeneration,
	}
	s := stack.New(stack.Input{
		Claim:  c,
		Scheme: runtime.NewScheme(),
		Ready:  func(k stack.Key) bool { return k == "secretversion-aa" },
		Observed: map[stack.Key]stack.Observed{
			"db-primary":          primary{db, "old"},
			"db-proxy":            named,
			"secretversion-aa":    named,
			"secretversion-g2-bb": stacktest.Object{},
			"connection-aa":       connection("old"),
		},
	})
	if got, want := primaryOwner.SecretName(s, 2), "shop-db-primary-password-g2"; got != want {
		t.Errorf("the provider reads Secret %q, want %q", got, want)
	}
	want := Input{
		Mode: Generated, Asked: 2, ProxyAsked: true, ProxyExists: true, VersionReady: true,
		Schedule: Schedule{Days: 90, Window: "sun:06:00-sun:07:00"},
		Recorded: Record{Generation: 2, ChangedAt: sunday},
		// The connection details still have the password of the first generation.
		Database: &Database{Generation: 2, TakesOld: true},
		// The second version has no name in AWS yet.
		Versions: []Version{{Revision: Revision{Generation: 1}, Digest: "aa"}},
	}
	if diff := cmp.Diff(want, Observe(s, primaryOwner, nil, nil)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestForgedStatus: a status that the function did not write must not lead to numbers that
// no field can hold.
func TestForgedStatus(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team"
	c.Status.Database.PasswordGeneration = 2147483647
	s := stack.New(stack.Input{Claim: c, Scheme: runtime.NewScheme()})
	if got := Decide(Observe(s, primaryOwner, nil, nil)).Generation; got != 1 {
		t.Errorf("want the first generation, got %d", got)
	}
}
