package guard

import (
	"fmt"
	"strings"
)

// A Value is something in a claim that a rule judges: a text or a size.
type Value struct {
	// Field of the claim that has it.
	Field string
	// Text is the value, unless it is a size.
	Text string
	// Size is the value, unless Text is set.
	Size int64
	// Wants is what a demand wants instead of it.
	Wants string
}

func (v Value) String() string {
	if v.Text != "" {
		return v.Text
	}
	return fmt.Sprint(v.Size)
}

// A bound is what a guardrail says about the values of a rule.
type bound interface {
	allows(v Value) bool
	// says is the end of the sentence "guardrail team-shop ...".
	says(v Value) string
	advice() string
}

const ask = " or ask the platform team"

// patterns allow the texts that one of them matches.
type patterns []string

func (p patterns) allows(v Value) bool { return anyMatches(p, v.Text) }

// maxAllowed is how many patterns a message has.
const maxAllowed = 5

func (p patterns) says(Value) string {
	switch {
	case len(p) == 0:
		return "allows none"
	case len(p) > maxAllowed:
		return fmt.Sprintf("allows %s and %d more", strings.Join(p[:maxAllowed], ", "), len(p)-maxAllowed)
	}
	return "allows " + strings.Join(p, ", ")
}

func (p patterns) advice() string {
	if len(p) == 0 {
		return "leave it out," + ask
	}
	return "use one of these," + ask
}

// most allows sizes up to itself.
type most int64

func (m most) allows(v Value) bool { return v.Text == "" && v.Size <= int64(m) }
func (m most) says(Value) string   { return fmt.Sprintf("allows at most %d", m) }
func (m most) advice() string      { return "use less," + ask }

// least allows sizes from itself.
type least int64

func (l least) allows(v Value) bool { return v.Size >= int64(l) }
func (l least) says(Value) string   { return fmt.Sprintf("requires at least %d", l) }
func (l least) advice() string      { return "use more," + ask }

// demand allows nothing: its rule returns only forbidden values.
type demand struct{}

func (demand) allows(Value) bool   { return false }
func (demand) says(v Value) string { return "requires " + v.Wants }
func (demand) advice() string      { return "change it," + ask }
