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

	"github.com/crossplane/function-sdk-go"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/proto/v1beta1"
)

const (
	// memoryLimit is what the garbage collector keeps to where it can. GOMEMLIMIT
	// overrides it.
	memoryLimit = 112 << 20

	// grace is how long calls may go on when the function is told to stop. It is
	// less than the 30 seconds after which Kubernetes kills a Pod.
	grace = 20 * time.Second
)

// serve serves like the SDK does, but for two things that the SDK has no option
// for: it works on a few calls at a time, and it lets them end when it is told to
// stop. A request at rest takes ten times its size in memory, so what bounds the
// calls bounds the memory; the others wait where they are called from.
func (c *CLI) serve(fn *Function) error {
	so := &function.ServeOptions{}
	for _, o := range []function.ServeOption{function.MTLSCertificates(c.TLSCertsDir), function.Insecure(c.Insecure)} {
		if err := o(so); err != nil {
			return err
		}
	}
	if so.Credentials == nil {
		return errors.New("cannot serve: there are no certificates; give --tls-certs-dir, or --insecure in development")
	}
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(memoryLimit)
	}
	metrics := grpcprometheus.NewServerMetrics()
	srv := grpc.NewServer(
		grpc.Creds(so.Credentials),
		grpc.MaxRecvMsgSize(c.MaxRecvMessageSize*bytesPerMB),
		grpc.MaxConcurrentStreams(uint32(runtime.GOMAXPROCS(0)+1)), //nolint:gosec // Never that many processors.
		grpc.UnaryInterceptor(metrics.UnaryServerInterceptor()),
	)
	reflection.Register(srv)
	fnv1.RegisterFunctionRunnerServiceServer(srv, fn)
	v1beta1.RegisterFunctionRunnerServiceServer(srv, function.ServeBeta(fn))
	healthgrpc.RegisterHealthServer(srv, health.NewServer())
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

// serveMetrics serves Prometheus's metrics, unless the address is empty.
func (c *CLI) serveMetrics(metrics *grpcprometheus.ServerMetrics) error {
	if c.MetricsAddress == "" {
		return nil
	}
	prometheus.MustRegister(metrics)
	lis, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", c.MetricsAddress)
	if err != nil {
		return fmt.Errorf("cannot listen for metrics at %s: %w; give another --metrics-address, or an empty one for none", c.MetricsAddress, err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.Handler())
	s := &http.Server{Handler: mux, ReadHeaderTimeout: grace}
	go func() { _ = s.Serve(lis) }()
	return nil
}

// stopOnSignal lets calls end when the function is told to stop.
func stopOnSignal(srv *grpc.Server) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	go func() {
		defer cancel()
		<-ctx.Done()
		time.AfterFunc(grace, srv.Stop)
		srv.GracefulStop()
	}()
}
