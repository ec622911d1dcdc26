package plan

import (
	"strconv"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A workloadBinding lets the frontend and the claim's further services call the backend.
type workloadBinding struct {
	nothing
	p *Plan
}

func (workloadBinding) Serves(d Declared) bool { return d.Name == frontend || d.Service != "" }

// Variables are the backend's URL.
func (workloadBinding) Variables() []Variable {
	return []Variable{{ServiceVariable(backend), "http://" + stack.Await(internalBalancer().Key(), "dnsName")}}
}

func (workloadBinding) Paths(user Workload) []Path {
	return []Path{{user.Group, keys.InternalGroup, HTTPPort, user.Title() + " to the internal load balancer"}}
}

// A serviceBinding lets all workloads call the claim's internal services.
type serviceBinding struct {
	nothing
	p *Plan
}

func (serviceBinding) Serves(Declared) bool { return true }

func (serviceBinding) Variables() []Variable { return nil }

// internal are the claim's internal services.
func (b serviceBinding) internal() []Declared {
	var out []Declared
	for i := range b.p.Claim.Spec.Services {
		if d := extra(&b.p.Claim.Spec.Services[i]); d.Expose == nil {
			out = append(out, d)
		}
	}
	return out
}

// Late are the URLs of the internal services. A service that is added or removed restarts no
// other.
func (b serviceBinding) Late() []Variable {
	var out []Variable
	for _, d := range b.internal() {
		at := "http://" + stack.Await(internalBalancer().Key(), "dnsName")
		if d.TLS() {
			at = "https://" + b.p.Entrance.InternalName()
		}
		out = append(out, Variable{ServiceVariable(d.Service), at + ":" + strconv.Itoa(int(ListenerPort(d.Service)))})
	}
	return out
}

// Paths are one for the ports of all services, so that a service adds none.
func (b serviceBinding) Paths(user Workload) []Path {
	if len(b.internal()) == 0 {
		return nil
	}
	return []Path{{
		From: user.Group, To: keys.InternalGroup, Port: firstListenerPort,
		Purpose: user.Title() + " to the internal services",
	}}
}

// OwnPaths let the services that are in the backend's place call the backend.
func (b serviceBinding) OwnPaths() []Path {
	for i := range b.p.Claim.Spec.Services {
		if b.p.Claim.Spec.Services[i].Data {
			return []Path{{
				From: keys.WorkloadGroup(backend), To: keys.InternalGroup, Port: HTTPPort,
				Purpose: "Services to the internal load balancer",
			}}
		}
	}
	return nil
}
