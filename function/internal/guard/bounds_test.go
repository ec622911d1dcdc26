package guard

import "testing"

// TestPatternsSay: a refusal lists what is allowed, as far as a reader wants to read.
func TestPatternsSay(t *testing.T) {
	for want, p := range map[string]patterns{
		"allows none":                     {},
		"allows a":                        {"a"},
		"allows a, b, c, d, e":            {"a", "b", "c", "d", "e"},
		"allows a, b, c, d, e and 2 more": {"a", "b", "c", "d", "e", "f", "g"},
		"allows a, b, c, d, e and 1 more": {"a", "b", "c", "d", "e", "f"},
	} {
		if got := p.says(Value{}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
