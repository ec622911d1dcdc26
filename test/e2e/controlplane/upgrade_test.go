package controlplane

import (
	"os"
	"testing"
)

// A living claim must not notice that the function is another one, but for what
// the release notes say. The released function is named by KASHA_UPGRADE_FROM.
func TestAnUpgradeKeepsEveryResource(t *testing.T) {
	released := os.Getenv("KASHA_UPGRADE_FROM")
	if released == "" {
		t.Skip("nothing has been released yet; set KASHA_UPGRADE_FROM to the function of a release")
	}
	const ns = "team-upgrade"
	ctx := t.Context()
	need(t, lab.Plane.Namespace(ctx, ns))
	port, err := lab.StartFunction("function-released", released)
	need(t, err)
	need(t, lab.UseFunction(ctx, port))
	claim := minimal(t, ns)
	_, err = lab.Plane.Create(ctx, claim)
	need(t, err)
	need(t, lab.Ready(ctx, ns, claim.GetName(), readyIn, func(string) {}))
	was := composed(t, ns)

	port, err = lab.StartFunction("function-upgraded", lab.Environment.Function)
	need(t, err)
	need(t, lab.UseFunction(ctx, port))
	sleep(t, quietWindow)
	need(t, lab.Ready(ctx, ns, claim.GetName(), readyIn, func(string) {}))
	now := composed(t, ns)
	for id, o := range was {
		if now[id] == nil || now[id].GetUID() != o.GetUID() {
			t.Errorf("the upgrade has replaced %s", id)
		}
	}
}
