package function

import (
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// documented are the keys that begin the rows of a page's tables.
var documented = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")

// TestPagesNameKeys: the pages name exactly what stays when a claim is deleted, what
// waits for what, and the alarms.
func TestPagesNameKeys(t *testing.T) {
	pages := map[string]func(map[string]any) bool{
		"deletion.md": func(o map[string]any) bool { return stays(o) || gvkOf(o) == kinds.Usage },
		"alarms.md": func(o map[string]any) bool {
			return slices.Contains([]string{"MetricAlarm", "CompositeAlarm", "Budget"}, gvkOf(o).Kind)
		},
	}
	all := desired(atRest(t, examples(t)["production"]))
	// The other example has a burstable instance class.
	maps.Copy(all, desired(atRest(t, examples(t)["minimal"])))
	// These have workers, schedules and further services.
	maps.Copy(all, desired(atRest(t, examples(t)["workers"])))
	maps.Copy(all, desired(atRest(t, examples(t)["monolith"])))
	maps.Copy(all, desired(atRest(t, examples(t)["services"])))
	// The examples allow no shells.
	maps.Copy(all, desired(atRest(t, claim(t, "spec: {backend: {exec: true, readOnlyRootFilesystem: false}}"))))
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
					t.Errorf("the page lacks %s", key)
				}
			}
			for pattern, used := range named {
				if !used {
					t.Errorf("the page names %s, which is not composed or is something else", pattern)
				}
			}
		})
	}
}

// stays tells whether the AWS resource stays when the object is deleted.
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

// heading begins a section of the page of runbooks.
var heading = regexp.MustCompile("(?m)^## (.*)$")

// TestAlarmsLinkToRunbooks: the description of every alarm ends in the address of a section
// that exists, and every section belongs to something that notifies.
func TestAlarmsLinkToRunbooks(t *testing.T) {
	page, err := os.ReadFile("../docs/runbooks.md")
	if err != nil {
		t.Fatal(err)
	}
	// The budget sends no description.
	linked := map[string]bool{"budget": true}
	var headings []string
	for _, m := range heading.FindAllStringSubmatch(string(page), -1) {
		headings = append(headings, m[1])
	}
	for name, c := range ruled(t) {
		for key, o := range desired(atRest(t, c)) {
			if template, is := lookup(o, "spec", "forProvider", "inputTransformer", "inputTemplate").(string); is {
				_, anchor, _ := strings.Cut(strings.TrimSuffix(template, `"}`), "docs/runbooks.md#")
				if !slices.Contains(headings, anchor) {
					t.Errorf("%s of %s names no runbook that exists: %s", key, name, template)
				}
				linked[anchor] = true
			}
			if !strings.HasSuffix(gvkOf(o).Kind, "Alarm") {
				continue
			}
			text, _ := lookup(o, "spec", "forProvider", "alarmDescription").(string)
			_, anchor, _ := strings.Cut(text,
				"Runbook: https://github.com/kasha-platform/kasha/blob/main/docs/runbooks.md#")
			if !slices.Contains(headings, anchor) {
				t.Errorf("%s of %s names no runbook that exists: %s", key, name, text)
			}
			if len(text) > 1024 {
				t.Errorf("the description of %s is longer than CloudWatch accepts", key)
			}
			linked[anchor] = true
		}
	}
	for _, h := range headings {
		if !linked[h] {
			t.Errorf("no alarm links to the runbook %s", h)
		}
	}
}
