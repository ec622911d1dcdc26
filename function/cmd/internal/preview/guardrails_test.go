package preview

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/schema"
)

const aGuardrail = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaGuardrail
metadata: {name: team-shop}
spec:
  namespaces: [team-shop]
  allow:
    providerConfigs: [{name: default}]
    images: ["public.ecr.aws/nginx/*"]
`

func TestGuardrails(t *testing.T) {
	cases := map[string]struct {
		reason string
		files  map[string]string
		want   []string
		err    string
	}{
		"Several": {
			reason: "Every file of a directory is read, and every document of a file.",
			files: map[string]string{
				"a.yaml":    aGuardrail + "---\n" + strings.Replace(aGuardrail, "name: team-shop", "name: others", 1),
				"b/c.yml":   strings.Replace(aGuardrail, "name: team-shop", "name: team-pay", 1),
				"README.md": "not YAML: [",
			},
			want: []string{"team-shop", "others", "team-pay"},
		},
		"OtherObjects": {
			reason: "Connection details are in the same files.",
			files: map[string]string{
				"a.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n---\n" + aGuardrail,
			},
			want: []string{"team-shop"},
		},
		"Misspelt": {
			reason: "The API server would refuse it, and a misspelt bound has no effect.",
			files:  map[string]string{"a.yaml": aGuardrail + "  limits: {tasks: 1}\n"},
			err:    "spec.limits: unknown field",
		},
		"NotYAML": {
			reason: "A file that cannot be read may hold a bound.",
			files:  map[string]string{"a.yaml": "kind: [\n"},
			err:    "a.yaml",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, content := range tc.files {
				path := filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			all, err := Guardrails(dir)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("%s\ngot error %v, want %q", tc.reason, err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, g := range all {
				meta, _ := g["metadata"].(map[string]any)
				name, _ := meta["name"].(string)
				got = append(got, name)
			}
			if strings.Join(got, " ") != strings.Join(tc.want, " ") {
				t.Errorf("%s\ngot %v, want %v", tc.reason, got, tc.want)
			}
		})
	}
}

// TestStoreCountsGenerations: a changed claim has another generation, so that the
// function judges it again.
func TestStoreCountsGenerations(t *testing.T) {
	claims := sameClaim(t, "../../render/testdata/lists/*.yaml")
	living := claims["written"]
	meta, _ := living["metadata"].(map[string]any)
	meta["generation"] = 1.0
	if err := schema.Default(living); err != nil {
		t.Fatal(err)
	}
	same := sameClaim(t, "../../render/testdata/lists/*.yaml")["written"]
	for _, change := range []struct {
		to   map[string]any
		want float64
	}{{same, 1}, {claims["empty"], 2}} {
		if err := store(living, change.to); err != nil {
			t.Fatal(err)
		}
		if meta["generation"] != change.want {
			t.Errorf("the generation is %v, want %v", meta["generation"], change.want)
		}
	}
}
