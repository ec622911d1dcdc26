package function

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/crossplane/function-sdk-go/logging"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// maxPasses is how many passes a claim may take until it is ready, when AWS
// answers at once. The last two write down how the services' deployments have ended.
const maxPasses = 8

// passes is how many passes a claim may take. With a proxy it is one more: the
// credentials wait for its endpoint and its target. With a release it is two more:
// the service waits for it, and it for the runner. With users of the database it is one more: the backend waits for
// the call that makes them.
func passes(c map[string]any) int {
	n := maxPasses
	if p, ok := lookup(c, "spec", "database", "proxy", "enabled").(bool); ok && p {
		n++
	}
	spec, _ := c["spec"].(map[string]any)
	if slices.ContainsFunc(behindBalancers(spec), func(s object) bool { return s["release"] != nil }) {
		n += 2
	}
	if hasOwnRole(c) {
		n++
	}
	if users, ok := lookup(c, "spec", "database", "users").([]any); ok && len(users) > 0 {
		n++
	}
	return n
}

// hasOwnRole tells whether a workload of a claim has a role of its own. A version waits until this role has its
// policies.
func hasOwnRole(c map[string]any) bool {
	spec, _ := c["spec"].(map[string]any)
	for _, w := range workloadsOf(spec) {
		if w["exec"] == true || len(objectsIn(w, "permissions")) > 0 {
			return true
		}
	}
	return false
}

func lookup(o map[string]any, path ...string) any {
	var v any = o
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	return v
}

// newFunction returns the function under test.
func newFunction() *Function { return NewFunction(logging.NewNopLogger()) }

// minimal is the smallest valid claim.
const minimal = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaClaim
metadata: {name: shop, namespace: team-shop}
spec:
  frontend: {image: "registry.example.org/shop/frontend:1.0.0"}
  backend: {image: "registry.example.org/shop/backend:1.0.0"}
`

// claim merges YAML over the minimal claim and applies the schema's defaults.
func claim(t testing.TB, over string) map[string]any {
	t.Helper()
	base, err := schema.Decode([]byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	o, err := schema.Decode([]byte(over))
	if err != nil {
		t.Fatal(err)
	}
	c := merge(base, o)
	defaulted(t, c)
	return c
}

func defaulted(t testing.TB, c map[string]any) {
	t.Helper()
	if err := schema.Default(c); err != nil {
		t.Fatal(err)
	}
	if errs := schema.Validate(c, nil); len(errs) > 0 {
		t.Fatalf("the claim of a test must be good: %v", errs.ToAggregate())
	}
}

// merge merges one object into another, as a JSON merge patch does.
func merge(base, over map[string]any) map[string]any {
	for k, v := range over {
		b, isB := base[k].(map[string]any)
		o, isO := v.(map[string]any)
		switch {
		case isB && isO:
			base[k] = merge(b, o)
		case v == nil:
			delete(base, k)
		default:
			base[k] = v
		}
	}
	return base
}

// examples are the claims in examples/, by their file's name.
func examples(t testing.TB) map[string]map[string]any {
	t.Helper()
	files, err := filepath.Glob("../examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("cannot find the examples: %v", err)
	}
	out := map[string]map[string]any{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		c, err := schema.Decode(b)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		defaulted(t, c)
		out[strings.TrimSuffix(filepath.Base(f), ".yaml")] = c
	}
	return out
}

// pass runs the function once more, failing the test on a fatal result.
func pass(t testing.TB, w *simulator.World) bool {
	t.Helper()
	changed, err := w.Pass(context.Background(), newFunction())
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// desired are the resources that the function last asked for, by key.
func desired(w *simulator.World) map[string]map[string]any {
	out := map[string]map[string]any{}
	for k, r := range w.Response.GetDesired().GetResources() {
		out[k] = r.GetResource().AsMap()
	}
	return out
}

func toYAML(t testing.TB, v any) string {
	t.Helper()
	b, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// settleMore drives a living world to rest.
func settleMore(t testing.TB, w *simulator.World) {
	t.Helper()
	if err := w.Settle(context.Background(), newFunction(), 2*maxPasses); err != nil {
		t.Fatal(err)
	}
}
