package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
)

const (
	// A cold start reads a large binary from disk; it should not take longer than this.
	startTimeout = 30 * time.Second
	// The function holds no state, so it has nothing to do before it stops.
	stopTimeout = 5 * time.Second
	// Another process may take the free port before the function does.
	attempts = 3
)

// A function is a composition function that is being served by a process of
// ours.
type function struct {
	target string
	conn   *grpc.ClientConn
	log    *tail

	cmd  *exec.Cmd
	done chan struct{}
}

// Serve starts the function on a free loopback port and waits until it serves.
func serve(ctx context.Context, binary string) (*function, error) {
	var err error
	for range attempts {
		var fn *function
		if fn, err = start(binary); err != nil {
			return nil, err
		}
		if err = fn.wait(ctx); err == nil {
			return fn, nil
		}
		fn.stop()
		if !strings.Contains(fn.log.String(), "address already in use") {
			break
		}
	}
	return nil, err
}

func start(binary string) (*function, error) {
	target, err := freePort()
	if err != nil {
		return nil, fmt.Errorf("cannot find a free port: %w", err)
	}
	conn, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()),
		// The first attempt fails, because the function is still starting. The usual
		// wait of a second before the next attempt is longer than a render takes.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay: 5 * time.Millisecond, Multiplier: 1.5, MaxDelay: 100 * time.Millisecond,
			},
			MinConnectTimeout: time.Second,
		}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)))
	if err != nil {
		return nil, fmt.Errorf("cannot connect to the function at %s: %w", target, err)
	}

	fn := &function{target: target, conn: conn, log: &tail{}, done: make(chan struct{})}
	fn.cmd = exec.Command(binary, "--insecure", "--address", target, "--metrics-address", "")
	fn.cmd.Stdout, fn.cmd.Stderr = fn.log, fn.log
	// A process group of its own keeps Ctrl-C from stopping the function while render
	// still cleans up.
	fn.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := fn.cmd.Start(); err != nil {
		conn.Close() // Nothing was sent.
		return nil, fmt.Errorf("cannot start the function: %w; build it with make build", err)
	}
	go func() {
		fn.cmd.Wait() // The reason is in its log.
		close(fn.done)
	}()
	return fn, nil
}

// Wait until the function says that it serves.
func (f *function) wait(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	// A process that has ended does not answer.
	go func() {
		select {
		case <-f.done:
			cancel()
		case <-waiting.Done():
		}
	}()

	client := healthv1.NewHealthClient(f.conn)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		// The process must still run: the answer could come from another render's
		// process, which took the port first.
		rsp, err := client.Check(waiting, &healthv1.HealthCheckRequest{}, grpc.WaitForReady(true))
		switch {
		case f.exited():
			return fmt.Errorf("cannot start the function: it stopped at once; the end of its log:\n%s", f.log)
		case ctx.Err() != nil:
			return errors.New("cannot start the function: interrupted")
		case waiting.Err() != nil:
			return fmt.Errorf("cannot start the function: it does not serve at %s after %s; the end of its log:\n%s",
				f.target, startTimeout, f.log)
		case err == nil && rsp.GetStatus() == healthv1.HealthCheckResponse_SERVING:
			return nil
		}
		<-tick.C
	}
}

// Exited says whether the process has ended.
func (f *function) exited() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// Crashed says whether the process ended by itself. A broken connection is noticed a
// moment before the end of the process.
func (f *function) crashed() bool {
	select {
	case <-f.done:
		return true
	case <-time.After(100 * time.Millisecond):
		return false
	}
}

// Stop the process, politely first.
func (f *function) stop() {
	f.conn.Close()                        // Nothing is in flight.
	f.cmd.Process.Signal(syscall.SIGTERM) // It may be gone already.
	select {
	case <-f.done:
	case <-time.After(stopTimeout):
		f.cmd.Process.Kill() // As above.
		<-f.done
	}
}

// FreePort asks the kernel for a port that is free now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
