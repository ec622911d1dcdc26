package sheet

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/kasha-platform/kasha/function/internal/cost"
)

// largest is the number of lines that come first.
const largest = 5

// sorted are the lines of a report, the largest first, and those without a price before those that cost nothing.
func sorted(r *cost.Report) []cost.ReportLine {
	return slices.SortedStableFunc(slices.Values(r.Lines), func(a, b cost.ReportLine) int {
		return cmp.Or(cmp.Compare(b.USD, a.USD), cmp.Compare(truth(b.Missing), truth(a.Missing)))
	})
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// what a line is, with a star if it is billed by usage.
func what(l cost.ReportLine) string {
	if l.Usage {
		return l.Name() + " *"
	}
	return l.Name()
}

// arithmetic of a line: 2190 x 0.065 USD/hour.
func arithmetic(l cost.ReportLine) string {
	if l.Missing {
		return number(l.Quantity) + " x an unknown price"
	}
	return fmt.Sprintf("%s x %s USD/%s", number(l.Quantity), strconv.FormatFloat(l.UnitUSD, 'f', -1, 64), l.Unit)
}

// number with two places at most.
func number(n float64) string {
	return strconv.FormatFloat(math.Round(n*100)/100, 'f', -1, 64)
}

// usd is the amount of a line, or that it is not known.
func usd(a cost.Amount) string {
	if a.Missing && a.USD == 0 {
		return "?"
	}
	return a.String()
}

// same is what a line would be in another report: all its lines with the same title.
func same(r *cost.Report, l cost.ReportLine) string {
	var out cost.Amount
	found := false
	for _, o := range r.Lines {
		if o.Tier == l.Tier && o.Title == l.Title && o.Usage == l.Usage {
			out, found = add(out, o.Amount), true
		}
	}
	if !found {
		return "-"
	}
	return usd(out)
}

func add(a, b cost.Amount) cost.Amount {
	return cost.Amount{USD: a.USD + b.USD, Missing: a.Missing || b.Missing}
}

// A tier is the sums of a tier's lines.
type tier struct {
	name            string
	atRest, byUsage cost.Amount
}

func tiers(r *cost.Report) []tier {
	var out []tier
	for _, l := range r.Lines {
		i := slices.IndexFunc(out, func(t tier) bool { return t.name == l.Tier })
		if i < 0 {
			out, i = append(out, tier{name: l.Tier}), len(out)
		}
		if l.Usage {
			out[i].byUsage = add(out[i].byUsage, l.Amount)
		} else {
			out[i].atRest = add(out[i].atRest, l.Amount)
		}
	}
	return out
}

// A saving is a variant that costs less.
type saving struct {
	cost.Variant

	usd float64
}

// least is the smallest saving that is worth a line.
const least = 0.5

// savings are the variants that cost less, the best first. One with a price that is not known, and that the claim does
// not have, only seems to cost less.
func (s Sheet) savings() []saving {
	var out []saving
	for _, v := range s.Variants {
		unknown := slices.ContainsFunc(v.Report.Missing, func(m string) bool {
			return !slices.Contains(s.Report.Missing, m)
		})
		if d := s.Report.Total.USD - v.Report.Total.USD; d >= least && !unknown {
			out = append(out, saving{v, d})
		}
	}
	slices.SortStableFunc(out, func(a, b saving) int { return cmp.Compare(b.usd, a.usd) })
	return out
}

// A difference is a line that a change adds, removes or changes.
type difference struct {
	tier, what string
	was, is    cost.Amount
}

// differences are the lines that differ, the largest difference first.
func (s Sheet) differences() []difference {
	var out []difference
	find := func(l cost.ReportLine) *difference {
		for i := range out {
			if out[i].tier == l.Tier && out[i].what == what(l) {
				return &out[i]
			}
		}
		out = append(out, difference{tier: l.Tier, what: what(l)})
		return &out[len(out)-1]
	}
	for _, l := range s.Before.Lines {
		d := find(l)
		d.was = add(d.was, l.Amount)
	}
	for _, l := range s.Report.Lines {
		d := find(l)
		d.is = add(d.is, l.Amount)
	}
	out = slices.DeleteFunc(out, func(d difference) bool {
		return math.Abs(d.is.USD-d.was.USD) < 0.005 && d.is.Missing == d.was.Missing
	})
	slices.SortStableFunc(out, func(a, b difference) int {
		return cmp.Compare(math.Abs(b.is.USD-b.was.USD), math.Abs(a.is.USD-a.was.USD))
	})
	return out
}

// headline is the claim's cost in a sentence, and what it was.
func (s Sheet) headline() string {
	r := s.Report
	out := fmt.Sprintf("%s costs %s USD a month", s.Claim, r.Total.Short())
	if b := s.Before; b != nil {
		out += fmt.Sprintf(", was %s", b.Total.Short())
	}
	out += fmt.Sprintf(": %s at rest", r.AtRest.Short())
	if b := s.Before; b != nil {
		out += fmt.Sprintf(" (was %s)", b.AtRest.Short())
	}
	out += fmt.Sprintf(", and %s by usage", r.ByUsage.Short())
	if b := s.Before; b != nil {
		out += fmt.Sprintf(" (was %s)", b.ByUsage.Short())
	}
	return out + "."
}

// otherwise is what the claim costs in the other environment, in a sentence, or empty.
func (s Sheet) otherwise() string {
	if s.Other == nil {
		return ""
	}
	r := s.Other.Report
	return fmt.Sprintf("In %s it costs %s USD a month: %s at rest, and %s by usage.", s.Other.Title, r.Total.Short(),
		r.AtRest.Short(), r.ByUsage.Short())
}
