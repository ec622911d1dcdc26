package function

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis"
)

// TestSecurityPage looks up everything that docs/security.md says in the rendered
// production example and in the API's definition.
func TestSecurityPage(t *testing.T) {
	b, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	all := desired(atRest(t, examples(t)["production"]))
	fields := claimFields(t)
	rows := 0
	for n, line := range strings.Split(string(b), "\n") {
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if !strings.HasPrefix(line, "| ") || strings.TrimSpace(cells[0]) == "Promise" {
			continue
		}
		rows++
		if len(cells) != 3 {
			t.Errorf("line %d has %d cells, want 3", n+1, len(cells))
			continue
		}
		for _, m := range kept(strings.TrimSpace(cells[2]), all, fields) {
			t.Errorf("line %d: %s: %s", n+1, strings.TrimSpace(cells[0]), m)
		}
	}
	if rows < 70 {
		t.Errorf("found only %d promises; the page must keep its form", rows)
	}
}

// TestSecurityPageIsRead: the test finds entries of the page that are wrong or cannot
// be read.
func TestSecurityPageIsRead(t *testing.T) {
	all := map[string]map[string]any{
		"db": {"spec": map[string]any{"forProvider": map[string]any{"port": 3306.0, "logs": []any{"error"}}}},
	}
	cases := map[string]struct {
		cell string
		ok   bool
	}{
		"Key":          {"`db`", true},
		"Pattern":      {"`d*`", true},
		"NoKey":        {"`cache`", false},
		"Field":        {"`db port`, `db logs.0 = error`", true},
		"NoField":      {"`db host`", false},
		"Value":        {"`db port = 3306`", true},
		"AnotherValue": {"`db port = 3307`", false},
		"Text":         {"`db logs ~ err`, `db logs !~ slow`", true},
		"NoText":       {"`db logs ~ slow`", false},
		"TextTooMuch":  {"`db logs !~ error`", false},
		"Absent":       {"`db !host`", true},
		"NotAbsent":    {"`db !port`", false},
		"Claim":        {"`spec.region`", true},
		"NotOfClaim":   {"`spec.planet`", false},
		"Word":         {"**AWS**", true},
		"AnotherWord":  {"**nobody**", false},
		"Nothing":      {"", false},
		"Prose":        {"`db` mostly", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := kept(tc.cell, all, claimFields(t)); (len(got) == 0) != tc.ok {
				t.Errorf("%s: %v", tc.cell, got)
			}
		})
	}
}

var (
	words   = []string{"**AWS**", "**yours**", "**not done**"}
	entries = regexp.MustCompile("^`[^`]+`(, `[^`]+`)*$")
	entry   = regexp.MustCompile("`([^`]+)`")
)

// kept are the entries of a cell that do not hold.
func kept(cell string, all map[string]map[string]any, fields map[string]any) []string {
	if slices.Contains(words, cell) {
		return nil
	}
	if !entries.MatchString(cell) {
		return []string{
			fmt.Sprintf("cannot read %q: write entries like `key field = value`, or one of %v", cell, words),
		}
	}
	var broken []string
	for _, m := range entry.FindAllStringSubmatch(cell, -1) {
		if why := holds(m[1], all, fields); why != "" {
			broken = append(broken, m[1]+" "+why)
		}
	}
	return broken
}

// holds returns why an entry does not hold.
func holds(text string, all map[string]map[string]any, fields map[string]any) string {
	part := strings.SplitN(text, " ", 4)
	if strings.HasPrefix(text, "spec.") {
		if len(part) > 1 || !isField(fields, strings.Split(text, ".")) {
			return "is not a field of the claim"
		}
		return ""
	}
	found := false
	for key, o := range all {
		if ok, err := path.Match(part[0], key); err != nil || !ok {
			continue
		}
		found = true
		if why := says(o, part[1:]); why != "" {
			return "does not hold for " + key + ": " + why
		}
	}
	if !found {
		return "is not composed"
	}
	return ""
}

// says compares a field of a resource.
func says(o map[string]any, is []string) string {
	if len(is) == 0 {
		return ""
	}
	field, absent := strings.CutPrefix(is[0], "!")
	if !strings.HasPrefix(field, "spec.") && !strings.HasPrefix(field, "metadata.") {
		field = "spec.forProvider." + field
	}
	v, ok := lookupPath(o, strings.Split(field, "."))
	if absent || !ok {
		if ok == absent {
			return fmt.Sprintf("%s is there: %v, want %v", field, ok, !absent)
		}
		return ""
	}
	got := text(v)
	switch {
	case len(is) == 1:
		return ""
	case len(is) != 3:
		return "it has an operator and no value"
	case is[1] == "=" && got == is[2], is[1] == "~" && strings.Contains(got, is[2]),
		is[1] == "!~" && !strings.Contains(got, is[2]):
		return ""
	}
	return field + " is " + got
}

func lookupPath(v any, at []string) (any, bool) {
	for _, p := range at {
		switch c := v.(type) {
		case map[string]any:
			v = c[p]
		case []any:
			i, err := strconv.Atoi(p)
			if err != nil || i >= len(c) {
				return nil, false
			}
			v = c[i]
		default:
			return nil, false
		}
	}
	return v, v != nil
}

// text formats a value as the page does.
func text(v any) string {
	if t, ok := v.(string); ok {
		return t
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// claimFields is the schema of a claim.
func claimFields(t *testing.T) map[string]any {
	t.Helper()
	var xrd struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema map[string]any `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(apis.Definition, &xrd); err != nil {
		t.Fatal(err)
	}
	return xrd.Spec.Versions[0].Schema.OpenAPIV3Schema
}

func isField(schema map[string]any, at []string) bool {
	for _, p := range at {
		props, _ := schema["properties"].(map[string]any)
		next, ok := props[p].(map[string]any)
		if !ok {
			return false
		}
		schema = next
	}
	return true
}
