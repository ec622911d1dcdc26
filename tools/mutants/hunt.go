package main

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// The outcomes of a mutant.
const (
	// killed means that a test failed which -update cannot make pass.
	killed = "killed"
	// timedOut means that a test did not end. It counts as a kill.
	timedOut = "timed out"
	// goldensOnly means that only tests of goldens failed: -update would make them pass.
	goldensOnly = "goldens only"
	survived    = "survived"
	// notCovered means that no test reaches the mutant.
	notCovered = "not covered"
)

// A Result is the outcome of one mutant.
type Result struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
	// By is the first test, or direct subtest, that failed.
	By string `json:"by,omitempty"`
	// Tests is how many tests, or subtests, the mutant met, and Seconds the processor
	// time that it took.
	Tests   int     `json:"tests"`
	Seconds float64 `json:"seconds"`

	// err says why the mutant has no outcome.
	err error
}

func isKill(outcome string) bool { return outcome == killed || outcome == timedOut }

// A hunter chooses the tests that run against each mutant.
type hunter struct {
	units []*unit
	// once are the mutants that each need a new process, by the directory of the
	// binary's package.
	once map[string]map[int]bool
	// killers are the units that killed mutants when the score was recorded, by the
	// mutant's ID.
	killers map[string]string
	// goldens tells whether tests of goldens run too.
	goldens bool
	// budget is how much processor time the tests against one mutant may take, as
	// they were measured. 0 is no bound.
	budget time.Duration
	// grace is how much processor time a run gets beside five times what it takes
	// without a mutant.
	grace time.Duration

	mu sync.Mutex
	// met counts the mutants of a package that each test ran against, and slain those
	// that it killed.
	met, slain map[pairing]int
}

// A pairing is a test and the package whose mutants it runs against.
type pairing struct {
	test testName
	dir  string
}

func (u *unit) with(m Mutant) pairing { return pairing{testName{u.binary.dir, u.test}, m.Package} }

// A lane hunts one mutant after the other, in processes that it keeps.
type lane struct {
	*hunter
	tree *tree
	// workers run without a mutant from the start, and fresh with one.
	workers map[*testBinary]*worker
	fresh   *worker
}

// hunt runs tests against a mutant until one fails.
func (l *lane) hunt(ctx context.Context, m Mutant) Result {
	r := Result{ID: m.ID, Outcome: survived}
	l.keep(m)
	golden := Result{}
	for _, u := range l.plan(m) {
		// The cost of some tests is known only after they have run.
		if l.budget > 0 && r.Seconds > 2*l.budget.Seconds() {
			break
		}
		failed := l.fails(ctx, m, u, &r)
		if r.err != nil {
			return r
		}
		switch {
		case failed && u.golden:
			golden, r.Outcome = r, survived
		case failed:
			return r
		}
	}
	switch {
	case r.Tests == 0:
		r.Outcome = notCovered
	case golden.By != "":
		r.Outcome, r.By = goldensOnly, golden.By
	}
	return r
}

// keep ends the processes that the next mutant does not need, because they use memory.
func (l *lane) keep(m Mutant) {
	l.endFresh()
	for b := range l.workers {
		if b.dir != m.Package && !b.main {
			l.end(b)
		}
	}
}

func (l *lane) close() {
	l.endFresh()
	for b := range l.workers {
		l.end(b)
	}
}

func (l *lane) end(b *testBinary) {
	l.workers[b].stop()
	delete(l.workers, b)
}

func (l *lane) endFresh() {
	if l.fresh != nil {
		l.fresh.stop()
		l.fresh = nil
	}
}

// plan returns the tests that reach a mutant, in the order in which they run: the test
// that killed it when the score was recorded, the tests of its own package, then the
// tests that kill most mutants for their time. Tests of goldens are last.
func (l *lane) plan(m Mutant) []*unit {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*unit
	for _, u := range l.units {
		if l.reaches(u, m) && (!u.golden || l.goldens) {
			out = append(out, u)
		}
	}
	worth := l.worth(m, out)
	slices.SortFunc(out, func(a, b *unit) int {
		return cmp.Or(cmp.Compare(worth[b], worth[a]), strings.Compare(a.String(), b.String()))
	})
	return l.affordable(out)
}

// worth is the priority of each unit. A part of a test has a lower priority than a cheaper
// part of the same test.
func (h *hunter) worth(m Mutant, units []*unit) map[*unit]float64 {
	byCost := slices.SortedFunc(slices.Values(units), func(a, b *unit) int { return cmp.Compare(a.cost, b.cost) })
	worth, parts := map[*unit]float64{}, map[testName]float64{}
	for _, u := range byCost {
		p := u.with(m)
		w := (float64(h.slain[p]) + 0.5) / (float64(h.met[p]) + 2) / (u.cost + 20*time.Millisecond).Seconds()
		if u.sharesNameWith(m) {
			w *= 4
		}
		w /= 1 + parts[p.test]
		parts[p.test]++
		switch killer := h.killers[m.ID]; {
		case u.golden:
			w -= 1e9
		case killer != "" && u.has(killer):
			w += 1e9
		case u.binary.dir == m.Package && !u.binary.main && u.cost < time.Second:
			w += 1e6
		}
		worth[u] = w
	}
	return worth
}

// sharesNameWith tells whether a test's file is named like a mutant's file or
// package.
func (u *unit) sharesNameWith(m Mutant) bool {
	const long = 5
	for _, name := range []string{path.Base(m.File), path.Base(m.Package)} {
		if len(name) >= long && strings.HasPrefix(u.binary.files[u.test], name[:long]) {
			return true
		}
	}
	return false
}

// reaches tells whether a test reaches a mutant, as far as that is known.
func (h *hunter) reaches(u *unit, m Mutant) bool {
	return (u.binary.main || u.binary.dir == m.Package) &&
		(u.hits == nil || u.hits[m.Number] || h.once[u.binary.dir][m.Number])
}

// affordable are the first units that the budget is enough for.
func (h *hunter) affordable(units []*unit) []*unit {
	if h.budget == 0 {
		return units
	}
	var spent time.Duration
	for i, u := range units {
		if spent += u.cost; spent > h.budget && i > 0 {
			return units[:i]
		}
	}
	return units
}

// fails tells whether a unit fails with a mutant, and records the result.
func (l *lane) fails(ctx context.Context, m Mutant, u *unit, r *Result) bool {
	before := r.Tests
	failed, err := l.try(ctx, m, u, r)
	r.err = err
	if r.Tests == before {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.met[u.with(m)]++
	if failed {
		l.slain[u.with(m)]++
	}
	return failed
}

// try runs a unit in a warm process. If the unit passes and the mutant may be in code
// that runs once in each process, it runs the unit again in a new process that starts
// with the mutant.
func (l *lane) try(ctx context.Context, m Mutant, u *unit, r *Result) (bool, error) {
	if known, hits, once := l.knows(u, m); known && !hits && once {
		return l.tryFresh(ctx, m, u, r)
	}
	w, err := l.warm(ctx, u)
	if err != nil {
		return false, err
	}
	_, hits, once := l.knows(u, m)
	switch {
	case !hits && once:
		return l.tryFresh(ctx, m, u, r)
	case !hits:
		return false, nil
	}
	r.Tests++
	x := w.run(command{Mutant: m.Number, Run: u.pattern(), Limit: l.limit(u)})
	r.note(x, u)
	switch {
	case x.Spent:
		l.end(u.binary)
		return true, nil
	case x.dead:
		l.end(u.binary)
		return l.tryFresh(ctx, m, u, r)
	case x.OK && (once || l.expects(u, m)):
		return l.tryFresh(ctx, m, u, r)
	case x.OK:
		return false, nil
	}
	// The unit must pass again without the mutant. If it fails, the process has kept
	// something that was computed with the mutant.
	if w.run(command{Run: u.pattern(), Limit: l.limit(u)}).OK {
		return true, nil
	}
	l.end(u.binary)
	return l.tryFresh(ctx, m, u, r)
}

// warm returns a process that has already run the unit without a mutant.
func (l *lane) warm(ctx context.Context, u *unit) (*worker, error) {
	w := l.workers[u.binary]
	if w != nil && w.heap > mostHeap {
		l.end(u.binary)
		w = nil
	}
	if w == nil {
		var err error
		if w, err = newWorker(ctx, u.binary, l.tree, 0); err != nil {
			return nil, err
		}
		l.workers[u.binary] = w
	}
	if w.warm[u] {
		return w, nil
	}
	x := w.run(command{Run: u.pattern(), Hits: true, Limit: surveyLimit})
	if !x.OK {
		return nil, fmt.Errorf("cannot use %s: it fails without a mutant; mend it first:\n%s", u, x.output)
	}
	w.warm[u] = true
	l.learn(u, w.start.Hits, x)
	return w, nil
}

// learn records the cost of a unit and the mutants that it reaches, if no survey has
// measured them.
func (h *hunter) learn(u *unit, start []int, x reply) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if u.hits == nil {
		u.hits, u.cost = set(x.Hits), x.CPU
	}
	if h.once[u.binary.dir] == nil {
		h.once[u.binary.dir] = set(start)
	}
}

// knows tells whether the unit has been measured, whether it reaches the mutant, and
// whether the mutant is in code that runs once in each process.
func (h *hunter) knows(u *unit, m Mutant) (known, hits, once bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return u.hits != nil, u.hits[m.Number], h.once[u.binary.dir][m.Number]
}

// expects tells whether a unit killed a mutant at the last record.
func (h *hunter) expects(u *unit, m Mutant) bool {
	name, ok := h.killers[m.ID]
	return ok && strings.HasPrefix(name, u.binary.dir+".") && u.has(name)
}

// tryFresh runs a unit in a process that starts with the mutant.
func (l *lane) tryFresh(ctx context.Context, m Mutant, u *unit, r *Result) (bool, error) {
	if l.fresh != nil && (l.fresh.mutant != m.Number || l.fresh.binary != u.binary) {
		l.endFresh()
	}
	if l.fresh == nil {
		w, err := newWorker(ctx, u.binary, l.tree, m.Number)
		if err != nil {
			return false, err
		}
		l.fresh = w
	}
	r.Tests++
	x := l.fresh.start
	if !x.dead {
		x = l.fresh.run(command{Run: u.pattern(), Limit: l.limit(u) + surveyLimit})
	}
	r.note(x, u)
	if x.dead {
		l.endFresh()
	}
	return !x.OK, nil
}

func (l *lane) limit(u *unit) time.Duration { return l.grace + 5*u.cost }

// note adds the outcome of a run to the result.
func (r *Result) note(x reply, u *unit) {
	r.Seconds += x.CPU.Seconds()
	switch {
	case x.Spent:
		r.Outcome, r.By = timedOut, u.String()
	case x.dead || !x.OK:
		r.Outcome, r.By = killed, failedTest(x.output, u)
	default:
		r.Outcome, r.By = survived, ""
	}
}

var failure = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// failedTest is the name of the test, or of the direct subtest, that failed.
func failedTest(output string, u *unit) string {
	name := ""
	for _, m := range failure.FindAllStringSubmatch(output, -1) {
		if name == "" || name == u.test && strings.HasPrefix(m[1], name+"/") {
			name = m[1]
		}
	}
	test, sub, isSub := strings.Cut(name, "/")
	switch sub, _, _ = strings.Cut(sub, "/"); {
	case name == "":
		return u.String()
	case isSub:
		return u.binary.dir + "." + test + "/" + sub
	}
	return u.binary.dir + "." + test
}
