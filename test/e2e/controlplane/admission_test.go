package controlplane

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

const dryRun = "All"

// The claims that must be refused are the function's own test cases. Another test,
// which needs no API server, has recorded what the API server must say of them.
func TestTheAPIServerRefusesBadClaims(t *testing.T) {
	need(t, lab.Plane.Namespace(t.Context(), "team-shop"))
	files, err := filepath.Glob(lab.Path("function", "testdata", "bad", "*.txtar"))
	need(t, err)
	if len(files) == 0 {
		t.Fatal("cannot find the bad claims")
	}
	for _, f := range files {
		name := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(f), ".txtar"), "-", " ")
		t.Run(name, func(t *testing.T) { refused(t, f) })
	}
}

func refused(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	need(t, err)
	sections := map[string]string{}
	for _, f := range a.Files {
		sections[f.Name] = strings.TrimSpace(string(f.Data))
	}
	claim := spoiled(t, sections["claim.yaml"])
	got := submit(t, claim, sections)
	want, refuses := sections["want.apiserver"]
	switch {
	case !refuses && got != nil:
		t.Errorf("the API server must leave this to the function, but says: %v", got)
	case refuses && got == nil:
		t.Errorf("the API server accepts it; it should say:\n%s", want)
	case refuses:
		for line := range strings.Lines(want) {
			if line = said(line); !strings.Contains(got.Error(), line) {
				t.Errorf("the API server does not say:\n%s\nbut:\n%v", line, got)
			}
		}
	}
}

// submit creates a claim, or changes an existing one into it, in a dry run.
func submit(t *testing.T, claim *unstructured.Unstructured, sections map[string]string) error {
	ctx := t.Context()
	before, isUpdate := sections["old.yaml"]
	if !isUpdate {
		_, err := lab.Plane.Create(ctx, claim, dryRun)
		return err
	}
	old := spoiled(t, before)
	// Crossplane must not compose anything for this claim.
	old.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
	old.SetName("")
	old.SetGenerateName("paused-")
	old, err := lab.Plane.Create(ctx, old)
	need(t, err)
	defer discard(t, old.GetNamespace(), old.GetName())
	claim.SetName(old.GetName())
	claim.SetAnnotations(old.GetAnnotations())
	// Meanwhile Crossplane writes into the status that the claim is paused.
	return retry.RetryOnConflict(retry.DefaultRetry, func() error {
		now, err := lab.Plane.Get(ctx, harness.Claims, old.GetNamespace(), old.GetName())
		if err != nil {
			return err
		}
		claim.SetResourceVersion(now.GetResourceVersion())
		_, err = lab.Plane.Update(ctx, claim, dryRun)
		return err
	})
}

// said is a line in the API server's words. The server reports unknown fields apart from
// invalid ones, because it finds them while it decodes.
func said(line string) string {
	line = strings.TrimSpace(line)
	if field, ok := strings.CutSuffix(line, ": Forbidden: unknown field"); ok {
		return fmt.Sprintf("unknown field %q", field)
	}
	return line
}

// good is the valid claim that each case makes invalid.
const good = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaClaim
metadata: {name: shop, namespace: team-shop}
spec:
  frontend: {image: "registry.example.org/shop/frontend:1.0.0"}
  backend: {image: "registry.example.org/shop/backend:1.0.0"}
`

func spoiled(t *testing.T, over string) *unstructured.Unstructured {
	t.Helper()
	claim, err := harness.Decode([]byte(good))
	need(t, err)
	patch, err := harness.Decode([]byte(over))
	need(t, err)
	merge(claim.Object, patch.Object)
	return claim
}

// merge is a JSON merge patch.
func merge(into, patch map[string]any) {
	for k, v := range patch {
		child, isObject := v.(map[string]any)
		old, wasObject := into[k].(map[string]any)
		switch {
		case v == nil:
			delete(into, k)
		case isObject && wasObject:
			merge(old, child)
		default:
			into[k] = v
		}
	}
}

// make render shows the same defaults without a cluster that a cluster fills in.
func TestTheAPIServerFillsInTheDefaultsThatRenderShows(t *testing.T) {
	files, err := filepath.Glob(lab.Path("examples", "*.yaml"))
	need(t, err)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			claim, err := harness.ReadClaim(f)
			need(t, err)
			need(t, lab.Plane.Namespace(t.Context(), claim.GetNamespace()))
			got, err := lab.Plane.Create(t.Context(), claim, dryRun)
			need(t, err)
			shown, err := lab.Rendered(t.Context(), cli(), claim)
			need(t, err)
			want := shown[0].Object["spec"].(map[string]any) //nolint:forcetypeassert // A claim has a spec.
			// Crossplane adds fields of its own, which are not defaults of the claim.
			delete(want, "crossplane")
			spec := got.Object["spec"].(map[string]any) //nolint:forcetypeassert // As above.
			delete(spec, "crossplane")
			if !reflect.DeepEqual(asJSON(t, spec), asJSON(t, want)) {
				t.Errorf("the API server makes of the claim\n%s\nrender shows\n%s", asJSON(t, spec), asJSON(t, want))
			}
		})
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", "  ")
	need(t, err)
	return string(b)
}
