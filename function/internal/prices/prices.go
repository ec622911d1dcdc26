// Package prices has AWS's list prices: what an item costs in a region, of which day the price is, and where it is
// from. The files in data are text, which the program searches; it keeps no table of the many classes in memory.
//
// A price that is not in the files is not known. Nothing here guesses one from another region.
package prices

import (
	"embed"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Everywhere is the region of a price that is the same in all regions.
const Everywhere = "*"

// A Price is what AWS asks for one unit of an item.
type Price struct {
	// Item is the service and the name: ec2/nat-gateway-hour.
	Item string
	// Region is the region, Everywhere, or an area of CloudFront's viewers.
	Region string
	USD    float64
	Unit   string
	// Date is the day that the price is of: 2026-10-06.
	Date string
	// Source is AWS's page, or the list that a tool reads.
	Source string
	// Seen is where the price was seen, if it was not read from a list.
	Seen string
}

//go:embed data/*.tsv
var data embed.FS

// items are the prices that were entered by hand, by item and region.
var items = sync.OnceValue(func() map[[2]string]Price {
	out := map[[2]string]Price{}
	for service, text := range files() {
		for _, row := range rows(text) {
			if row[0] == "item" || len(row) != 7 {
				continue
			}
			usd, err := strconv.ParseFloat(row[2], 64)
			if err != nil {
				continue
			}
			p := Price{service + "/" + row[0], row[1], usd, row[3], row[4], row[5], row[6]}
			out[[2]string{p.Item, p.Region}] = p
		}
	}
	return out
})

// files are the files by hand, by their service. They have a column item, and the lists a column class.
func files() map[string]string {
	out := map[string]string{}
	names, _ := fs.Glob(data, "data/*.tsv") //nolint:errcheck // The pattern is good.
	for _, name := range names {
		b, _ := data.ReadFile(name) //nolint:errcheck // It is embedded.
		if text := string(b); strings.Contains(text, "\nitem\t") {
			out[strings.TrimSuffix(strings.TrimPrefix(name, "data/"), ".tsv")] = text
		}
	}
	return out
}

func rows(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}

// Of returns the price of an item in a region, and false where it is not known.
func Of(item, region string) (Price, bool) {
	all := items()
	if p, ok := all[[2]string{item, region}]; ok {
		return p, true
	}
	p, ok := all[[2]string{item, Everywhere}]
	return p, ok
}

// Highest returns the highest known price of an item in any region, and false where none is known. It stands for a
// price that is not known where a cost is bounded, and is never shown as a price.
func Highest(item string) (Price, bool) {
	var out Price
	found := false
	for k, p := range items() {
		if k[0] == item && (!found || p.USD > out.USD) {
			out, found = p, true
		}
	}
	return out, found
}

// All are the prices that were entered by hand, sorted by item and region.
func All() []Price {
	return slices.SortedFunc(maps.Values(items()), func(a, b Price) int {
		return strings.Compare(a.Item+"\t"+a.Region, b.Item+"\t"+b.Region)
	})
}

// An Engine is what runs on instances whose prices depend on their class.
type Engine string

// The engines whose classes have prices.
const (
	MySQL       Engine = "rds-mysql"
	AuroraMySQL Engine = "aurora-mysql"
	Valkey      Engine = "elasticache-valkey"
	Redis       Engine = "elasticache-redis"
)

// Engines are all engines.
func Engines() []Engine { return []Engine{MySQL, AuroraMySQL, Valkey, Redis} }

// A table is a file with a line for each class and a column for each region.
type table struct {
	text         string
	columns      []string
	source, date string
}

var tables = sync.OnceValue(func() map[Engine]*table {
	out := map[Engine]*table{}
	for _, e := range Engines() {
		b, _ := data.ReadFile("data/" + string(e) + ".tsv") //nolint:errcheck // It is embedded.
		t := &table{text: string(b)}
		for line := range strings.Lines(t.text) {
			cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			switch cells[0] {
			case "# source":
				t.source = cells[1]
			case "# date":
				t.date = cells[1]
			case "class":
				t.columns = cells
			}
			if t.columns != nil {
				break
			}
		}
		out[e] = t
	}
	return out
})

// line are the cells of a class, or nil.
func (t *table) line(class string) []string {
	_, rest, ok := strings.Cut(t.text, "\n"+strings.ToLower(class)+"\t")
	if !ok || class == "" {
		return nil
	}
	line, _, _ := strings.Cut(rest, "\n")
	return append([]string{class}, strings.Split(line, "\t")...)
}

// Class returns the price of an instance of a class for an hour in a region, and false where it is not known.
func Class(e Engine, class, region string) (Price, bool) {
	t := tables()[e]
	cells := t.line(class)
	i := slices.Index(t.columns, region)
	if cells == nil || i < 2 || cells[i] == "" {
		return Price{}, false
	}
	usd, err := strconv.ParseFloat(cells[i], 64)
	return Price{
		Item: string(e) + "/" + strings.ToLower(class), Region: region, USD: usd, Unit: "hour", Date: t.date,
		Source: t.source,
	}, err == nil
}

// VCPUs returns how many vCPUs a class has, and false where it is not known.
func VCPUs(e Engine, class string) (int, bool) {
	cells := tables()[e].line(class)
	if cells == nil {
		return 0, false
	}
	n, err := strconv.Atoi(cells[1])
	return n, err == nil && n > 0
}

// Classes are the classes of an engine that have a price somewhere.
func Classes(e Engine) []string {
	var out []string
	for _, row := range rows(tables()[e].text) {
		if row[0] != "class" {
			out = append(out, row[0])
		}
	}
	return out
}

// Regions are the regions in which classes of an engine have prices.
func Regions(e Engine) []string { return slices.Clone(tables()[e].columns[2:]) }
