// Package controlplane proves what a claim does in a real control plane: etcd,
// the API server, the garbage collector and Crossplane are the real ones, and
// only the provider is simulated.
//
// make control-plane-test runs it; a plain go test skips it.
package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
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
	lab, err = start(ctx, e, "control-plane")
	if lab != nil {
		defer lab.Stop()
	}
	if err == nil {
		// Start with an empty account: an earlier run may have left resources.
		os.Remove(accountPath(lab))
		provider, err = startProvider(lab)
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

func start(ctx context.Context, e harness.Environment, suite string) (*harness.Lab, error) {
	err := e.Check(map[string]string{
		"etcd": e.Etcd, "kube-apiserver": e.APIServer, "kube-controller-manager": e.ControllerManager,
		"Crossplane":   e.Core,
		"the function": e.Function, "the simulated provider": e.SimulatedProvider, "render": e.Render,
		"the provider's CRDs": e.AWSCRDs, "Crossplane's CRDs": e.CoreCRDs,
	})
	if err != nil {
		return nil, err
	}
	l, err := harness.NewLab(e, suite)
	if err != nil {
		return nil, err
	}
	if err := l.StartControlPlane(ctx); err != nil {
		return l, err
	}
	if err := l.InstallCRDs(ctx); err != nil {
		return l, err
	}
	port, err := l.StartFunction("function", e.Function)
	if err != nil {
		return l, err
	}
	if err := l.StartCore(ctx); err != nil {
		return l, err
	}
	return l, errors.Join(l.UseFunction(ctx, port), l.InstallKasha(ctx), l.StartControllers(ctx))
}

// startProvider starts the provider of a control plane. All of them work in the same
// account.
func startProvider(l *harness.Lab) (*harness.Process, error) {
	kubeconfig, err := l.AccountKubeconfig(harness.Provider)
	if err != nil {
		return nil, err
	}
	return l.Start(
		harness.Command{Name: "simulated-provider", Path: l.SimulatedProvider, Restart: true, Args: []string{
			"--kubeconfig", kubeconfig, "--journal", journalPath(l), "--faults", faultsPath(l),
			"--account", accountPath(l), "--poll", poll.String(),
		}})
}

// accountPath is the file with the names that are taken in the AWS account.
func accountPath(l *harness.Lab) string { return filepath.Join(l.Output, "account.jsonl") }

func faultsPath(l *harness.Lab) string { return filepath.Join(l.Dir, "faults.json") }

func journalPath(l *harness.Lab) string { return filepath.Join(l.Dir, "logs", "journal.jsonl") }

// need fails the test.
func need(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
