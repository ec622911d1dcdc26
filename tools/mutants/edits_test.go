package main

import (
	"strings"
	"testing"
	"time"
)

func TestEdits(t *testing.T) {
	source := "x := a && b"
	at := func(text string) (int, int) {
		i := strings.Index(source, text)
		return i, i + len(text)
	}
	for name, c := range map[string]struct {
		edit func(*edits)
		want string
	}{
		"Nothing": {func(*edits) {}, source},
		"OuterBeforeInner": {func(e *edits) {
			start, end := at("a && b")
			e.wrap(start, end, "outer(", ")")
			start, end = at("a")
			e.wrap(start, end, "first(", ")")
			start, end = at("b")
			e.wrap(start, end, "second(", ")")
		}, "x := outer(first(a) && second(b))"},
		"InnerFirst": {func(e *edits) {
			start, end := at("b")
			e.wrap(start, end, "second(", ")")
			start, end = at("a && b")
			e.wrap(start, end, "outer(", "]")
		}, "x := outer(a && second(b)]"},
		"SamePlaceTwice": {func(e *edits) {
			start, end := at("a")
			e.wrap(start, end, "1(", ")1")
			e.wrap(start, end, "2(", ")2")
		}, "x := 1(2(a)2)1 && b"},
		"OperatorBetween": {func(e *edits) {
			start, end := at("&&")
			e.replace(start, end, ",")
			start, end = at("a ")
			e.wrap(start, end, "(", ")")
		}, "x := (a ), b"},
		"OutsideOfAll": {func(e *edits) {
			start, end := at("a")
			e.wrap(start, end, "(", ")")
			e.insert(start, "begin ")
		}, "x := begin (a) && b"},
	} {
		t.Run(name, func(t *testing.T) {
			var e edits
			c.edit(&e)
			if got := e.apply([]byte(source)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestLabel(t *testing.T) {
	long := strings.Repeat("a ", 100)
	if got := label("a  ==\n\tb"); got != "a==b" {
		t.Errorf("got %q: an ID has no spaces", got)
	}
	if label(long) == label(long+"b") || len(label(long)) > 60 {
		t.Errorf("got %q: long texts are told apart by their digest", label(long))
	}
}

// TestPlan: a mutant meets what killed it before, then the tests of its own
// package, then what finds most in the least time. Goldens are last.
func TestPlan(t *testing.T) {
	own, program := &testBinary{dir: "own"}, &testBinary{dir: "program", main: true}
	other := &testBinary{dir: "other"}
	hits := map[int]bool{7: true}
	units := []*unit{
		{binary: program, test: "TestSlow", cost: 2 * time.Second, hits: hits},
		{binary: program, test: "TestGolden", hits: hits, golden: true},
		{binary: program, test: "TestQuick", subs: []string{"one", "a.b"}, hits: hits},
		{binary: program, test: "TestElsewhere", hits: map[int]bool{8: true}},
		{binary: other, test: "TestOther", hits: hits},
		{binary: own, test: "TestOwn", cost: time.Second / 2, hits: hits},
		{binary: program, test: "TestKiller", cost: 9 * time.Second, hits: hits},
		{binary: program, test: "TestUnknown", cost: time.Second},
	}
	h := &hunter{units: units, goldens: true, killers: map[string]string{"x": "program.TestKiller"}}
	l := &lane{hunter: h}
	var got []string
	for _, u := range l.plan(Mutant{ID: "x", Number: 7, Package: "own"}) {
		got = append(got, u.test)
	}
	want := "TestKiller TestOwn TestQuick TestUnknown TestSlow TestGolden"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
	if got := units[2].pattern(); got != `^TestQuick$/^(one|a\.b)$` {
		t.Errorf("got %s", got)
	}
}

func TestSubtests(t *testing.T) {
	output := "=== RUN   TestA\n=== RUN   TestA/one\n=== RUN   TestA/one/deeper\n=== PAUSE TestA/one\n" +
		"=== RUN   TestA/two\n=== RUN   TestAB/three\n"
	if got := strings.Join(subtests(output, "TestA"), " "); got != "one two" {
		t.Errorf("got %s", got)
	}
}

// TestChoose: a sample is the same each time, and takes in what has changed.
func TestChoose(t *testing.T) {
	var all []Mutant
	for i := range 200 {
		function := "f" + string(rune('a'+i%20))
		all = append(all, Mutant{ID: "p." + function + ":" + strings.Repeat("x", i), Package: "p", Function: function})
	}
	r := &record{survivors: map[string]string{all[0].ID: survived}, functions: digests(all)}
	one, changed := choose(all, r, 50, 1)
	two, _ := choose(all, r, 50, 1)
	other, _ := choose(all, r, 50, 2)
	if len(one) != 50 || changed != 0 || !sameIDs(one, two) || sameIDs(one, other) {
		t.Error("a sample must depend on the seed and on nothing else")
	}
	delete(r.functions, "p.fb")
	if _, changed = choose(all, r, 50, 1); changed != 10 {
		t.Errorf("%d mutants of the changed function are in the sample, want all 10", changed)
	}
	everything, _ := choose(all, r, 1000, 1)
	if len(everything) != len(all)-1 {
		t.Errorf("%d of %d mutants, want all but the survivor", len(everything), len(all))
	}
}

func sameIDs(a, b []Mutant) bool {
	for i := range a {
		if a[i].ID != b[i].ID {
			return false
		}
	}
	return len(a) == len(b)
}
