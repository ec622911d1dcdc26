package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A command asks a test binary to run tests, and a reply has the outcome. Both have the
// fields of the types in package mutantruntime.
type command struct {
	Mutant        int
	Run           string
	Verbose, Hits bool
	Limit         time.Duration
}

type reply struct {
	OK, Spent bool
	CPU       time.Duration
	Hits      []int
	Heap      uint64
	// output is what the tests wrote, and dead tells whether they ended the process.
	output string
	dead   bool
}

// A worker is a process of a test binary that runs tests on request. It stays, because
// its start takes as long as many tests.
type worker struct {
	binary *testBinary
	// mutant is one that was active from the start. 0 is none.
	mutant int
	// start is the reply of the process to its start.
	start reply
	// warm are the units that have run without a mutant. After that, what a test computes
	// once and keeps was computed without a mutant.
	warm map[*unit]bool
	// heap is how many bytes the process keeps.
	heap uint64

	cmd      *exec.Cmd
	commands io.WriteCloser
	replies  *json.Decoder
	pipe     *os.File
	output   *os.File
}

const (
	// mostMemory limits a process's memory, because a mutant may allocate in a loop.
	mostMemory = 4 << 20 // KiB
	// mostHeap is the heap size above which a new process replaces this one.
	mostHeap = 1 << 30
	// patience is how long a run may wait without using the processor. It is long, because
	// a run on a busy machine waits too.
	patience = 15 * time.Minute
)

// newWorker starts a test binary within a copy of the module.
func newWorker(ctx context.Context, b *testBinary, t *tree, mutant int) (*worker, error) {
	w := &worker{binary: b, mutant: mutant, warm: map[*unit]bool{}}
	said, err := os.CreateTemp(filepath.Dir(t.dir), "output-")
	if err != nil {
		return nil, err
	}
	w.output = said
	theirs, err := w.command(ctx, b, t)
	if err != nil {
		return nil, err
	}
	err = w.cmd.Start()
	theirs.Close() //nolint:errcheck,gosec // The process has its own.
	if err != nil {
		return nil, fmt.Errorf("cannot start the tests of %s: %w", b.dir, err)
	}
	w.start = w.receive()
	if w.start.dead && mutant == 0 {
		defer w.stop()
		return nil, fmt.Errorf("cannot start the tests of %s: %s", b.dir, w.start.output)
	}
	return w, ctx.Err()
}

// command prepares the process, and returns the end of a pipe that the process writes to.
func (w *worker) command(ctx context.Context, b *testBinary, t *tree) (*os.File, error) {
	script := fmt.Sprintf(`ulimit -d %d; exec "$@"`, mostMemory)
	args := []string{"-c", script, "sh", b.path, "-test.run=^TestMutants_$", "-test.timeout=0", "-test.paniconexit0"}
	w.cmd = exec.CommandContext(ctx, "sh", append(args, b.flags...)...)
	w.cmd.Dir = filepath.Join(t.dir, filepath.FromSlash(b.dir))
	w.cmd.Env = append(environment(), "MUTANT_HITS=1", "MUTANT="+strconv.Itoa(w.mutant))
	w.cmd.Stdout, w.cmd.Stderr = w.output, w.output
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	w.pipe, w.replies = ours, json.NewDecoder(ours)
	w.cmd.ExtraFiles = []*os.File{theirs}
	w.commands, err = w.cmd.StdinPipe()
	return theirs, err
}

// environment is this process's environment without KASHA_*, which would make tests run
// programs that were built without mutants. Each process uses one thread, because several
// processes run at once.
func environment() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "KASHA_") {
			out = append(out, v)
		}
	}
	return append(out, "GOMAXPROCS=1", "GOGC=300")
}

// run runs tests with the worker's mutant or, where it has none, with the
// command's.
func (w *worker) run(c command) reply {
	if w.mutant != 0 {
		c.Mutant = w.mutant
	}
	if err := json.NewEncoder(w.commands).Encode(c); err != nil {
		return reply{dead: true, output: err.Error()}
	}
	return w.receive()
}

func (w *worker) receive() reply {
	var r reply
	timer := time.AfterFunc(patience, func() { _ = w.cmd.Process.Kill() }) //nolint:errcheck // It may have ended.
	defer timer.Stop()
	if err := w.replies.Decode(&r); err != nil {
		r.dead = true
	}
	r.dead, w.heap = r.dead || r.Spent, r.Heap
	if said, err := os.ReadFile(w.output.Name()); err == nil {
		r.output = string(said)
	}
	if err := w.output.Truncate(0); err == nil {
		_, _ = w.output.Seek(0, io.SeekStart) //nolint:errcheck // It is a file.
	}
	return r
}

// stop ends the process.
func (w *worker) stop() {
	w.commands.Close()       //nolint:errcheck,gosec // It may have ended.
	_ = w.cmd.Process.Kill() //nolint:errcheck // It may have ended.
	_ = w.cmd.Wait()         //nolint:errcheck // It was killed.
	w.pipe.Close()           //nolint:errcheck,gosec // All of it was read.
	w.output.Close()         //nolint:errcheck,gosec // All of it was read.
	_ = os.Remove(w.output.Name())
}
