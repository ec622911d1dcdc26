package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// A unit is what is chosen to run against a mutant: a test, or a subtest of a test
// that takes long.
type unit struct {
	binary *testBinary
	test   string
	// sub is a subtest of test. None is all of it.
	sub string
	// cost is processor time, in a process that has run the test before.
	cost time.Duration
	// golden tells that the test writes what it compares with when it is told to.
	golden bool
	// hits are the numbers of the mutants that it reaches. They are nil as long as
	// it has not run.
	hits map[int]bool
}

// String is the name by which a record knows the unit.
func (u *unit) String() string {
	name := u.binary.dir + "." + u.test
	if u.sub != "" {
		name += "/" + u.sub
	}
	return name
}

// pattern is the value of -test.run for the unit.
func (u *unit) pattern() string {
	p := "^" + u.test + "$"
	if u.sub != "" {
		p += "/^" + regexp.QuoteMeta(u.sub) + "$"
	}
	return p
}

const (
	// splitCost is from where on a test's subtests are apart.
	splitCost = 300 * time.Millisecond
	// slowCost is from where on a test, or a subtest, is not used.
	slowCost = 10 * time.Second
	// surveyLimit is for a test that has not been measured before.
	surveyLimit = 60 * time.Second
)

// A survey measures the tests without a mutant: what each costs, and which
// mutants it reaches.
type survey struct {
	// goldens are the tests of goldens, and skip leaves them out.
	goldens map[testName]bool
	skip    bool

	mu    sync.Mutex
	units []*unit
	slow  []string
	fails []string
	// once are the mutants that are reached at the start of a process, or the first
	// time that a test runs in it and not the second time, by the package's directory.
	// In a process that has run tests before, they would change nothing.
	once map[string]map[int]bool
}

// take surveys all tests of the binaries, one binary in a tree at a time.
func (s *survey) take(ctx context.Context, binaries []*testBinary, trees []*tree) error {
	s.once = map[string]map[int]bool{}
	for _, b := range binaries {
		s.once[b.dir] = map[int]bool{}
	}
	inParallel(ctx, binaries, trees, func(b *testBinary, t *tree) {
		p := &pollster{survey: s, ctx: ctx, binary: b, tree: t}
		p.ask()
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	slices.SortFunc(s.units, func(a, b *unit) int { return strings.Compare(a.String(), b.String()) })
	if len(s.fails) > 0 {
		slices.Sort(s.fails)
		all := strings.Join(s.fails, "\n")
		return fmt.Errorf("cannot measure the tests: some fail without a mutant; mend them first:\n%s", all)
	}
	return nil
}

// inParallel does all the work, one piece in a lane at a time.
func inParallel[T, L any](ctx context.Context, work []T, lanes []L, do func(T, L)) {
	queue := make(chan T)
	var wg sync.WaitGroup
	for _, l := range lanes {
		wg.Go(func() {
			for w := range queue {
				do(w, l)
			}
		})
	}
	for _, w := range work {
		if ctx.Err() != nil {
			break
		}
		queue <- w
	}
	close(queue)
	wg.Wait()
}

// A pollster measures the tests of one binary.
type pollster struct {
	*survey
	ctx    context.Context //nolint:containedctx // It is for one call of ask.
	binary *testBinary
	tree   *tree
	worker *worker
}

func (p *pollster) ask() {
	defer p.close()
	for _, name := range p.binary.tests {
		if p.ctx.Err() != nil {
			return
		}
		golden := p.goldens[testName{p.binary.dir, name}]
		if golden && p.skip {
			continue
		}
		if err := p.test(&unit{binary: p.binary, test: name, golden: golden}); err != nil {
			p.fail(err.Error())
			return
		}
	}
}

func (p *pollster) close() {
	if p.worker != nil {
		p.worker.stop()
		p.worker = nil
	}
}

// test measures a test, and one that takes long in parts.
func (p *pollster) test(u *unit) error {
	first, err := p.run(u, true, surveyLimit)
	if err != nil || p.unusable(u, first, surveyLimit) {
		return err
	}
	parts := []*unit{u}
	if subs := subtests(first.output, u.test); first.CPU >= splitCost && len(subs) > 1 {
		parts = nil
		for _, sub := range subs {
			parts = append(parts, &unit{binary: u.binary, test: u.test, sub: sub, golden: u.golden})
		}
	}
	again := map[int]bool{}
	for _, part := range parts {
		r, err := p.run(part, false, 2*slowCost)
		if err != nil {
			return err
		}
		for _, n := range r.Hits {
			again[n] = true
		}
		if !p.unusable(part, r, slowCost) {
			p.add(part, r)
		}
	}
	p.addOnce(first.Hits, again)
	return nil
}

func (p *pollster) run(u *unit, verbose bool, limit time.Duration) (reply, error) {
	if p.worker == nil {
		w, err := newWorker(p.ctx, p.binary, p.tree, 0)
		if err != nil {
			return reply{}, err
		}
		p.worker = w
		p.addOnce(w.start.Hits, nil)
	}
	r := p.worker.run(command{Run: u.pattern(), Verbose: verbose, Hits: true, Limit: limit})
	if r.dead {
		p.close()
	}
	return r, nil
}

// unusable tells whether a test is not used, and notes why.
func (p *pollster) unusable(u *unit, r reply, limit time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case r.Spent || r.CPU > limit:
		p.slow = append(p.slow, fmt.Sprintf("%s (%.0f s)", u, r.CPU.Seconds()))
	case r.dead || !r.OK:
		p.fails = append(p.fails, u.String()+"\n"+r.output)
	default:
		return false
	}
	return true
}

func (p *pollster) add(u *unit, r reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u.cost, u.hits = r.CPU, set(r.Hits)
	p.units = append(p.units, u)
}

// addOnce notes mutants that are reached the first time, and not again.
func (p *pollster) addOnce(first []int, again map[int]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, n := range first {
		if !again[n] {
			p.once[p.binary.dir][n] = true
		}
	}
}

func (p *pollster) fail(why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fails = append(p.fails, why)
}

func set(numbers []int) map[int]bool {
	out := make(map[int]bool, len(numbers))
	for _, n := range numbers {
		out[n] = true
	}
	return out
}

var started = regexp.MustCompile(`(?m)^=== RUN\s+(\S+)$`)

// subtests are the names of a test's direct subtests, from what it says with -v.
func subtests(output, test string) []string {
	var out []string
	for _, m := range started.FindAllStringSubmatch(output, -1) {
		rest, ok := strings.CutPrefix(m[1], test+"/")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(rest, "/")
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
