// Package preview shows what becomes of a claim, without a cluster and without AWS: its resources at rest, what a
// change does to them, and what they cost.
package preview

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// MaxPasses is how many reconciles a claim may take to come to rest. The longest chain is the
// database's. A stack that needs more than this does not come to rest at all.
const MaxPasses = 40

// A Preview shows claims.
type Preview struct {
	// Run is the function.
	Run simulator.Runner
	// Guardrails are those of the cluster that claims are for.
	Guardrails []map[string]any
	// Warn receives each warning of a change once. It may be nil.
	Warn func(string)
}

// Acceptable reads a claim that the API server would accept.
func Acceptable(path string) (*manifest.Claim, error) {
	c, err := manifest.ReadClaim(path)
	if err != nil {
		return nil, err
	}
	if err := c.Accepted(); err != nil {
		return nil, Unrendered(path, err)
	}
	return c, nil
}

// Unrendered is the error of a claim that cannot be rendered. It says who refuses the claim,
// as the error of a claim that the API server would refuse does.
func Unrendered(path string, err error) error {
	var r simulator.Refusal
	if errors.As(err, &r) {
		err = simulator.Refusal("the function would refuse it:\n  " + strings.ReplaceAll(string(r), "\n", "\n  "))
	}
	return fmt.Errorf("cannot render %s: %w", path, err)
}

// Rest brings a claim to rest.
func (p *Preview) Rest(ctx context.Context, c *manifest.Claim) (*simulator.World, error) {
	return p.rest(ctx, c, p.Guardrails)
}

// rest gives a claim the defaults that the API server would, and plays AWS and the provider for it.
func (p *Preview) rest(
	ctx context.Context, c *manifest.Claim, guardrails []map[string]any,
) (*simulator.World, error) {
	c.Meta()["uid"] = c.UID()
	if err := schema.Default(c.Object); err != nil {
		return nil, Unrendered(c.Path, err)
	}
	w := simulator.New(c.Object)
	w.Guardrails = guardrails
	if err := w.Settle(ctx, p.Run, MaxPasses); err != nil {
		return nil, Unrendered(c.Path, err)
	}
	return w, nil
}

// Living brings a claim to rest that lived before its guardrails: it keeps what they
// refuse in a new one.
func (p *Preview) Living(ctx context.Context, c *manifest.Claim) (*simulator.World, error) {
	w, err := p.rest(ctx, c, nil)
	if err != nil || len(p.Guardrails) == 0 {
		return w, err
	}
	w.Guardrails = p.Guardrails
	if err := w.Settle(ctx, p.Run, MaxPasses); err != nil {
		return nil, fmt.Errorf("cannot bring %s to rest within its guardrails: %w", c.Path, err)
	}
	return w, nil
}

// Change is the world of base, in which the claim is then changed: existing resources can hold back new ones, and the
// change can be refused.
func (p *Preview) Change(ctx context.Context, base, c *manifest.Claim) (*simulator.World, error) {
	if base.Name() != c.Name() || base.Namespace() != c.Namespace() {
		return nil, fmt.Errorf("cannot compare %s/%s with %s/%s: they are two claims; compare two versions of one",
			base.Namespace(), base.Name(), c.Namespace(), c.Name())
	}
	w, err := p.Living(ctx, base)
	if err != nil {
		return nil, err
	}
	return w, p.change(ctx, w, c)
}

// change the claim of a world, as the API server would, and let it come to rest.
func (p *Preview) change(ctx context.Context, w *simulator.World, c *manifest.Claim) error {
	if err := store(w.Composite, c.Object); err != nil {
		return fmt.Errorf("cannot change the claim to %s: %w", c.Path, err)
	}
	said := map[string]bool{}
	run := simulator.RunnerFn(
		func(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
			rsp, err := p.Run.RunFunction(ctx, req)
			for _, r := range rsp.GetResults() {
				m := r.GetMessage()
				if r.GetSeverity() == fnv1.Severity_SEVERITY_WARNING && !said[m] && p.Warn != nil {
					said[m] = true
					p.Warn(m)
				}
			}
			return rsp, err
		})
	if err := w.Settle(ctx, run, MaxPasses); err != nil {
		return fmt.Errorf("cannot change the claim to %s: %w", c.Path, err)
	}
	return nil
}

// Documents are the claim of a world and its resources as the function desires them, in the order of their keys, with
// what AWS answered where it is asked for.
func Documents(w *simulator.World, withStatus bool) []map[string]any {
	namespace := manifest.Object(w.Composite).Text("metadata", "namespace")
	documents := []map[string]any{w.Composite}
	for _, key := range slices.Sorted(maps.Keys(w.Observed)) {
		o := w.Response.GetDesired().GetResources()[key].GetResource().AsMap()
		if withStatus {
			o["status"] = w.Observed[key]["status"]
		}
		documents = append(documents, Observe(key, namespace, o))
	}
	return documents
}

// Observe is a resource as Crossplane finds it: in the claim's namespace, and
// marked with its key.
func Observe(key, namespace string, o map[string]any) map[string]any {
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

// store a claim in the place of a living one, as the API server would for a client that
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
