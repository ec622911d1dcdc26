package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// inFlight is the number of concurrent calls that the function must handle.
const inFlight = 64

// BenchmarkFirst is a production claim's first pass, with nothing observed.
func BenchmarkFirst(b *testing.B) { benchmark(b, firstPass(b)) }

// BenchmarkRest is a production claim at rest, observed as a cluster returns it.
func BenchmarkRest(b *testing.B) { benchmark(b, restPass(b)) }

func benchmark(b *testing.B, req *fnv1.RunFunctionRequest) {
	b.Run("Floor", func(b *testing.B) { benchFloor(b, req) })
	b.Run("RunFunction", func(b *testing.B) { benchRun(b, req) })
	b.Run("GRPC", func(b *testing.B) { benchGRPC(b, req, 1) })
	b.Run("GRPC64", func(b *testing.B) { benchGRPC(b, req, inFlight) })
}

func firstPass(tb testing.TB) *fnv1.RunFunctionRequest {
	tb.Helper()
	req, err := simulator.New(examples(tb)["production"]).Request()
	if err != nil {
		tb.Fatal(err)
	}
	return req
}

func restPass(tb testing.TB) *fnv1.RunFunctionRequest {
	tb.Helper()
	w := atRest(tb, examples(tb)["production"])
	for _, o := range w.Observed {
		addManagedFields(tb, o)
	}
	addManagedFields(tb, w.Composite)
	req, err := w.Request()
	if err != nil {
		tb.Fatal(err)
	}
	return req
}

// addManagedFields gives an object what the API server records of the owner of each
// field, which is about as large as the object itself.
func addManagedFields(tb testing.TB, o map[string]any) {
	tb.Helper()
	record := func(manager string, parts ...string) any {
		owned := map[string]any{}
		for _, p := range parts {
			if v, ok := o[p].(map[string]any); ok {
				owned["f:"+p] = fieldsV1(v)
			}
		}
		return map[string]any{
			"manager": manager, "operation": "Apply", "apiVersion": o["apiVersion"], "time": "2026-01-02T03:04:05Z",
			"fieldsType": "FieldsV1", "fieldsV1": owned,
		}
	}
	records := []any{
		record("apiextensions.crossplane.io/composed/0123456789abcdef", "spec"), record("provider", "status"),
	}
	// A round trip through JSON converts it to JSON's own types.
	j, err := json.Marshal(records)
	if err != nil {
		tb.Fatal(err)
	}
	var plain []any
	if err := json.Unmarshal(j, &plain); err != nil {
		tb.Fatal(err)
	}
	o["metadata"].(map[string]any)["managedFields"] = plain //nolint:forcetypeassert // Every object has metadata.
}

func fieldsV1(o map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range o {
		if m, ok := v.(map[string]any); ok {
			out["f:"+k] = fieldsV1(m)
			continue
		}
		out["f:"+k] = map[string]any{}
	}
	return out
}

// benchFloor does what every function must: decode the request and encode the
// response.
func benchFloor(b *testing.B, req *fnv1.RunFunctionRequest) {
	in, err := proto.Marshal(req)
	if err != nil {
		b.Fatal(err)
	}
	rsp, err := newFunction().RunFunction(b.Context(), req)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		var r fnv1.RunFunctionRequest
		if err := proto.Unmarshal(in, &r); err != nil {
			b.Fatal(err)
		}
		if _, err := proto.Marshal(rsp); err != nil {
			b.Fatal(err)
		}
	}
}

func benchRun(b *testing.B, req *fnv1.RunFunctionRequest) {
	f := newFunction()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.RunFunction(b.Context(), req); err != nil {
			b.Fatal(err)
		}
	}
}

// benchGRPC calls over loopback, n calls at once.
func benchGRPC(b *testing.B, req *fnv1.RunFunctionRequest, n int) {
	client := served(b)
	b.ReportAllocs()
	calls := make(chan struct{})
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for range calls {
				if _, err := client.RunFunction(context.Background(), req); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for b.Loop() {
		calls <- struct{}{}
	}
	close(calls)
	wg.Wait()
}

// served serves the function on loopback for as long as the test runs.
func served(tb testing.TB) fnv1.FunctionRunnerServiceClient {
	tb.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	srv := grpc.NewServer(grpc.MaxRecvMsgSize(16 * bytesPerMB))
	fnv1.RegisterFunctionRunnerServiceServer(srv, newFunction())
	go func() { _ = srv.Serve(lis) }()
	tb.Cleanup(srv.Stop)
	return dial(tb, lis.Addr().String())
}

func dial(tb testing.TB, address string) fnv1.FunctionRunnerServiceClient {
	tb.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	return fnv1.NewFunctionRunnerServiceClient(conn)
}

var table = flag.Bool("table", false, "run the benchmarks and measure the program, and print what make bench shows")

// TestTable prints what make bench shows. It is no benchmark, since a benchmark
// cannot run others.
func TestTable(tt *testing.T) {
	if !*table {
		tt.Skip("prints measurements; make bench asks for them")
	}
	var t strings.Builder
	fmt.Fprintf(&t, "\n%-34s %10s %10s %12s %9s\n", "", "ms/call", "of floor", "bytes/call", "allocs")
	for _, at := range []struct {
		name string
		req  *fnv1.RunFunctionRequest
	}{{"first pass", firstPass(tt)}, {"at rest", restPass(tt)}} {
		kinds := map[string]func(*testing.B){
			"1 floor: decode, encode":    func(b *testing.B) { benchFloor(b, at.req) },
			"2 RunFunction":              func(b *testing.B) { benchRun(b, at.req) },
			"3 gRPC round trip":          func(b *testing.B) { benchGRPC(b, at.req, 1) },
			"4 gRPC, 64 calls in flight": func(b *testing.B) { benchGRPC(b, at.req, inFlight) },
		}
		fmt.Fprintf(&t, "%s: %d observed, request of %d bytes\n", at.name, len(at.req.GetObserved().GetResources()),
			proto.Size(at.req))
		floor := 0.0
		for _, k := range slices.Sorted(maps.Keys(kinds)) {
			r := testing.Benchmark(kinds[k])
			ms := float64(r.NsPerOp()) / 1e6
			if floor == 0 {
				floor = ms
			}
			fmt.Fprintf(&t, "  %-32s %10.2f %10.2f %12d %9d\n", k[2:], ms, ms/floor, r.AllocedBytesPerOp(),
				r.AllocsPerOp())
		}
	}
	fmt.Println(t.String() + program(tt, restPass(tt)))
}
