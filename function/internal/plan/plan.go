// Package plan is what a claim means: its zones, its way in, its workloads and
// what they use. It is made once in a pass, from the claim with its presets and
// from what the cluster says, and does not change afterwards. Every tier reads
// it, so that no two tiers can disagree.
//
// A plan can be made of any claim, also of one that validation refuses.
package plan

import (
	"net/netip"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Plan is what a claim means.
type Plan struct {
	// Claim with presets applied.
	Claim *v1alpha1.KashaClaim
	// Protected tells whether the claim refuses to be deleted.
	Protected bool
	Network   Network
	Entrance  Entrance
	// Workloads are what runs in containers, the frontend and the backend first.
	Workloads []Workload
	// Bindings are what workloads can use.
	Bindings    []Binding
	Database    Database
	Credentials credentials.Decision

	// stack gives names and stands for values that only AWS knows.
	stack *stack.Stack
}

// New makes the plan of a stack's claim.
func New(s *stack.Stack) *Plan {
	p := &Plan{Claim: s.Claim, Protected: ptr.Deref(s.Claim.Spec.DeletionProtection, false), stack: s}
	p.Network = network(s.Claim)
	p.Entrance = entrance(s)
	p.Database = database(s)
	p.Credentials = credentials.Decide(credentials.Observe(s, readers(s)))
	p.Bindings = bindings(p)
	p.Workloads = workloads(p)
	return p
}

// cidr is the VPC's network. It is the zero Prefix where the claim has none.
func cidr(text string) netip.Prefix {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
