package main

import (
	"cmp"
	"context"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The ways in which a mutant ends.
const (
	// killed by a test that says something about the code.
	killed = "killed"
	// timedOut is a kill too: a test did not end.
	timedOut = "timed out"
	// goldensOnly: to write the goldens anew would hide the mutant.
	goldensOnly = "goldens only"
	survived    = "survived"
	// notCovered: no test reaches the mutant.
	notCovered = "not covered"
)

// A Result is what became of a mutant.
type Result struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
	// By is the first test that failed.
	By string `json:"by,omitempty"`
	// Tests is how many tests, or subtests, reach the mutant, and Seconds the
	// processor time that it took.
	Tests   int     `json:"tests"`
	Seconds float64 `json:"seconds"`
}

func isKill(outcome string) bool { return outcome == killed || outcome == timedOut }

// A hunter runs tests against mutants.
type hunter struct {
	units []*unit
	// update is the flag that writes goldens anew.
	update string
	// withoutGoldens leaves the goldens out.
	withoutGoldens bool
	// budget is how much processor time the tests against one mutant may take, as
	// they were measured. The cheapest run first. 0 is no bound.
	budget time.Duration
	// grace is how much processor time a run gets beside five times what it takes
	// without a mutant.
	grace time.Duration
}

// hunt runs tests against a mutant until one fails.
func (h *hunter) hunt(ctx context.Context, m Mutant, t *tree) Result {
	r := Result{ID: m.ID}
	tests, goldens := h.plan(m)
	r.Tests = len(tests) + len(goldens)
	if r.Tests == 0 {
		r.Outcome = notCovered
		return r
	}
	if h.fails(ctx, m, t, tests, &r) {
		return r
	}
	if h.withoutGoldens || len(goldens) == 0 || !h.fails(ctx, m, t, goldens, &r) {
		r.Outcome = survived
		return r
	}
	return h.updated(ctx, m, t, goldens, r)
}

// plan chooses the tests that reach a mutant, and their order: those of its own
// package, one part of each test of the others, and then the other parts; the
// cheap ones first.
func (h *hunter) plan(m Mutant) (tests, goldens []*unit) {
	for _, u := range h.units {
		switch {
		case !u.hits[m.Number]:
		case u.golden:
			goldens = append(goldens, u)
		default:
			tests = append(tests, u)
		}
	}
	return h.affordable(inOrder(m, tests)), h.affordable(inOrder(m, goldens))
}

func inOrder(m Mutant, units []*unit) []*unit {
	cheap := slices.SortedFunc(slices.Values(units), func(a, b *unit) int {
		return cmp.Or(cmp.Compare(magnitude(a.cost), magnitude(b.cost)), strings.Compare(a.String(), b.String()))
	})
	parts := map[testName]int{}
	rank := map[*unit]int{}
	for _, u := range cheap {
		name := testName{u.binary.dir, u.test}
		if u.binary.dir != m.Package {
			rank[u] = 1 + min(parts[name], 1)
		}
		parts[name]++
	}
	slices.SortStableFunc(cheap, func(a, b *unit) int { return cmp.Compare(rank[a], rank[b]) })
	return cheap
}

// magnitude is a cost as a power of two, so that the order of tests is the same
// when they are measured again.
func magnitude(cost time.Duration) int { return bits.Len64(uint64(cost / (50 * time.Millisecond))) }

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

// fails tells whether one of the units fails with a mutant, and notes which.
func (h *hunter) fails(ctx context.Context, m Mutant, t *tree, units []*unit, r *Result) bool {
	for _, batch := range batches(units) {
		x := h.run(ctx, m, t, batch, "-test.failfast")
		r.Seconds += x.cpu.Seconds()
		if !x.failed {
			continue
		}
		r.Outcome, r.By = killed, failedTest(x.output, batch[0])
		if x.timedOut {
			r.Outcome = timedOut
		}
		return true
	}
	return false
}

func (h *hunter) run(ctx context.Context, m Mutant, t *tree, batch []*unit, args ...string) execution {
	limit := h.grace
	for _, u := range batch {
		limit += 5 * u.cost
	}
	env := "MUTANT=" + strconv.Itoa(m.Number)
	return execute(ctx, batch[0].binary, t, limit, env, append(args, "-test.run", pattern(batch))...)
}

// updated tells whether a mutant that goldens have found is still found once they
// have been written anew. A golden may check more than that nothing changes.
func (h *hunter) updated(ctx context.Context, m Mutant, t *tree, goldens []*unit, r Result) Result {
	by := r.By
	for _, batch := range batches(goldens) {
		if batch[0].binary.updates {
			r.Seconds += h.run(ctx, m, t, batch, "-"+h.update).cpu.Seconds()
		}
	}
	if !h.fails(ctx, m, t, goldens, &r) {
		r.Outcome, r.By = goldensOnly, by
	}
	if err := t.reset(); err != nil {
		panic(err) // The next mutant would meet this one's goldens.
	}
	return r
}

// batches puts units together that one process can run. The first batches are
// small, since most mutants die early.
func batches(units []*unit) [][]*unit {
	type group struct {
		binary *testBinary
		test   string
	}
	var out [][]*unit
	most := 300 * time.Millisecond
	for len(units) > 0 {
		var round [][]*unit
		at := map[group]int{}
		var spent time.Duration
		n := 0
		for ; n < len(units) && (n == 0 || spent+units[n].cost <= most); n++ {
			u := units[n]
			spent += u.cost
			g := group{u.binary, ""}
			if len(u.subs) > 0 {
				g.test = u.test
			}
			if _, ok := at[g]; !ok {
				at[g] = len(round)
				round = append(round, nil)
			}
			round[at[g]] = append(round[at[g]], u)
		}
		out = append(out, round...)
		units = units[n:]
		most *= 2
	}
	return out
}

var failure = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// failedTest is the name of the test that failed, as exactly as it can be told.
func failedTest(output string, u *unit) string {
	name := ""
	for _, m := range failure.FindAllStringSubmatch(output, -1) {
		if name == "" || strings.HasPrefix(m[1], name+"/") {
			name = m[1]
		}
	}
	if name == "" {
		return u.binary.dir
	}
	return u.binary.dir + "." + name
}
