package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A unit is what is chosen to run against a mutant: a test, or some subtests of a
// test that takes long.
type unit struct {
	binary *testBinary
	test   string
	// subs are subtests of test. None are all of it.
	subs []string
	// cost is processor time.
	cost time.Duration
	// golden tells that the test writes what it compares with when it is told to.
	golden bool
	// hits are the numbers of the mutants that it reaches.
	hits map[int]bool
}

func (u *unit) String() string {
	name := u.binary.dir + "." + u.test
	if len(u.subs) > 0 {
		name += "/" + strings.Join(u.subs, "|")
	}
	return name
}

// pattern is the value of -test.run for subtests of one test, or for tests.
func pattern(units []*unit) string {
	var names []string
	for _, u := range units {
		if len(u.subs) == 0 {
			names = append(names, regexp.QuoteMeta(u.test))
		}
		for _, sub := range u.subs {
			names = append(names, regexp.QuoteMeta(sub))
		}
	}
	alternatives := "^(" + strings.Join(names, "|") + ")$"
	if len(units[0].subs) > 0 {
		return "^" + units[0].test + "$/" + alternatives
	}
	return alternatives
}

const (
	// splitCost is from where on a test's subtests are apart.
	splitCost = 2 * time.Second
	// slowCost is from where on a test, or a subtest, is not used.
	slowCost = 10 * time.Second
	// surveyLimit is for a test that has not been measured before.
	surveyLimit = 45 * time.Second
)

// A survey measures the tests without a mutant: what each costs, and which
// mutants it reaches.
type survey struct {
	goldens map[testName]bool
	dir     string

	mu    sync.Mutex
	units []*unit
	slow  []string
	fails []string
	files atomic.Int64
}

// take surveys all tests of the binaries, one test in a tree at a time.
func (s *survey) take(ctx context.Context, binaries []*testBinary, trees []*tree) error {
	var all []*unit
	for _, b := range binaries {
		x := execute(ctx, b, trees[0], helpLimit, noMutant, "-test.list", ".")
		if x.failed {
			return fmt.Errorf("cannot list the tests of %s: %s", b.dir, x.output)
		}
		for _, name := range strings.Fields(x.output) {
			if isTestName(name) {
				all = append(all, &unit{binary: b, test: name, golden: s.goldens[testName{b.dir, name}]})
			}
		}
	}
	inParallel(ctx, all, trees, func(u *unit, t *tree) { s.test(ctx, u, t) })
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

// inParallel does all the work, one piece in a tree at a time.
func inParallel[T any](ctx context.Context, work []T, trees []*tree, do func(T, *tree)) {
	queue := make(chan T)
	var wg sync.WaitGroup
	for _, t := range trees {
		wg.Go(func() {
			for w := range queue {
				do(w, t)
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

// test measures a test, and one that takes long in parts.
func (s *survey) test(ctx context.Context, u *unit, t *tree) {
	x := s.measure(ctx, u, t, surveyLimit)
	subs := subtests(x.output, u.test)
	if u.cost < splitCost || len(subs) < 2 {
		s.add(u, x)
		return
	}
	one := &unit{binary: u.binary, test: u.test, subs: subs[:1]}
	s.measure(ctx, one, t, 2*slowCost)
	for part := range slices.Chunk(subs, partSize(len(subs), u.cost, one.cost)) {
		p := &unit{binary: u.binary, test: u.test, subs: part, golden: u.golden}
		s.add(p, s.measure(ctx, p, t, 2*slowCost))
	}
}

// partSize is how many subtests run together: enough that what all of them have
// to do first is not most of the work. The costs are those of all and of one.
func partSize(subs int, all, one time.Duration) int {
	each := max((all-one)/time.Duration(subs-1), time.Millisecond)
	first := max(one-each, 0)
	return max(1, int((first+time.Second)/each))
}

func (s *survey) measure(ctx context.Context, u *unit, t *tree, limit time.Duration) execution {
	file := filepath.Join(s.dir, "hits-"+strconv.FormatInt(s.files.Add(1), 10))
	defer os.Remove(file) // It may not be there.
	x := execute(ctx, u.binary, t, limit, "MUTANT_HITS="+file, "-test.v", "-test.run", pattern([]*unit{u}))
	u.cost = x.cpu
	u.hits = readHits(file)
	return x
}

func readHits(file string) map[int]bool {
	hits := map[int]bool{}
	text, err := os.ReadFile(file)
	if err != nil {
		return hits // A test that reaches no mutant writes no file.
	}
	for _, line := range strings.Fields(string(text)) {
		if n, err := strconv.Atoi(line); err == nil {
			hits[n] = true
		}
	}
	return hits
}

func (s *survey) add(u *unit, x execution) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case x.err != nil:
		s.fails = append(s.fails, x.err.Error())
	case x.timedOut || u.cost > slowCost:
		s.slow = append(s.slow, fmt.Sprintf("%s (%.0f s)", u, u.cost.Seconds()))
	case x.failed:
		s.fails = append(s.fails, u.String()+"\n"+x.output)
	default:
		s.units = append(s.units, u)
	}
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
