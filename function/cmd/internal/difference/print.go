package difference

import (
	"encoding/json"
	"fmt"
	"strings"
)

const (
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	bold   = "\x1b[1m"
	plain  = "\x1b[0m"
)

// Summary is one line of numbers.
func (d *Difference) Summary() string {
	s := "No resource changes."
	if !d.Empty() {
		s = fmt.Sprintf("%d to add, %d to change, %d to replace, %d to delete.", len(d.added), len(d.changed),
			len(d.replaced), len(d.deleted))
	}
	return s + d.cost()
}

// cost says what the claim costs and what it cost, with its usage. A claim that comes or goes has only one of them.
func (d *Difference) cost() string {
	switch was, is := d.costs[0], d.costs[1]; {
	case was.total == "" && is.total == "":
		return ""
	case was.total == "":
		return fmt.Sprintf(" Costs %s USD a month, %s of it at rest.", is.total, is.atRest)
	case is.total == "":
		return fmt.Sprintf(" Cost %s USD a month, %s of it at rest.", was.total, was.atRest)
	default:
		return fmt.Sprintf(" Costs %s USD a month, was %s; at rest %s, was %s.", is.total, was.total, is.atRest,
			was.atRest)
	}
}

// Text is the diff for a terminal: data loss comes first.
func (d *Difference) Text(color bool) string {
	var b strings.Builder
	line := func(c, format string, args ...any) {
		s := fmt.Sprintf(format, args...)
		if color && c != "" {
			s = c + s + plain
		}
		b.WriteString(s + "\n")
	}
	line(bold, "%s: %s", d.claim, d.Summary())
	for _, l := range d.lost {
		line(red, "!  %s %s", l.key, l.said())
	}
	for _, f := range d.felt {
		line(red, "!  %s", f)
	}
	for _, r := range d.replaced {
		line(red, "-+ %s %s becomes %s", r.kind, r.from, r.to)
		printFields(line, r.fields)
	}
	for _, r := range d.deleted {
		line(red, "-  %s %s", r.kind, r.key)
	}
	for _, r := range d.added {
		line(green, "+  %s %s  (%s)", r.kind, r.key, r.purpose)
	}
	for _, c := range d.changed {
		line(yellow, "~  %s %s", c.kind, c.key)
		printFields(line, c.fields)
	}
	return b.String()
}

func printFields(line func(c, format string, args ...any), fields []field) {
	for _, f := range fields {
		was, is := values(f)
		line("", "     %s: %s -> %s", f.path, was, is)
	}
}

// said describes a loss in words.
func (l *loss) said() string {
	if l.retained {
		return "is orphaned: AWS keeps it, but Kasha no longer manages it"
	}
	return "is DELETED; you lose " + l.what
}

// maxValue is how much of a value is shown.
const maxValue = 120

// values of a field. Long values are cut to the part that differs.
func values(f field) (was, is string) {
	was, is = value(f.before), value(f.after)
	same := 0
	for same < min(len(was), len(is)) && was[same] == is[same] {
		same++
	}
	return cut(was, same), cut(is, same)
}

func value(v any) string {
	if v == nil {
		return "(nothing)"
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// context is the number of equal characters that are shown before a difference.
const context = 30

func cut(s string, same int) string {
	if len(s) <= maxValue {
		return s
	}
	from := max(0, same-context)
	to := min(len(s), from+maxValue)
	out := strings.ToValidUTF8(s[from:to], "")
	if from > 0 {
		out = "…" + out
	}
	if to < len(s) {
		out += "…"
	}
	return out
}

// Markdown is the diff for a comment on a pull request.
func (d *Difference) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### `%s`\n\n%s\n\n", d.claim, d.Summary())
	if len(d.lost)+len(d.felt)+len(d.replaced) > 0 {
		b.WriteString("> [!CAUTION]\n")
		for _, l := range d.lost {
			fmt.Fprintf(&b, "> - `%s` %s\n", l.key, l.said())
		}
		for _, f := range d.felt {
			fmt.Fprintf(&b, "> - %s\n", f)
		}
		for _, r := range d.replaced {
			fmt.Fprintf(&b, "> - `%s` is replaced by `%s`\n", r.from, r.to)
		}
		b.WriteString("\n")
	}
	if d.Empty() {
		return b.String()
	}
	b.WriteString("<details><summary>Every resource, field by field</summary>\n\n```diff\n")
	for _, r := range d.replaced {
		fmt.Fprintf(&b, "- %s %s\n+ %s %s\n", r.kind, r.from, r.kind, r.to)
		markdownFields(&b, r.fields)
	}
	for _, r := range d.deleted {
		fmt.Fprintf(&b, "- %s %s\n", r.kind, r.key)
	}
	for _, r := range d.added {
		fmt.Fprintf(&b, "+ %s %s  (%s)\n", r.kind, r.key, r.purpose)
	}
	for _, c := range d.changed {
		fmt.Fprintf(&b, "! %s %s\n", c.kind, c.key)
		markdownFields(&b, c.fields)
	}
	b.WriteString("```\n\n</details>\n")
	return b.String()
}

func markdownFields(b *strings.Builder, fields []field) {
	for _, f := range fields {
		was, is := values(f)
		if f.before != nil {
			fmt.Fprintf(b, "-     %s: %s\n", f.path, fenceless(was))
		}
		if f.after != nil {
			fmt.Fprintf(b, "+     %s: %s\n", f.path, fenceless(is))
		}
	}
}

// fenceless changes backquotes, so that a value does not end its block of code.
func fenceless(s string) string { return strings.ReplaceAll(s, "```", "'''") }
