package sheet

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/cost"
)

func line(tier, title, of string, usage bool, quantity, unit float64) cost.ReportLine {
	return cost.ReportLine{
		Tier: tier, Title: title, Of: of, Usage: usage, Quantity: quantity, UnitUSD: unit, Unit: "hour",
		Amount: cost.Amount{USD: quantity * unit, Missing: unit == 0},
	}
}

func report(lines ...cost.ReportLine) *cost.Report {
	r := &cost.Report{Region: "eu-south-2", Lines: lines, Assumptions: []string{"logGB: 5", "natGB: 10"}}
	for _, l := range lines {
		if l.Usage {
			r.ByUsage = add(r.ByUsage, l.Amount)
		} else {
			r.AtRest = add(r.AtRest, l.Amount)
		}
		if l.Missing {
			r.Missing = append(r.Missing, l.Name()+" in "+r.Region)
		}
	}
	r.Total = add(r.AtRest, r.ByUsage)
	return r
}

// example has six lines, one of them without a price, another environment, and variants of which two save
// something: what another one would save is not known.
func example() Sheet {
	gateways := line("Network", "NAT gateways", "", false, 1460, 0.05)
	traffic := line("Network", "Traffic through NAT gateways", "", true, 100, 0.05)
	db := line("Database", "Database instances", "db.t4g.medium", false, 1000, 0.1)
	balancer := line("Ingress", "Load balancers", "", false, 730, 0)
	alarms := line("Observability", "Alarms", "", false, 30, 0.1)
	keys := line("Security", "KMS keys", "", false, 2, 1)
	small := line("Database", "Database instances", "db.t3.micro", false, 500, 0.02)
	one := line("Network", "NAT gateways", "", false, 730, 0.05)
	variant := func(title, fields string, lines ...cost.ReportLine) cost.Variant {
		return cost.Variant{Title: title, Fields: fields, Report: report(lines...)}
	}
	other := variant("NonProduction", "", keys, one, small, balancer)
	graviton := line("Backend", "vCPU for ARM64", "", false, 10, 0)
	return Sheet{
		JSON: "FORMAT=json",
		file: "_output/costs/minimal.json",
		raw:  []byte("{}\n"),
		Sheet: cost.Sheet{
			Claim: "team-shop/shop", Environment: "Production",
			Report: report(keys, gateways, traffic, balancer, db, alarms),
			Other:  &other,
			Variants: []cost.Variant{
				variant("nothing", "a: b", keys, gateways, traffic, balancer, db, alarms),
				variant("one gateway", "c: d", keys, one, traffic, balancer, db, alarms),
				variant("a small database", "e: f", keys, gateways, traffic, balancer, small, alarms),
				variant("something without a price", "i: j", keys, balancer, graviton),
				variant("something dear", "g: h", keys, gateways, gateways, db, db),
			},
		},
	}
}

func TestText(t *testing.T) {
	got := strings.Split(example().Text(), "\n")
	want := []string{
		"team-shop/shop costs >= 183 USD a month: >= 178 at rest, and 5 by usage.",
		"In NonProduction it costs >= 48 USD a month: >= 48 at rest, and 0 by usage.",
		"",
		"The 5 largest lines:",
		"         USD  TIER           WHAT                              OF                    IN NONPRODUCTION",
		"      100.00  Database       Database instances db.t4g.medium  1000 x 0.1 USD/hour   10.00",
		"       73.00  Network        NAT gateways                      1460 x 0.05 USD/hour  36.50",
		"        5.00  Network        Traffic through NAT gateways *    100 x 0.05 USD/hour   -",
		"        3.00  Observability  Alarms                            30 x 0.1 USD/hour     -",
		"        2.00  Security       KMS keys                          2 x 1 USD/hour        2.00",
		"",
		"The rest:",
		"         USD  TIER     WHAT            OF                      IN NONPRODUCTION",
		"           ?  Ingress  Load balancers  730 x an unknown price  ?",
		"",
		"* by usage. By tier:",
		"     AT REST      BY USAGE  TIER",
		"        2.00          0.00  Security",
		"       73.00          5.00  Network",
		"           ?          0.00  Ingress",
		"      100.00          0.00  Database",
		"        3.00          0.00  Observability",
		"",
		"What would save most:",
		"         USD  WHAT              FIELDS",
		"       90.00  a small database  e: f",
		"       36.50  one gateway       c: d",
		"",
		"No price is known for these, so that amounts with >= lack them:",
		"  Load balancers in eu-south-2",
		"",
		"Assumed, in spec.cost.assumptions: logGB: 5, natGB: 10.",
		"List prices, without taxes, discounts and free tiers. FORMAT=json has the source of each.",
		"",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestDifference: with another version of the claim, the sheet begins with what the change costs.
func TestDifference(t *testing.T) {
	s := example()
	s.Before = s.Other.Report
	got := strings.Split(s.Text(), "\n")[:10]
	want := []string{
		"team-shop/shop costs >= 183 USD a month, was >= 48: >= 178 at rest (was >= 48), and 5 by usage (was 0).",
		"In NonProduction it costs >= 48 USD a month: >= 48 at rest, and 0 by usage.",
		"",
		"What the change costs:",
		"         NOW           WAS  TIER           WHAT",
		"      100.00          0.00  Database       Database instances db.t4g.medium",
		"       73.00         36.50  Network        NAT gateways",
		"        0.00         10.00  Database       Database instances db.t3.micro",
		"        5.00          0.00  Network        Traffic through NAT gateways *",
		"        3.00          0.00  Observability  Alarms",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	same := example()
	same.Before = same.Report
	if text := same.Text(); !strings.Contains(text, "\nThe change costs nothing.\n") || strings.Contains(text, "NOW") {
		t.Errorf("a claim that stays as it is:\n%s", text)
	}
	if m := s.Markdown(); !strings.Contains(m, "| 73.00 | 36.50 | Network | NAT gateways |\n") {
		t.Errorf("Markdown lacks the difference:\n%s", m)
	}
}

func TestMarkdown(t *testing.T) {
	got := strings.Split(example().Markdown(), "\n")
	want := []string{
		"### `team-shop/shop`",
		"",
		"team-shop/shop costs >= 183 USD a month: >= 178 at rest, and 5 by usage. " +
			"In NonProduction it costs >= 48 USD a month: >= 48 at rest, and 0 by usage.",
		"",
		"| USD | tier | what | of | in NonProduction |",
		"|---:|---|---|---|---:|",
		"| 100.00 | Database | Database instances db.t4g.medium | 1000 x 0.1 USD/hour | 10.00 |",
		"| 73.00 | Network | NAT gateways | 1460 x 0.05 USD/hour | 36.50 |",
		`| 5.00 | Network | Traffic through NAT gateways \* | 100 x 0.05 USD/hour | - |`,
		"| 3.00 | Observability | Alarms | 30 x 0.1 USD/hour | - |",
		"| 2.00 | Security | KMS keys | 2 x 1 USD/hour | 2.00 |",
		"",
		`\* by usage.`,
		"",
		"| saves USD | by | fields |",
		"|---:|---|---|",
		"| 90.00 | a small database | `e: f` |",
		"| 36.50 | one gateway | `c: d` |",
		"",
		"<details><summary>Every line</summary>",
	}
	if diff := cmp.Diff(want, got[:len(want)]); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if n := strings.Count(strings.Join(got, "\n"), "| Load balancers |"); n != 1 {
		t.Errorf("the line without a price is there %d times", n)
	}
}

func TestPage(t *testing.T) {
	got, err := Page([]Sheet{example()})
	if err != nil {
		t.Fatal(err)
	}
	alone := example()
	alone.Other = nil
	if _, err := Page([]Sheet{alone}); err == nil || !strings.Contains(err.Error(), "no costs in the other") {
		t.Errorf("a page with a sheet without another environment: %v", err)
	}
	if text := alone.Text(); strings.Contains(text, "NONPRODUCTION") || strings.Contains(text, "NonProduction") {
		t.Errorf("a sheet without another environment speaks of it:\n%s", text)
	}
	for _, want := range []string{
		"| [minimal](#minimal) | eu-south-2 | Production | >= 178 | 5 | >= 183 |\n",
		"(../examples/minimal.yaml) costs >= 178 USD a month at rest,\nand >= 183 with its usage. " +
			"In NonProduction it costs >= 48 USD",
		"| Network | 73.00 | 5.00 | 36.50 |\n",
		"| Observability | 3.00 | 0.00 | - |\n",
		"No price is known of:\n\n* Load balancers in eu-south-2\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "minimal.json")
	b, err := json.Marshal(example().Sheet)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(example().Sheet, s.Sheet); diff != "" {
		t.Errorf("-written, +read:\n%s", diff)
	}
	if got, err := s.Format("json"); err != nil || got != string(b) {
		t.Errorf("JSON is not what render printed: %v", err)
	}
	if _, err := s.Format("html"); err == nil || !strings.Contains(err.Error(), "use text, markdown or json") {
		t.Errorf("an unknown format: %v", err)
	}
	page, err := Page([]Sheet{s})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(file); err == nil {
		t.Error("a page is read as costs")
	}
}
