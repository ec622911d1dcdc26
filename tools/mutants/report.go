package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// A tally counts outcomes.
type tally map[string]int

func (t tally) total() int {
	n := 0
	for _, c := range t {
		n += c
	}
	return n
}

func (t tally) kills() int { return t[killed] + t[timedOut] }

// score is the percentage of mutants that are killed without the help of goldens.
func (t tally) score() float64 {
	if t.total() == 0 {
		return 0
	}
	return 100 * float64(t.kills()) / float64(t.total())
}

// tallies counts the outcomes of mutants in groups. The function returns a mutant's group.
func tallies(all []Mutant, results map[string]Result, by func(Mutant) string) map[string]tally {
	out := map[string]tally{}
	for _, m := range all {
		r, ok := results[m.ID]
		if !ok {
			continue
		}
		if out[by(m)] == nil {
			out[by(m)] = tally{}
		}
		out[by(m)][r.Outcome]++
	}
	return out
}

// writeTables writes the outcomes by package and by kind.
func writeTables(w io.Writer, all []Mutant, results map[string]Result) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	table := func(title string, by func(Mutant) string) {
		fmt.Fprintf(tw, "%s\tmutants\tkilled\ttimed out\tgoldens only\tsurvived\tnot covered\tscore\t\n", title)
		rows := tallies(all, results, by)
		for _, name := range slices.Sorted(maps.Keys(rows)) {
			t := rows[name]
			fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f %%\t\n", name, t.total(),
				t[killed], t[timedOut], t[goldensOnly], t[survived], t[notCovered], t.score())
		}
		fmt.Fprintln(tw, "\t\t\t\t\t\t\t\t")
	}
	table("package", func(m Mutant) string { return m.Package })
	table("kind", func(m Mutant) string { return m.Kind })
	table("", func(Mutant) string { return "all" })
	return tw.Flush()
}

// writeSurvivors lists what no test kills, a line each.
func writeSurvivors(w io.Writer, all []Mutant, results map[string]Result) {
	for _, m := range all {
		if r, ok := results[m.ID]; ok && !isKill(r.Outcome) {
			fmt.Fprintf(w, "%s: %s\n    %s\n", r.Outcome, m, m.ID)
		}
	}
}

// A progress tells how far a run is.
type progress struct {
	mu     sync.Mutex
	out    io.Writer
	total  int
	counts tally
	began  time.Time
	said   time.Time
}

func newProgress(out io.Writer, total int) *progress {
	return &progress{out: out, total: total, counts: tally{}, began: time.Now()}
}

// add counts a result, and prints the progress every few seconds.
func (p *progress) add(r Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[r.Outcome]++
	n := p.counts.total()
	if time.Since(p.said) < 10*time.Second && n < p.total {
		return
	}
	p.said = time.Now()
	elapsed := time.Since(p.began)
	left := time.Duration(float64(elapsed) / float64(n) * float64(p.total-n))
	fmt.Fprintf(p.out, "%d of %d mutants: %d killed, %d by goldens only, %d survived, %d not covered; "+
		"%s elapsed, about %s left\n",
		n, p.total, p.counts.kills(), p.counts[goldensOnly], p.counts[survived], p.counts[notCovered],
		elapsed.Round(time.Second), left.Round(time.Second))
}

// slowest names the tests that took the most time.
func slowest(units []*unit, n int) string {
	sorted := slices.SortedFunc(slices.Values(units), func(a, b *unit) int { return cmp.Compare(b.cost, a.cost) })
	var out []string
	for _, u := range sorted[:min(n, len(sorted))] {
		out = append(out, fmt.Sprintf("%s %.1f s", u, u.cost.Seconds()))
	}
	return strings.Join(out, ", ")
}
