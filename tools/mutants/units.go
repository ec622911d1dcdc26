package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// A unit is what runs against a mutant: a test, or some of the subtests of a slow test.
type unit struct {
	binary *testBinary
	test   string
	// subs are the subtests that run. If it is empty, the whole test runs.
	subs []string
	// cost is processor time, in a process that has run the test before.
	cost time.Duration
	// golden tells whether the test writes its expected output when -update is set.
	golden bool
	// hits are the numbers of the mutants that it reaches. They are nil until the unit
	// has run.
	hits map[int]bool
}

// String is the name by which a record knows the unit.
func (u *unit) String() string {
	name := u.binary.dir + "." + u.test
	if len(u.subs) > 0 {
		name += "/" + strings.Join(u.subs, "|")
	}
	return name
}

// pattern is the value of -test.run for the unit.
func (u *unit) pattern() string {
	p := "^" + u.test + "$"
	if len(u.subs) > 0 {
		var names []string
		for _, s := range u.subs {
			names = append(names, regexp.QuoteMeta(s))
		}
		p += "/^(" + strings.Join(names, "|") + ")$"
	}
	return p
}

// has tells whether a unit runs a test or subtest with a name.
func (u *unit) has(name string) bool {
	test, sub, _ := strings.Cut(strings.TrimPrefix(name, u.binary.dir+"."), "/")
	return test == u.test && (len(u.subs) == 0 || slices.Contains(u.subs, sub))
}

const (
	// splitCost is the cost above which the subtests of a test become separate units.
	splitCost = 400 * time.Millisecond
	partCost  = 200 * time.Millisecond
	// slowCost is the cost above which a test, or a subtest, is left out.
	slowCost = 3 * time.Second
	// surveyLimit is the time limit of a test that has not been measured yet.
	surveyLimit = 30 * time.Second
)

// A survey measures the tests without a mutant: what each costs, and which
// mutants it reaches.
type survey struct {
	// goldens are the tests of goldens, and leaveOut tells which tests are not used.
	goldens  map[testName]bool
	leaveOut func(testName) bool
	// path is the file with the stored measurements, and kept are its contents.
	path string
	kept map[testName]keptTest
	log  io.Writer

	mu    sync.Mutex
	units []*unit
	slow  []string
	fails []string
	// once are the mutants that tests reach only at the start of a process or in the
	// test's first run, by the package's directory. In a process that has run tests
	// before, these mutants would change nothing.
	once map[string]map[int]bool
}

// take measures all tests of the binaries. Each copy of the module runs one binary at a
// time.
func (s *survey) take(ctx context.Context, binaries []*testBinary, trees []*tree) error {
	s.once, s.kept = map[string]map[int]bool{}, map[testName]keptTest{}
	if err := s.read(); err != nil {
		return err
	}
	for _, b := range binaries {
		s.once[b.dir] = map[int]bool{}
	}
	inParallel(ctx, binaries, trees, func(b *testBinary, t *tree) {
		p := &pollster{survey: s, ctx: ctx, binary: b, tree: t}
		if err := p.ask(); err != nil {
			p.fail(err.Error())
		}
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

func (s *survey) fail(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = append(s.fails, why)
}

// inParallel does all pieces of work. Each lane does one piece at a time.
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

func (p *pollster) ask() error {
	defer p.close()
	for _, name := range append([]string{""}, p.binary.tests...) {
		test := testName{p.binary.dir, name}
		if p.ctx.Err() != nil || p.leaveOut(test) {
			continue
		}
		k, ok := p.kept[test]
		if !ok {
			var err error
			if k, err = p.test(test); err != nil {
				return err
			}
			if k.failed {
				continue
			}
			if err := p.keep(k); err != nil {
				return err
			}
		}
		p.add(p.binary, k)
	}
	return nil
}

func (p *pollster) close() {
	if p.worker != nil {
		p.worker.stop()
		p.worker = nil
	}
}

// test measures a test, and measures a slow test in parts. Without a name it measures
// the start of a process.
func (p *pollster) test(name testName) (keptTest, error) {
	k := keptTest{Dir: name.dir, Test: name.test}
	if p.worker == nil {
		w, err := newWorker(p.ctx, p.binary, p.tree, 0)
		if err != nil {
			return k, err
		}
		p.worker = w
	}
	if name.test == "" {
		k.Once = p.worker.start.Hits
		return k, nil
	}
	began := time.Now()
	whole := &unit{binary: p.binary, test: name.test, golden: p.goldens[name]}
	first := p.worker.run(command{Run: whole.pattern(), Verbose: true, Hits: true, Limit: surveyLimit})
	if p.unusable(&k, whole, first, surveyLimit) {
		return k, nil
	}
	again := map[int]bool{}
	for _, part := range whole.parts(first) {
		if p.worker == nil {
			break // A part has ended the process.
		}
		r := p.worker.run(command{Run: part.pattern(), Hits: true, Limit: 2 * slowCost})
		for _, n := range r.Hits {
			again[n] = true
		}
		if !p.unusable(&k, part, r, slowCost) {
			k.Units = append(k.Units, keptOf(part, r))
		}
	}
	for _, n := range first.Hits {
		if !again[n] && len(k.Slow) == 0 { // A part that ended early has not reached every mutant.
			k.Once = append(k.Once, n)
		}
	}
	if first.CPU > 2*time.Second {
		fmt.Fprintf(p.log, "%s: %d parts, %.1f s of processor time, measured in %.0f s\n",
			whole, len(k.Units), first.CPU.Seconds(), time.Since(began).Seconds())
	}
	return k, nil
}

// parts splits a slow test into groups of subtests, each of which takes about partCost.
func (u *unit) parts(first reply) []*unit {
	subs := subtests(first.output, u.test)
	if first.CPU < splitCost || len(subs) < 2 {
		return []*unit{u}
	}
	var out []*unit
	each := first.CPU/time.Duration(len(subs)) + time.Millisecond
	for some := range slices.Chunk(subs, max(1, int(partCost/each))) {
		out = append(out, &unit{binary: u.binary, test: u.test, subs: some, golden: u.golden})
	}
	return out
}

// unusable tells whether a test must be left out, and records the reason.
func (p *pollster) unusable(k *keptTest, u *unit, r reply, limit time.Duration) bool {
	if r.dead {
		p.close()
	}
	switch {
	case r.Spent || r.CPU > limit:
		k.Slow = append(k.Slow, fmt.Sprintf("%s (%.0f s)", u, r.CPU.Seconds()))
	case r.dead || !r.OK:
		k.failed = true
		p.fail(u.String() + "\n" + r.output)
	default:
		return false
	}
	return true
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
