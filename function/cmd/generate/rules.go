package main

import (
	"bytes"
	"fmt"

	"github.com/kasha-platform/kasha/function/internal/rules"
)

// policies is the page of the policy suite: every rule, and every order of creation
// that is enforced.
func policies(*inputs) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(pageGenerated)
	b.WriteString(`# Rules

These rules hold for everything that Kasha composes, for every claim. Each rule has an example that breaks it; the
tests check all rules over every example, every golden and generated claims.
[How Kasha is tested](../testing.md#the-policy-suite) says how to add one.
`)
	for _, theme := range rules.Themes() {
		fmt.Fprintf(&b, "\n## %s\n\n| Rule | What holds | Otherwise | Source |\n|---|---|---|---|\n", theme.Title)
		for _, r := range theme.Rules {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.ID, cell(r.Title), cell(r.Why), cell(r.Source))
		}
	}
	b.WriteString(`
## Order

These objects wait for others, because another order fails in AWS or breaks something there. The whole order of two
claims is in [function/testdata/order](../../function/testdata/order).

| What waits | Otherwise |
|---|---|
`)
	for _, g := range rules.Gates {
		fmt.Fprintf(&b, "| %s | %s |\n", cell(g.Title), cell(g.Why))
	}
	return b.Bytes(), nil
}
