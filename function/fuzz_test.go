package main

import (
	"context"
	"maps"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// FuzzDecode gives the decoder claims of any shape: it must answer with a claim
// or an error, and never fall over.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"spec":{"region":"us-east-1","queues":[{"name":"jobs"}]}}`))
	f.Add([]byte(`{"metadata":{"name":1,"creationTimestamp":"yesterday"},"spec":[]}`))
	f.Add([]byte(`{"spec":{"frontend":{"cpu":1e99,"scaling":null}},"status":{"queues":{}}}`))
	f.Fuzz(func(t *testing.T, claim []byte) {
		req := &fnv1.RunFunctionRequest{Observed: &fnv1.State{Composite: &fnv1.Resource{}}}
		if err := protojson.Unmarshal([]byte(`{"observed":{"composite":{"resource":`+string(claim)+`}}}`), req); err != nil {
			t.Skip()
		}
		if c, err := decode(req); (c == nil) == (err == nil) {
			t.Errorf("decode answers with claim %v and error %v", c, err)
		}
	})
}

// FuzzRunFunction gives the function whole requests of any shape, as they come
// over the wire: it must answer without an error of its own, and with nothing
// desired where it refuses the claim.
func FuzzRunFunction(f *testing.F) {
	for _, c := range examples(f) {
		w := simulator.New(c)
		f.Add(encoded(f, w))
		pass(f, w)
		// A few observed resources are enough; large inputs are slow to mutate.
		maps.DeleteFunc(w.Observed, func(key string, _ map[string]any) bool {
			return !slices.Contains([]string{"vpc", "key-data", "alb-public", "webacl"}, key)
		})
		f.Add(encoded(f, w))
	}
	fn := newFunction()
	f.Fuzz(func(t *testing.T, b []byte) {
		req := &fnv1.RunFunctionRequest{}
		if err := proto.Unmarshal(b, req); err != nil {
			t.Skip()
		}
		rsp, err := fn.RunFunction(context.Background(), req)
		if err != nil {
			t.Fatal(err)
		}
		if m := simulator.Fatal(rsp); m != "" && len(rsp.GetDesired().GetResources()) > len(req.GetDesired().GetResources()) {
			t.Errorf("a refused claim (%s) gets resources", m)
		} else if m == fault {
			t.Error("the function panicked")
		}
	})
}

func encoded(f *testing.F, w *simulator.World) []byte {
	f.Helper()
	req, err := w.Request()
	if err != nil {
		f.Fatal(err)
	}
	b, err := proto.Marshal(req)
	if err != nil {
		f.Fatal(err)
	}
	return b
}
