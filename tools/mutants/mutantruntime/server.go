package mutantruntime

import (
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"regexp"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// A Command asks a test binary to run tests with a mutant. The driver sends it.
type Command struct {
	Mutant int
	// Run is what -test.run would be.
	Run string
	// Verbose names the subtests in the output, and Hits the mutants that are reached
	// in the reply.
	Verbose, Hits bool
	// Limit of processor time. A process that exceeds it ends.
	Limit time.Duration
}

// A Reply is what became of a Command. The first reply of a process is about its
// start.
type Reply struct {
	OK bool
	// Spent tells that the tests exceeded their limit, and that the process has ended.
	Spent bool
	CPU   time.Duration
	Hits  []int
	// Heap is how many bytes the process keeps.
	Heap uint64
}

var (
	tests   []testing.InternalTest
	forgets []func()
)

// Register adds tests that can be asked for.
func Register(t ...testing.InternalTest) { tests = append(tests, t...) }

// Forget adds a function that empties a cache of the tests. It runs before each
// command: what was computed with a mutant must not be read with another one.
func Forget(f func()) { forgets = append(forgets, f) }

// Serve answers the driver's commands, which come from the standard input, until
// there are no more. The replies go to the file 3. What the tests say goes to the
// standard output.
func Serve() {
	replies := json.NewEncoder(os.NewFile(3, "replies"))
	say := func(r Reply) {
		if err := replies.Encode(r); err != nil {
			os.Exit(1) // The driver is gone.
		}
	}
	say(Reply{OK: true, Hits: hits()})
	commands := json.NewDecoder(os.Stdin)
	for {
		var c Command
		switch err := commands.Decode(&c); {
		case errors.Is(err, io.EOF):
			os.Exit(0)
		case err != nil:
			panic(err)
		}
		say(do(c, say))
	}
}

func do(c Command, say func(Reply)) Reply {
	for _, f := range forgets {
		f()
	}
	set("test.run", c.Run)
	set("test.v", map[bool]string{true: "true", false: "false"}[c.Verbose])
	hits()
	active, noting = c.Mutant, c.Hits
	began := cpu()
	over := make(chan struct{})
	go watch(began, c.Limit, over, say)
	ok := testing.RunTests(regexp.MatchString, tests)
	close(over)
	active, noting = 0, false
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return Reply{OK: ok, CPU: cpu() - began, Hits: hits(), Heap: m.HeapAlloc}
}

// watch ends the process when the tests take too long. The limit is of processor
// time, so that a busy machine kills no mutant.
func watch(began, limit time.Duration, over chan struct{}, say func(Reply)) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case <-tick.C:
			if cpu()-began > limit {
				say(Reply{Spent: true, CPU: limit})
				os.Exit(1)
			}
		}
	}
}

func set(name, value string) {
	if err := flag.Set(name, value); err != nil {
		panic(err)
	}
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// hits are the mutants that have been reached since the last call.
func hits() []int {
	var out []int
	for id := range seen {
		if seen[id].Load() {
			seen[id].Store(false)
			out = append(out, id)
		}
	}
	return out
}
