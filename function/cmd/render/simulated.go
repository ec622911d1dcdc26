package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/cmd/internal/preview"
	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// preview shows claims with a function that is being served.
func (e *engine) preview(fn *function) *preview.Preview {
	return &preview.Preview{Run: fn.runner(), Guardrails: e.guardrails, Warn: func(m string) {
		fmt.Fprintf(e.stderr, "Warning: %s\n", m)
	}}
}

// PrintSimulated prints the claim at rest and its resources as the function
// desires them, in the order of their keys, with their status where it is asked for.
func printSimulated(ctx context.Context, e *engine, fn *function, stdout io.Writer) error {
	w, err := simulated(ctx, e, fn)
	if err != nil {
		return err
	}
	for _, d := range preview.Documents(w, e.withStatus) {
		b, err := yaml.Marshal(d)
		if err != nil {
			return fmt.Errorf("cannot print what was simulated: %w", err)
		}
		if _, err := fmt.Fprintf(stdout, "---\n%s", b); err != nil {
			return err
		}
	}
	return nil
}

// Simulated is the claim's world at rest, with a base the world that the base has become.
func simulated(ctx context.Context, e *engine, fn *function) (*simulator.World, error) {
	c, err := manifest.ReadClaim(e.claim)
	if err != nil {
		return nil, err
	}
	switch {
	case e.living:
		return e.preview(fn).Living(ctx, c)
	case e.base == "":
		return e.preview(fn).Rest(ctx, c)
	}
	base, err := preview.Acceptable(e.base)
	if err != nil {
		return nil, err
	}
	return e.preview(fn).Change(ctx, base, c)
}

// printCosts prints what a claim costs, and what it would cost otherwise, as JSON.
func printCosts(ctx context.Context, e *engine, fn *function, stdout io.Writer) error {
	c, err := preview.Acceptable(e.claim)
	if err != nil {
		return err
	}
	var base *manifest.Claim
	if e.base != "" {
		if base, err = preview.Acceptable(e.base); err != nil {
			return err
		}
	}
	sheet, err := e.preview(fn).Sheet(ctx, c, base)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(sheet, "", "  ")
	if err != nil {
		return fmt.Errorf("cannot print the costs: %w", err)
	}
	_, err = fmt.Fprintf(stdout, "%s\n", b)
	return err
}
