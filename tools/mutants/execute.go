package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// A testBinary is the compiled tests of one package.
type testBinary struct {
	path string
	// dir of the package, below the root.
	dir string
	// flags that every run of it gets, and whether it knows the one that writes
	// goldens anew.
	flags   []string
	updates bool
}

// An execution is what became of a run of tests.
type execution struct {
	cpu      time.Duration
	failed   bool
	timedOut bool
	output   string
	// err says why a run tells nothing about the code.
	err error
}

const (
	// mostMemory is what a mutant may take before it dies: it may loop.
	mostMemory = 4 << 20 // KiB
	// patience is for a run that waits instead of working. It is long, since a run
	// on a busy machine looks the same.
	patience = 30 * time.Minute
)

// execute runs a binary's tests within a copy of the module. The limit is of
// processor time, so that a busy machine kills no mutant.
func execute(ctx context.Context, b *testBinary, t *tree, limit time.Duration, env string, args ...string) execution {
	seconds := int(math.Ceil(limit.Seconds()))
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	script := fmt.Sprintf(`ulimit -t %d; ulimit -d %d; exec "$@"`, seconds, mostMemory)
	all := append([]string{"-c", script, "sh", b.path, "-test.timeout=0", "-test.paniconexit0"}, b.flags...)
	cmd := exec.CommandContext(ctx, "sh", append(all, args...)...)
	cmd.Dir = filepath.Join(t.dir, filepath.FromSlash(b.dir))
	cmd.Env = append(environment(), env)
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	x := execution{failed: err != nil, output: out.String()}
	if cmd.ProcessState == nil {
		x.err = fmt.Errorf("cannot start the tests of %s: %w", b.dir, err)
		return x
	}
	x.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	spent := x.cpu >= time.Duration(seconds)*time.Second-time.Second/2
	x.timedOut = x.failed && (spent || ctx.Err() == context.DeadlineExceeded)
	if s, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signal() == syscall.SIGKILL && !x.timedOut {
		x.err = fmt.Errorf("cannot run the tests of %s: they were killed; is the machine out of memory?", b.dir)
	}
	return x
}

// environment is ours without what makes tests drive programs that were built
// from the code without mutants. One thread each: mutants run beside each other.
func environment() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "KASHA_") {
			out = append(out, v)
		}
	}
	return append(out, "GOMAXPROCS=1", "GOGC=300")
}

// binaries are the compiled tests of the program's packages. Of the flags, each
// binary gets those that it knows.
func (p *program) binaries(ctx context.Context, c config, t *tree) ([]*testBinary, error) {
	var out []*testBinary
	seen := map[string]bool{}
	for _, pkg := range p.tested {
		d := p.dir(pkg.ForTest)
		if seen[d] {
			continue
		}
		seen[d] = true
		b := &testBinary{path: filepath.Join(c.dir, "bin", baseName(pkg.ForTest)+".test"), dir: d}
		if _, err := os.Stat(b.path); err != nil {
			return nil, fmt.Errorf("cannot find the tests of %s: %w", d, err)
		}
		help := execute(ctx, b, t, helpLimit, noMutant, "-help").output
		for _, f := range c.flags {
			if knows(help, strings.SplitN(f, "=", 2)[0]) {
				b.flags = append(b.flags, "-"+f)
			}
		}
		b.updates = knows(help, c.update)
		out = append(out, b)
	}
	return out, nil
}

const (
	helpLimit = 10 * time.Second
	// noMutant is the environment of a run without a mutant.
	noMutant = "MUTANT="
)

func baseName(pkgPath string) string { return pkgPath[strings.LastIndexByte(pkgPath, '/')+1:] }

// knows tells whether a usage text has a flag.
func knows(help, flag string) bool {
	return regexp.MustCompile(`(?m)^\s+-` + regexp.QuoteMeta(flag) + `\b`).MatchString(help)
}
