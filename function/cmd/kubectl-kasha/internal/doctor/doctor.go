// Package doctor knows what goes wrong with claims, how it shows, and what to do about it: every row of
// docs/known-issues.md and docs/troubleshooting.md is a check, or is in the list of what cannot be seen from here.
//
// A check is a pure function over what was read. It returns findings, each in one sentence, with the exact command
// that helps. Where a finding can be repaired without losing anything, it has a fix, which does what the command does.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
)

// A World is what was read about one claim.
type World struct {
	Claim        *cluster.Claim
	Installation *cluster.Installation
	Events       []cluster.Event
	// AWS is what AWS itself says. It is nil where AWS was not asked.
	AWS *AWS
	Now time.Time
}

// AWS is what AWS says about a claim's resources.
type AWS struct {
	// Names are what AWS calls resources whose objects do not know it, by key: their external names. An empty name
	// means that AWS has no such resource.
	Names map[string]string
	// Tagged are all resources with the claim's tag.
	Tagged []Tagged
	// Services are the claim's services in ECS.
	Services []Service
}

// Tagged is a resource with the claim's tag.
type Tagged struct {
	ARN string
	// ID is the end of the ARN: vpc-0123456789abcdef0.
	ID string
	// Object is the name of the object that it was made for, from the tag crossplane-name, and Kind that from
	// crossplane-kind: vpc.ec2.aws.m.upbound.io.
	Object, Kind string
}

// A Service is a service in ECS.
type Service struct {
	Name             string
	Desired, Running int
	// Failed tells that ECS has given up a deployment, for Reason.
	Failed bool
	Reason string
	// Stopped are the reasons for which the last tasks stopped.
	Stopped []string
}

// A Severity is how bad a finding is.
type Severity string

// The severities.
const (
	// Broken: it does not mend itself.
	Broken Severity = "Broken"
	// Warning: it may become worse, or costs something.
	Warning Severity = "Warning"
	// Note: it is as it should be, although it does not look so.
	Note Severity = "Note"
)

// A Finding is something that is wrong.
type Finding struct {
	Check    string   `json:"check"`
	Severity Severity `json:"severity"`
	// Object is the kind and the name of what it is about.
	Object string `json:"object,omitempty"`
	// Says is what is wrong, in a sentence.
	Says string `json:"says"`
	// Command is what helps. It is empty where only waiting does.
	Command string `json:"command,omitempty"`
	// See is the section of the documentation.
	See string `json:"see"`
	// Fixable tells whether --fix does it, and AWS whether it needs credentials of AWS.
	Fixable  bool `json:"fixable"`
	NeedsAWS bool `json:"needsAWS,omitempty"`
	// Fixed tells that it was done, and Failed why it could not be.
	Fixed  bool   `json:"fixed,omitempty"`
	Failed string `json:"failed,omitempty"`

	fix *fix
}

// A fix is what repairs a finding.
type fix struct {
	resource *cluster.Resource
	// annotate sets and removes annotations of the resource's object.
	annotate map[string]*string
	// drop deletes a rule in AWS that the provider makes again.
	drop bool
	// remove deletes the object, which Crossplane makes again.
	remove bool
}

// A Check finds one sort of trouble.
type Check struct {
	Name string
	// Rows are the sections of the documentation that it knows: known-issues.md#the-circuit-breaker.
	Rows []string
	find func(*World) []Finding
}

// Checks in the order in which findings are told.
var Checks = slices.Concat(stuckChecks, crossplaneChecks, providerChecks, tierChecks, rolloutChecks, deletionChecks,
	awsChecks)

// Examine a claim. What is broken comes first.
func Examine(w *World) []Finding {
	var out []Finding
	for _, c := range Checks {
		for _, f := range c.find(w) {
			f.Check, f.Fixable = c.Name, f.fix != nil
			f.NeedsAWS = f.fix != nil && f.fix.drop
			if f.See == "" {
				f.See = "docs/" + c.Rows[0]
			}
			out = append(out, f)
		}
	}
	order := []Severity{Broken, Warning, Note}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Compare(slices.Index(order, a.Severity), slices.Index(order, b.Severity))
	})
	return out
}

// Hands change what a fix says.
type Hands interface {
	Annotate(ctx context.Context, r *cluster.Resource, annotations map[string]*string) error
	Delete(ctx context.Context, r *cluster.Resource) error
}

// A Dropper deletes rules in AWS.
type Dropper interface {
	Drop(ctx context.Context, r *cluster.Resource) error
}

// Fix does what the findings say, where that is possible, and notes in each what became of it.
func Fix(ctx context.Context, findings []Finding, hands Hands, aws Dropper) {
	for i := range findings {
		f := &findings[i]
		if f.fix == nil {
			continue
		}
		if err := f.fix.do(ctx, hands, aws); err != nil {
			f.Failed = err.Error()
			continue
		}
		f.Fixed = true
	}
}

func (x *fix) do(ctx context.Context, hands Hands, aws Dropper) error {
	switch {
	case x.drop && aws == nil:
		return errors.New("cannot delete the rule in AWS without credentials; give --aws")
	case x.drop:
		return aws.Drop(ctx, x.resource)
	case x.remove:
		return hands.Delete(ctx, x.resource)
	}
	return hands.Annotate(ctx, x.resource, x.annotate)
}

// object is the kind and the name of a resource.
func object(r *cluster.Resource) string { return r.GetKind() + " " + r.GetName() }

// typed is a resource as kubectl takes it: lb.elbv2.aws.m.upbound.io/shop-alb-public.
func typed(r *cluster.Resource) string {
	return strings.ToLower(r.GetKind()) + "." + r.GroupVersionKind().Group + "/" + r.GetName()
}

// kubectl is a command about a resource.
func kubectl(verb string, r *cluster.Resource, more string) string {
	return strings.TrimSpace(fmt.Sprintf("kubectl %s -n %s %s %s", verb, r.GetNamespace(), typed(r), more))
}

// each returns the findings about every resource of a claim.
func each(of func(w *World, r *cluster.Resource) *Finding) func(*World) []Finding {
	return func(w *World) []Finding {
		var out []Finding
		for i := range w.Claim.Resources {
			r := &w.Claim.Resources[i]
			if f := of(w, r); f != nil {
				if f.Object == "" {
					f.Object = object(r)
				}
				out = append(out, *f)
			}
		}
		return out
	}
}

// claimed returns a finding about the claim itself.
func claimed(of func(w *World) *Finding) func(*World) []Finding {
	return func(w *World) []Finding {
		f := of(w)
		if f == nil {
			return nil
		}
		if f.Object == "" {
			f.Object = "KashaClaim " + w.Claim.GetName()
		}
		return []Finding{*f}
	}
}
