package keys

import (
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Keys of the runner: the function in AWS that does what must be done once.
const (
	RunnerFunction = stack.Key("runner")
	RunnerLogs     = stack.Key(LogGroupPrefix + "runner")
)

// Proofs is the prefix of the keys of the calls about a service's deployments. Those of a
// workload whose name begins with the name of this one have it too: see ProofCall.
func Proofs(workload string) string { return "rollout-" + workload + "-" }

// Proof is the key of a call of the runner about a deployment, which the digest stands for.
func Proof(workload, digest string, round int) stack.Key {
	return join(Proofs(workload), digest+"-"+strconv.Itoa(round))
}

// ProofCall is the digest and the round in a key of Proof. It returns false for the keys of
// other workloads.
func ProofCall(workload string, k stack.Key) (digest string, round int, ok bool) {
	rest, ok := strings.CutPrefix(string(k), Proofs(workload))
	digest, n, two := strings.Cut(rest, "-")
	round, err := strconv.Atoi(n)
	return digest, round, ok && two && err == nil && round > 0
}

// A Call is one call of the runner for a release.
type Call struct {
	// Release is the digest of what is run, and Input that of all that the runner is told.
	Release, Input string
	// Round is the number of the call, from 1.
	Round int
}

// Releases is the prefix of the keys of all releases of a workload. Those of a workload
// whose name begins with the name of this one have it too: see ReleaseCall.
func Releases(workload string) string { return "release-" + workload + "-" }

// Release is the key of a call of the runner for a workload's release.
func Release(workload string, c Call) stack.Key {
	return join(Releases(workload), c.Release+"-"+c.Input+"-"+strconv.Itoa(c.Round))
}

// ReleaseCall is the call with this key. It returns false for the keys of other workloads.
func ReleaseCall(workload string, k stack.Key) (Call, bool) {
	rest, ok := strings.CutPrefix(string(k), Releases(workload))
	parts := strings.Split(rest, "-")
	const count = 3
	if !ok || len(parts) != count {
		return Call{}, false
	}
	n, err := strconv.Atoi(parts[2])
	return Call{parts[0], parts[1], n}, err == nil && n > 0
}
