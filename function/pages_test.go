package main

import (
	"os"
	"path"
	"regexp"
	"slices"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// documented are the keys that begin the rows of a page's tables.
var documented = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

// TestPagesNameKeys: what stays when a claim is deleted and what waits for what,
// and what rings, is what the pages about it name, and nothing else.
func TestPagesNameKeys(t *testing.T) {
	pages := map[string]func(map[string]any) bool{
		"deletion.md": func(o map[string]any) bool { return stays(o) || gvkOf(o) == kinds.Usage },
		"alarms.md": func(o map[string]any) bool {
			return slices.Contains([]string{"MetricAlarm", "CompositeAlarm", "Budget"}, gvkOf(o).Kind)
		},
	}
	all := desired(atRest(t, examples(t)["production"]))
	for page, about := range pages {
		t.Run(page, func(t *testing.T) {
			b, err := os.ReadFile("../docs/" + page)
			if err != nil {
				t.Fatal(err)
			}
			named := map[string]bool{}
			for _, m := range documented.FindAllStringSubmatch(string(b), -1) {
				named[m[1]] = false
			}
			for key, o := range all {
				if about(o) && !name(named, key) {
					t.Errorf("the page does not tell about %s", key)
				}
			}
			for pattern, used := range named {
				if !used {
					t.Errorf("the page tells about %s, which is not composed or is something else", pattern)
				}
			}
		})
	}
}

// stays tells whether an object leaves what it is of in AWS.
func stays(o map[string]any) bool {
	spec, _ := o["spec"].(map[string]any)
	policies, given := spec["managementPolicies"].([]any)
	return given && !slices.Contains(policies, any("Delete"))
}

// name marks the patterns that match a key.
func name(patterns map[string]bool, key string) bool {
	found := false
	for p := range patterns {
		if ok, err := path.Match(p, key); err == nil && ok {
			patterns[p], found = true, true
		}
	}
	return found
}
