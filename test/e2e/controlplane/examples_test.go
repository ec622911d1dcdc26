package controlplane

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// All examples become ready at the same time, and then nothing changes any more.
func TestEveryExampleBecomesReady(t *testing.T) {
	files, err := filepath.Glob(lab.Path("examples", "*.yaml"))
	need(t, err)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			t.Parallel()
			example(t, f)
		})
	}
}

func example(t *testing.T, file string) {
	claim, err := harness.ReadClaim(file)
	need(t, err)
	ns := "example-" + strings.TrimSuffix(filepath.Base(file), ".yaml")
	claim.SetNamespace(ns)
	need(t, lab.Plane.Namespace(t.Context(), ns))
	_, err = lab.Plane.Create(t.Context(), claim)
	need(t, err)
	need(t, lab.Ready(t.Context(), ns, claim.GetName(), readyIn, func(p string) { t.Log(p) }))
	was := harness.Generations(composed(t, ns))
	harness.Pause(t, poll)
	for id, g := range harness.Generations(composed(t, ns)) {
		if g != was[id] {
			t.Errorf("somebody writes %s: generation %d, %d %s ago", id, g, was[id], poll)
		}
	}
	t.Logf("%d objects", len(was))
	remove(t, ns, claim.GetName())
}
