package preview

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/schema/schematest"
)

// TestStoreIsServerSideApply compares a simulated change with what a cluster does with
// it: Flux, and Argo CD as the documentation sets it up, apply claims on the server's
// side. Every claim is changed into every other.
func TestStoreIsServerSideApply(t *testing.T) {
	server, err := schematest.NewServer()
	if err != nil {
		t.Fatal(err)
	}
	claims := sameClaim(t, "../../../../examples/*.yaml", "../../render/testdata/lists/*.yaml")
	changes := 0
	for from, before := range claims {
		for to, after := range claims {
			shown := runtime.DeepCopyJSON(before)
			if err := schema.Default(shown); err != nil {
				t.Fatal(err)
			}
			if err := store(shown, runtime.DeepCopyJSON(after)); err != nil {
				continue // The API server refuses the change, so there is nothing to compare.
			}
			changes++
			stored, err := server.Apply(nil, before, "flux")
			if err != nil {
				t.Fatal(err)
			}
			if stored, err = server.Apply(stored, after, "flux"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(stored["spec"], shown["spec"]); diff != "" {
				t.Errorf("%s becomes %s: -stored, +shown:\n%s", from, to, diff)
			}
		}
	}
	if changes < 2*len(claims) {
		t.Errorf("only %d changes of %d claims are accepted; add claims that can become each other", changes,
			len(claims))
	}
}

// sameClaim reads claims as versions of one.
func sameClaim(t *testing.T, patterns ...string) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("cannot find %s: %v", pattern, err)
		}
		for _, f := range files {
			c, err := manifest.ReadClaim(f)
			if err != nil {
				t.Fatal(err)
			}
			c.Meta()["name"], c.Meta()["namespace"] = "shop", "team-shop"
			out[strings.TrimSuffix(filepath.Base(f), ".yaml")] = c.Object
		}
	}
	return out
}
