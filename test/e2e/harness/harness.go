// Package harness runs a Kubernetes control plane, Crossplane, the composition
// function and a provider as plain processes on the loopback, without
// containers, and stops every one of them again.
package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Binaries are the programs under test and those that they need, as make
// e2e-tools builds them.
type Binaries struct {
	Etcd, APIServer, ControllerManager string
	Core, Function, Render             string
	Previous                           string // The function of the last release; empty leaves the upgrade out.
	SimulatedProvider, ProviderAWS     string
	Python                             string
}

// Sources are the files that a cluster is filled with.
type Sources struct {
	// Root of the repository.
	Root string
	// CoreCRDs and AWSCRDs are directories.
	CoreCRDs, AWSCRDs string
}

// Environment is what make passes to the tests.
type Environment struct {
	Binaries
	Sources
	// Output is where logs and data go.
	Output string
}

// FromEnvironment reads what make has set. Without it the tests are skipped, so
// that a plain go test does not fail.
func FromEnvironment() (Environment, bool) {
	get := os.Getenv
	e := Environment{
		Binaries: Binaries{
			Etcd: get("KASHA_ETCD"), APIServer: get("KASHA_APISERVER"),
			ControllerManager: get("KASHA_CONTROLLER_MANAGER"),
			Core:              get("KASHA_CORE"), Function: get("KASHA_FUNCTION"), Render: get("KASHA_RENDER"),
			Previous:          get("KASHA_PREVIOUS"),
			SimulatedProvider: get("KASHA_SIMULATED_PROVIDER"), ProviderAWS: get("KASHA_PROVIDER_AWS"),
			Python: get("KASHA_MOTO_PYTHON"),
		},
		Sources: Sources{Root: get("KASHA_ROOT"), CoreCRDs: get("KASHA_CORE_CRDS"), AWSCRDs: get("KASHA_AWS_CRDS")},
		Output:  get("KASHA_E2E_OUTPUT"),
	}
	return e, e.Root != "" && e.Output != ""
}

// Check says which programs or files are missing.
func (e Environment) Check(paths map[string]string) error {
	var errs error
	for what, path := range paths {
		if _, err := os.Stat(path); err != nil {
			errs = errors.Join(errs, fmt.Errorf("cannot find %s (%q): run make e2e-tools", what, path))
		}
	}
	return errs
}

// Path of a file of the repository.
func (s Sources) Path(elements ...string) string {
	return filepath.Join(append([]string{s.Root}, elements...)...)
}

// A Lab is one control plane with everything in it, and its directories.
type Lab struct {
	Environment
	*Supervisor
	*PKI

	Dir    string
	locked *os.File

	Plane    *ControlPlane
	Core     *Core
	Function *Process
	// FunctionPort is where Function listens.
	FunctionPort int

	kindsOnce sync.Once
	kinds     []schema.GroupVersionKind
	kindsErr  error
}

// NewLab makes the directories that the processes of a suite need. It deletes what an
// earlier run left there, unless that run is still in progress.
func NewLab(e Environment, suite string) (*Lab, error) {
	dir := filepath.Join(e.Output, suite)
	locked, err := lock(dir + ".lock")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(filepath.Join(dir, "logs"), 0o755)); err != nil {
		return nil, fmt.Errorf("cannot make room for the suite: %w", err)
	}
	p, err := NewPKI(filepath.Join(dir, "pki"))
	if err != nil {
		return nil, err
	}
	return &Lab{
		Environment: e, Supervisor: NewSupervisor(filepath.Join(dir, "logs")), PKI: p, Dir: dir, locked: locked,
	}, nil
}

// Start a control plane with Kasha in it, and no provider. If it fails, the Lab is to be
// stopped where there is one.
func Start(ctx context.Context, e Environment, suite string) (*Lab, error) {
	err := e.Check(map[string]string{
		"etcd": e.Etcd, "kube-apiserver": e.APIServer, "kube-controller-manager": e.ControllerManager,
		"Crossplane": e.Core, "the function": e.Function, "the simulated provider": e.SimulatedProvider,
		"the provider's CRDs": e.AWSCRDs, "Crossplane's CRDs": e.CoreCRDs,
	})
	if err != nil {
		return nil, err
	}
	l, err := NewLab(e, suite)
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

// lock a file until it is closed.
func lock(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("cannot make room for the suite: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("cannot make room for the suite: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, fmt.Errorf(
			"cannot start the suite, since it runs already in this checkout (%w): wait "+
				"for it, or use another checkout", err)
	}
	return f, nil
}

// Stop everything, and forget the keys and the data: only the logs stay.
func (l *Lab) Stop() {
	l.Supervisor.Stop()
	for _, d := range []string{"pki", "data", "kubeconfig"} {
		os.RemoveAll(filepath.Join(l.Dir, d)) // The next run removes what stays.
	}
	l.locked.Close() // Another run may begin.
}

func flags(pairs ...string) []string {
	out := make([]string, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, "--"+strings.TrimSuffix(pairs[i], "=")+"="+pairs[i+1])
	}
	return out
}
