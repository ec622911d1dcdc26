package function

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// inFlight is the number of concurrent calls that the function must handle.
const inFlight = 64

// BenchmarkFirst is a production claim's first pass, with nothing observed.
func BenchmarkFirst(b *testing.B) { benchmark(b, firstPass(b)) }

// BenchmarkRest is a production claim at rest, observed as a cluster returns it.
func BenchmarkRest(b *testing.B) { benchmark(b, restPass(b, examples(b)["production"])) }

// BenchmarkTwentyWorkloads is a claim with twenty workloads at rest.
func BenchmarkTwentyWorkloads(b *testing.B) { benchmark(b, restPass(b, twentyWorkloads(b))) }

// twentyWorkloads is the minimal example with ten workers and eight schedules beside its two services.
func twentyWorkloads(tb testing.TB) map[string]any {
	tb.Helper()
	var workers, schedules []any
	for i := range 10 {
		workers = append(workers, map[string]any{
			"name": fmt.Sprintf("worker-%d", i), "queue": "jobs", "command": []any{"bin/worker"},
		})
	}
	for i := range 8 {
		schedules = append(schedules, map[string]any{
			"name": fmt.Sprintf("schedule-%d", i), "every": "1 hour", "command": []any{"bin/report"},
		})
	}
	c := merge(examples(tb)["minimal"], map[string]any{"spec": map[string]any{
		"workers": workers, "schedules": schedules,
	}})
	if err := schema.Default(c); err != nil {
		tb.Fatal(err)
	}
	return c
}

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

func restPass(tb testing.TB, claim map[string]any) *fnv1.RunFunctionRequest {
	tb.Helper()
	w := atRest(tb, claim)
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
	defer reportProcessor(b)()
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

// processorMetric is the processor time of a call in milliseconds, with its garbage collection. Other programs on
// the machine change it much less than the time on the clock.
const processorMetric = "cpu-ms/op"

// reportProcessor starts to measure. The function that it returns reports the metric.
func reportProcessor(b *testing.B) func() {
	b.Helper()
	began := processorTime(b)
	return func() {
		b.ReportMetric(float64((processorTime(b)-began).Microseconds())/1e3/float64(b.N), processorMetric)
	}
}

func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchRun(b *testing.B, req *fnv1.RunFunctionRequest) {
	f := newFunction()
	b.ReportAllocs()
	defer reportProcessor(b)()
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
	defer reportProcessor(b)()
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
	srv := grpc.NewServer(grpc.MaxRecvMsgSize(16 << 20))
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

// What a pass may cost at rest: the share of the floor, and MiB of memory with all calls in flight.
const (
	maxOfFloor = 0.5
	maxMemory  = 150
)

// TestTable prints what make bench shows, and fails where a pass costs too much. It is no benchmark, since a
// benchmark cannot run others.
func TestTable(tt *testing.T) {
	if !*table {
		tt.Skip("prints measurements; make bench asks for them")
	}
	var t strings.Builder
	fmt.Fprintf(&t, "\n%-30s %9s %9s %9s %11s %9s\n", "", "ms", "cpu ms", "of floor", "bytes", "allocs")
	production := restPass(tt, examples(tt)["production"])
	for _, at := range []struct {
		name string
		req  *fnv1.RunFunctionRequest
		max  float64
	}{
		{"first pass", firstPass(tt), math.Inf(1)},
		{"at rest", production, maxOfFloor},
		{"twenty workloads at rest", restPass(tt, twentyWorkloads(tt)), maxOfFloor},
	} {
		fmt.Fprintf(&t, "%s: %d observed, request of %d bytes\n", at.name, len(at.req.GetObserved().GetResources()),
			proto.Size(at.req))
		if share := rows(&t, at.req); share > at.max {
			tt.Errorf("%s: RunFunction takes %.2f of the floor; it must take at most %.2f", at.name, share, at.max)
		}
	}
	text, memory := program(tt, production)
	if memory > maxMemory {
		tt.Errorf("the program takes %d MiB with %d calls in flight; it must take at most %d", memory, inFlight,
			maxMemory)
	}
	fmt.Println(t.String() + text)
}

// rows prints the measurements of one request, and returns RunFunction's share of the floor.
func rows(t io.Writer, req *fnv1.RunFunctionRequest) float64 {
	var floor, run float64
	for _, k := range []struct {
		name string
		of   *float64
		do   func(*testing.B)
	}{
		{"floor: decode, encode", &floor, func(b *testing.B) { benchFloor(b, req) }},
		{"RunFunction", &run, func(b *testing.B) { benchRun(b, req) }},
		{"gRPC round trip", new(float64), func(b *testing.B) { benchGRPC(b, req, 1) }},
		{"gRPC, 64 calls in flight", new(float64), func(b *testing.B) { benchGRPC(b, req, inFlight) }},
	} {
		r := testing.Benchmark(k.do)
		*k.of = r.Extra[processorMetric]
		fmt.Fprintf(t, "  %-28s %9.2f %9.2f %9.2f %11d %9d\n", k.name, float64(r.NsPerOp())/1e6, *k.of, *k.of/floor,
			r.AllocedBytesPerOp(), r.AllocsPerOp())
	}
	return run / floor
}
