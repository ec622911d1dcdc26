package guard

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/policy"
)

// match tells whether a text matches a pattern. * matches any number of characters,
// every other character matches itself.
func match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for _, p := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(text, p)
		if !found {
			return false
		}
		text = after
	}
	return strings.HasSuffix(text, last)
}

// anyMatches tells whether one of the patterns matches.
func anyMatches(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, text) })
}

// overlap tells whether there is a text that both patterns match.
func overlap(a, b string) bool {
	return policy.OverlapBy(a, b, func(x, y byte) bool { return x == y })
}

// anyOverlaps tells whether a pattern of one list overlaps one of the other.
func anyOverlaps(as, bs []string) bool {
	return slices.ContainsFunc(as, func(a string) bool {
		return slices.ContainsFunc(bs, func(b string) bool { return sameBeginning(a, b) && overlap(a, b) })
	})
}

// sameBeginning compares the texts before the first * of each pattern, and tells
// whether one begins with the other. Otherwise the patterns do not overlap.
func sameBeginning(a, b string) bool {
	a, _, _ = strings.Cut(a, "*")
	b, _, _ = strings.Cut(b, "*")
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}
