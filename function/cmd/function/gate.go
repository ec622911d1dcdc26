package main

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"
)

// A gate bounds the calls of all clients together. gRPC's own limit is for each connection,
// so without a gate, as many connections take as many times the memory. A few more calls than
// may run are let in and wait. Their messages have been received, but not decoded, which
// takes ten times as much. Others are refused at once, before anything of theirs is received.
type gate struct {
	running chan struct{}
	most    int64
	in      atomic.Int64
}

// waiting is how many times as many calls are let in as may run. It is enough for two
// connections that use all their streams, as in the moment in which another replica of
// Crossplane takes over.
const waiting = 2

func newGate(parallel int) *gate {
	return &gate{running: make(chan struct{}, parallel), most: int64(waiting * parallel)}
}

// admit refuses a call where too many have been let in. Health checks always come in. It does
// not wait, because gRPC calls it while it reads the connection.
func (g *gate) admit(ctx context.Context, info *tap.Info) (context.Context, error) {
	if !strings.HasSuffix(info.FullMethodName, "/RunFunction") {
		return ctx, nil
	}
	if g.in.Add(1) > g.most {
		g.in.Add(-1)
		return ctx, status.Errorf(codes.ResourceExhausted,
			"cannot take the call: %d others run or wait already; call again later", g.most)
	}
	// gRPC cancels the context when the call is over, however it ends.
	context.AfterFunc(ctx, func() { g.in.Add(-1) })
	return ctx, nil
}

// bounded is a service whose calls wait, before their messages are decoded, until they may
// run.
func (g *gate) bounded(service grpc.ServiceDesc) *grpc.ServiceDesc {
	service.Methods = slices.Clone(service.Methods)
	for i, m := range service.Methods {
		service.Methods[i].Handler = func(
			srv any, ctx context.Context, decode func(any) error, interceptor grpc.UnaryServerInterceptor,
		) (any, error) {
			select {
			case g.running <- struct{}{}:
			case <-ctx.Done():
				return nil, status.FromContextError(ctx.Err()).Err()
			}
			defer func() { <-g.running }()
			return m.Handler(srv, ctx, decode, interceptor)
		}
	}
	return &service
}
