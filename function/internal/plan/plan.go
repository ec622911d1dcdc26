// Package plan computes what a claim means: its zones, its entrance, its workloads and what
// they use. A plan is computed once per pass, from the claim with its presets and from the
// observed resources, and does not change afterwards. Every tier reads the same plan, so
// tiers cannot disagree.
//
// Every claim has a plan, also one that validation rejects.
package plan

import (
	"net/netip"
	"slices"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Plan is what a claim means.
type Plan struct {
	// Claim with presets applied.
	Claim *v1alpha1.KashaClaim
	// Protected tells whether the claim is protected from deletion.
	Protected bool
	Network   Network
	Entrance  Entrance
	Static    Static
	// Public is the load balancer that CloudFront reaches, and Internal the one that the
	// claim's workloads reach.
	Public, Internal Balancer
	// Workloads run in containers, always. The frontend and the backend are the first two.
	Workloads []Workload
	// Schedules are workloads that are started at set times.
	Schedules []Workload
	// Releases are the commands that run once for each image.
	Releases []*Release
	// Bindings are what workloads can use.
	Bindings    []Binding
	Database    Database
	Credentials credentials.Decision
	// Users are those that the runner makes in the database. It is nil where the claim has
	// none.
	Users *Users

	// stack gives names and the observed resources.
	stack *stack.Stack
	// states are the states of the workloads' services.
	states map[string]rollout.State
	// connections are what the database has for all workloads.
	connections Connections
	// all are the workloads and the schedules, and parts their containers.
	all   []Workload
	parts []WorkloadPart
	// running are the containers of all observed versions. To read them means to parse JSON.
	running []containers.Container
}

// New computes the plan of a stack's claim.
func New(s *stack.Stack) *Plan {
	p := &Plan{Claim: s.Claim, Protected: ptr.Deref(s.Claim.Spec.DeletionProtection, false), stack: s}
	p.Network = network(s)
	p.Entrance = entrance(s)
	p.Static = static(s)
	p.Public, p.Internal = publicBalancer(p.Entrance), internalBalancer()
	p.Public.IdleSeconds = idleSeconds(s.Claim.Spec.Frontend.IdleTimeoutSeconds, s.Claim.Spec.Edge)
	p.Internal.IdleSeconds = idleSeconds(s.Claim.Spec.Backend.IdleTimeoutSeconds, s.Claim.Spec.Edge)
	declared := DeclaredIn(s.Claim)
	p.states = rollouts(s, declared)
	p.Releases = releases(s, declared)
	p.running = running(s, declared)
	p.Database = p.systems(p.moveFacts(told(p.running)))
	p.connections = connections(p.Database.Serving.Engine(), s.Claim, declared)
	in := credentials.Observe(s, p.Owner(), readers(s, declared, p.states), told(p.running))
	in.Fixed = p.Database.Move.Wants.HoldPassword
	in.Held = slices.ContainsFunc(p.Releases, func(r *Release) bool { return !r.Succeeded() })
	p.Credentials = credentials.Decide(in)
	p.settleMove(in.Readers)
	p.Users = p.users()
	p.Bindings = bindings(p)
	p.addWorkloads(declared)
	return p
}

// Lives tells whether AWS has the claim's VPC already. What is immutable can be refused only
// before that.
func (p *Plan) Lives() bool { return p.stack.InAWS(keys.VPC) }

// cidr parses the VPC's range. It returns the zero Prefix where the text is not a CIDR.
func cidr(text string) netip.Prefix {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
