// Command playground runs a control plane with Kasha in it on this machine, until Ctrl-C.
//
// The programs are those of the tests. The provider is simulated, so that no AWS account is
// needed: everything that a claim asks for seems to exist after some seconds. With
// KASHA_PLAYGROUND_PROVIDER=aws it is provider-aws, against an emulator of AWS.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

// poll is how often the provider looks at every resource that works. Few polls leave the
// processors to what changes.
const poll = 2 * time.Minute

// namespace is the one of the examples.
const namespace = "team-shop"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "\n%s\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	e, ok := harness.FromEnvironment()
	if !ok {
		return errors.New("cannot start the playground by itself: run make playground, which builds what it needs")
	}
	provider := os.Getenv("KASHA_PLAYGROUND_PROVIDER")
	if provider != "simulated" && provider != "aws" {
		return fmt.Errorf("cannot use PROVIDER=%s: write simulated, which needs no AWS, or aws, which is the real "+
			"provider against an emulator of AWS", provider)
	}
	began := time.Now()
	fmt.Fprintln(os.Stderr, "starting etcd, the API server, Crossplane and Kasha (about 20 seconds)...")
	l, err := harness.Start(ctx, e, "playground")
	if l != nil {
		defer l.Stop()
	}
	if err == nil {
		err = startProvider(ctx, l, provider)
	}
	if err == nil {
		err = l.Plane.Namespace(ctx, namespace)
	}
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil:
		return fmt.Errorf("cannot start the playground: %w; the logs are in %s", err, filepath.Join(l.Dir, "logs"))
	}
	fmt.Fprintf(os.Stderr, "ready after %s\n", time.Since(began).Round(time.Second))
	welcome(l)
	select {
	case <-ctx.Done():
		fmt.Fprintln(os.Stderr, "\nstopping; nothing of the playground is kept but its logs")
		return nil
	case p := <-l.Ended:
		return fmt.Errorf("%s has ended by itself; the end of its log:\n%s", p.Name, p.Tail(30))
	}
}

func startProvider(ctx context.Context, l *harness.Lab, provider string) error {
	if provider == "simulated" {
		// An earlier playground may have left names in the account.
		os.Remove(l.AccountPath())
		_, err := l.StartSimulatedProvider(poll)
		return err
	}
	err := l.Check(map[string]string{"provider-aws": l.ProviderAWS, "the emulator's Python": l.Python})
	if err != nil {
		return err
	}
	emulator, err := l.StartEmulator(ctx)
	if err != nil {
		return err
	}
	_, err = l.StartProvider(ctx, emulator, poll)
	return err
}

// welcome prints what to do, on standard output, so that it can be read by programs.
func welcome(l *harness.Lab) {
	kubectl := os.Getenv("KASHA_PLAYGROUND_KUBECTL")
	fmt.Printf(`
In another terminal, in this directory:

  export KUBECONFIG=%s PATH=%s:$PATH
  kubectl apply -f examples/minimal.yaml
  kubectl get kasha -n %s --watch

Ctrl-C here ends everything.
`, relative(l.Plane.Kubeconfig), relative(filepath.Dir(kubectl)), namespace)
}

// relative is a path from the working directory of make, where it is shorter.
func relative(path string) string {
	root := os.Getenv("KASHA_ROOT") + string(filepath.Separator)
	if rest, ok := strings.CutPrefix(path, root); ok {
		return "$PWD/" + rest
	}
	return path
}
