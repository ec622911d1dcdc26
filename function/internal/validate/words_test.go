package validate_test

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/function/internal/badclaims"
	"github.com/kasha-platform/kasha/function/internal/schema"
)

// plain are the API server's own words that say by themselves what may be written.
var plain = []string{
	"supported values: ", "should be less than or equal to ", "should be greater than or equal to ",
	"should have at least ",
	"Required value", "Duplicate value", "unknown field", "may not be more than ",
	"there may be more to correct after this",
}

// TestEveryRefusalSaysWhatToWrite takes every bad claim through what make render and make
// validate do before they call the function. Each line says what is wrong and what to write,
// and so does each message of the function.
func TestEveryRefusalSaysWhatToWrite(t *testing.T) {
	cases, err := badclaims.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, c := range cases {
		refusals := c.Function
		old := c.Old
		if old != nil {
			old = runtime.DeepCopyJSON(old)
			if err := schema.Default(old); err != nil {
				t.Fatal(err)
			}
		}
		if err := schema.Admit(runtime.DeepCopyJSON(c.Claim), old); err != nil {
			refusals = append(strings.Split(err.Error(), "\n")[1:], refusals...)
		}
		for _, line := range refusals {
			lines++
			says := strings.Contains(line, "cannot ") && strings.Contains(line, "; ") ||
				strings.Contains(line, "; write ")
			if !says && !slices.ContainsFunc(plain, func(p string) bool { return strings.Contains(line, p) }) {
				t.Errorf("%s: nothing says what to write: %s", c.Name, line)
			}
			if strings.Contains(line, "should match '") || strings.HasPrefix(strings.TrimSpace(line), "<nil>") {
				t.Errorf("%s: only the API server understands this: %s", c.Name, line)
			}
		}
	}
	if lines < 200 {
		t.Errorf("found only %d refusals", lines)
	}
}
