// Package simulator plays the provider: it takes what a claim desires, answers
// as AWS and provider-aws would, and asks again until nothing changes. Tests,
// make render AT=rest and the pictures all use this one.
//
// What it answers is plausible, not real: identifiers are hashes, and every
// resource is ready as soon as it is asked for.
package simulator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// A Runner runs the function once.
type Runner interface {
	RunFunction(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error)
}

// A RunnerFn is a function that is a Runner.
type RunnerFn func(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error)

// RunFunction calls the function.
func (f RunnerFn) RunFunction(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	return f(ctx, req)
}

// A World is a cluster with one claim in it, and the AWS account behind it.
type World struct {
	// Passes is how often the function has run.
	Passes int
	// Composite is the claim, with the status that the function gave it.
	Composite map[string]any
	// Observed resources by their key.
	Observed map[string]map[string]any
	// Connection details of the observed resources by their key.
	Connection map[string]map[string][]byte
	// Response is what the function said last.
	Response *fnv1.RunFunctionResponse
	// Interfere, when it is set, changes what AWS answered of a resource: an error,
	// a delay, a value that is missing.
	Interfere func(key string, o map[string]any)
}

// ErrUnsettled means that the function still wanted something else after the
// last pass that it was given.
var ErrUnsettled = errors.New("cannot settle the claim: it still changes after the last pass")

// New returns a World that holds nothing but the claim, whose defaults must
// have been applied.
func New(claim map[string]any) *World {
	c := clone(claim)
	meta := child(c, "metadata")
	setDefault(meta, "namespace", "default")
	setDefault(meta, "uid", "5f0c1c2e-7a52-4b8e-9d7c-0123456789ab")
	setDefault(meta, "creationTimestamp", "2026-01-02T03:04:05Z")
	setDefault(meta, "generation", float64(1))
	return &World{Composite: c, Observed: map[string]map[string]any{}, Connection: map[string]map[string][]byte{}}
}

// Rest drives a claim until nothing changes any more, in at most maxPasses.
func Rest(ctx context.Context, r Runner, claim map[string]any, maxPasses int) (*World, error) {
	w := New(claim)
	return w, w.Settle(ctx, r, maxPasses)
}

// Settle runs the function until it wants nothing else, in at most maxPasses.
func (w *World) Settle(ctx context.Context, r Runner, maxPasses int) error {
	for range maxPasses {
		changed, err := w.Pass(ctx, r)
		if err != nil {
			return err
		}
		if !changed {
			return nil
		}
	}
	return fmt.Errorf("%w (%d passes)", ErrUnsettled, maxPasses)
}

// Pass runs the function once and lets AWS answer. It tells whether anything is
// different from before.
func (w *World) Pass(ctx context.Context, r Runner) (bool, error) {
	req, err := w.Request()
	if err != nil {
		return false, err
	}
	rsp, err := r.RunFunction(ctx, req)
	if err != nil {
		return false, fmt.Errorf("cannot run the function: %w", err)
	}
	w.Passes++
	if m := Fatal(rsp); m != "" {
		return false, errors.New(m)
	}
	before := w.Response
	w.Response = rsp
	w.apply(rsp)
	return before == nil || !proto.Equal(before.GetDesired(), rsp.GetDesired()) || !sameConditions(before, rsp), nil
}

// Replay lets AWS answer the last response again, as if nothing had interfered.
func (w *World) Replay() { w.apply(w.Response) }

func sameConditions(a, b *fnv1.RunFunctionResponse) bool {
	return slices.EqualFunc(a.GetConditions(), b.GetConditions(), func(x, y *fnv1.Condition) bool { return proto.Equal(x, y) })
}

// Fatal returns the message of a response's fatal result, if it has one.
func Fatal(rsp *fnv1.RunFunctionResponse) string {
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			return r.GetMessage()
		}
	}
	return ""
}

// Request is what Crossplane would send now.
func (w *World) Request() (*fnv1.RunFunctionRequest, error) {
	xr, err := structpb.NewStruct(w.Composite)
	if err != nil {
		return nil, fmt.Errorf("cannot encode the claim: %w", err)
	}
	req := &fnv1.RunFunctionRequest{
		Meta:     &fnv1.RequestMeta{Tag: "simulated"},
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: xr}, Resources: map[string]*fnv1.Resource{}},
	}
	for key, o := range w.Observed {
		s, err := structpb.NewStruct(o)
		if err != nil {
			return nil, fmt.Errorf("cannot encode %s: %w", key, err)
		}
		req.Observed.Resources[key] = &fnv1.Resource{Resource: s, ConnectionDetails: w.Connection[key]}
	}
	return req, nil
}

// apply makes the cluster look as if the response had been applied and AWS had
// answered.
func (w *World) apply(rsp *fnv1.RunFunctionResponse) {
	desired := rsp.GetDesired().GetResources()
	maps.DeleteFunc(w.Observed, func(key string, _ map[string]any) bool { return desired[key] == nil })
	maps.DeleteFunc(w.Connection, func(key string, _ map[string][]byte) bool { return desired[key] == nil })

	byName := map[string]map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(desired)) {
		o := desired[key].GetResource().AsMap()
		w.Observed[key] = w.admit(key, o)
		byName[Text(o, "kind")+"/"+Text(o, "metadata", "name")] = w.Observed[key]
	}
	for _, key := range slices.Sorted(maps.Keys(desired)) {
		answer(w.Observed[key], byName, w.region())
		if w.Interfere != nil {
			w.Interfere(key, w.Observed[key])
		}
		if c := connection(w.Observed[key]); c != nil {
			w.Connection[key] = c
		}
	}
	if status := rsp.GetDesired().GetComposite().GetResource().AsMap()["status"]; status != nil {
		w.Composite["status"] = status
	}
}

func (w *World) region() string { return Text(w.Composite, "spec", "region") }

// admit gives an applied object what the API server gives it.
func (w *World) admit(key string, o map[string]any) map[string]any {
	meta := child(o, "metadata")
	annotations := child(meta, "annotations")
	annotations["crossplane.io/composition-resource-name"] = key
	setDefault(meta, "namespace", Text(w.Composite, "metadata", "namespace"))
	meta["uid"] = "uid-" + kinds.Digest(key, 12)
	meta["creationTimestamp"] = "2026-01-02T03:04:06Z"
	meta["generation"] = float64(1)
	return o
}

// Text is a string field of an object, or nothing.
func Text(o map[string]any, path ...string) string {
	for _, p := range path[:len(path)-1] {
		o, _ = o[p].(map[string]any)
	}
	t, _ := o[path[len(path)-1]].(string)
	return t
}

func child(o map[string]any, key string) map[string]any {
	m, ok := o[key].(map[string]any)
	if !ok {
		m = map[string]any{}
		o[key] = m
	}
	return m
}

func setDefault(o map[string]any, key string, v any) {
	if o[key] == nil {
		o[key] = v
	}
}

// clone copies an object of JSON values deeply.
func clone(o map[string]any) map[string]any {
	out := make(map[string]any, len(o))
	for k, v := range o {
		out[k] = cloneValue(v)
	}
	return out
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return clone(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = cloneValue(e)
		}
		return out
	default:
		return v
	}
}
