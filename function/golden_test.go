package function

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

var update = flag.Bool("update", false, "rewrite the goldens; read the difference before you commit it")

// TestGoldens renders each feature's claim at rest and compares what the feature
// is about. A file is all that a reviewer needs to read: what the feature does,
// the claim, which resources to look at (patterns of keys), and how they look.
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("cannot find the goldens: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			golden(t, file)
		})
	}
}

func golden(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(strings.TrimSpace(string(a.Comment))) == 0 {
		t.Error("a golden must say what its feature does, in a comment at the top")
	}
	w := atRest(t, claim(t, section(a, "claim.yaml")))
	got := shown(t, w, strings.Fields(section(a, "show")))
	if *update {
		setSection(a, "want.yaml", got)
		if err := os.WriteFile(file, txtar.Format(a), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(section(a, "want.yaml"), got); diff != "" {
		t.Errorf(
			"the feature renders otherwise (-want +got); if that is meant, run go test ./function -run TestGoldens "+
				"-update and read the difference:\n%s", diff)
	}
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func setSection(a *txtar.Archive, name, data string) {
	for i, f := range a.Files {
		if f.Name == name {
			a.Files[i].Data = []byte(data)
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(data)})
}

// shown are the resources whose keys match a pattern, without what all of them
// have. The patterns conditions and status show those of the claim.
func shown(t *testing.T, w *simulator.World, patterns []string) string {
	t.Helper()
	all := desired(w)
	var b strings.Builder
	for _, p := range patterns {
		switch p {
		case "conditions":
			b.WriteString(conditionLines(w))
			continue
		case "status":
			b.WriteString("# status\n" + toYAML(t, w.Composite["status"]))
			continue
		case "keys":
			b.WriteString("# keys\n" + strings.Join(slices.Sorted(maps.Keys(all)), "\n") + "\n")
			continue
		}
		matched := false
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if ok, err := path.Match(p, key); err != nil || !ok {
				continue
			}
			matched = true
			fmt.Fprintf(&b, "# %s\n%s", key, toYAML(t, essence(all[key])))
		}
		if !matched {
			fmt.Fprintf(&b, "# %s: none\n", p)
		}
	}
	return b.String()
}

// essence is a resource without the fields that all resources have.
func essence(o map[string]any) map[string]any {
	out := map[string]any{"kind": o["kind"]}
	if n := simulator.Text(o, "metadata", "annotations", "crossplane.io/external-name"); n != "" {
		out["external-name"] = n
	}
	for k, v := range o {
		if k != "apiVersion" && k != "metadata" {
			out[k] = v
		}
	}
	if spec, ok := out["spec"].(map[string]any); ok {
		delete(spec, "providerConfigRef")
		if params, ok := spec["forProvider"].(map[string]any); ok {
			delete(params, "tags")
		}
	}
	return out
}

// conditionLines are the claim's conditions, one a line.
func conditionLines(w *simulator.World) string {
	var b strings.Builder
	for _, c := range w.Response.GetConditions() {
		status := strings.TrimPrefix(c.GetStatus().String(), "STATUS_CONDITION_")
		fmt.Fprintf(&b, "%-20s %-5s %-11s %s\n", c.GetType(), strings.ToLower(status), c.GetReason(), c.GetMessage())
	}
	return b.String()
}
