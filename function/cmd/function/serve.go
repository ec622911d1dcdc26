package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	grpcprometheus "github.com/grpc-ecosystem/go-grpc-middleware/providers/prometheus"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"

	sdk "github.com/crossplane/function-sdk-go"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/proto/v1beta1"

	"github.com/kasha-platform/kasha/function"
)

const (
	// memoryLimit is the garbage collector's soft memory limit in bytes. GOMEMLIMIT
	// overrides it.
	memoryLimit = 112 << 20

	// grace is how long running calls may continue after a stop signal. It is less than
	// the 30 seconds after which Kubernetes kills a Pod.
	grace = 20 * time.Second
)

// serve serves like the SDK, with two differences that the SDK has no option for: it
// limits concurrent calls, and it finishes running calls before it stops. A request at
// rest takes ten times its size in memory, so the limit on calls also limits memory.
// Further calls of a client wait in the client, and the gate bounds those of all clients.
func (c *CLI) serve(fn *function.Function) error {
	so := &sdk.ServeOptions{}
	for _, o := range []sdk.ServeOption{sdk.MTLSCertificates(c.TLSCertsDir), sdk.Insecure(c.Insecure)} {
		if err := o(so); err != nil {
			return err
		}
	}
	if so.Credentials == nil {
		return errors.New("cannot serve: there are no certificates; " +
			"give --tls-certs-dir, or --insecure in development")
	}
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(memoryLimit)
	}
	metrics := grpcprometheus.NewServerMetrics()
	parallel := runtime.GOMAXPROCS(0) + 1
	srv := newServer(fn, newGate(parallel),
		grpc.Creds(so.Credentials),
		grpc.MaxRecvMsgSize(c.MaxRecvMessageSize*bytesPerMB),
		grpc.MaxConcurrentStreams(uint32(parallel)), //nolint:gosec // Never that many processors.
		grpc.UnaryInterceptor(metrics.UnaryServerInterceptor()),
	)
	metrics.InitializeMetrics(srv)

	lis, err := (&net.ListenConfig{}).Listen(context.Background(), c.Network, c.Address)
	if err != nil {
		return fmt.Errorf("cannot listen at %s: %w", c.Address, err)
	}
	if err := c.serveMetrics(metrics); err != nil {
		return err
	}
	stopOnSignal(srv)
	return srv.Serve(lis)
}

// newServer is a server of the function's services behind a gate.
func newServer(fn fnv1.FunctionRunnerServiceServer, g *gate, opts ...grpc.ServerOption) *grpc.Server {
	srv := grpc.NewServer(append(opts, grpc.InTapHandle(g.admit))...)
	reflection.Register(srv)
	srv.RegisterService(g.bounded(fnv1.FunctionRunnerService_ServiceDesc), fn)
	srv.RegisterService(g.bounded(v1beta1.FunctionRunnerService_ServiceDesc), sdk.ServeBeta(fn))
	healthgrpc.RegisterHealthServer(srv, health.NewServer())
	return srv
}

// serveMetrics serves Prometheus's metrics, unless the address is empty.
func (c *CLI) serveMetrics(metrics *grpcprometheus.ServerMetrics) error {
	if c.MetricsAddress == "" {
		return nil
	}
	prometheus.MustRegister(metrics)
	lis, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", c.MetricsAddress)
	if err != nil {
		return fmt.Errorf("cannot listen for metrics at %s: %w; "+
			"give another --metrics-address, or an empty one for no metrics", c.MetricsAddress, err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.Handler())
	s := &http.Server{Handler: mux, ReadHeaderTimeout: grace}
	go func() { _ = s.Serve(lis) }()
	return nil
}

// stopOnSignal stops the server on SIGTERM or SIGINT, after running calls have finished.
func stopOnSignal(srv *grpc.Server) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	go func() {
		defer cancel()
		<-ctx.Done()
		time.AfterFunc(grace, srv.Stop)
		srv.GracefulStop()
	}()
}
