package controlplane

import (
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// Another version of the function changes nothing in living claims, except for what the
// change log says.
func TestAnUpgradeKeepsEveryResource(t *testing.T) {
	if lab.Previous == "" {
		t.Skip("UPGRADE_FROM is empty")
	}
	ctx := t.Context()
	port, err := lab.StartFunction("function-previous", lab.Previous)
	need(t, err)
	previous := lab.Function
	need(t, lab.UseFunction(ctx, port))
	claims := map[string]string{}
	for _, example := range []string{"minimal", "production"} {
		claim, err := harness.ReadClaim(lab.Path("examples", example+".yaml"))
		need(t, err)
		ns := "upgrade-" + example
		claim.SetNamespace(ns)
		claims[ns] = claim.GetName()
		need(t, lab.Plane.Namespace(ctx, ns))
		_, err = lab.Plane.Create(ctx, claim)
		need(t, err)
	}
	was := map[string]map[string]identity{}
	for ns, name := range claims {
		need(t, lab.Ready(ctx, ns, name, readyIn, func(string) {}))
		was[ns] = identities(t, ns)
	}

	port, err = lab.StartFunction("function-upgraded", lab.Environment.Function)
	need(t, err)
	need(t, lab.UseFunction(ctx, port))
	// A claim that still called the older version would not be Synced.
	previous.Stop()
	harness.Pause(t, quietWindow)
	for ns, name := range claims {
		need(t, lab.Ready(ctx, ns, name, readyIn, func(string) {}))
		now := identities(t, ns)
		for id, is := range was[ns] {
			// The key of a task definition is a digest of its content: an upgrade that
			// changes the content registers another one and rolls the service.
			if strings.HasPrefix(id, "TaskDefinition/") {
				continue
			}
			if now[id] != is {
				t.Errorf("the upgrade has replaced or renamed %s of %s: %v is %v", id, ns, is, now[id])
			}
		}
		t.Logf("%d objects of %s kept their identity", len(was[ns]), ns)
	}
	if !strings.Contains(lab.Function.Tail(100), "Composed") {
		t.Error("the new function was not called")
	}
}

// An identity is what must not change of an object and its resource in AWS.
type identity struct{ uid, externalName, name string }

func identities(t *testing.T, namespace string) map[string]identity {
	t.Helper()
	out := map[string]identity{}
	for id, o := range composed(t, namespace) {
		out[id] = identity{string(o.GetUID()), o.GetAnnotations()[externalName], uniqueName(o)}
	}
	return out
}
