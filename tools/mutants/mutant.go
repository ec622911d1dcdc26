package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// The kinds of mutants.
const (
	negate     = "negate"
	boundary   = "boundary"
	logic      = "logic"
	arithmetic = "arithmetic"
	statement  = "statement"
	argument   = "argument"
	boolean    = "bool"
	literal    = "constant"
	field      = "field"
	element    = "element"
	returned   = "return"
	removeCase = "case"
)

// A Mutant is one small change of the program.
type Mutant struct {
	// ID names the mutant by what it changes, not by where that is:
	// package.function:kind:text. It stays when lines or files move.
	ID string `json:"id"`
	// Number selects the mutant in the test binaries of one build.
	Number int `json:"number"`
	// Package is the directory of the package, below the root.
	Package  string `json:"package"`
	Function string `json:"function"`
	Kind     string `json:"kind"`
	// File is below the root.
	File string `json:"file"`
	Line int    `json:"line"`
	// Start and End are the bytes of the file that the change replaces.
	Start int `json:"start"`
	End   int `json:"end"`
	// Was and Becomes are the text of these bytes, before and after.
	Was     string `json:"was"`
	Becomes string `json:"becomes"`
}

// String is one line that tells what the mutant changes.
func (m Mutant) String() string {
	was, becomes := shorten(m.Was, 70), shorten(m.Becomes, 70)
	what := fmt.Sprintf("`%s` becomes `%s`", was, becomes)
	switch {
	case becomes == "":
		what = fmt.Sprintf("`%s` is removed", was)
	case was == "":
		what = fmt.Sprintf("%s begins with `%s`", m.Function, becomes)
	}
	return fmt.Sprintf("%s:%d: %s: %s", m.File, m.Line, m.Kind, what)
}

// diff shows the mutant as a change of whole lines of its file.
func (m Mutant) diff(source string) string {
	from := strings.LastIndexByte(source[:m.Start], '\n') + 1
	to := len(source)
	if i := strings.IndexByte(source[m.End:], '\n'); i >= 0 {
		to = m.End + i
	}
	changed := source[from:m.Start] + m.Becomes + source[m.End:to]
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n@@ -%d +%d @@ %s\n", m.File, m.File, m.Line, m.Line, m.Function)
	for _, line := range strings.Split(source[from:to], "\n") {
		b.WriteString("-" + line + "\n")
	}
	if strings.TrimSpace(changed) != "" {
		for _, line := range strings.Split(changed, "\n") {
			b.WriteString("+" + line + "\n")
		}
	}
	return b.String()
}

// shorten puts a text on one line, of at most so many characters.
func shorten(text string, most int) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-3]) + "..."
}

const (
	labelLength  = 48
	digestLength = 6
)

// label is a text as a part of an ID: without spaces, and a long one with its
// digest in place of its end.
func label(text string) string {
	compact := strings.Join(strings.Fields(text), "")
	runes := []rune(compact)
	if len(runes) <= labelLength {
		return compact
	}
	sum := sha256.Sum256([]byte(compact))
	return string(runes[:labelLength]) + "~" + hex.EncodeToString(sum[:])[:digestLength]
}
