package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"sigs.k8s.io/yaml"
)

// The function gets the whole observed state with its managed fields, and serves
// messages larger than gRPC's 4 MiB.
const maxMessage = 32 << 20

// An engine runs Crossplane's own code: the CLI reads the files, and the core
// reconciles the claim once against a client that lives in memory.
type engine struct {
	options
	target string
	tmp    string
	stderr io.Writer
	// guardrails are among the required resources.
	guardrails []map[string]any
	runs       int
}

// Input is one reconcile's world.
type input struct {
	claim map[string]any
	// observed is a file or a directory; empty means nothing is observed.
	observed string
	// required holds what the function may ask for, and the Secrets from
	// which the engine reads connection details.
	required []string
}

// Output is what one reconcile wrote.
type output struct {
	documents [][]byte
	results   []result
}

// YAML is the stream of the claim and the composed resources.
func (o *output) yaml() string {
	var b strings.Builder
	for _, d := range o.documents {
		b.WriteString("---\n")
		b.Write(bytes.TrimLeft(d, "\n"))
	}
	return b.String()
}

// Render one reconcile.
func (e *engine) render(ctx context.Context, in *input) (*output, error) {
	e.runs++
	dir := filepath.Join(e.tmp, fmt.Sprintf("render-%d", e.runs))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	claim, functions := filepath.Join(dir, "claim.yaml"), filepath.Join(dir, "functions.yaml")
	if err := errors.Join(writeYAML(claim, in.claim), writeYAML(functions, functionPackage(e.target))); err != nil {
		return nil, err
	}

	args := []string{
		"composition", "render", claim, e.composition, functions,
		"--crossplane-binary=" + e.core,
		"--xrd=" + e.xrd,
		"--include-full-xr",
		"--include-function-results",
		"--timeout=1m",
	}
	if in.observed != "" {
		args = append(args, "--observed-resources="+in.observed)
	}
	for _, r := range in.required {
		args = append(args, "--required-resources="+r)
	}
	stdout, stderr, err := e.run(ctx, args...)
	if err != nil {
		return nil, explain(stderr, err)
	}
	return split(stdout)
}

// Run the crossplane CLI.
func (e *engine) run(ctx context.Context, args ...string) (stdout []byte, stderr string, err error) {
	cmd := exec.CommandContext(ctx, e.crossplane, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	// The CLI starts the core. A process group of their own makes it possible to stop
	// both.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = stopTimeout
	// Only the files that it is given count, never the user's own configuration.
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "CROSSPLANE_CONFIG="+filepath.Join(e.tmp, "no-config.yaml"))
	start := time.Now()
	err = cmd.Run()
	if ctx.Err() != nil {
		err = fmt.Errorf("interrupted after %s", time.Since(start).Round(time.Second))
	}
	return out.Bytes(), errs.String(), err
}

// FunctionPackage tells the CLI where the function is being served.
func functionPackage(target string) map[string]any {
	return map[string]any{
		"apiVersion": "pkg.crossplane.io/v1",
		"kind":       "Function",
		"metadata": map[string]any{
			"name": "function-kasha",
			"annotations": map[string]any{
				"render.crossplane.io/runtime":                    "Development",
				"render.crossplane.io/runtime-development-target": target,
			},
		},
		// The CLI requires a package, but does not pull it if the function runs
		// already.
		"spec": map[string]any{"package": "function-kasha"},
	}
}

func writeYAML(path string, o any) error {
	b, err := yaml.Marshal(o)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", filepath.Base(path), err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return fmt.Errorf("cannot write %s: %w", filepath.Base(path), err)
	}
	return nil
}
