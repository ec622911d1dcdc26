// Package console is what a command writes to and asks at: a terminal, a pipe or a file.
package console

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fatih/color"
	"golang.org/x/term"
	"sigs.k8s.io/yaml"
)

// The formats of --output.
const (
	Text = "text"
	JSON = "json"
	YAML = "yaml"
)

// A Console is where a command writes and asks.
type Console struct {
	In       io.Reader
	Out, Err io.Writer
	// Format is what --output asks for.
	Format string
	// Color tells whether texts are coloured.
	Color bool
	// Terminal tells whether a person is at the other end, who can be asked.
	Terminal bool

	lines *bufio.Reader
}

// System is the console of this process: coloured only on a terminal, and never where NO_COLOR is set.
func System() *Console {
	out := term.IsTerminal(int(os.Stdout.Fd())) //nolint:gosec // A file descriptor is small.
	in := term.IsTerminal(int(os.Stdin.Fd()))   //nolint:gosec // As above.
	return &Console{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Format: Text, Terminal: in && out,
		Color: out && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
	}
}

// Print a result: as JSON or YAML where the user asks for it, else as the text that write writes.
func (c *Console) Print(v any, write func()) error {
	switch c.Format {
	case JSON:
		b, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			return fmt.Errorf("cannot print the result: %w", err)
		}
		_, err = fmt.Fprintf(c.Out, "%s\n", b)
		return err
	case YAML:
		b, err := yaml.Marshal(v)
		if err != nil {
			return fmt.Errorf("cannot print the result: %w", err)
		}
		_, err = c.Out.Write(b)
		return err
	}
	write()
	return nil
}

// Printf writes to the output.
func (c *Console) Printf(format string, args ...any) { fmt.Fprintf(c.Out, format, args...) }

// Notef writes to the error output, which is not part of the result.
func (c *Console) Notef(format string, args ...any) { fmt.Fprintf(c.Err, format+"\n", args...) }

// A Style is how a text looks on a terminal.
type Style int

// The styles.
const (
	Plain Style = iota
	Good
	Bad
	Doubtful
	Strong
	Faint
)

var attributes = map[Style]color.Attribute{
	Good: color.FgGreen, Bad: color.FgRed, Doubtful: color.FgYellow, Strong: color.Bold, Faint: color.Faint,
}

// Styled is a text in a style, where texts are coloured.
func (c *Console) Styled(s Style, text string) string {
	a, styled := attributes[s]
	if !c.Color || !styled || text == "" {
		return text
	}
	p := color.New(a)
	p.EnableColor() // The library's own idea of the terminal is about this process's output only.
	return p.Sprint(text)
}

// A Cell of a table.
type Cell struct {
	Text  string
	Style Style
}

// Cells are texts without a style.
func Cells(texts ...string) []Cell {
	out := make([]Cell, len(texts))
	for i, t := range texts {
		out[i] = Cell{Text: t}
	}
	return out
}

// Table writes rows below a head. Columns are as wide as their widest text, whatever its style.
func (c *Console) Table(head []string, rows [][]Cell) {
	all := rows
	if len(head) > 0 {
		first := Cells(head...)
		for i := range first {
			first[i].Style = Faint
		}
		all = append([][]Cell{first}, rows...)
	}
	var widths []int
	for _, row := range all {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len([]rune(cell.Text)))
		}
	}
	for _, row := range all {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(c.Styled(cell.Style, cell.Text))
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-len([]rune(cell.Text))+2))
			}
		}
		fmt.Fprintln(c.Out, strings.TrimRight(b.String(), " "))
	}
}

// Ask a question and return the answer, or the suggestion where the answer is empty.
func (c *Console) Ask(question, suggestion string) (string, error) {
	if suggestion != "" {
		question += " [" + suggestion + "]"
	}
	fmt.Fprint(c.Err, c.Styled(Strong, question)+" ")
	if c.lines == nil {
		c.lines = bufio.NewReader(c.In)
	}
	line, err := c.lines.ReadString('\n')
	line = strings.TrimSpace(line)
	switch {
	case line != "":
		return line, nil
	case err == io.EOF:
		return suggestion, io.EOF
	case err != nil:
		return "", fmt.Errorf("cannot read the answer: %w", err)
	}
	return suggestion, nil
}

// Confirm asks whether to do something that cannot be undone. Only yes is yes.
func (c *Console) Confirm(question string) bool {
	answer, err := c.Ask(question+" Type yes to do it:", "")
	return (err == nil || err == io.EOF) && strings.EqualFold(answer, "yes")
}
