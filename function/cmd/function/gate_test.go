package main

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
)

// A slowFunction answers when it is told to, and counts the calls that run at once.
type slowFunction struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	release      chan struct{}
	now, highest atomic.Int64
}

func (f *slowFunction) RunFunction(
	ctx context.Context, _ *fnv1.RunFunctionRequest,
) (*fnv1.RunFunctionResponse, error) {
	n := f.now.Add(1)
	defer f.now.Add(-1)
	for h := f.highest.Load(); n > h && !f.highest.CompareAndSwap(h, n); h = f.highest.Load() {
	}
	select {
	case <-f.release:
	case <-ctx.Done():
	}
	return &fnv1.RunFunctionResponse{}, nil
}

// slowServer serves a slow function to clients that each have a connection of their own.
func slowServer(t *testing.T, parallel, clients int) (*slowFunction, *gate, []*grpc.ClientConn) {
	t.Helper()
	f, g := &slowFunction{release: make(chan struct{})}, newGate(parallel)
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := newServer(f, g, grpc.MaxConcurrentStreams(uint32(parallel))) //nolint:gosec // It is small.
	go func() { _ = srv.Serve(lis) }()
	t.Cleanup(srv.Stop)
	conns := make([]*grpc.ClientConn, clients)
	for i := range conns {
		conns[i], err = grpc.NewClient(lis.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conns[i].Close() })
	}
	return f, g, conns
}

func call(ctx context.Context, c *grpc.ClientConn) error {
	_, err := fnv1.NewFunctionRunnerServiceClient(c).RunFunction(ctx, &fnv1.RunFunctionRequest{})
	return err
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 seconds: %s", what)
		}
	}
}

// TestGateBoundsAllClients: five clients, each far below its own limit, share what one may
// have. Two run, two wait, and one is told to come again.
func TestGateBoundsAllClients(t *testing.T) {
	const parallel, clients = 2, 5
	f, g, conns := slowServer(t, parallel, clients)
	answers := make(chan error, clients)
	for _, c := range conns {
		go func() { answers <- call(t.Context(), c) }()
	}
	err := <-answers
	if status.Code(err) != codes.ResourceExhausted || !strings.Contains(err.Error(), "call again later") {
		t.Fatalf("the first answer is %v, want the refusal of one client", err)
	}
	eventually(t, "two calls run", func() bool { return f.now.Load() == parallel })
	if _, err := healthgrpc.NewHealthClient(conns[0]).Check(t.Context(),
		&healthgrpc.HealthCheckRequest{}); err != nil {
		t.Errorf("a busy function does not answer its health check, and would be restarted: %v", err)
	}
	close(f.release)
	for range clients - 1 {
		if err := <-answers; err != nil {
			t.Errorf("a call that was let in failed: %v", err)
		}
	}
	if n := f.highest.Load(); n != parallel {
		t.Errorf("%d calls ran at once, want %d", n, parallel)
	}
	eventually(t, "the calls give their places back", func() bool { return g.in.Load() == 0 })
	for _, c := range conns {
		if err := call(t.Context(), c); err != nil {
			t.Errorf("after the rush: %v", err)
		}
	}
}

// TestGateLetsOneClientWait: a single client, as Crossplane is, is never refused. Its calls
// beyond the limit wait.
func TestGateLetsOneClientWait(t *testing.T) {
	const parallel, calls = 2, 12
	f, _, conns := slowServer(t, parallel, 1)
	close(f.release)
	answers := make(chan error, calls)
	for range calls {
		go func() { answers <- call(t.Context(), conns[0]) }()
	}
	for range calls {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	if n := f.highest.Load(); n > parallel {
		t.Errorf("%d calls ran at once, want at most %d", n, parallel)
	}
}

// TestGateForgetsWhoLeaves: a client that gives up while it waits takes no place.
func TestGateForgetsWhoLeaves(t *testing.T) {
	f, g, conns := slowServer(t, 1, 2)
	first := make(chan error, 1)
	go func() { first <- call(t.Context(), conns[0]) }()
	eventually(t, "a call runs", func() bool { return f.now.Load() == 1 })
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error, 1)
	go func() { second <- call(ctx, conns[1]) }()
	eventually(t, "another waits", func() bool { return g.in.Load() == 2 })
	cancel()
	if err := <-second; status.Code(err) != codes.Canceled {
		t.Errorf("the client that gave up got %v", err)
	}
	eventually(t, "its place is free", func() bool { return g.in.Load() == 1 })
	close(f.release)
	if err := <-first; err != nil {
		t.Error(err)
	}
}
