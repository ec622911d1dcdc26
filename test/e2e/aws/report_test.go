package aws

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

// A row of the table at the end.
type row struct {
	name             string
	resources        int
	half, most, all  time.Duration
	ready            time.Duration
	changed, deleted time.Duration
	calls, leftovers int
	memory           int64 // The sum of the peak memory of the processes, in MiB.
	last             string
	// helped are the resources that the provider had forgotten.
	helped map[string]bool
	// How often the test killed the provider, and what may exist twice afterwards.
	kills int
	twice map[string]string
}

var rows []*row

func addRow(name string) *row {
	r := &row{name: name, helped: map[string]bool{}}
	rows = append(rows, r)
	return r
}

// begin to measure.
func (l *life) begin() {
	l.began, l.restarts = time.Now(), provider.Restarts()
	for _, p := range lab.Processes() {
		p.Mark()
	}
}

// end of measuring.
func (l *life) end() {
	l.calls = l.countCalls()
	for _, p := range lab.Processes() {
		_, peak := p.Peak()
		l.memory += peak
	}
}

func (l *life) countCalls() int {
	calls, err := emulator.Calls(l.began)
	if err != nil {
		l.t.Error(err)
	}
	return len(calls)
}

// quantiles are the times until a half, nine tenths and all were ready.
func quantiles(seen map[string]time.Duration) (half, most, all time.Duration) {
	d := slices.Sorted(maps.Values(seen))
	if len(d) == 0 {
		return 0, 0, 0
	}
	return d[len(d)/2], d[len(d)*9/10], d[len(d)-1]
}

func report() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w,
		"claim\tresources\t50 % ready\t90 %\t100 %\tclaim ready\tchange\tdelete\tAWS "+
			"calls\tmemory\thelped\tleftovers\t")
	s := func(d time.Duration) string {
		if d == 0 {
			return "-"
		}
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d MiB\t%d\t%d\t\n", r.name, r.resources, s(r.half),
			s(r.most), s(r.all), s(r.ready), s(r.changed), s(r.deleted), r.calls, r.memory, len(r.helped), r.leftovers)
	}
	w.Flush()
	fmt.Println(lab.MostMemory())
}
