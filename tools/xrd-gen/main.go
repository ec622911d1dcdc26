// Xrd-gen makes a CompositeResourceDefinition of Kasha's out of the Go types of the
// API: the one source of schema, defaults, CEL rules and field descriptions.
//
// It fails if Crossplane or the API server would refuse the result: see check.
//
// Usage: xrd-gen [-kind kind] [-o file] directory
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("o", "", "write to this `file` instead of standard output")
	kind := flag.String("kind", "KashaClaim", "the `kind` that is defined")
	flag.Parse()

	if err := run(context.Background(), flag.Arg(0), *kind, *out); err != nil {
		fmt.Fprintln(os.Stderr, "xrd-gen:", err)
		os.Exit(1)
	}
}

// run writes the XRD of a kind of the API types in dir. Nothing is written unless all
// of it could be made, so that a failure leaves the committed file alone.
func run(ctx context.Context, dir, kind, out string) error {
	crd, err := load(dir, kind)
	if err != nil {
		return fmt.Errorf("cannot read the API types: %w", err)
	}

	xrd, err := wrap(crd)
	if err != nil {
		return fmt.Errorf("cannot make the XRD: %w", err)
	}

	if err := check(ctx, xrd); err != nil {
		return fmt.Errorf("cannot use the XRD: %w", err)
	}

	if out == "" {
		_, err = os.Stdout.Write(xrd)
		return err
	}
	return os.WriteFile(out, xrd, 0o644)
}
