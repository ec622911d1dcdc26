package main

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// An edit puts text in place of the bytes from at to until of a file.
type edit struct {
	at, until int
	text      string
	class     int
	// far is the other end of what a prefix or a suffix is around.
	far int
	seq int
}

// What comes first where two edits meet.
const (
	suffix = iota
	replacement
	prefix
)

// edits are the changes of one file. Those around an outer expression stay
// outside of those around an inner one.
type edits []edit

func (e *edits) wrap(start, end int, before, after string) {
	n := len(*e)
	*e = append(*e,
		edit{at: start, until: start, text: before, class: prefix, far: end, seq: n},
		edit{at: end, until: end, text: after, class: suffix, far: start, seq: n})
}

func (e *edits) replace(start, end int, text string) {
	*e = append(*e, edit{at: start, until: end, text: text, class: replacement, seq: len(*e)})
}

// insert puts text outside of everything that begins at the same place.
func (e *edits) insert(at int, text string) {
	*e = append(*e, edit{at: at, until: at, text: text, class: prefix, far: math.MaxInt, seq: len(*e)})
}

func (e edits) apply(source []byte) string {
	sorted := slices.SortedFunc(slices.Values(e), compareEdits)
	var b strings.Builder
	at := 0
	for _, c := range sorted {
		b.Write(source[at:c.at])
		b.WriteString(c.text)
		at = c.until
	}
	b.Write(source[at:])
	return b.String()
}

func compareEdits(a, b edit) int {
	if c := cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.class, b.class)); c != 0 {
		return c
	}
	c := cmp.Compare(b.far, a.far)
	if a.class == suffix {
		return cmp.Or(c, cmp.Compare(b.seq, a.seq))
	}
	return cmp.Or(c, cmp.Compare(a.seq, b.seq))
}
