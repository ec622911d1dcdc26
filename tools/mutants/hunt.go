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

	// err says why nothing is known of the mutant.
	err error
}

func isKill(outcome string) bool { return outcome == killed || outcome == timedOut }

// A hunter runs tests against mutants.
type hunter struct {
	units []*unit
	// update is the flag that writes goldens anew.
	update string
	// budget is how much processor time the tests against one mutant may take, as
	// they were measured. The cheapest run first. 0 is no bound.
	budget time.Duration
	// grace is how much processor time a run gets beside five times what it takes
	// without a mutant.
	grace time.Duration
}

// A stage is tests that run one after the other. Those of a golden stage write
// what they compare with when they are told to.
type stage struct {
	units  []*unit
	golden bool
}

// hunt runs tests against a mutant until one fails.
func (h *hunter) hunt(ctx context.Context, m Mutant, t *tree) Result {
	r := Result{ID: m.ID, Outcome: survived}
	stages := h.plan(m)
	golden := ""
	for _, s := range stages {
		r.Tests += len(s.units)
		failed := h.fails(ctx, m, t, s.units, &r)
		if r.err == nil && failed && s.golden {
			golden = cmp.Or(golden, r.By)
			failed = h.failsUpdated(ctx, m, t, s.units, &r)
		}
		if failed {
			return r
		}
	}
	switch {
	case r.Tests == 0:
		r.Outcome = notCovered
	case golden != "":
		r.Outcome, r.By = goldensOnly, golden
	}
	return r
}

// plan chooses the tests that reach a mutant, and their order: those of its own
// package, the goldens of its own package, the others, the other goldens.
func (h *hunter) plan(m Mutant) []stage {
	stages := []stage{{}, {golden: true}, {}, {golden: true}}
	for _, u := range h.units {
		if !u.hits[m.Number] {
			continue
		}
		n := 0
		if u.binary.dir != m.Package {
			n = 2
		}
		if u.golden {
			n++
		}
		stages[n].units = append(stages[n].units, u)
	}
	for i := range stages {
		stages[i].units = h.affordable(inOrder(stages[i].units))
	}
	return stages
}

// inOrder puts one part of each test before the other parts, and the cheap ones
// first.
func inOrder(units []*unit) []*unit {
	cheap := slices.SortedFunc(slices.Values(units), func(a, b *unit) int {
		return cmp.Or(cmp.Compare(magnitude(a.cost), magnitude(b.cost)), strings.Compare(a.String(), b.String()))
	})
	parts := map[testName]int{}
	rank := map[*unit]int{}
	for _, u := range cheap {
		name := testName{u.binary.dir, u.test}
		rank[u] = min(parts[name], 1)
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
		r.err = cmp.Or(r.err, x.err)
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

// failsUpdated tells whether goldens that have found a mutant still find it once
// they have been written anew. A golden may check more than that nothing changes.
func (h *hunter) failsUpdated(ctx context.Context, m Mutant, t *tree, goldens []*unit, r *Result) bool {
	for _, batch := range batches(goldens) {
		if batch[0].binary.updates {
			r.Seconds += h.run(ctx, m, t, batch, "-"+h.update).cpu.Seconds()
		}
	}
	failed := h.fails(ctx, m, t, goldens, r)
	if err := t.reset(); err != nil {
		panic(err) // The next mutant would meet this one's goldens.
	}
	return failed
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
