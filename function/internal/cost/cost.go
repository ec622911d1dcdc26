// Package cost estimates what a claim costs a month: what AWS bills for each of its resources, at rest and by usage.
//
// What each kind of resource costs, or why it costs nothing, is in kinds.go. The prices are in package prices, and
// what is assumed of the usage is in the claim. A price that is not known is said to be missing, and is never guessed.
package cost

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/prices"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// hours is the number of hours in a month in AWS's pricing calculator.
const hours = 730

// A Line is what AWS bills a month for an item, for all resources of a tier that have it.
type Line struct {
	// Tier as in the claim's conditions, without Ready: Network.
	Tier string
	// Title says what it is: NAT gateways. Of says of what, where that may change: the class of an instance.
	Title, Of string
	// Item is the name of the price, and Region where it applies.
	Item, Region string
	// Usage tells whether AWS bills it by usage, which the claim's assumptions are about. The rest is billed at rest.
	Usage bool
	// Quantity is the number of units a month. Most is the number with the most tasks that scaling may run.
	Quantity, Most float64
	// Price of a unit. Known tells whether there is one.
	Price prices.Price
	Known bool
}

// Name is the title, with what it is of.
func (l Line) Name() string {
	if l.Of == "" {
		return l.Title
	}
	return l.Title + " " + l.Of
}

// USD is what the line costs a month. It is 0 where the price is not known.
func (l Line) USD() float64 { return l.Quantity * l.Price.USD }

// An Estimate is what a claim costs.
type Estimate struct {
	// Lines in the order of the tiers.
	Lines []Line
	// Region of the claim.
	Region string
	// Assumptions are what the lines by usage assume.
	Assumptions []Assumption
}

// Of estimates a claim. Resources are all resources that the claim is composed of, also those that do not exist yet.
func Of(p *plan.Plan, resources []*stack.Resource) *Estimate {
	m := newMeter(p)
	for _, r := range resources {
		k := table()[r.Kind]
		if k == nil || k.bills == nil || r.ObservedOnly() {
			continue
		}
		m.of(r)
		k.bills(m, r)
	}
	return &Estimate{Lines: m.lines, Region: p.Claim.Spec.Region, Assumptions: m.usage.list()}
}

// A Sum is an amount in USD, and whether a part of it is missing because its price is not known.
type Sum struct {
	USD     float64
	Missing bool
}

// String is the amount without cents: 499, or >= 499 where a part is missing.
func (s Sum) String() string {
	if s.Missing {
		return fmt.Sprintf(">= %.0f", s.USD)
	}
	return fmt.Sprintf("%.0f", s.USD)
}

// Cents is the amount with cents.
func (s Sum) Cents() string {
	if s.Missing {
		return fmt.Sprintf(">= %.2f", s.USD)
	}
	return fmt.Sprintf("%.2f", s.USD)
}

// Plus adds two amounts.
func (s Sum) Plus(o Sum) Sum { return Sum{s.USD + o.USD, s.Missing || o.Missing} }

// sum adds the lines that are wanted.
func (e *Estimate) sum(wanted func(Line) bool) Sum {
	var out Sum
	for _, l := range e.Lines {
		if wanted(l) {
			out = out.Plus(Sum{l.USD(), !l.Known})
		}
	}
	return out
}

// AtRest is what the claim costs a month without traffic, with the minimum number of tasks.
func (e *Estimate) AtRest() Sum { return e.sum(func(l Line) bool { return !l.Usage }) }

// ByUsage is what the usage costs on top of that.
func (e *Estimate) ByUsage() Sum { return e.sum(func(l Line) bool { return l.Usage }) }

// Total is both.
func (e *Estimate) Total() Sum { return e.AtRest().Plus(e.ByUsage()) }

// Missing are the titles of the lines whose price is not known.
func (e *Estimate) Missing() []string {
	var out []string
	for _, l := range e.Lines {
		if text := l.Name() + " in " + l.Region; !l.Known && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// Ceiling returns what the claim costs a month at most in USD: at rest, but with the maximum number of tasks, and with
// one run of each schedule and one release of each workload that always go on. How long a run takes is not known, and
// AWS starts the next one beside a run that has not ended, so runs can cost more. Usage is not a part of it, since the
// claim's author assumes it. For a price that is not known in the region it takes the highest that is known in another
// one. Unpriced is an instance class that has no price at all, which it leaves out, or empty.
func (e *Estimate) Ceiling() (usd int64, unpriced string) {
	all := 0.0
	for _, l := range e.Lines {
		switch class, is := strings.CutPrefix(l.Item, string(prices.MySQL)+"/"); {
		case l.Known:
			all += l.Most * l.Price.USD
		case is && !l.Usage:
			unpriced = class
		default:
			p, _ := prices.Highest(l.Item)
			all += l.Most * p.USD
		}
	}
	return int64(math.Round(all)), unpriced
}

// Budget is the monthly budget in USD that follows the estimate: a fifth more than the total.
func (e *Estimate) Budget() int64 { return int64(math.Ceil(e.Total().USD * budgetFactor)) }

// budgetFactor leaves room for what is not counted, and for a month that is not like the others.
const budgetFactor = 1.2

// Status is what the claim's status says.
func (e *Estimate) Status() v1alpha1.CostStatus {
	out := v1alpha1.CostStatus{
		MonthlyUSD: e.AtRest().String(),
		UsageUSD:   e.ByUsage().String(),
		TotalUSD:   e.Total().String(),
		Note:       e.note(),
		Lines:      e.tiers(),
		Missing:    e.Missing(),
	}
	for _, a := range e.Assumptions {
		out.Assumptions = append(out.Assumptions, a.String())
	}
	return out
}

// tiers has a line for each tier that costs something.
func (e *Estimate) tiers() []v1alpha1.CostLine {
	var names []string
	for _, l := range e.Lines {
		if !slices.Contains(names, l.Tier) {
			names = append(names, l.Tier)
		}
	}
	out := make([]v1alpha1.CostLine, len(names))
	for i, n := range names {
		out[i] = v1alpha1.CostLine{
			Tier:       n,
			MonthlyUSD: e.sum(func(l Line) bool { return l.Tier == n && !l.Usage }).Cents(),
			UsageUSD:   e.sum(func(l Line) bool { return l.Tier == n && l.Usage }).Cents(),
		}
	}
	return out
}

// Dates are the oldest and the newest day of the prices.
func (e *Estimate) Dates() (oldest, newest string) {
	for _, l := range e.Lines {
		d := l.Price.Date
		switch {
		case d == "":
		case oldest == "":
			oldest, newest = d, d
		default:
			oldest, newest = min(oldest, d), max(newest, d)
		}
	}
	return oldest, newest
}

func (e *Estimate) note() string {
	oldest, newest := e.Dates()
	out := fmt.Sprintf("AWS's list prices in %s, of %s to %s, without taxes, discounts and free tiers. monthlyUSD is "+
		"without traffic, with the minimum number of tasks; usageUSD is what the assumptions add.",
		e.Region, oldest, newest)
	if len(e.Missing()) > 0 {
		out += " A sum with >= lacks what missing lists, because no price is known."
	}
	return out
}
