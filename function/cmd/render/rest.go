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

	"github.com/kasha-platform/kasha/function/cmd/internal/preview"
	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

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
	w, err := e.preview(fn).Rest(ctx, c)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(e.stderr, "%s is at rest after %d passes, with %d resources\n", c.Path, w.Passes, len(w.Observed))

	dir, err := os.MkdirTemp(e.tmp, "observed-")
	if err != nil {
		return nil, preview.Unrendered(c.Path, err)
	}
	for i, key := range slices.Sorted(maps.Keys(w.Observed)) {
		if err := writeYAML(filepath.Join(dir, fmt.Sprintf("%03d.yaml", i)),
			preview.Observe(key, c.Namespace(), w.Observed[key])); err != nil {
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
		return nil, preview.Unrendered(c.Path, err)
	}
	for i, s := range secrets {
		if err := writeYAML(filepath.Join(dir, fmt.Sprintf("%03d.yaml", i)), s); err != nil {
			return nil, err
		}
	}
	in.required = append(in.required, dir)
	return in, nil
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
