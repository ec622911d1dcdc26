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
	c, is := callOf(strings.Split(rest, "-"))
	return c, ok && is
}

// callOf is the call with these parts of a key.
func callOf(parts []string) (Call, bool) {
	const count = 3
	if len(parts) != count {
		return Call{}, false
	}
	n, err := strconv.Atoi(parts[2])
	return Call{parts[0], parts[1], n}, err == nil && n > 0
}

// A UsersCall is one call of the runner about the database's users. Its Release is the digest
// of what is to be in MySQL and in the secret.
type UsersCall struct {
	Call

	// Revision of the credentials, as it is written in keys.
	Revision string
}

// UsersCalls is the prefix of the keys of all calls about the database's users.
const UsersCalls = "users-"

// Users is the key of a call about the database's users.
func Users(c UsersCall) stack.Key {
	return join(UsersCalls, c.Revision+"-"+c.Release+"-"+c.Input+"-"+strconv.Itoa(c.Round))
}

// UsersCallOf is the call with this key. It returns false for other keys.
func UsersCallOf(k stack.Key) (UsersCall, bool) {
	rest, ok := strings.CutPrefix(string(k), UsersCalls)
	parts := strings.Split(rest, "-")
	const digests = 3 // Two, and the round.
	at := len(parts) - digests
	if !ok || at < 1 {
		return UsersCall{}, false
	}
	call, ok := callOf(parts[at:])
	return UsersCall{call, strings.Join(parts[:at], "-")}, ok
}
