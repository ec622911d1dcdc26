package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// PrintSimulated prints the claim at rest and its resources as the function
// desires them, in the order of their keys, with their status where it is asked for.
func printSimulated(ctx context.Context, e *engine, fn *function, stdout io.Writer) error {
	w, err := simulated(ctx, e, fn)
	if err != nil {
		return err
	}
	namespace := manifest.Object(w.Composite).Text("metadata", "namespace")
	documents := []map[string]any{w.Composite}
	for _, key := range slices.Sorted(maps.Keys(w.Observed)) {
		o := w.Response.GetDesired().GetResources()[key].GetResource().AsMap()
		if e.withStatus {
			o["status"] = w.Observed[key]["status"]
		}
		documents = append(documents, observe(key, namespace, o))
	}
	for _, d := range documents {
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

// Simulated is the claim's world at rest. With a base it is the base's world first, in
// which the claim is then changed: existing resources can hold back new ones, and the
// change can be refused.
func simulated(ctx context.Context, e *engine, fn *function) (*simulator.World, error) {
	c, err := manifest.ReadClaim(e.claim)
	if err != nil {
		return nil, err
	}
	switch {
	case e.living:
		return bringLiving(ctx, e, fn, c)
	case e.base == "":
		return bring(ctx, fn, c, e.guardrails)
	}
	base, err := acceptable(e.base)
	if err != nil {
		return nil, err
	}
	if base.Name() != c.Name() || base.Namespace() != c.Namespace() {
		return nil, fmt.Errorf("cannot compare %s/%s with %s/%s: they are two claims; compare two versions of one",
			base.Namespace(), base.Name(), c.Namespace(), c.Name())
	}
	w, err := bringLiving(ctx, e, fn, base)
	if err != nil {
		return nil, err
	}
	return w, change(ctx, e, fn, w, c)
}

func bring(
	ctx context.Context, fn *function, c *manifest.Claim, guardrails []map[string]any,
) (*simulator.World, error) {
	c.Meta()["uid"] = c.UID()
	w, err := simulate(ctx, fn, c.Object, guardrails)
	if err != nil {
		return nil, unrendered(c.Path, err)
	}
	return w, nil
}

// BringLiving brings a claim to rest that lived before its guardrails: it keeps what they
// refuse in a new one.
func bringLiving(ctx context.Context, e *engine, fn *function, c *manifest.Claim) (*simulator.World, error) {
	w, err := bring(ctx, fn, c, nil)
	if err != nil || len(e.guardrails) == 0 {
		return w, err
	}
	w.Guardrails = e.guardrails
	if err := w.Settle(ctx, fn.runner(), maxPasses); err != nil {
		return nil, fmt.Errorf("cannot bring %s to rest within its guardrails: %w", c.Path, err)
	}
	return w, nil
}

// Change the claim of a world, as the API server would, and let it come to rest.
func change(ctx context.Context, e *engine, fn *function, w *simulator.World, c *manifest.Claim) error {
	if err := store(w.Composite, c.Object); err != nil {
		return fmt.Errorf("cannot change the claim to %s: %w", c.Path, err)
	}
	client := fnv1.NewFunctionRunnerServiceClient(fn.conn)
	said := map[string]bool{}
	run := simulator.RunnerFn(
		func(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
			rsp, err := client.RunFunction(ctx, req)
			for _, r := range rsp.GetResults() {
				if m := r.GetMessage(); r.GetSeverity() == fnv1.Severity_SEVERITY_WARNING && !said[m] {
					said[m] = true
					fmt.Fprintf(e.stderr, "Warning: %s\n", m)
				}
			}
			return rsp, err
		})
	if err := w.Settle(ctx, run, maxPasses); err != nil {
		return fmt.Errorf("cannot change the claim to %s: %w", c.Path, err)
	}
	return nil
}

// Store a claim in the place of a living one, as the API server would for a client that
// applied the whole living one.
func store(living, claim map[string]any) error {
	if err := schema.Admit(claim, living); err != nil {
		return err
	}
	if !reflect.DeepEqual(living["spec"], claim["spec"]) {
		meta, _ := living["metadata"].(map[string]any)
		switch was := meta["generation"].(type) {
		case float64:
			meta["generation"] = was + 1
		case int64:
			meta["generation"] = was + 1
		}
	}
	living["spec"] = claim["spec"]
	return nil
}
