package mutantruntime

import (
	"fmt"
	"slices"
	"testing"
)

// TestSwitches: a switch does what the code says while it is off, and what its
// mutant says while it is on.
func TestSwitches(t *testing.T) {
	yes, no := func() bool { return true }, func() bool { return false }
	for name, c := range map[string]struct {
		do      func() any
		off, on any
	}{
		"Off":            {func() any { return Off(1) }, true, false},
		"Not":            {func() any { return Not(1, true) }, true, false},
		"Never":          {func() any { return Never(1, true) }, true, false},
		"NeverFalse":     {func() any { return Never(1, false) }, false, false},
		"And":            {func() any { return And(1, true, no) }, false, true},
		"Or":             {func() any { return Or(1, false, yes) }, true, false},
		"Less":           {func() any { return Less(1, 2, 2) }, false, true},
		"LessOrEqual":    {func() any { return LessOrEqual(1, 2, 2) }, true, false},
		"Greater":        {func() any { return Greater(1, "b", "b") }, false, true},
		"GreaterOrEqual": {func() any { return GreaterOrEqual(1, 2.5, 2.5) }, true, false},
		"LessApart":      {func() any { return Less(1, 1, 2) }, true, true},
		"Add":            {func() any { return Add(1, 7, 2) }, 9, 5},
		"Subtract":       {func() any { return Subtract(1, 7, 2) }, 5, 9},
		"Multiply":       {func() any { return Multiply(1, 8, 2) }, 16, 4},
		"Divide":         {func() any { return Divide(1, 8, 2) }, 4, 16},
		"Remainder":      {func() any { return Remainder(1, 7, 2) }, 1, 14},
		"Flip":           {func() any { return Flip(1, true) }, true, false},
		"Number":         {func() any { return Number(1, 443) }, 443, 444},
		"Text":           {func() any { return Text(1, "tcp") }, "tcp", "tcp~"},
		"Zero":           {func() any { return Zero(1, "x") }, "x", ""},
		"Drop":           {func() any { return Drop([]int{2, 1}, "a", "b", "c") }, "[a b c]", "[a c]"},
		"Slice":          {func() any { return Slice([]int{2, 1, 3}, []int{4, 5, 6}) }, "[4 5 6]", "[4 6]"},
		"Map": {
			func() any { return Map(map[int]int{3: 4, 5: 6}, []int{1}, 5) }, "map[3:4 5:6]", "map[3:4]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() { active = 0 }()
			for is, want := range []any{c.off, c.on} {
				active = is
				if got := c.do(); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("with mutant %d: got %v, want %v", is, got, want)
				}
			}
		})
	}
}

// TestAndIsLazy: the right side may only be true because the left one is.
func TestAndIsLazy(t *testing.T) {
	And(1, false, func() bool { t.Error("the right side of false && was asked"); return true })
	Or(1, true, func() bool { t.Error("the right side of true || was asked"); return true })
}

// TestHits: each mutant that is reached is noted, once, and only when asked for.
func TestHits(t *testing.T) {
	On(0)
	noting = true
	defer func() { noting = false }()
	if got := hits(); len(got) != 0 {
		t.Errorf("got %v before anything is reached", got)
	}
	On(0)
	On(0)
	if got := hits(); !slices.Equal(got, []int{0}) {
		t.Errorf("got %v, want the mutant once", got)
	}
	if got := hits(); len(got) != 0 {
		t.Errorf("got %v a second time", got)
	}
}
