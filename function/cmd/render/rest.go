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
	"google.golang.org/grpc"
)

// How many reconciles a claim may take to come to rest. The longest chain is
// the database's; a stack that needs more than this never comes to rest.
const maxPasses = 40

// Crossplane's name for the key of a composed resource.
const keyAnnotation = "crossplane.io/composition-resource-name"

// A world is what AWS and the provider have made of a claim.
type world struct {
	passes     int
	composite  map[string]any
	observed   map[string]map[string]any
	connection map[string]map[string][]byte
}

// A caller runs the function that is being served.
type caller struct {
	client fnv1.FunctionRunnerServiceClient
}

func newCaller(conn *grpc.ClientConn) caller {
	return caller{client: fnv1.NewFunctionRunnerServiceClient(conn)}
}

// RunFunction once.
func (c caller) RunFunction(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	return c.client.RunFunction(ctx, req)
}

// Rest plays AWS and the provider until the claim stands still, and gives the
// engine the world that results.
func rest(ctx context.Context, e *engine, fn *function, c *claim) (*input, error) {
	c.meta()["uid"] = c.uid()
	w, err := simulate(ctx, newCaller(fn.conn), c.object)
	if err != nil {
		return nil, fmt.Errorf("cannot bring %s to rest: %w", c.path, err)
	}
	fmt.Fprintf(e.stderr, "%s is at rest after %d passes, with %d resources\n", c.path, w.passes, len(w.observed))

	dir, err := os.MkdirTemp(e.tmp, "observed-")
	if err != nil {
		return nil, fmt.Errorf("cannot bring %s to rest: %w", c.path, err)
	}
	for i, key := range slices.Sorted(maps.Keys(w.observed)) {
		if err := writeYAML(filepath.Join(dir, fmt.Sprintf("%03d.yaml", i)), observe(key, c.namespace(), w.observed[key])); err != nil {
			return nil, err
		}
	}

	in := &input{claim: w.composite, observed: dir, required: optional(e.required)}
	if in.claim == nil {
		in.claim = c.object
	}
	secrets := connectionSecrets(c.namespace(), w)
	if len(secrets) == 0 {
		return in, nil
	}
	dir, err = os.MkdirTemp(e.tmp, "secrets-")
	if err != nil {
		return nil, fmt.Errorf("cannot bring %s to rest: %w", c.path, err)
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
	annotations[keyAnnotation] = key
	meta["annotations"] = annotations
	meta["namespace"] = namespace
	o["metadata"] = meta
	return o
}

// ConnectionSecrets are the Secrets to which resources say that they write
// their connection details.
func connectionSecrets(namespace string, w *world) []map[string]any {
	var out []map[string]any
	for _, key := range slices.Sorted(maps.Keys(w.connection)) {
		spec, _ := w.observed[key]["spec"].(map[string]any)
		ref, _ := spec["writeConnectionSecretToRef"].(map[string]any)
		name := str(ref, "name")
		if name == "" {
			continue
		}
		data := map[string]any{}
		for k, v := range w.connection[key] {
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
