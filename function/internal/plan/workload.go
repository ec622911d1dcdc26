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

// A Declared workload is what the claim says about a workload, without the observed
// state.
type Declared struct {
	*v1alpha1.Service

	Name string
	// Field is the claim's field that declares it: spec.frontend.
	Field string
	Kind  v1alpha1.WorkloadKind
	// Port that the container listens on.
	Port int32
	// CPU in units of 1/1024 vCPU, and Memory in MiB.
	CPU, Memory int32
	// StickySeconds is how long a client is sent to the same task. 0 is off.
	StickySeconds int32
}

// DeclaredIn returns the workloads that a claim declares.
func DeclaredIn(c *v1alpha1.KashaClaim) []Declared {
	f, b := &c.Spec.Frontend, &c.Spec.Backend
	return []Declared{
		{&f.Service, "frontend", "spec.frontend", v1alpha1.WorkloadWeb, f.Port, f.CPU, f.Memory, f.StickySeconds},
		{&b.Service, "backend", "spec.backend", v1alpha1.WorkloadInternal, b.Port, b.CPU, b.Memory, 0},
	}
}

// A Workload is something that runs in containers.
type Workload struct {
	Declared

	// Condition of the claim that its resources count for.
	Condition string
	// Subnets that its tasks run in.
	Subnets v1alpha1.SubnetTier
	// Balancer sends it requests.
	Balancer Balancer
	// Admitted is the key of the listener or rule that forwards requests to it.
	Admitted stack.Key
	// Role tells whether its containers have the task role. Without it they have no
	// permissions in AWS.
	Role bool
	// Uses are the bindings that it has.
	Uses []Binding
	// Before is its entry in the claim's status before this pass.
	Before v1alpha1.ServiceStatus
	// Rollout is the state of its service.
	Rollout rollout.State
}

// Names of the load balancers.
const (
	PublicBalancer   = "public"
	InternalBalancer = "internal"
)

// A Balancer is an application load balancer.
type Balancer struct {
	// Name in its keys and alarms.
	Name string
	// Suffix of its name in AWS.
	Suffix string
	// Internal tells whether its addresses are private. It is immutable.
	Internal bool
	Subnets  v1alpha1.SubnetTier
	// Groups are its security groups. The first one allows its connections to targets.
	Groups []stack.Key
	// IdleSeconds is how long a connection may be silent.
	IdleSeconds int32
	Purpose     string
}

const (
	// defaultIdle is AWS's default.
	defaultIdle = 60
	// idleMargin is how much longer the load balancer waits than CloudFront. CloudFront
	// then reports a slow answer, and never writes into a connection that the load
	// balancer has just closed.
	idleMargin = 10
)

// idleSeconds is how long a connection of the workload's load balancer may be silent. The
// frontend waits for the backend while CloudFront waits for the frontend, so both load
// balancers outlast CloudFront.
func (d Declared) idleSeconds(e v1alpha1.Edge) int32 {
	if v := d.IdleTimeoutSeconds; v != nil {
		return *v
	}
	return max(defaultIdle, e.OriginReadTimeoutSeconds+idleMargin, e.OriginKeepAliveSeconds+idleMargin)
}

// Key of the load balancer.
func (b Balancer) Key() stack.Key { return keys.Balancer(b.Name) }

// publicBalancer is the load balancer that viewers reach through CloudFront.
func publicBalancer(e Entrance) Balancer {
	b := Balancer{
		Name: PublicBalancer, Suffix: "public",
		Subnets: v1alpha1.SubnetPublic,
		Groups:  []stack.Key{keys.PublicGroup, keys.PublicHTTPSGroup},
		Purpose: "Distributes requests from CloudFront to the frontend tasks.",
	}
	if e.VPCOrigin {
		b.Suffix, b.Internal, b.Subnets = "frontend", true, v1alpha1.SubnetFrontend
	}
	return b
}

// internalBalancer is the load balancer that other workloads reach.
func internalBalancer() Balancer {
	return Balancer{
		Name: InternalBalancer, Suffix: "internal",
		Internal: true,
		Subnets:  v1alpha1.SubnetBackend,
		Groups:   []stack.Key{keys.InternalGroup},
		Purpose:  "Distributes requests from the frontend to the backend tasks.",
	}
}

// workloads returns the plan's workloads. The plan must already have its bindings.
func workloads(p *Plan) []Workload {
	declared := DeclaredIn(p.Claim)
	out := make([]Workload, len(declared))
	for i, d := range declared {
		w := Workload{Declared: d, Rollout: rollout.Observe(p.stack, d.Name), Before: before(p.Claim, d.Name)}
		switch d.Kind {
		case v1alpha1.WorkloadWeb:
			w.Condition = v1alpha1.ConditionFrontend
			w.Subnets = v1alpha1.SubnetFrontend
			w.Balancer, w.Admitted = publicBalancer(p.Entrance), p.Entrance.OriginRule()
		case v1alpha1.WorkloadInternal:
			w.Condition = v1alpha1.ConditionBackend
			w.Subnets = v1alpha1.SubnetBackend
			w.Balancer, w.Admitted = internalBalancer(), keys.Listener(InternalBalancer, false)
			w.Role = true
		}
		w.Balancer.IdleSeconds = d.idleSeconds(p.Claim.Spec.Edge)
		for _, b := range p.Bindings {
			if b.Serves(d.Kind) {
				w.Uses = append(w.Uses, b)
			}
		}
		out[i] = w
	}
	return out
}

// before returns a workload's entry in the claim's status.
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
func (d Declared) Title() string { return strings.ToUpper(d.Name[:1]) + d.Name[1:] }

// A Variable is an environment variable that Kasha sets.
type Variable struct {
	Name string
	// Value may contain tokens. If it is empty, the variable is not set in this pass, but
	// its name stays reserved.
	Value string
}

// Variables are the environment variables that Kasha sets. A claim cannot use their names.
func (w Workload) Variables(region string) []Variable {
	out := []Variable{{"AWS_REGION", region}}
	for _, b := range w.Uses {
		out = append(out, b.Variables()...)
	}
	return out
}

// ErrorMetric is the name of the metric that counts errors in the workload's log.
func (w Workload) ErrorMetric() string { return w.Title() + "Errors" }

// Gates hold back the workload's service until its first task can start. Otherwise the
// task would fail, and with it the first deployment.
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

// reader returns which revision of the credentials a workload's tasks were started with.
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

// Workload returns the workload with this name, and false where there is none.
func (p *Plan) Workload(name string) (Workload, bool) {
	i := slices.IndexFunc(p.Workloads, func(w Workload) bool { return w.Name == name })
	if i < 0 {
		return Workload{}, false
	}
	return p.Workloads[i], true
}
