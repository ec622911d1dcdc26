// Package controlplane proves what a claim does in a real control plane: etcd,
// the API server, the garbage collector and Crossplane are the real ones, and
// only the provider is simulated.
//
// make control-plane-test runs it; a plain go test skips it.
package controlplane

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// poll is how often the simulated provider looks at every resource. The real one
// does so every ten minutes, so the circuit breaker sees more changes here.
const poll = 30 * time.Second

// lab is the control plane that all tests share, and provider the process that replaces
// provider-aws in it.
var (
	lab      *harness.Lab
	provider *harness.Process
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	e, ok := harness.FromEnvironment()
	if !ok {
		fmt.Println("skipped: run make control-plane-test")
		return 0
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	began := time.Now()
	var err error
	lab, err = harness.Start(ctx, e, "control-plane")
	if lab != nil {
		defer lab.Stop()
	}
	if err == nil {
		// Start with an empty account: an earlier run may have left resources.
		os.Remove(lab.AccountPath())
		provider, err = lab.StartSimulatedProvider(poll)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Printf("the control plane serves after %s\n", time.Since(began).Round(time.Second))

	code := make(chan int, 1)
	go func() { code <- m.Run() }()
	select {
	case c := <-code:
		fmt.Println(lab.MostMemory())
		return c
	case <-ctx.Done():
		fmt.Fprintln(os.Stderr, "interrupted")
		return 1
	case p := <-lab.Ended:
		fmt.Fprintf(os.Stderr, "%s has ended by itself; the end of its log:\n%s\n", p.Name, p.Tail(30))
		return 1
	}
}

// need fails the test.
func need(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
