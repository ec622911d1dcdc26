// Package aws takes claims through their life with the real provider-aws, in a
// real control plane, against an emulator of AWS.
//
// make e2e runs it; a plain go test skips it. The emulator differs from AWS: it
// enforces few of AWS's rules and takes no time. The tests prove that the provider
// accepts what we compose, comes to rest, and leaves nothing behind.
package aws

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

// poll is how often the provider looks at every resource: ten times as often as by
// default, so that a minute is enough to see what it does at rest.
const poll = time.Minute

var (
	lab      *harness.Lab
	emulator *harness.Emulator
	provider *harness.Process
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	e, ok := harness.FromEnvironment()
	if !ok || e.ProviderAWS == "" {
		fmt.Println("skipped: run make e2e")
		return 0
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	began := time.Now()
	err := start(ctx, e)
	if lab != nil {
		defer lab.Stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Printf("all processes serve after %s\n", time.Since(began).Round(time.Second))

	code := make(chan int, 1)
	go func() { code <- m.Run() }()
	select {
	case c := <-code:
		report()
		return c
	case <-ctx.Done():
		fmt.Fprintln(os.Stderr, "interrupted")
		report()
		return 1
	case p := <-lab.Ended:
		fmt.Fprintf(os.Stderr, "%s has ended by itself; the end of its log:\n%s\n", p.Name, p.Tail(30))
		report()
		return 1
	}
}

func start(ctx context.Context, e harness.Environment) error {
	err := e.Check(map[string]string{"provider-aws": e.ProviderAWS, "moto's Python": e.Python})
	if err != nil {
		return err
	}
	if lab, err = harness.Start(ctx, e, "aws"); err != nil {
		return err
	}
	if emulator, err = lab.StartEmulator(ctx); err != nil {
		return err
	}
	provider, err = lab.StartProvider(ctx, emulator, poll)
	return err
}

func need(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
