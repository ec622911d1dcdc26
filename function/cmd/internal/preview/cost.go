package preview

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/cost"
	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// A variant is a change of a claim that might save something.
type variant struct {
	title, fields string
	// over is merged over the claim's spec. It is nil where the claim is like that already, or cannot be.
	over func(spec map[string]any) map[string]any
}

// Variants are the changes that are tried. One more, the database's class, follows from the claim.
var Variants = []variant{
	{"one NAT gateway for all zones", "network.natGateways: Single", func(spec map[string]any) map[string]any {
		if existing(spec) {
			return nil
		}
		return map[string]any{"network": map[string]any{"natGateways": "Single"}}
	}},
	{"no public addresses at the load balancer", "edge.origin: VPCOrigin", func(map[string]any) map[string]any {
		return map[string]any{"edge": map[string]any{"origin": "VPCOrigin"}}
	}},
	{"no interface endpoints, and their traffic through NAT gateways", "network.endpoints.interface: []",
		func(spec map[string]any) map[string]any {
			if existing(spec) {
				return nil
			}
			return map[string]any{"network": map[string]any{"endpoints": map[string]any{"interface": []any{}}}}
		}},
	{"Graviton for all tasks, with images for ARM64", "architecture: ARM64", func(spec map[string]any) map[string]any {
		return everywhere(spec, map[string]any{"architecture": "ARM64"})
	}},
	{"all tasks on Spot, which AWS may stop", "spot: {onDemandBase: 0, percent: 100}",
		func(spec map[string]any) map[string]any {
			spot := map[string]any{"onDemandBase": int64(0), "percent": int64(100)}
			return everywhere(spec, map[string]any{"spot": spot})
		}},
	{"no standby of the database", "database.multiAZ: false", func(map[string]any) map[string]any {
		return map[string]any{"database": map[string]any{"multiAZ": false}}
	}},
	{"no read replica of the database", "database.readReplicas: 0", func(map[string]any) map[string]any {
		return map[string]any{"database": map[string]any{"readReplicas": int64(0)}}
	}},
}

// gravitons are the families of RDS's classes for Graviton, of the same age or later, for those of other processors.
var gravitons = map[string]string{
	"t2": "t4g", "t3": "t4g", "m4": "m6g", "m5": "m6g", "m6i": "m7g", "m7i": "m8g",
	"r4": "r6g", "r5": "r6g", "r6i": "r7g", "r7i": "r8g",
}

// gravitonDatabase is the variant with the same size of Graviton for the database.
func gravitonDatabase(now *cost.Report) variant {
	out := variant{title: "Graviton for the database", over: func(map[string]any) map[string]any { return nil }}
	for _, l := range now.Lines {
		parts := strings.Split(l.Of, ".")
		if l.Title != cost.DatabaseInstances || len(parts) != 3 || gravitons[parts[1]] == "" {
			continue
		}
		class := "db." + gravitons[parts[1]] + "." + parts[2]
		out.fields = "database.instanceClass: " + class
		out.over = func(map[string]any) map[string]any {
			return map[string]any{"database": map[string]any{"instanceClass": class}}
		}
	}
	return out
}

// existing tells whether the network is somebody else's.
func existing(spec map[string]any) bool {
	network, _ := spec["network"].(map[string]any)
	return network["existing"] != nil
}

// everywhere changes every workload of a claim.
func everywhere(spec, over map[string]any) map[string]any {
	out := map[string]any{
		"frontend": runtime.DeepCopyJSON(over), "backend": runtime.DeepCopyJSON(over),
	}
	for _, field := range []string{"services", "workers", "schedules"} {
		list, ok := spec[field].([]any)
		if !ok {
			continue
		}
		changed := make([]any, len(list))
		for i, w := range list {
			w, _ := w.(map[string]any)
			changed[i] = manifest.Merge(runtime.DeepCopyJSON(w), runtime.DeepCopyJSON(over))
		}
		out[field] = changed
	}
	return out
}

// Sheet is what a claim costs, what it would cost otherwise, and what base cost, where it is not nil.
func (p *Preview) Sheet(ctx context.Context, c, base *manifest.Claim) (*cost.Sheet, error) {
	sheet := &cost.Sheet{Claim: c.Namespace() + "/" + c.Name()}
	var err error
	if sheet.Report, err = p.estimate(ctx, c.Object, p.Guardrails); err != nil {
		return nil, Unrendered(c.Path, err)
	}
	if base != nil {
		if sheet.Before, err = p.estimate(ctx, base.Object, nil); err != nil {
			return nil, Unrendered(base.Path, err)
		}
	}
	return sheet, p.compared(ctx, c, sheet)
}

// compared adds the other environment and the variants. One that is refused is left out.
func (p *Preview) compared(ctx context.Context, c *manifest.Claim, sheet *cost.Sheet) error {
	spec, _ := c.Object["spec"].(map[string]any)
	sheet.Environment, _ = spec["environment"].(string)
	if sheet.Environment == "" {
		sheet.Environment = string(v1alpha1.Production)
	}
	other := string(v1alpha1.NonProduction)
	if sheet.Environment == other {
		other = string(v1alpha1.Production)
	}
	in, err := p.changed(ctx, c, map[string]any{"environment": other})
	if err != nil {
		return err
	}
	if in != nil {
		sheet.Other = &cost.Variant{Title: other, Fields: "environment: " + other, Report: in}
	}
	for _, v := range append(slices.Clip(Variants), gravitonDatabase(sheet.Report)) {
		over := v.over(spec)
		if over == nil {
			continue
		}
		r, err := p.changed(ctx, c, over)
		if err != nil {
			return err
		}
		if r != nil {
			sheet.Variants = append(sheet.Variants, cost.Variant{Title: v.title, Fields: v.fields, Report: r})
		}
	}
	return nil
}

// changed is the report of a claim with a changed spec, or nil if it is refused.
func (p *Preview) changed(
	ctx context.Context, c *manifest.Claim, over map[string]any,
) (*cost.Report, error) {
	o := manifest.Merge(runtime.DeepCopyJSON(c.Object), map[string]any{"spec": over})
	if schema.Admit(runtime.DeepCopyJSON(o), nil) != nil {
		return nil, nil //nolint:nilnil // There is no such claim.
	}
	r, err := p.estimate(ctx, o, nil)
	var refused simulator.Refusal
	if errors.As(err, &refused) {
		return nil, nil //nolint:nilnil // As above.
	}
	return r, err
}

// estimate asks the function what a new claim costs.
func (p *Preview) estimate(
	ctx context.Context, claim map[string]any, guardrails []map[string]any,
) (*cost.Report, error) {
	claim = runtime.DeepCopyJSON(claim)
	if err := schema.Default(claim); err != nil {
		return nil, err
	}
	w := simulator.New(claim)
	w.Guardrails = guardrails
	req, err := w.Request()
	if err != nil {
		return nil, err
	}
	req.Context = &structpb.Struct{Fields: map[string]*structpb.Value{
		cost.ContextKey: structpb.NewStringValue("lines"),
	}}
	rsp, err := p.Run.RunFunction(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("cannot run the function: %w", err)
	}
	if m := simulator.Fatal(rsp); m != "" {
		return nil, simulator.Refusal(m)
	}
	return cost.ReadReport(rsp.GetContext().GetFields()[cost.ContextKey].AsInterface())
}
