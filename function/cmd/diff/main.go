// Diff tells what a change to a claim does: what is lost and what is replaced
// first, then what is added, changed field by field, and deleted.
//
// It compares two streams that render --simulate prints: the claim before, and
// the claim after the change.
//
// Usage: diff [--markdown] [--exit-code] before.yaml after.yaml
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/kasha-platform/kasha/function/cmd/internal/difference"
)

// Exit codes, those of diff(1).
const (
	different = 1
	trouble   = 2
)

func main() {
	markdown := flag.Bool("markdown", false, "write Markdown, for a comment on a pull request")
	color := flag.Bool("color", os.Getenv("NO_COLOR") == "" && isTerminal(os.Stdout), "use colors")
	exitCode := flag.Bool("exit-code", false, "exit with 1 when there are differences")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "cannot compare: name two files, before and after")
		os.Exit(trouble)
	}
	before, err := difference.Read(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(trouble)
	}
	after, err := difference.Read(flag.Arg(1))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(trouble)
	}

	d := difference.Compare(before, after)
	if *markdown {
		fmt.Print(d.Markdown())
	} else {
		fmt.Print(d.Text(*color))
	}
	if *exitCode && !d.Empty() {
		os.Exit(different)
	}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
