// Mutants changes the program in small ways, one at a time, and tells which of
// these mutants no test notices. Every test binary is compiled once, with all
// mutants in it; an environment variable switches one on. The work tree is only
// read.
//
// A mutant counts as killed when a test fails that -update cannot make pass.
// docs/testing.md says how to use it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// A config is what the command line says.
type config struct {
	root, dir string
	// program is the package that is shipped, and tests are the packages whose
	// tests count, as patterns.
	program string
	tests   []string
	// flags are for the tests that know them; update is the one that writes
	// goldens anew.
	flags  []string
	update string
	// goldens also runs the tests of goldens, whose kills do not count.
	goldens bool
	// skip chooses tests that are not used, by directory.name.
	skip *regexp.Regexp
	// forget are the variables of tests, as directory.name, that keep what the
	// program has answered.
	forget []string
	// jobs is how many mutants run at the same time.
	jobs int
	// share of all mutants that are used, in percent.
	share int
	// match chooses among the mutants, by ID.
	match *regexp.Regexp
	// budget is how much processor time the tests against one mutant may take.
	budget time.Duration
	// grace is how much processor time a test gets with a mutant, beside five times
	// what it takes without.
	grace time.Duration

	score, equivalent string

	list, record, lower bool
	show                string
	sampleSize          int
	seed                uint64
}

func parse(args []string) (config, error) {
	var c config
	var tests, flags, forget, match, skip string
	set := flag.NewFlagSet("mutants", flag.ContinueOnError)
	set.StringVar(&c.root, "root", ".", "the `directory` of the module")
	set.StringVar(&c.dir, "dir", "_output/mutants", "the `directory` for binaries and results")
	set.StringVar(&c.program, "program", ".", "the `package` that is shipped; what it is made of is mutated")
	set.StringVar(&tests, "tests", "./...", "the `packages` whose tests count, with commas between them")
	set.StringVar(&flags, "flags", "", "`flags` for the tests that know them, with spaces between them")
	set.StringVar(&c.update, "update", "update", "the `flag` of tests that writes goldens anew")
	set.BoolVar(&c.goldens, "goldens", false, "run tests of goldens too, to see what only they notice")
	set.StringVar(&skip, "skip", "", "do not use tests whose names (directory.name) match this regular `expression`")
	set.StringVar(&forget, "forget", "", "empty these `variables` (directory.name) of tests before each run")
	set.IntVar(&c.jobs, "jobs", runtime.GOMAXPROCS(0), "run so `many` mutants at the same time")
	set.IntVar(&c.share, "share", 100, "use this `percentage` of all mutants, always the same ones")
	set.StringVar(&match, "match", "", "use all mutants whose IDs match this regular `expression` instead")
	set.DurationVar(&c.budget, "budget", 0, "how much processor `time` one mutant may take; 0 is no bound")
	set.DurationVar(&c.grace, "grace", 3*time.Second,
		"how much more than five times its own processor `time` a test may take")
	set.StringVar(&c.score, "score", "tools/mutants/score.txt", "the `file` with the recorded score")
	set.StringVar(&c.equivalent, "equivalent", "tools/mutants/equivalent.txt", "the `file` with equivalent mutants")
	set.BoolVar(&c.list, "list", false, "list the survivors of the last run over this code, and run nothing")
	set.StringVar(&c.show, "show", "", "show the mutant with this `ID` as a diff, and run nothing")
	set.BoolVar(&c.record, "record", false, "write the score into the file with the recorded score")
	set.BoolVar(&c.lower, "lower", false, "let -record lower the score")
	set.IntVar(&c.sampleSize, "sample", 0, "run so many mutants that the record says are killed; fail if one survives")
	set.Uint64Var(&c.seed, "seed", 1, "the seed of the sample")
	if err := set.Parse(args); err != nil {
		return c, err
	}
	c.tests, c.flags, c.forget = strings.Split(tests, ","), strings.Fields(flags), strings.Fields(forget)
	var err error
	if c.match, err = expression("match", match); err != nil {
		return c, err
	}
	if c.skip, err = expression("skip", skip); err != nil {
		return c, err
	}
	return c, c.check()
}

// expression compiles a flag's value. It is nil where there is none.
func expression(flag, text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	r, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("cannot use -%s: %w", flag, err)
	}
	return r, nil
}

// check refuses what cannot be together.
func (c *config) check() error {
	if c.record && (c.match != nil || c.sampleSize > 0) {
		return errors.New("cannot record a part of the mutants: leave out -match and -sample")
	}
	return nil
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	c, err := parse(os.Args[1:])
	if err == nil {
		err = run(ctx, c, os.Stdout, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, c config, out, log io.Writer) error {
	s, err := newSession(c, log)
	if err != nil {
		return err
	}
	switch {
	case c.show != "":
		return s.show(out)
	case c.list:
		return s.list(out)
	case c.sampleSize > 0:
		return s.sample(ctx, out)
	}
	return s.full(ctx, out)
}
