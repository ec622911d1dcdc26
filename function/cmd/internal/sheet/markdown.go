package sheet

import (
	"fmt"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/cost"
)

// Markdown is the sheet for a comment on a pull request.
func (s Sheet) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### `%s`\n\n%s\n\n", s.Claim, strings.TrimSpace(s.headline()+" "+s.otherwise()))
	if s.Before != nil {
		if d := s.differences(); len(d) > 0 {
			b.WriteString("| now | was | tier | what |\n|---:|---:|---|---|\n")
			for _, d := range d {
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", usd(d.is), usd(d.was), d.tier, starless(d.what))
			}
			b.WriteString("\n")
		}
	}
	lines := sorted(s.Report)
	n := min(largest, len(lines))
	s.markdownLines(&b, lines[:n])
	s.markdownSavings(&b)
	b.WriteString("<details><summary>Every line</summary>\n\n")
	s.markdownLines(&b, lines)
	b.WriteString("</details>\n")
	return b.String()
}

// starless is a text whose star does not begin or end Markdown's emphasis.
func starless(text string) string { return strings.ReplaceAll(text, "*", `\*`) }

func (s Sheet) markdownLines(b *strings.Builder, lines []cost.ReportLine) {
	b.WriteString("| USD | tier | what | of |")
	rule := "\n|---:|---|---|---|"
	if s.Other != nil {
		fmt.Fprintf(b, " in %s |", s.Other.Title)
		rule += "---:|"
	}
	b.WriteString(rule + "\n")
	for _, l := range lines {
		fmt.Fprintf(b, "| %s | %s | %s | %s |", usd(l.Amount), l.Tier, starless(what(l)), arithmetic(l))
		if s.Other != nil {
			fmt.Fprintf(b, " %s |", same(s.Other.Report, l))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n\\* by usage.\n\n")
}

func (s Sheet) markdownSavings(b *strings.Builder) {
	savings := s.savings()
	if len(savings) == 0 {
		return
	}
	b.WriteString("| saves USD | by | fields |\n|---:|---|---|\n")
	for _, v := range savings {
		fmt.Fprintf(b, "| %.2f | %s | `%s` |\n", v.usd, v.Title, v.Fields)
	}
	b.WriteString("\n")
}
