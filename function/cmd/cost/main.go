// Cost prints what a claim costs, from what render --costs prints: the largest lines first, what they would be in the
// other environment, what would save most, and the difference to another version of the claim.
//
// Usage: cost [--format text|markdown|json] [--page file] [sheet.json...]
//
// With --page it writes the page of the documentation, from a sheet for each example.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/kasha-platform/kasha/function/cmd/internal/sheet"
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
	var sheets []sheet.Sheet
	for _, f := range files {
		s, err := sheet.Read(f)
		if err != nil {
			return err
		}
		sheets = append(sheets, s)
	}
	if page != "" {
		text, err := sheet.Page(sheets)
		if err != nil {
			return err
		}
		return os.WriteFile(page, []byte(text), 0o644) //nolint:gosec // Everybody may read the documentation.
	}
	for _, s := range sheets {
		out, err := s.Format(format)
		if err != nil {
			return err
		}
		fmt.Print(out)
	}
	return nil
}
