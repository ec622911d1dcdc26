package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fixture is a driver over a copy of the module in testdata/fixture.
func fixture(t *testing.T) config {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/fixture")); err != nil {
		t.Fatal(err)
	}
	return config{
		root: dir, dir: filepath.Join(dir, "_output"), program: ".", tests: []string{"./order"},
		flags: []string{"wait=0", "unknown=1"}, update: "update", share: 100, grace: time.Second, jobs: 2,
		goldens: true,
		forget:  []string{"order.answers"},
		score:   filepath.Join(dir, "score.txt"), equivalent: filepath.Join(dir, "equivalent.txt"),
	}
}

// hunted is a fixture whose mutants have all met the tests.
func hunted(t *testing.T) (*session, map[string]Result) {
	t.Helper()
	t.Setenv("KASHA_FUNCTION", "a program without mutants")
	s, err := newSession(fixture(t), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	j, err := s.journal()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.close() })
	if err := s.hunt(t.Context(), s.used, j); err != nil {
		t.Fatal(err)
	}
	return s, j.done
}

// TestOutcomes runs everything on the fixture, and looks at what must come out of
// each kind of mutant.
func TestOutcomes(t *testing.T) {
	s, results := hunted(t)
	for id, want := range map[string]struct{ outcome, by, because string }{
		"order.New:field:Order.Currency": {
			killed, "order.TestNew", "a test compares the field",
		},
		"order.New:constant:\"main\"": {
			killed, "order.TestNew", "a test compares the entry",
		},
		"order.New:element:[\"colour\"]":                  {survived, "", "nothing looks at the entry"},
		"order.Festive:argument:Express()":                {killed, "order.TestNew", "a test wants the option"},
		"order.Festive:argument:Gift()":                   {survived, "", "no test wants the option"},
		"order.Express:statement:o.Express,o.Days=true,1": {killed, "order.TestNew", "a test compares both"},
		"order.Express:bool:true": {
			killed, "order.TestNew", "a test compares the field",
		},
		"order.Gift:bool:true":           {survived, "", "no test looks at gifts"},
		"order.Price:boundary:pieces>10": {survived, "", "no test buys ten pieces"},
		"order.Price:logic:member||coupon": {
			killed, "order.TestPrice/", "members have no coupon",
		},
		"order.Price:negate:member":        {killed, "order.TestPrice/", "a guest is tested"},
		"order.Price:arithmetic:pieces*10": {killed, "order.TestPrice/", "prices are tested"},
		"order.Fee:case:\"CH\"":            {killed, "order.TestFee", "a test sends there"},
		"order.Fee:case:\"DE\"":            {survived, "", "no test sends to Germany"},
		"order.Fee:case:heavy": {
			killed, "order.TestFee", "a heavy parcel is tested",
		},
		"order.Fee:constant:15": {killed, "order.TestFee", "the fee is tested"},
		"order.Countdown:statement:from--": {
			timedOut, "order.TestCountdown", "the loop does not end",
		},
		"order.Render:arithmetic:\"currency\"+o.Currency": {"", "", "texts are not calculated with"},
		"order.Render:element:\"currency\"+o.Currency": {
			goldensOnly, "order.TestRender", "-update hides it",
		},
		"order.Render:statement:lines=append(lines,\"wrapped\")": {notCovered, "", "no test renders a gift"},
		"order.Refuse:constant:\"too many\"":                     {"", "", "prose is not mutated"},
		"order.Refuse:return:": {
			goldensOnly, "order.TestRefuse", "only a golden's test looks",
		},
		"order.Refuse:boundary:pieces>99": {survived, "", "no test buys 99 pieces"},
		"order.boxes:element:\"crate\"": {
			killed, "order.TestBoxes", "the table is made at the start",
		},
		"order.rates:field:": {"", "", "a table has no field"},
		"order.rates:constant:19": {
			killed, "order.TestTax", "the table is made once, before the mutant",
		},
		"order.rates:constant:20": {survived, "", "no test looks at Austria's"},
		"order.Delay:constant:3": {
			killed, "order.TestDelay", "the test's cache is emptied",
		},
		"order.Halve:return:":  {killed, "order.TestHalve", "it ends the process"},
		"order.Unused:return:": {notCovered, "", "no test calls it"},
	} {
		r, ok := results[id]
		if r.Outcome != want.outcome || ok && !strings.HasPrefix(r.By, want.by) || want.by == "" && r.By != "" {
			t.Errorf("%s: %q by %q, want %q by %q: %s", id, r.Outcome, r.By, want.outcome, want.by, want.because)
		}
	}
	theTreeIsUntouched(t, s.root)
}

// theTreeIsUntouched compares the module with the fixture.
func theTreeIsUntouched(t *testing.T, root string) {
	t.Helper()
	was, err := digestOf("testdata/fixture")
	if err != nil {
		t.Fatal(err)
	}
	is, err := digestOf(root)
	if err != nil {
		t.Fatal(err)
	}
	if was != is {
		t.Error("a run must not change the module")
	}
}

// TestRecordAndSample records a score, weakens the tests, and adds code.
func TestRecordAndSample(t *testing.T) {
	c := fixture(t)
	c.record = true
	if out, err := drive(t, c); err != nil {
		t.Fatalf("cannot record: %v\n%s", err, out)
	}
	c.record = false
	c.sampleSize, c.seed = 1000, 1
	if out, err := drive(t, c); err != nil {
		t.Fatalf("the sample must pass on what was recorded: %v\n%s", err, out)
	}

	t.Run("NewCodeWithoutTest", func(t *testing.T) {
		weight := "func Weight(o Order) int { return len(o.Lines) * 7 }\n\n"
		undo := replace(t, filepath.Join(c.root, "order/order.go"), "// Unused is", weight+"// Unused is")
		defer undo()
		c := c
		c.sampleSize = 2
		out, err := drive(t, c)
		if err == nil || !strings.Contains(out, "order.Weight") {
			t.Errorf("new code that no test reaches must fail a sample of any size: %v\n%s", err, out)
		}
	})
	t.Run("WeakerTest", func(t *testing.T) {
		undo := replace(t, filepath.Join(c.root, "order/order_test.go"), "got != c.want", "got < 0")
		defer undo()
		out, err := drive(t, c)
		if err == nil || !strings.Contains(out, "order.Price:logic:") {
			t.Errorf("a test that checks less must fail the sample: %v\n%s", err, out)
		}
		c := c
		c.sampleSize, c.record = 0, true
		if _, err := drive(t, c); err == nil {
			t.Error("a lower score must not be recorded")
		}
		c.lower = true
		if out, err := drive(t, c); err != nil {
			t.Errorf("-lower must record it: %v\n%s", err, out)
		}
	})
}

// drive runs the driver and returns what it writes.
func drive(t *testing.T, c config) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(context.Background(), c, &out, t.Output())
	return out.String(), err
}

// replace changes a file, and returns what undoes that.
func replace(t *testing.T, path, old, with string) func() {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s has no %q", path, old)
	}
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(string(text), old, with, 1))
	return func() { write(string(text)) }
}

// TestBroken: what cannot be measured is an error, never a score.
func TestBroken(t *testing.T) {
	for name, c := range map[string]struct {
		file, old, with string
		want            string
	}{
		"FailingTest": {"order/order_test.go", "0 || Fee", "1 || Fee", "fail without a mutant"},
		"StaleEquivalent": {
			"equivalent.txt", "", "order.Gone:negate:x It is equal.\n", "no mutant order.Gone:negate:x",
		},
		"NoReason": {"equivalent.txt", "", "order.Unused:return:\n", "no reason"},
		"NoRecord": {"order/order.go", "Unused is", "Unused is", "no score is recorded"},
	} {
		t.Run(name, func(t *testing.T) {
			f := fixture(t)
			path := filepath.Join(f.root, c.file)
			if c.old == "" {
				if err := os.WriteFile(path, []byte(c.with), 0o600); err != nil {
					t.Fatal(err)
				}
			} else {
				replace(t, path, c.old, c.with)
			}
			if name == "NoRecord" {
				f.sampleSize = 1
			}
			if out, err := drive(t, f); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q\n%s", err, c.want, out)
			}
		})
	}
}

// TestEquivalent: what is said to change nothing is not run and not counted.
func TestEquivalent(t *testing.T) {
	c := fixture(t)
	if err := os.WriteFile(c.equivalent, []byte("# Why.\norder.Unused:return: Nobody calls it.\n"),
		0o600); err != nil {
		t.Fatal(err)
	}
	s, err := newSession(c, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.used) != len(s.found.mutants)-1 {
		t.Errorf("%d of %d mutants are used, want all but one", len(s.used), len(s.found.mutants))
	}
}

// TestShow writes one mutant as a diff.
func TestShow(t *testing.T) {
	c := fixture(t)
	c.show = "order.Price:boundary:pieces>10"
	out, err := drive(t, c)
	want := "-\tif pieces > 10 && (member || coupon) {\n+\tif pieces >= 10 && (member || coupon) {\n"
	if err != nil || !strings.HasSuffix(out, want) {
		t.Errorf("got %v and\n%s\nwant\n%s", err, out, want)
	}
}
