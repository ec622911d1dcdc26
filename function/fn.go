package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/response"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/backup"
	"github.com/kasha-platform/kasha/function/internal/crypto"
	"github.com/kasha-platform/kasha/function/internal/database"
	"github.com/kasha-platform/kasha/function/internal/defaults"
	"github.com/kasha-platform/kasha/function/internal/edge"
	"github.com/kasha-platform/kasha/function/internal/identity"
	"github.com/kasha-platform/kasha/function/internal/ingress"
	"github.com/kasha-platform/kasha/function/internal/judge"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/network"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/protect"
	"github.com/kasha-platform/kasha/function/internal/queue"
	"github.com/kasha-platform/kasha/function/internal/service"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/storage"
	"github.com/kasha-platform/kasha/function/internal/validate"
	"github.com/kasha-platform/kasha/function/internal/watch"
)

// A tier is a part of the architecture. The resources that it composes count for one
// condition of the claim.
type tier struct {
	condition string
	compose   func(*stack.Stack, *plan.Plan)
}

// tiers are the architecture, in the order in which a request passes them. The
// order is for readers and for messages that list resources. The composed resources
// do not depend on it.
var tiers = []tier{
	{v1alpha1.ConditionNetwork, network.Compose},
	{v1alpha1.ConditionSecurity, crypto.Compose},
	{v1alpha1.ConditionSecurity, identity.Compose},
	{v1alpha1.ConditionEdge, edge.Compose},
	{v1alpha1.ConditionIngress, ingress.Compose},
	{v1alpha1.ConditionBackend, service.Compose},
	{v1alpha1.ConditionBackend, storage.Compose},
	{v1alpha1.ConditionDatabase, database.Compose},
	{v1alpha1.ConditionQueues, queue.Compose},
	{v1alpha1.ConditionObservability, watch.Compose},
	{v1alpha1.ConditionBackup, backup.Compose},
	{v1alpha1.ConditionSecurity, protect.Compose},
}

// ttl is how long Crossplane may wait until it calls the function again. It limits
// how long a claim is stuck after Crossplane's circuit breaker drops an event.
const ttl = response.DefaultTTL

// fault is the fatal result of a claim whose composition panics.
const fault = "cannot compose the claim: the function has a bug; nothing has been changed, " +
	"please report what the function logged"

// A Function composes KashaClaims. It is pure: the same request gives the same
// response. It makes no calls.
type Function struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	log logging.Logger
}

// NewFunction returns a Function that logs to log.
func NewFunction(log logging.Logger) *Function { return &Function{log: log} }

// RunFunction returns the resources that a claim is composed of, its conditions and
// its status. A claim that cannot be composed gets a fatal result; Crossplane then
// changes nothing.
func (f *Function) RunFunction(
	_ context.Context, req *fnv1.RunFunctionRequest,
) (rsp *fnv1.RunFunctionResponse, err error) {
	began := time.Now()
	// A panic for one claim must not stop the function for all other claims.
	defer func() {
		if p := recover(); p != nil {
			f.log.Info("Panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			rsp, err = response.To(req, ttl), nil
			response.Fatal(rsp, errors.New(fault))
		}
	}()

	rsp = response.To(req, ttl)
	s, out, err := compose(req)
	for _, w := range out.warnings {
		response.Warning(rsp, errors.New(w)).TargetComposite()
	}
	if err != nil {
		response.Fatal(rsp, err)
		return rsp, nil
	}
	if err := respond(rsp, out); err != nil {
		response.Fatal(rsp, err)
		return rsp, nil
	}
	desired := len(rsp.GetDesired().GetResources())
	f.log.Debug("Composed",
		"claim", s.Claim.GetNamespace()+"/"+s.Claim.GetName(),
		"desired", desired,
		"held-back", len(out.Resources)-desired,
		"observed", len(req.GetObserved().GetResources()),
		"health", out.status.Health,
		"took", time.Since(began).String())
	return rsp, nil
}

// outcome is the result of a pass.
type outcome struct {
	judge.Outcome

	status   v1alpha1.KashaClaimStatus
	warnings []string
}

// compose decodes, defaults, validates, composes and judges. The outcome's warnings
// are valid even when it returns an error.
func compose(req *fnv1.RunFunctionRequest) (*stack.Stack, outcome, error) {
	order := make([]int, len(tiers))
	for i := range tiers {
		order[i] = i
	}
	return composeIn(order, req)
}

// composeIn composes the tiers in the given order. An order is a list of indexes into
// tiers. It must not change the result.
func composeIn(order []int, req *fnv1.RunFunctionRequest) (*stack.Stack, outcome, error) {
	claim, err := decode(req)
	if err != nil {
		return nil, outcome{}, err
	}
	defaults.Apply(claim)
	obs, ignored := observedResources(req)
	out := outcome{warnings: ignored}
	verdicts := judge.Verdicts(obs)
	s := stack.New(stack.Input{
		Claim:    claim,
		Observed: obs,
		Ready:    func(k stack.Key) bool { return verdicts[k].State == judge.Working },
		Scheme:   kinds.Scheme,
	})
	p := plan.New(s)
	if errs := validate.Claim(p); len(errs) > 0 {
		return nil, out, errors.Join(errs...)
	}
	for _, i := range order {
		s.Tier(i, tiers[i].condition)
		tiers[i].compose(s, p)
	}
	resources, err := s.Resources()
	if err != nil {
		return nil, out, err
	}
	judged(s, p, verdicts, resources, &out)
	return s, out, nil
}

// judged adds the claim's conditions, status and warnings to the outcome.
func judged(
	s *stack.Stack, p *plan.Plan, verdicts map[stack.Key]judge.Verdict, resources []*stack.Resource, out *outcome,
) {
	out.Outcome = judge.Outcome{Resources: resources, Verdicts: verdicts, Rollouts: judge.States(s, p)}
	out.Conditions = append(judge.Conditions(resources, verdicts), judge.Rollout(p, out.Rollouts))
	out.status = judge.Status(s, p, out.Outcome)
	out.warnings = append(out.warnings, judge.Warnings(s, p, resources)...)
}

// respond writes an outcome into a response.
func respond(rsp *fnv1.RunFunctionResponse, out outcome) error {
	if rsp.Desired == nil {
		rsp.Desired = &fnv1.State{}
	}
	if rsp.Desired.Resources == nil {
		rsp.Desired.Resources = make(map[string]*fnv1.Resource, len(out.Resources))
	}
	for _, r := range out.Resources {
		if r.Object == nil {
			continue
		}
		o, err := encode(r.Object)
		if err != nil {
			return fmt.Errorf("cannot encode %s: %w", r.Key, err)
		}
		working := out.Verdicts[r.Key].State == judge.Working
		rsp.Desired.Resources[string(r.Key)] = &fnv1.Resource{Resource: o, Ready: ready(working)}
	}
	xr, err := desiredComposite(&out.status)
	if err != nil {
		return err
	}
	whole := true
	for _, c := range out.Conditions {
		whole = whole && c.True
		rsp.Conditions = append(rsp.Conditions, condition(c))
	}
	rsp.Desired.Composite = &fnv1.Resource{Resource: xr, Ready: ready(whole)}
	return nil
}

func condition(c judge.Condition) *fnv1.Condition {
	status := fnv1.Status_STATUS_CONDITION_FALSE
	if c.True {
		status = fnv1.Status_STATUS_CONDITION_TRUE
	}
	return &fnv1.Condition{
		Type:    c.Type,
		Status:  status,
		Reason:  c.Reason,
		Message: &c.Message,
		Target:  fnv1.Target_TARGET_COMPOSITE.Enum(),
	}
}

func ready(is bool) fnv1.Ready {
	if is {
		return fnv1.Ready_READY_TRUE
	}
	return fnv1.Ready_READY_FALSE
}
