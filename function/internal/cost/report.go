package cost

import (
	"encoding/json"
	"fmt"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// ContextKey is where a tool asks for a report, in the context of a request to the function, and where it finds it, in
// the context of the response.
const ContextKey = v1alpha1.Group + "/cost"

// A Report is an estimate with all its lines, as tools read it.
type Report struct {
	AtRest  Amount `json:"atRest"`
	ByUsage Amount `json:"byUsage"`
	Total   Amount `json:"total"`
	// MostUSD is what a guardrail's limit.monthlyUSD is compared with.
	MostUSD     float64      `json:"mostUSD"`
	Region      string       `json:"region"`
	Lines       []ReportLine `json:"lines"`
	Missing     []string     `json:"missing,omitempty"`
	Assumptions []string     `json:"assumptions"`
}

// An Amount is in USD a month. Missing tells whether it lacks something.
type Amount struct {
	USD     float64 `json:"usd"`
	Missing bool    `json:"missing,omitempty"`
}

// String is the amount with cents: 499.10, or >= 499.10 where something is missing.
func (a Amount) String() string { return Sum(a).Cents() }

// Short is the amount without cents.
func (a Amount) Short() string { return Sum(a).String() }

// A ReportLine is a line of a report.
type ReportLine struct {
	Tier  string `json:"tier"`
	Title string `json:"title"`
	Of    string `json:"of,omitempty"`
	// Usage tells whether it is billed by usage.
	Usage    bool    `json:"usage,omitempty"`
	Item     string  `json:"item"`
	Region   string  `json:"region"`
	Quantity float64 `json:"quantity"`
	// USD is the amount, and UnitUSD the price of a unit. Both are 0 where the price is missing.
	Amount
	UnitUSD float64 `json:"unitUSD,omitempty"`
	Unit    string  `json:"unit,omitempty"`
	Date    string  `json:"date,omitempty"`
	Source  string  `json:"source,omitempty"`
	Seen    string  `json:"seen,omitempty"`
}

// Name is the title, with what it is of.
func (l ReportLine) Name() string { return Line{Title: l.Title, Of: l.Of}.Name() }

// Report is the report of an estimate, in the form of JSON.
func (e *Estimate) Report() any {
	most, _ := e.Ceiling()
	r := Report{
		AtRest: Amount(e.AtRest()), ByUsage: Amount(e.ByUsage()), Total: Amount(e.Total()), MostUSD: float64(most),
		Region: e.Region, Missing: e.Missing(), Lines: make([]ReportLine, len(e.Lines)),
	}
	for i, l := range e.Lines {
		r.Lines[i] = ReportLine{
			Tier: l.Tier, Title: l.Title, Of: l.Of, Usage: l.Usage, Item: l.Item, Region: l.Region,
			Quantity: l.Quantity, Amount: Amount{l.USD(), !l.Known}, UnitUSD: l.Price.USD, Unit: l.Price.Unit,
			Date: l.Price.Date, Source: l.Price.Source, Seen: l.Price.Seen,
		}
	}
	for _, a := range e.Assumptions {
		r.Assumptions = append(r.Assumptions, a.String())
	}
	var out any
	b, _ := json.Marshal(r)     //nolint:errcheck,errchkjson // Texts, numbers and flags.
	_ = json.Unmarshal(b, &out) // It is JSON.
	return out
}

// ReadReport reads what Report wrote.
func ReadReport(v any) (*Report, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("cannot read the estimate: %w", err)
	}
	r := &Report{}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("cannot read the estimate: %w", err)
	}
	return r, nil
}

// A Sheet is what make cost prints: a claim's report, and what it is compared with.
type Sheet struct {
	// Claim is its namespace and name.
	Claim       string  `json:"claim"`
	Environment string  `json:"environment"`
	Report      *Report `json:"report"`
	// Before is the report of the claim before a change, if there is one.
	Before *Report `json:"before,omitempty"`
	// Other is the claim in the other environment, where all fields that it sets stay.
	Other *Variant `json:"other,omitempty"`
	// Variants are the claim with one change each.
	Variants []Variant `json:"variants,omitempty"`
}

// A Variant is a claim with a change.
type Variant struct {
	Title string `json:"title"`
	// Fields are what is changed.
	Fields string  `json:"fields"`
	Report *Report `json:"report"`
}
