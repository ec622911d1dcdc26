package function

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// composedKeys are the keys of a claim's resources at rest, see withoutDigest.
func composedKeys(t *testing.T, over string) []string {
	t.Helper()
	var out []string
	for k := range desired(atRest(t, claim(t, over))) {
		out = append(out, withoutDigest(k))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// withoutDigest is the key of a task definition without its version. Two claims that differ in a worker have other
// versions of all workloads from the start, because DB_POOL_MAX differs.
func withoutDigest(key string) string {
	if !strings.HasPrefix(key, "taskdefinition-") {
		return key
	}
	return key[:strings.LastIndex(key, "-")]
}

// TestAWorkerAddsFewResources: a claim may have ten workers, so each is small.
func TestAWorkerAddsFewResources(t *testing.T) {
	without := composedKeys(t, "")
	for name, spec := range map[string]string{
		"WithAQueue":    "spec: {workers: [{name: w, queue: jobs}]}",
		"MayHaveNoTask": "spec: {workers: [{name: w, queue: jobs, scaling: {min: 0}}]}",
		"WithoutAQueue": "spec: {workers: [{name: w}]}",
	} {
		t.Run(name, func(t *testing.T) {
			added := slices.DeleteFunc(composedKeys(t, spec),
				func(k string) bool { return slices.Contains(without, k) })
			if len(added) == 0 || len(added) > 8 {
				t.Errorf("a worker adds %d resources, want 1 to 8: %v", len(added), added)
			}
		})
	}
}

// TestAWorkerRunsTheBackendsImage: a deployment of the backend is one of its workers too.
func TestAWorkerRunsTheBackendsImage(t *testing.T) {
	w := atRest(t,
		claim(t,
			"spec: {backend: {image: 'registry.example.org/shop/backend:2'}, workers: [{name: w, command: [work]}]}"))
	c := only(t, w, "taskdefinition-worker-w-")
	if !strings.Contains(c, `"image":"registry.example.org/shop/backend:2"`) ||
		!strings.Contains(c, `"command":["work"]`) {
		t.Errorf("the worker does not run its command in the backend's image: %s", c)
	}
}

// only is the container definitions of the one task definition whose key has this prefix.
func only(t *testing.T, w *simulator.World, prefix string) string {
	t.Helper()
	var found []string
	for k, o := range desired(w) {
		if strings.HasPrefix(k, prefix) {
			found = append(found, simulator.Text(params(o), "containerDefinitions"))
		}
	}
	if len(found) != 1 {
		t.Fatalf("there are %d task definitions %s*, want one", len(found), prefix)
	}
	return found[0]
}

// TestNoLoadBalancerKnowsAWorker: requests never reach a worker, and a worker has no port.
func TestNoLoadBalancerKnowsAWorker(t *testing.T) {
	w := atRest(t, claim(t, "spec: {workers: [{name: w, queue: jobs}]}"))
	service := params(desired(w)["service-worker-w"])
	for _, field := range []string{"loadBalancer", "healthCheckGracePeriodSeconds"} {
		if v, ok := service[field]; ok {
			t.Errorf("the worker's service has %s: %v", field, v)
		}
	}
	if c := only(t, w, "taskdefinition-worker-w-"); !strings.Contains(c, `"portMappings":[]`) {
		t.Errorf("the worker listens on a port: %s", c)
	}
}

// TestWorkersWithAlikeNames: the name of one worker begins with the name of another. Each
// keeps its own versions, and no key belongs to both.
func TestWorkersWithAlikeNames(t *testing.T) {
	w := atRest(t, claim(t, "spec: {workers: [{name: mail}, {name: mail-cpu}]}"))
	before := keysStarting(w, "taskdefinition-worker-mail-cpu-")
	spec, _ := w.Composite["spec"].(map[string]any)
	workers, _ := spec["workers"].([]any)
	mail, _ := workers[0].(map[string]any)
	mail["command"] = []any{"other"}
	settleMore(t, w)
	if diff := cmp.Diff(before, keysStarting(w, "taskdefinition-worker-mail-cpu-")); diff != "" {
		t.Errorf("a new version of mail changes mail-cpu:\n%s", diff)
	}
	if n := len(keysStarting(w, "taskdefinition-worker-mail-")) - len(before); n != 1 {
		t.Errorf("mail has %d task definitions at rest, want one", n)
	}
}

func keysStarting(w *simulator.World, prefix string) []string {
	var out []string
	for k := range desired(w) {
		if strings.HasPrefix(k, prefix) {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// TestWorkersAreInTheStatus: the status says what each worker runs, and the claim has a
// condition for workers only if it has some.
func TestWorkersAreInTheStatus(t *testing.T) {
	if lines := conditionLines(atRest(t, claim(t, ""))); strings.Contains(lines, "WorkersReady") {
		t.Errorf("a claim without workers has a condition for them:\n%s", lines)
	}
	w := atRest(t, claim(t, "spec: {workers: [{name: w}]}"))
	if lines := conditionLines(w); !strings.Contains(lines, "WorkersReady         true") {
		t.Errorf("the claim does not say that its workers are ready:\n%s", lines)
	}
	status, _ := w.Composite["status"].(map[string]any)
	services, _ := status["services"].([]any)
	if len(services) != 3 {
		t.Fatalf("status.services has %d entries, want 3", len(services))
	}
	got, _ := services[2].(map[string]any)
	if got["name"] != "worker-w" || got["kind"] != "Worker" || got["url"] != nil || got["taskDefinition"] == nil {
		t.Errorf("the worker in the status: %v", got)
	}
}
