package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/kasha-platform/kasha/function/cmd/internal/preview"
)

// A verdict is the result for one example at one moment.
type verdict struct {
	example   string
	at        string
	resources int
	problem   string
}

// Validate renders every example, at its first pass and at rest, and has the
// crossplane CLI check each stream against the CRDs of its kinds.
func validate(ctx context.Context, e *engine, fn *function) error {
	s, err := newSchemas(e.schemas, e.crds, e.xrd)
	if err != nil {
		return err
	}
	var vs []verdict
	for _, path := range e.examples {
		for _, at := range []string{atFirst, atRest} {
			if ctx.Err() != nil {
				return fmt.Errorf("cannot validate: interrupted")
			}
			v := verdict{example: path, at: at}
			if v.resources, err = judge(ctx, e, fn, s, path, at); err != nil {
				v.problem = err.Error()
			}
			vs = append(vs, v)
		}
	}
	return summarize(e, vs)
}

// Judge one example at one moment. It returns how many resources it composes.
func judge(ctx context.Context, e *engine, fn *function, s *schemas, path, at string) (int, error) {
	c, err := preview.Acceptable(path)
	if err != nil {
		return 0, err
	}
	in, err := prepare(ctx, e, fn, c, at)
	if err != nil {
		return 0, err
	}
	out, err := e.render(ctx, in)
	if err != nil {
		return 0, preview.Unrendered(path, err)
	}
	n := len(out.documents) - 1 // One of the documents is the claim itself.
	ks, err := kinds(out.documents)
	if err != nil {
		return n, err
	}
	if err := s.collect(ks); err != nil {
		return n, err
	}

	stream := filepath.Join(e.tmp, "stream.yaml")
	if err := os.WriteFile(stream, []byte(out.yaml()), 0o600); err != nil {
		return n, fmt.Errorf("cannot validate: %w", err)
	}
	stdout, stderr, err := e.run(ctx, "resource", "validate", s.dir, stream,
		// An empty image is how the CLI is told to download nothing.
		"--crossplane-image=",
		"--cache-dir="+filepath.Join(e.tmp, "cache"),
		"--error-on-missing-schemas",
		"--skip-success-results",
	)
	if err != nil {
		return n, fmt.Errorf("%s%s", stdout, strings.TrimPrefix(stderr, "crossplane: error: "))
	}
	return n, nil
}

// Summarize prints a table, and then what is wrong.
func summarize(e *engine, vs []verdict) error {
	bad := 0
	w := tabwriter.NewWriter(e.stderr, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "EXAMPLE\tAT\tRESOURCES\tVERDICT")
	for _, v := range vs {
		word := "valid"
		if v.problem != "" {
			word = "INVALID"
			bad++
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", v.example, v.at, v.resources, word)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("cannot print the verdicts: %w", err)
	}
	if bad == 0 {
		return nil
	}
	for _, v := range vs {
		if v.problem != "" {
			fmt.Fprintf(e.stderr, "\n%s, %s:\n%s\n", v.example, v.at, strings.TrimSpace(v.problem))
		}
	}
	return fmt.Errorf("cannot accept %d of %d renders: they are invalid; correct what is listed above", bad, len(vs))
}
