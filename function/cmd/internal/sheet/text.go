package sheet

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/kasha-platform/kasha/function/internal/cost"
)

// Text is the sheet for a terminal.
func (s Sheet) Text() string {
	var b strings.Builder
	b.WriteString(s.headline() + "\n")
	if other := s.otherwise(); other != "" {
		b.WriteString(other + "\n")
	}
	if s.Before != nil {
		s.change(&b)
	}
	lines := sorted(s.Report)
	n := min(largest, len(lines))
	fmt.Fprintf(&b, "\nThe %d largest lines:\n", n)
	s.lines(&b, lines[:n])
	if len(lines) > n {
		b.WriteString("\nThe rest:\n")
		s.lines(&b, lines[n:])
	}
	b.WriteString("\n* by usage. By tier:\n")
	table(&b, []string{"AT REST", "BY USAGE", "TIER"}, 2, func(row func(...string)) {
		for _, t := range tiers(s.Report) {
			row(usd(t.atRest), usd(t.byUsage), t.name)
		}
	})
	if savings := s.savings(); len(savings) > 0 {
		b.WriteString("\nWhat would save most:\n")
		table(&b, []string{"USD", "WHAT", "FIELDS"}, 1, func(row func(...string)) {
			for _, v := range savings {
				row(fmt.Sprintf("%.2f", v.usd), v.Title, v.Fields)
			}
		})
	}
	if len(s.Report.Missing) > 0 {
		b.WriteString("\nNo price is known for these, so that amounts with >= lack them:\n")
		for _, m := range s.Report.Missing {
			b.WriteString("  " + m + "\n")
		}
	}
	fmt.Fprintf(&b, "\nAssumed, in spec.cost.assumptions: %s.\n", strings.Join(s.Report.Assumptions, ", "))
	fmt.Fprintf(&b, "List prices, without taxes, discounts and free tiers. %s has the source of each.\n", s.JSON)
	return b.String()
}

// change is what a change to the claim costs, line by line.
func (s Sheet) change(b *strings.Builder) {
	d := s.differences()
	if len(d) == 0 {
		b.WriteString("\nThe change costs nothing.\n")
		return
	}
	b.WriteString("\nWhat the change costs:\n")
	table(b, []string{"NOW", "WAS", "TIER", "WHAT"}, 2, func(row func(...string)) {
		for _, d := range d {
			row(usd(d.is), usd(d.was), d.tier, d.what)
		}
	})
}

// lines are lines with what each would cost in the other environment.
func (s Sheet) lines(b *strings.Builder, lines []cost.ReportLine) {
	head := []string{"USD", "TIER", "WHAT", "OF"}
	if s.Other != nil {
		head = append(head, "IN "+strings.ToUpper(s.Other.Title))
	}
	table(b, head, 1, func(row func(...string)) {
		for _, l := range lines {
			cells := []string{usd(l.Amount), l.Tier, what(l), arithmetic(l)}
			if s.Other != nil {
				cells = append(cells, same(s.Other.Report, l))
			}
			row(cells...)
		}
	})
}

// table writes rows of which the first columns are numbers.
func table(b *strings.Builder, head []string, numbers int, rows func(row func(...string))) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	row := func(cells ...string) {
		for i := range numbers {
			cells[i] = fmt.Sprintf("%12s", cells[i])
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	row(head...)
	rows(row)
	_ = w.Flush() //nolint:errcheck // A builder does not fail.
}
