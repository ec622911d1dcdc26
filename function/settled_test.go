package function

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// A settled claim has come to rest. It is stored encoded: a decoded world takes some
// megabytes, and one test uses most of them.
type settled struct {
	passes            int
	composite         map[string]any
	request, response []byte
	// changes are the fields, "group/Kind field", of objects that differ from the
	// pass before.
	changes map[string]bool
}

// settledClaims are functions that return a claim at rest, by the claim's JSON. Many
// tests begin with the same claims, and settling one takes a hundred times longer than
// copying it.
var settledClaims sync.Map

// settle drives a claim to rest, once for all tests that want the same claim.
func settle(t testing.TB, c map[string]any) *settled {
	t.Helper()
	id, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	once, _ := settledClaims.LoadOrStore(string(id),
		sync.OnceValues(func() (*settled, error) { return newSettled(c) }))
	s, err := once.(func() (*settled, error))() //nolint:forcetypeassert // Nothing else is stored.
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newSettled(c map[string]any) (*settled, error) {
	w := simulator.New(c)
	s := &settled{changes: map[string]bool{}}
	// One more pass than it may take: the last one finds nothing to change.
	for range passes(c) + 1 {
		before := w.Response.GetDesired().GetResources()
		changed, err := w.Pass(context.Background(), newFunction())
		if err != nil {
			return nil, err
		}
		if !changed {
			return s, s.encode(w)
		}
		for key, r := range w.Response.GetDesired().GetResources() {
			if was, ok := before[key]; ok {
				addChanges(s.changes, was.GetResource(), r.GetResource())
			}
		}
	}
	return nil, fmt.Errorf("%w (%d passes)", simulator.ErrUnsettled, w.Passes)
}

// addChanges adds the fields of spec.forProvider that differ between two versions of an
// object.
func addChanges(changes map[string]bool, was, is *structpb.Struct) {
	a, b := forProvider(was), forProvider(is)
	for f := range merged(a, b) {
		if !sameValue(a[f], b[f]) {
			changes[kindOf(is)+" "+f] = true
		}
	}
}

func forProvider(o *structpb.Struct) map[string]*structpb.Value {
	return o.GetFields()["spec"].GetStructValue().GetFields()["forProvider"].GetStructValue().GetFields()
}

func (s *settled) encode(w *simulator.World) error {
	req, err := w.Request()
	if err != nil {
		return err
	}
	s.passes, s.composite = w.Passes, w.Composite
	if s.request, err = proto.Marshal(req); err != nil {
		return err
	}
	s.response, err = proto.Marshal(w.Response)
	return err
}

// world is a copy that its caller may change.
func (s *settled) world() (*simulator.World, error) {
	req, rsp := &fnv1.RunFunctionRequest{}, &fnv1.RunFunctionResponse{}
	if err := proto.Unmarshal(s.request, req); err != nil {
		return nil, err
	}
	if err := proto.Unmarshal(s.response, rsp); err != nil {
		return nil, err
	}
	w := &simulator.World{
		Passes: s.passes, Response: rsp, Composite: runtime.DeepCopyJSON(s.composite),
		Observed: map[string]map[string]any{}, Connection: map[string]map[string][]byte{},
	}
	for key, r := range req.GetObserved().GetResources() {
		w.Observed[key] = r.GetResource().AsMap()
		if c := r.GetConnectionDetails(); len(c) > 0 {
			w.Connection[key] = c
		}
	}
	return w, nil
}

// atRest settles a claim.
func atRest(t testing.TB, c map[string]any) *simulator.World {
	t.Helper()
	w, err := settle(t, c).world()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// sameValue tells whether two values are equal. It does what proto.Equal does, without
// reflection, which would take most of the time.
func sameValue(a, b *structpb.Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	switch v := a.GetKind().(type) {
	case *structpb.Value_StructValue:
		w, ok := b.GetKind().(*structpb.Value_StructValue)
		return ok && maps.EqualFunc(v.StructValue.GetFields(), w.StructValue.GetFields(), sameValue)
	case *structpb.Value_ListValue:
		w, ok := b.GetKind().(*structpb.Value_ListValue)
		return ok && slices.EqualFunc(v.ListValue.GetValues(), w.ListValue.GetValues(), sameValue)
	}
	return a.AsInterface() == b.AsInterface()
}

func sameObject(a, b *structpb.Struct) bool {
	return maps.EqualFunc(a.GetFields(), b.GetFields(), sameValue)
}

// sameObjects tells whether two answers desire the same of AWS.
func sameObjects(a, b *fnv1.RunFunctionResponse) bool {
	return maps.EqualFunc(a.GetDesired().GetResources(), b.GetDesired().GetResources(),
		func(x, y *fnv1.Resource) bool {
			return sameObject(x.GetResource(), y.GetResource())
		})
}
