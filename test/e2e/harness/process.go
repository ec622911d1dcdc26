package harness

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// stopTimeout is how long a process may take to stop when it is asked to.
const stopTimeout = 10 * time.Second

// A Command describes a process.
type Command struct {
	// Name is also the name of its log.
	Name string
	Path string
	Args []string
	// Env is added to the environment.
	Env []string
	// Restart starts it again when it ends by itself, as a kubelet would.
	Restart bool
}

// A Supervisor owns processes. It stops those that it started and no others,
// the last one first.
type Supervisor struct {
	// Ended gets the process that has ended by itself, if it is not started again.
	Ended chan *Process

	logs string

	mu        sync.Mutex
	processes []*Process
}

// NewSupervisor returns a Supervisor whose processes log into a directory.
func NewSupervisor(logs string) *Supervisor {
	return &Supervisor{logs: logs, Ended: make(chan *Process, 1)}
}

// A Process is a command that runs.
type Process struct {
	Command

	log  *os.File
	done chan struct{}

	mu       sync.Mutex
	cmd      *exec.Cmd
	stopping bool
	restarts int
	peak     int64 // Since the mark.
	highest  int64 // Ever.
}

// MostMemory is a line with the most memory that each process has had.
func (s *Supervisor) MostMemory() string {
	var parts []string
	for _, p := range s.Processes() {
		ever, _ := p.Peak()
		parts = append(parts, fmt.Sprintf("%s %d MiB", p.Name, ever))
	}
	return "most memory: " + strings.Join(parts, ", ")
}

// Start a command.
func (s *Supervisor) Start(c Command) (*Process, error) {
	f, err := os.Create(filepath.Join(s.logs, c.Name+".log"))
	if err != nil {
		return nil, fmt.Errorf("cannot make a log for %s: %w", c.Name, err)
	}
	p := &Process{Command: c, log: f, done: make(chan struct{})}
	if err := p.spawn(); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", c.Name, err)
	}
	s.mu.Lock()
	s.processes = append(s.processes, p)
	s.mu.Unlock()
	go func() {
		p.supervise()
		if !p.isStopping() {
			select {
			case s.Ended <- p:
			default: // One is enough.
			}
		}
	}()
	return p, nil
}

// Stop every process, the last one first.
func (s *Supervisor) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.processes) - 1; i >= 0; i-- {
		s.processes[i].Stop()
	}
	s.processes = nil
}

// Processes are those that have been started and not been stopped.
func (s *Supervisor) Processes() []*Process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Process(nil), s.processes...)
}

// The kernel can kill a child when the thread that started it ends. So one thread that
// never ends starts all processes, and even a kill -9 of the test leaves no process
// behind.
var starter = sync.OnceValue(func() chan func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

func (p *Process) spawn() error {
	cmd := exec.Command(p.Path, p.Args...)
	cmd.Stdout, cmd.Stderr = p.log, p.log
	cmd.Env = append(os.Environ(), p.Env...)
	cmd.SysProcAttr = attributes()
	failed := make(chan error)
	starter() <- func() { failed <- cmd.Start() }
	if err := <-failed; err != nil {
		return err
	}
	p.mu.Lock()
	p.cmd = cmd
	p.mu.Unlock()
	return nil
}

// supervise restarts the process until it is stopped.
func (p *Process) supervise() {
	defer close(p.done)
	for {
		err := p.command().Wait()
		p.mu.Lock()
		again := p.Restart && !p.stopping
		p.mu.Unlock()
		if !again {
			return
		}
		log.Printf("%s ended (%v) and is started again", p.Name, err)
		time.Sleep(time.Second)
		if err := p.spawn(); err != nil {
			log.Printf("cannot start %s again: %v", p.Name, err)
			return
		}
		// It counts once it runs: a test that waits for this kills it again.
		p.mu.Lock()
		p.restarts++
		p.mu.Unlock()
	}
}

func (p *Process) isStopping() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopping
}

func (p *Process) command() *exec.Cmd {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd
}

// Stop the process, politely first.
func (p *Process) Stop() {
	p.Peak()
	p.mu.Lock()
	p.stopping = true
	p.mu.Unlock()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(stopTimeout):
		p.signal(syscall.SIGKILL)
		<-p.done
	}
	p.log.Close() // Its process is gone.
}

// Kill the process as the kernel does when memory runs out.
func (p *Process) Kill() { p.signal(syscall.SIGKILL) }

func (p *Process) signal(s syscall.Signal) {
	p.command().Process.Signal(s) // It may be gone already.
}

// Exited says whether the process has ended and is not started again.
func (p *Process) Exited() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Restarts is how often the process ended by itself and was started again.
func (p *Process) Restarts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.restarts
}

// Peak is the most memory that the process has had, in MiB: ever, and since Mark
// was called. It is remembered beyond the process's end.
func (p *Process) Peak() (ever, sinceMark int64) {
	data, err := os.ReadFile(p.proc("status"))
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		return p.highest, p.peak
	}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kib, _ := strconv.ParseInt(f[1], 10, 64)
			p.peak = max(p.peak, kib/1024)
			p.highest = max(p.highest, p.peak)
		}
	}
	return p.highest, p.peak
}

// Mark starts a new measurement of the peak memory.
func (p *Process) Mark() {
	p.Peak()
	// A 5 resets the kernel's own mark; see proc_pid_clear_refs(5).
	if os.WriteFile(p.proc("clear_refs"), []byte("5"), 0) != nil {
		return
	}
	p.mu.Lock()
	p.peak = 0
	p.mu.Unlock()
}

func (p *Process) proc(file string) string {
	return filepath.Join("/proc", strconv.Itoa(p.command().Process.Pid), file)
}

// LogPath is the file that the process logs to.
func (p *Process) LogPath() string { return p.log.Name() }

// Tail is the end of the process's log.
func (p *Process) Tail(lines int) string {
	f, err := os.Open(p.LogPath())
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	var last []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		last = append(last, s.Text())
		last = last[max(0, len(last)-lines):]
	}
	return strings.Join(last, "\n")
}

// Until checks until the condition holds, the process ends, or time is up.
func (p *Process) Until(ctx context.Context, timeout time.Duration, what string,
	so func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var last error
	for {
		err := so(ctx)
		if ctx.Err() == nil {
			last = err
		}
		switch {
		case err == nil:
			return nil
		case p.Exited():
			return fmt.Errorf("%s stopped before it was %s; the end of its log:\n%s", p.Name, what, p.Tail(20))
		case ctx.Err() != nil:
			return fmt.Errorf("%s is not %s after %s: %w; the end of its log:\n%s", p.Name, what, timeout, last,
				p.Tail(20))
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// FreePort asks the kernel for a port of the loopback that nobody uses now.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("cannot find a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // It is TCP.
	return port, l.Close()
}

// freePorts are n ports at once, so that no two are the same.
func freePorts(n int) ([]int, error) {
	var errs error
	ports := make([]int, n)
	listeners := make([]net.Listener, 0, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			errs = errors.Join(errs, err)
			break
		}
		listeners = append(listeners, l)
		ports[i] = l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // It is TCP.
	}
	for _, l := range listeners {
		errs = errors.Join(errs, l.Close())
	}
	return ports, errs
}

func local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
