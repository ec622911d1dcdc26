package plan

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Declared workload is one as the claim declares it, before anything is known of
// the cluster.
type Declared struct {
	*v1alpha1.Service

	Name string
	// Field of the claim that declares it: spec.frontend.
	Field string
	Kind  v1alpha1.WorkloadKind
	// Port that the container listens on.
	Port int32
	// CPU in units of 1/1024 vCPU, and Memory in MiB.
	CPU, Memory int32
}

// DeclaredIn are the workloads that a claim declares.
func DeclaredIn(c *v1alpha1.KashaClaim) []Declared {
	f, b := &c.Spec.Frontend, &c.Spec.Backend
	return []Declared{
		{&f.Service, "frontend", "spec.frontend", v1alpha1.WorkloadWeb, f.Port, f.CPU, f.Memory},
		{&b.Service, "backend", "spec.backend", v1alpha1.WorkloadInternal, b.Port, b.CPU, b.Memory},
	}
}

// A Workload is something that runs in containers.
type Workload struct {
	Declared

	// Condition of the claim that it counts for.
	Condition string
	// Subnets that its tasks run in.
	Subnets v1alpha1.SubnetTier
	// Balancer sends it requests.
	Balancer Balancer
	// Admitted is the listener or the rule that leads from the load balancer to it.
	Admitted stack.Key
	// Role tells whether its containers have the task role. Without one they can do
	// nothing in AWS.
	Role bool
	// Uses are the bindings that it has.
	Uses []Binding
	// Before is what the claim's status said of it.
	Before v1alpha1.ServiceStatus
	// Rollout is how far its service is.
	Rollout rollout.State
}

// Names of the load balancers.
const (
	PublicBalancer   = "public"
	InternalBalancer = "internal"
)

// A Balancer is an application load balancer.
type Balancer struct {
	// Name that its keys and its alarms have.
	Name string
	// Suffix of its name in AWS.
	Suffix string
	// Internal tells whether its addresses are private. AWS cannot change that.
	Internal bool
	Subnets  v1alpha1.SubnetTier
	// Groups are its security groups. Requests leave by the first.
	Groups  []stack.Key
	Purpose string
}

// Key of the load balancer.
func (b Balancer) Key() stack.Key { return keys.Balancer(b.Name) }

// publicBalancer is the one that viewers reach through CloudFront.
func publicBalancer(e Entrance) Balancer {
	b := Balancer{
		Name: PublicBalancer, Suffix: "public",
		Subnets: v1alpha1.SubnetPublic,
		Groups:  []stack.Key{keys.PublicGroup, keys.PublicHTTPSGroup},
		Purpose: "Spreads what CloudFront sends over the frontend tasks.",
	}
	if e.VPCOrigin {
		b.Suffix, b.Internal, b.Subnets = "frontend", true, v1alpha1.SubnetFrontend
	}
	return b
}

// internalBalancer is the one that other workloads reach.
func internalBalancer() Balancer {
	return Balancer{
		Name: InternalBalancer, Suffix: "internal",
		Internal: true,
		Subnets:  v1alpha1.SubnetBackend,
		Groups:   []stack.Key{keys.InternalGroup},
		Purpose:  "Spreads what the frontend sends over the backend tasks.",
	}
}

// workloads needs the bindings.
func workloads(p *Plan) []Workload {
	declared := DeclaredIn(p.Claim)
	out := make([]Workload, len(declared))
	for i, d := range declared {
		w := Workload{Declared: d, Rollout: rollout.Observe(p.stack, d.Name), Before: before(p.Claim, d.Name)}
		switch d.Kind {
		case v1alpha1.WorkloadWeb:
			w.Condition = v1alpha1.ConditionFrontend
			w.Subnets, w.Balancer, w.Admitted = v1alpha1.SubnetFrontend, publicBalancer(p.Entrance), p.Entrance.OriginRule()
		case v1alpha1.WorkloadInternal:
			w.Condition = v1alpha1.ConditionBackend
			w.Subnets, w.Balancer, w.Admitted = v1alpha1.SubnetBackend, internalBalancer(), keys.Listener(InternalBalancer, false)
			w.Role = true
		}
		for _, b := range p.Bindings {
			if b.Serves(d.Kind) {
				w.Uses = append(w.Uses, b)
			}
		}
		out[i] = w
	}
	return out
}

// before is what the claim's status says of a workload.
func before(c *v1alpha1.KashaClaim, name string) v1alpha1.ServiceStatus {
	for _, s := range c.Status.Services {
		if s.Name == name {
			return s
		}
	}
	return v1alpha1.ServiceStatus{Name: name}
}

// Group is the key of the security group of the workload's tasks.
func (w Workload) Group() stack.Key { return keys.WorkloadGroup(w.Name) }

// Title is the workload's name at the beginning of a sentence.
func (w Declared) Title() string { return strings.ToUpper(w.Name[:1]) + w.Name[1:] }

// A Variable is an environment variable that Kasha sets.
type Variable struct {
	Name string
	// Value may contain values that only AWS knows. Where it is empty, the variable
	// is not set for now, and is still no name for the claim to use.
	Value string
}

// Variables are the ones that Kasha sets. A claim can use none of their names.
func (w Workload) Variables(region string) []Variable {
	out := []Variable{{"AWS_REGION", region}}
	for _, b := range w.Uses {
		out = append(out, b.Variables()...)
	}
	return out
}

// ErrorMetric counts the lines of the workload's log that speak of an error.
func (w Workload) ErrorMetric() string { return w.Title() + "Errors" }

// Gates are what the workload's first task waits for. Without it the task would
// die, and its first deployment with it.
func (w Workload) Gates() []stack.Option {
	var out []stack.Option
	if w.Role {
		out = append(out, stack.After(keys.RolePolicy(keys.Task)))
	}
	for _, b := range w.Uses {
		out = append(out, b.Gates()...)
	}
	return out
}

// readers are the workloads that read the database's secret.
func readers(s *stack.Stack) []credentials.Reader {
	var out []credentials.Reader
	for _, d := range DeclaredIn(s.Claim) {
		if (databaseBinding{}).Serves(d.Kind) {
			out = append(out, reader(s, d.Name))
		}
	}
	return out
}

// reader tells what a workload's tasks were told of the credentials.
func reader(s *stack.Stack, name string) credentials.Reader {
	_, exists := s.Observed(keys.Service(name))
	state := rollout.Observe(s, name)
	c, known := rollout.Container(s, state.Current)
	told, _ := c.Value(revisionVariable)
	return credentials.Reader{
		Exists:   exists,
		Settled:  known && state.Running != "" && state.Running == state.Wanted,
		Revision: credentials.ParseRevision(told),
	}
}

// Workload is the workload of a name, and false where there is none.
func (p *Plan) Workload(name string) (Workload, bool) {
	i := slices.IndexFunc(p.Workloads, func(w Workload) bool { return w.Name == name })
	if i < 0 {
		return Workload{}, false
	}
	return p.Workloads[i], true
}
