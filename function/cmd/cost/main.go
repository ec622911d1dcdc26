// Cost prints what a claim costs, from what render --costs prints: the largest lines first, what they would be in the
// other environment, what would save most, and the difference to another version of the claim.
//
// Usage: cost [--format text|markdown|json] [--page file] [sheet.json...]
//
// With --page it writes the page of the documentation, from a sheet for each example.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/kasha-platform/kasha/function/internal/cost"
)

func main() {
	format := flag.String("format", "text", "`text`, markdown or json")
	page := flag.String("page", "", "the `file` of the documentation's page to write")
	flag.Parse()
	if err := run(*format, *page, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(format, page string, files []string) error {
	var sheets []sheet
	for _, f := range files {
		s, err := read(f)
		if err != nil {
			return err
		}
		sheets = append(sheets, s)
	}
	if page != "" {
		text, err := pageOf(sheets)
		if err != nil {
			return err
		}
		return os.WriteFile(page, []byte(text), 0o644) //nolint:gosec // Everybody may read the documentation.
	}
	for _, s := range sheets {
		out, err := s.format(format)
		if err != nil {
			return err
		}
		fmt.Print(out)
	}
	return nil
}

// A sheet is what render printed, with the name of its file.
type sheet struct {
	cost.Sheet

	file string
	raw  []byte
}

func read(file string) (sheet, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return sheet{}, fmt.Errorf("cannot read the costs: %w", err)
	}
	s := sheet{file: file, raw: b}
	if err := json.Unmarshal(b, &s.Sheet); err != nil {
		return sheet{}, fmt.Errorf("cannot read the costs in %s: %w; use make cost", file, err)
	}
	return s, nil
}

func (s sheet) format(as string) (string, error) {
	switch as {
	case "text":
		return s.text(), nil
	case "markdown":
		return s.markdown(), nil
	case "json":
		return string(s.raw), nil
	}
	return "", fmt.Errorf("cannot print the costs as %s: use text, markdown or json", as)
}
