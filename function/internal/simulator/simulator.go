// Package simulator simulates the provider: it takes the function's desired resources,
// answers like AWS and provider-aws, and calls the function again until nothing changes.
// Tests, make render AT=rest and the diagrams use it.
//
// Its answers are plausible, not real: identifiers are hashes, and every resource is ready
// as soon as it is desired.
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

// A RunnerFn is a Go function that is a Runner.
type RunnerFn func(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error)

// RunFunction calls the function.
func (f RunnerFn) RunFunction(ctx context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	return f(ctx, req)
}

// A World is a simulated cluster with one claim, and its AWS account.
type World struct {
	// Passes is the number of times that the function has run.
	Passes int
	// Composite is the claim, with the status that the function gave it.
	Composite map[string]any
	// Observed resources by their key.
	Observed map[string]map[string]any
	// Connection details of the observed resources by their key.
	Connection map[string]map[string][]byte
	// Guardrails are those of the cluster.
	Guardrails []map[string]any
	// Response is the function's last response.
	Response *fnv1.RunFunctionResponse
	// Interfere, if set, changes AWS's answer about a resource, for example to an error, a
	// delay or a missing value.
	Interfere func(key string, o map[string]any)
}

// ErrUnsettled means that the function's response still changed in the last allowed pass.
var ErrUnsettled = errors.New("cannot settle the claim: it still changes after the last pass")

// New returns a World with only the claim, whose defaults must be filled in.
func New(claim map[string]any) *World {
	c := clone(claim)
	meta := child(c, "metadata")
	setDefault(meta, "namespace", "default")
	setDefault(meta, "uid", "5f0c1c2e-7a52-4b8e-9d7c-0123456789ab")
	setDefault(meta, "creationTimestamp", "2026-01-02T03:04:05Z")
	setDefault(meta, "generation", float64(1))
	return &World{Composite: c, Observed: map[string]map[string]any{}, Connection: map[string]map[string][]byte{}}
}

// Rest runs the function for a new World until nothing changes, in at most maxPasses.
func Rest(ctx context.Context, r Runner, claim map[string]any, maxPasses int) (*World, error) {
	w := New(claim)
	return w, w.Settle(ctx, r, maxPasses)
}

// Settle runs the function until its response no longer changes, in at most maxPasses.
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

// Pass runs the function once and lets AWS answer. It returns whether the response differs
// from the last one.
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
		return false, Refusal(m)
	}
	before := w.Response
	w.Response = rsp
	w.apply(rsp)
	return before == nil || !proto.Equal(before.GetDesired(), rsp.GetDesired()) || !sameConditions(before, rsp), nil
}

// Replay lets AWS answer the last response again.
func (w *World) Replay() { w.apply(w.Response) }

func sameConditions(a, b *fnv1.RunFunctionResponse) bool {
	same := func(x, y *fnv1.Condition) bool { return proto.Equal(x, y) }
	return slices.EqualFunc(a.GetConditions(), b.GetConditions(), same)
}

// A Refusal is the message of a fatal result: the function refuses the claim.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// Fatal returns the message of a response's fatal result, if it has one.
func Fatal(rsp *fnv1.RunFunctionResponse) string {
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_FATAL {
			return r.GetMessage()
		}
	}
	return ""
}

// Request returns the request that Crossplane would send now.
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
	required := &fnv1.Resources{}
	for _, g := range w.Guardrails {
		s, err := structpb.NewStruct(g)
		if err != nil {
			return nil, fmt.Errorf("cannot encode a guardrail: %w", err)
		}
		required.Items = append(required.Items, &fnv1.Resource{Resource: s})
	}
	// The composition asks for them.
	req.RequiredResources = map[string]*fnv1.Resources{"guardrails": required}
	return req, nil
}

// apply changes the World as if Crossplane had applied the response and AWS had answered.
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

// admit sets the fields that the API server sets on an applied object.
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

// Text returns a string field of an object. It is empty where there is none.
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

// clone returns a deep copy of an object of JSON values.
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
