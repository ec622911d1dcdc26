package policy

import "strings"

// Like tells whether a text matches a pattern as IAM matches them: * is any text, slashes
// and colons among it, and ? is any character.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func Like(pattern, text string) bool {
	star, from, p, i := -1, 0, 0, 0
	for i < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from, p = p, i, p+1
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[i]):
			p, i = p+1, i+1
		case star >= 0:
			// The last star takes one character more.
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// Overlap tells whether there is a text that both patterns match, as IAM matches them.
func Overlap(a, b string) bool {
	return OverlapBy(a, b, func(x, y byte) bool { return x == y || x == '?' || y == '?' })
}

// OverlapBy is the same for patterns in which * is any text, and same tells whether two other
// characters of patterns have one in common.
func OverlapBy(a, b string, same func(x, y byte) bool) bool {
	// both[i][j] tells whether the rests of the patterns, from i and from j, have a text in
	// common.
	both := make([][]bool, len(a)+1)
	for i := range both {
		both[i] = make([]bool, len(b)+1)
	}
	both[len(a)][len(b)] = true
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			moreA, moreB := i < len(a), j < len(b)
			switch {
			case moreA && a[i] == '*':
				both[i][j] = both[i+1][j] || moreB && both[i][j+1]
			case moreB && b[j] == '*':
				both[i][j] = both[i][j+1] || moreA && both[i+1][j]
			case moreA && moreB && same(a[i], b[j]):
				both[i][j] = both[i+1][j+1]
			}
		}
	}
	return both[0][0]
}
