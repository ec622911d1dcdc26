package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// How many reconciles a claim may take to come to rest. The longest chain is the
// database's. A stack that needs more than this does not come to rest at all.
const maxPasses = 40

// Simulate plays AWS and the provider for a claim, to which it gives the
// defaults that the API server would.
func simulate(
	ctx context.Context, fn *function, claim map[string]any, guardrails []map[string]any,
) (*simulator.World, error) {
	if err := schema.Default(claim); err != nil {
		return nil, err
	}
	w := simulator.New(claim)
	w.Guardrails = guardrails
	return w, w.Settle(ctx, fn.runner(), maxPasses)
}

// Runner calls the function over gRPC.
func (f *function) runner() simulator.Runner {
	client := fnv1.NewFunctionRunnerServiceClient(f.conn)
	return simulator.RunnerFn(
		func(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
			return client.RunFunction(ctx, req)
		})
}

// Rest plays AWS and the provider until nothing changes, and gives the resulting world
// to the engine.
func rest(ctx context.Context, e *engine, fn *function, c *manifest.Claim) (*input, error) {
	c.Meta()["uid"] = c.UID()
	w, err := simulate(ctx, fn, c.Object, e.guardrails)
	if err != nil {
		return nil, unrendered(c.Path, err)
	}
	fmt.Fprintf(e.stderr, "%s is at rest after %d passes, with %d resources\n", c.Path, w.Passes, len(w.Observed))

	dir, err := os.MkdirTemp(e.tmp, "observed-")
	if err != nil {
		return nil, unrendered(c.Path, err)
	}
	for i, key := range slices.Sorted(maps.Keys(w.Observed)) {
		if err := writeYAML(filepath.Join(dir, fmt.Sprintf("%03d.yaml", i)),
			observe(key, c.Namespace(), w.Observed[key])); err != nil {
			return nil, err
		}
	}

	in := &input{claim: w.Composite, observed: dir, required: optional(e.required)}
	secrets := connectionSecrets(c.Namespace(), w)
	if len(secrets) == 0 {
		return in, nil
	}
	dir, err = os.MkdirTemp(e.tmp, "secrets-")
	if err != nil {
		return nil, unrendered(c.Path, err)
	}
	for i, s := range secrets {
		if err := writeYAML(filepath.Join(dir, fmt.Sprintf("%03d.yaml", i)), s); err != nil {
			return nil, err
		}
	}
	in.required = append(in.required, dir)
	return in, nil
}

// Observe is a resource as Crossplane finds it: in the claim's namespace, and
// marked with its key.
func observe(key, namespace string, o map[string]any) map[string]any {
	o = maps.Clone(o)
	meta, _ := o["metadata"].(map[string]any)
	meta = maps.Clone(meta)
	if meta == nil {
		meta = map[string]any{}
	}
	annotations, _ := meta["annotations"].(map[string]any)
	annotations = maps.Clone(annotations)
	if annotations == nil {
		annotations = map[string]any{}
	}
	annotations[manifest.KeyAnnotation] = key
	meta["annotations"] = annotations
	meta["namespace"] = namespace
	o["metadata"] = meta
	return o
}

// ConnectionSecrets are the Secrets to which resources say that they write
// their connection details.
func connectionSecrets(namespace string, w *simulator.World) []map[string]any {
	var out []map[string]any
	for _, key := range slices.Sorted(maps.Keys(w.Connection)) {
		name := manifest.Object(w.Observed[key]).Text("spec", "writeConnectionSecretToRef", "name")
		if name == "" {
			continue
		}
		data := map[string]any{}
		for k, v := range w.Connection[key] {
			data[k] = base64.StdEncoding.EncodeToString(v)
		}
		out = append(out, map[string]any{
			"apiVersion": "v1",
			"kind":       "Secret",
			"metadata":   map[string]any{"name": name, "namespace": namespace},
			"type":       "connection.crossplane.io/v1alpha1",
			"data":       data,
		})
	}
	return out
}
