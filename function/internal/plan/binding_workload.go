package plan

import (
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A workloadBinding lets web workloads call the internal ones.
type workloadBinding struct {
	nothing
	p *Plan
}

func (workloadBinding) Serves(kind v1alpha1.WorkloadKind) bool { return kind == v1alpha1.WorkloadWeb }

// Variables are the URLs of the internal workloads: BACKEND_URL for the workload backend.
func (b workloadBinding) Variables() []Variable {
	var out []Variable
	for _, d := range DeclaredIn(b.p.Claim) {
		if d.Kind == v1alpha1.WorkloadInternal {
			name := strings.ToUpper(strings.ReplaceAll(d.Name, "-", "_")) + "_URL"
			out = append(out, Variable{name, "http://" + stack.Await(internalBalancer().Key(), "dnsName")})
		}
	}
	return out
}

func (workloadBinding) Paths(user Workload) []Path {
	return []Path{{user.Group, keys.InternalGroup, HTTPPort, user.Title() + " to the internal load balancer"}}
}
