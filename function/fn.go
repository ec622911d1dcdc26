// Package function composes a KashaClaim from AWS resources. The program that Crossplane starts is in cmd/function;
// the commands that show a claim without a cluster call the function directly.
package function

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/response"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/backup"
	"github.com/kasha-platform/kasha/function/internal/cost"
	"github.com/kasha-platform/kasha/function/internal/crypto"
	"github.com/kasha-platform/kasha/function/internal/database"
	"github.com/kasha-platform/kasha/function/internal/defaults"
	"github.com/kasha-platform/kasha/function/internal/edge"
	"github.com/kasha-platform/kasha/function/internal/guard"
	"github.com/kasha-platform/kasha/function/internal/identity"
	"github.com/kasha-platform/kasha/function/internal/ingress"
	"github.com/kasha-platform/kasha/function/internal/judge"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/network"
	"github.com/kasha-platform/kasha/function/internal/override"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/protect"
	"github.com/kasha-platform/kasha/function/internal/queue"
	"github.com/kasha-platform/kasha/function/internal/service"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stackid"
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

	// Required refuses claims where there are no guardrails.
	Required bool

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
	if err := f.run(req, rsp, began); err != nil {
		response.Fatal(rsp, err)
	}
	return rsp, nil
}

// run answers a request. An error is the fatal result.
func (f *Function) run(req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse, began time.Time) error {
	all, known, err := guardrailsIn(req, rsp)
	switch {
	case err != nil || !known:
		return err
	case isGuardrail(req):
		return checkGuardrail(req, rsp, all)
	}
	s, out, err := compose(req, platform{all, f.Required})
	for _, w := range out.ignored {
		// Crossplane drops the warnings of a pass that it cannot finish, so they are
		// also logged.
		f.log.Info("Ignored an observed object", "claim", nameOf(req), "warning", w)
	}
	for _, w := range append(out.ignored, out.warnings...) {
		response.Warning(rsp, errors.New(w)).TargetComposite()
	}
	if err != nil {
		return err
	}
	if err := respond(rsp, out); err != nil {
		return err
	}
	if err := addCostLines(req, rsp, out.estimate); err != nil {
		return err
	}
	desired := len(rsp.GetDesired().GetResources())
	f.log.Debug("Composed",
		"claim", s.Claim.GetNamespace()+"/"+s.Claim.GetName(),
		"desired", desired,
		"held-back", len(out.Resources)-desired,
		"observed", len(req.GetObserved().GetResources()),
		"health", out.status.Health,
		"took", time.Since(began).String())
	return nil
}

// nameOf is the claim's namespace and name, for the log.
func nameOf(req *fnv1.RunFunctionRequest) string {
	o := &observed{resource: req.GetObserved().GetComposite()}
	namespace, _ := stack.Text(o, "metadata", "namespace")
	name, _ := stack.Text(o, "metadata", "name")
	return namespace + "/" + name
}

// outcome is the result of a pass.
type outcome struct {
	judge.Outcome

	status   v1alpha1.KashaClaimStatus
	estimate *cost.Estimate
	warnings []string
	// ignored are warnings of observed objects that cannot be the claim's.
	ignored []string
}

// compose decodes, defaults, validates, composes and judges. The outcome's ignored
// objects are valid even when it returns an error.
func compose(req *fnv1.RunFunctionRequest, pf platform) (*stack.Stack, outcome, error) {
	order := make([]int, len(tiers))
	for i := range tiers {
		order[i] = i
	}
	return composeIn(order, req, pf)
}

// composeIn composes the tiers in the given order. An order is a list of indexes into
// tiers. It must not change the result.
func composeIn(order []int, req *fnv1.RunFunctionRequest, pf platform) (*stack.Stack, outcome, error) {
	claim, err := decode(req)
	if err != nil {
		return nil, outcome{}, err
	}
	defaults.Apply(claim)
	obs, ignored := observedResources(req)
	out := outcome{ignored: ignored}
	choice, err := guard.Choose(pf.guardrails, claim.GetNamespace())
	if err != nil {
		return nil, out, err
	}
	who := identityOf(req, claim, obs)
	who.Resumed = choice.Resumed()[claim.GetNamespace()+"/"+claim.GetName()]
	id, err := stackid.Choose(who)
	if err != nil {
		return nil, out, err
	}
	verdicts := judge.Verdicts(obs)
	s := stack.New(stack.Input{
		Claim:    claim,
		ID:       id,
		Observed: obs,
		Ready:    func(k stack.Key) bool { return verdicts[k].State == judge.Working },
		Scheme:   kinds.Scheme,
		Imposed:  choice.Imposed(),
		Bounded:  choice.Guardrail != nil,
		RoleTag:  choice.RoleTag,

		Overrides: override.Of(claim),
	})
	bounds, err := guard.Judge(judgedBy(s, choice, pf.required))
	if err != nil {
		return nil, out, err
	}
	p := plan.New(s)
	resources, estimate, err := resourcesIn(order, s, p, bounds)
	if err != nil {
		return nil, out, err
	}
	if err := stackid.Renamed(resources, obs); err != nil {
		return nil, out, err
	}
	out.estimate = estimate
	judged(s, p, verdicts, resources, &out)
	bounded(bounds, &out)
	return s, out, nil
}

// resourcesIn composes the resources of a claim that is good and within its bounds, and estimates their cost.
func resourcesIn(
	order []int, s *stack.Stack, p *plan.Plan, bounds *guard.Judgement,
) ([]*stack.Resource, *cost.Estimate, error) {
	if errs := append(bounds.Refusals(), validate.Claim(p)...); len(errs) > 0 {
		return nil, nil, errors.Join(errs...)
	}
	for _, i := range order {
		s.Tier(i, tiers[i].condition)
		tiers[i].compose(s, p)
	}
	resources, err := s.Resources()
	if err != nil {
		return nil, nil, err
	}
	estimate := cost.Of(p, resources)
	bounds.Cost(estimate.Ceiling())
	if errs := bounds.Refusals(); len(errs) > 0 {
		return nil, nil, errors.Join(errs...)
	}
	writeLedger(resources, bounds.Record())
	writeBudget(s.Claim, resources, estimate)
	return resources, estimate, nil
}

// writeBudget gives a budget that follows the estimate its amount.
func writeBudget(c *v1alpha1.KashaClaim, resources []*stack.Resource, e *cost.Estimate) {
	if usd := c.Spec.Alarms.MonthlyBudgetUSD; usd == nil || usd.Type == intstr.Int {
		return
	}
	for _, r := range resources {
		if r.Key == keys.Budget {
			r.SetParam("limitAmount", strconv.FormatInt(e.Budget(), 10))
		}
	}
}

// identityOf is what the ID of the claim's stack depends on.
func identityOf(
	req *fnv1.RunFunctionRequest, c *v1alpha1.KashaClaim, obs map[stack.Key]stack.Observed,
) stackid.Input {
	refs, _ := (&observed{resource: req.GetObserved().GetComposite()}).Lookup("spec", "crossplane", "resourceRefs")
	list, _ := refs.([]any)
	in := stackid.Input{
		Namespace:  c.GetNamespace(),
		Name:       c.GetName(),
		UID:        string(c.GetUID()),
		Generation: c.GetGeneration(),
		Refs:       len(list),
		Observed:   obs,
		Recorded:   c.Status.StackID,
		Composed:   c.Status.Resources.Desired,
	}
	if a := c.Spec.Adopt; a != nil {
		in.Adopt = a.StackID
	}
	return in
}

// judged adds the claim's conditions, status and warnings to the outcome.
func judged(
	s *stack.Stack, p *plan.Plan, verdicts map[stack.Key]judge.Verdict, resources []*stack.Resource, out *outcome,
) {
	out.Outcome = judge.Outcome{
		Resources: resources, Verdicts: verdicts, Rollouts: judge.States(s, p), Adopted: judge.Adopted(s, resources),
	}
	out.Conditions = append(judge.Conditions(resources, verdicts), judge.Rollout(p, out.Rollouts))
	out.status = judge.Status(s, p, out.Outcome)
	out.status.Cost = out.estimate.Status()
	out.warnings = judge.Warnings(s, p, out.Outcome)
	out.status.LastChange = judge.LastChange(s, out.warnings)
	out.status.Warnings = judge.Standing(s, p)
	out.warnings = append(out.warnings, judge.New(s, out.status.Warnings)...)
}

// bounded adds what the guardrails say to the outcome.
func bounded(j *guard.Judgement, out *outcome) {
	met, reason, message := j.Condition()
	out.Conditions = append(out.Conditions, judge.Condition{
		Type: v1alpha1.ConditionGuardrails, True: met, Reason: reason, Message: message,
	})
	out.status.Guardrail = j.Guardrail()
	out.status.Warnings = append(out.status.Warnings, j.Warnings()...)
	out.warnings = append(out.warnings, j.Warnings()...)
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
		// A living claim beyond a new bound still works.
		whole = whole && (c.True || c.Type == v1alpha1.ConditionGuardrails)
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
