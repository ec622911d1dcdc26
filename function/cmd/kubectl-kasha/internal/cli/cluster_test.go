package cli

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster/clustertest"
)

// in makes a command run in a cluster, ten minutes after its claim was created.
func in(lab *clustertest.Lab) func(*App) {
	return func(a *App) {
		at := time.Date(2026, 1, 2, 3, 14, 5, 0, time.UTC)
		a.now = func() time.Time { return at }
		a.sleep = func(_ context.Context, d time.Duration) error { at = at.Add(d); return nil }
		a.connect = func() (*cluster.Cluster, error) { return lab.Cluster, nil }
		a.browse = func(context.Context, string) error { return errors.New("there is no browser") }
	}
}

var outOfInstances = clustertest.Failing(map[string]string{
	"db-primary": "async create failed: api error InsufficientDBInstanceCapacity: none left",
})

func TestStatus(t *testing.T) {
	t.Parallel()
	ready := clustertest.New(t, clustertest.Objects(t, clustertest.Minimal, nil)...)
	out, errs, code := runIn(t, in(ready), "", "status", "shop", "--exit-code")
	for _, want := range []string{
		"team-shop/shop is ready: ", ", created 10m ago\n", "https://", " USD a month, ", "Database       Available",
		"Rollout        RolledOut",
	} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("ends with %d and lacks %q:\n%s%s", code, want, out, errs)
		}
	}
	broken := clustertest.New(t, clustertest.Objects(t, clustertest.Minimal, outOfInstances)...)
	out, errs, code = runIn(t, in(broken), "", "status", "shop", "--exit-code")
	for _, want := range []string{
		"is not ready", "Database       Failed", "db-primary ", "rds/Instance", "10 to 20 minutes",
		"InsufficientDBInstanceCapacity: none left",
	} {
		if code != 1 || !strings.Contains(out, want) {
			t.Errorf("ends with %d and lacks %q:\n%s%s", code, want, out, errs)
		}
	}
	_, errs, code = runIn(t, in(broken), "", "status", "shp")
	if code != 3 || !strings.Contains(errs, "it has shop") {
		t.Errorf("a claim that is not there: %d, %s", code, errs)
	}
}

func TestStatusAsJSON(t *testing.T) {
	t.Parallel()
	lab := clustertest.New(t, clustertest.Objects(t, clustertest.Minimal, outOfInstances)...)
	out, _, _ := runIn(t, in(lab), "", "status", "shop", "-o", "json")
	var s cluster.Status
	if err := json.Unmarshal([]byte(out), &s); err != nil || s.Ready || s.Working >= s.Resources || len(s.Tiers) < 9 {
		t.Errorf("%v: %+v", err, s)
	}
}

// TestRefused: a claim that the function refuses says so, and that nothing changes.
func TestRefused(t *testing.T) {
	t.Parallel()
	objects := clustertest.Objects(t, clustertest.Minimal, nil)
	list, _, _ := unstructured.NestedSlice(objects[0].Object, "status", "conditions")
	for _, c := range list {
		if c, ok := c.(map[string]any); ok && c["type"] == "Synced" {
			c["status"], c["message"] = "False", "cannot compose resources: cannot use 0 tasks"
		}
	}
	if err := unstructured.SetNestedSlice(objects[0].Object, list, "status", "conditions"); err != nil {
		t.Fatal(err)
	}
	out, _, code := runIn(t, in(clustertest.New(t, objects...)), "", "status", "shop", "--exit-code")
	if code != 1 || !strings.Contains(out, "is refused") || !strings.Contains(out, "cannot use 0 tasks") {
		t.Errorf("ends with %d:\n%s", code, out)
	}
}

// TestWatch prints a line for each change, and ends when the claim is ready or the time is over.
func TestWatch(t *testing.T) {
	t.Parallel()
	broken := clustertest.New(t, clustertest.Objects(t, clustertest.Minimal, outOfInstances)...)
	ready := clustertest.New(t, clustertest.Objects(t, clustertest.Minimal, nil)...)
	out, errs, code := runIn(t, func(a *App) {
		in(broken)(a)
		wait, looks := a.sleep, 0
		a.connect = func() (*cluster.Cluster, error) { return broken.Cluster, nil }
		a.sleep = func(ctx context.Context, d time.Duration) error {
			if looks++; looks == 2 {
				broken.Client = ready.Client
			}
			return wait(ctx, d)
		}
	}, "", "status", "shop", "--watch")
	lines := strings.Split(out, "\n")
	if code != 0 || !strings.Contains(lines[0], "03:14:05  ") ||
		!strings.Contains(lines[0], "Database: rds/Instance") ||
		!strings.Contains(lines[1], "03:14:15  ") || !strings.Contains(out, "is ready") {
		t.Errorf("ends with %d:\n%s%s", code, out, errs)
	}
	broken = clustertest.New(t, clustertest.Objects(t, clustertest.Minimal, outOfInstances)...)
	_, errs, code = runIn(t, in(broken), "", "status", "shop", "--watch", "--timeout", "1m")
	if code != 1 || !strings.Contains(errs, "it is not ready after 1m0s: Database: rds/Instance db-primary Failed") {
		t.Errorf("ends with %d: %s", code, errs)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	lab := clustertest.New(t, clustertest.Objects(t, clustertest.Minimal, nil)...)
	opened := ""
	out, errs, code := runIn(t, func(a *App) {
		in(lab)(a)
		a.browse = func(_ context.Context, url string) error { opened = url; return nil }
	}, "", "open", "shop")
	if code != 0 || !strings.HasPrefix(opened, "https://") || out != opened+"\n" {
		t.Errorf("ends with %d, opened %q, printed %q: %s", code, opened, out, errs)
	}
	if out, _, code := runIn(t, in(lab), "", "open", "--print", "shop"); code != 0 || out != opened+"\n" {
		t.Errorf("--print ends with %d: %s", code, out)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	event := func(kind, text string) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "v1", "kind": "Event", "type": kind, "reason": "CannotCreate", "message": text,
			"metadata":       map[string]any{"name": strings.ToLower(kind), "namespace": "team-shop"},
			"lastTimestamp":  "2026-01-02T03:05:00Z",
			"involvedObject": map[string]any{"kind": "VPC", "name": "shop-vpc"},
		}}
	}
	lab := clustertest.New(t, append(clustertest.Objects(t, clustertest.Minimal, nil),
		event("Warning", "denied"), event("Normal", "made"))...)
	out, errs, code := runIn(t, in(lab), "", "events", "shop", "--warnings")
	if code != 0 || !strings.Contains(out, "9m   Warning  CannotCreate  VPC shop-vpc  denied") ||
		strings.Contains(out, "made") {
		t.Errorf("ends with %d:\n%s%s", code, out, errs)
	}
}

// TestNoCluster: a cluster that cannot be reached has a code of its own.
func TestNoCluster(t *testing.T) {
	t.Parallel()
	kubeconfig := write(t, "config", `
apiVersion: v1
kind: Config
clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
contexts: [{name: none, context: {cluster: none, user: none}}]
users: [{name: none}]
current-context: none
`)
	for _, args := range [][]string{
		{"status", "shop", "--kubeconfig", kubeconfig},
		{"status", "shop", "--kubeconfig", kubeconfig, "--context", "other"},
	} {
		if _, errs, code := run(t, "", args...); code != 4 || !strings.Contains(errs, "cannot reach the cluster") {
			t.Errorf("%v ends with %d: %s", args, code, errs)
		}
	}
}
