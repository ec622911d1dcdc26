package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// orphans are the kinds that may need a hand after the provider died while it
// created one: AWS chooses their names, so the provider does not know that they
// exist. docs/known-issues.md says what to do.
var orphans = map[string]string{
	"LB":           "elbv2 says that it already exists",
	"Instance":     "rds says that it already exists",
	"Distribution": "it is created once more",
}

// The provider and Crossplane die in the middle of a creation, as on a node that
// runs out of memory. What they were doing is done again.
func TestACrashInTheMiddle(t *testing.T) {
	const ns, name = "e2e-crash", "shop"
	ctx := t.Context()
	need(t, lab.Plane.Namespace(ctx, ns))
	claim, err := harness.ReadClaim(lab.Path("examples", "nonproduction.yaml"))
	need(t, err)
	claim.SetNamespace(ns)
	claim.SetName(name)
	_, err = lab.Plane.Create(ctx, claim)
	need(t, err)

	before := provider.Restarts()
	need(t, harness.Eventually(ctx, readyIn, func(ctx context.Context) error { return working(ctx, ns, 40) }))
	provider.Kill()
	lab.Core.Kill()
	t.Log("the provider and Crossplane are killed")

	err = harness.Eventually(ctx, readyIn, func(ctx context.Context) error {
		c, err := lab.Claim(ctx, ns, name)
		if err != nil {
			return err
		}
		return harness.Unready(c)
	})
	if err != nil {
		objects, err2 := lab.Composed(ctx, ns)
		need(t, err2)
		for _, id := range stuck(harness.Managed(objects)) {
			kind, _, _ := strings.Cut(id, "/")
			if orphans[kind] == "" {
				t.Errorf("%s does not recover", id)
			} else {
				t.Logf("%s needs a hand, as documented: %s", id, orphans[kind])
			}
		}
	}
	if n := provider.Restarts() - before; n != 1 {
		t.Errorf("the provider has ended %d times; it was killed once", n)
	}
	need(t, lab.Plane.Delete(ctx, harness.Claims, ns, name))
	need(t, lab.Gone(ctx, ns, name, deletedIn, func(string) {}))
}

// working is nil once so many resources work.
func working(ctx context.Context, namespace string, atLeast int) error {
	objects, err := lab.Composed(ctx, namespace)
	if err != nil {
		return err
	}
	n := 0
	for o := range maps.Values(harness.Managed(objects)) {
		if harness.Works(o) {
			n++
		}
	}
	if n < atLeast {
		return fmt.Errorf("%d resources work", n)
	}
	return nil
}

// stuck are the resources that AWS refuses because it has them already.
func stuck(objects map[string]*unstructured.Unstructured) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(objects)) {
		if o := objects[id]; harness.Condition(o, "Synced") == "False" || harness.Condition(o, "LastAsyncOperation") == "False" {
			out = append(out, id+": "+harness.Waits(o))
		}
	}
	return out
}
