package main

import (
	"os"
	"path"
	"regexp"
	"slices"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// documented are the keys that begin the rows of the tables in docs/deletion.md.
var documented = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

// TestDeletionPage: the page names what stays when a claim is deleted, and what
// waits for what, and nothing else.
func TestDeletionPage(t *testing.T) {
	b, err := os.ReadFile("../docs/deletion.md")
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for _, m := range documented.FindAllStringSubmatch(string(b), -1) {
		patterns = append(patterns, m[1])
	}
	used := map[string]bool{}
	for key, o := range desired(atRest(t, examples(t)["production"])) {
		spec, _ := o["spec"].(map[string]any)
		policies, given := spec["managementPolicies"].([]any)
		stays := given && !slices.Contains(policies, any("Delete"))
		if !stays && gvkOf(o) != kinds.Usage {
			continue
		}
		i := slices.IndexFunc(patterns, func(p string) bool { ok, err := path.Match(p, key); return err == nil && ok })
		if i < 0 {
			t.Errorf("docs/deletion.md does not tell about %s", key)
			continue
		}
		used[patterns[i]] = true
	}
	for _, p := range patterns {
		if !used[p] {
			t.Errorf("docs/deletion.md tells about %s, which neither stays nor makes anything wait", p)
		}
	}
}
