package function

import (
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

func warned(w *simulator.World) string {
	status, _ := w.Composite["status"].(map[string]any)
	list, _ := status["warnings"].([]any)
	var out []string
	for _, e := range list {
		text, _ := e.(string)
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}

// TestPoolsAreLate: another number of tasks changes what a task may open, and rolls nothing. The
// next version of a workload has the new value.
func TestPoolsAreLate(t *testing.T) {
	w := atRest(t, claim(t, ""))
	if c := only(t, w, "taskdefinition-backend-"); !strings.Contains(c, `"name":"DB_POOL_MAX","value":"29"`) {
		t.Fatalf("the backend is not told how many connections a task may open: %s", c)
	}
	if c := only(t, w, "taskdefinition-frontend-"); strings.Contains(c, "DB_POOL_MAX") {
		t.Error("the frontend, which cannot reach the database, is told how many connections to open")
	}
	before := keysStarting(w, "taskdefinition-backend-")
	const larger = "backend: {scaling: {max: 8}}"
	change(t, w, "spec: {"+larger+"}")
	settleMore(t, w)
	if after := keysStarting(w, "taskdefinition-backend-"); after[0] != before[0] || len(after) != 1 {
		t.Fatalf("another maximum of tasks rolls the backend: %v to %v", before, after)
	}
	if got := warned(w); !strings.Contains(got, "up to 16 tasks may open 464, and share 238 of 341") {
		t.Errorf("the claim does not say that what runs may open too many connections: %q", got)
	}
	change(t, w, "spec: {backend: {scaling: {max: 8}, image: 'registry.example.org/shop/backend:2'}}")
	settleMore(t, w)
	if c := only(t, w, "taskdefinition-backend-"); !strings.Contains(c, `"name":"DB_POOL_MAX","value":"14"`) {
		t.Errorf("the next version is not told the new number: %s", c)
	}
	if got := warned(w); got != "" {
		t.Errorf("the claim still warns: %q", got)
	}
}

// TestPoolsOfAnOlderKasha: a version that was told nothing stays as it is.
func TestPoolsOfAnOlderKasha(t *testing.T) {
	w := atRest(t, claim(t, "spec: {backend: {env: {DB_POOL_MAX: '5'}}}"))
	key := keysStarting(w, "taskdefinition-backend-")[0]
	if c := only(t, w, "taskdefinition-backend-"); !strings.Contains(c, `"name":"DB_POOL_MAX","value":"5"`) ||
		strings.Count(c, "DB_POOL_MAX") != 1 {
		t.Fatalf("the claim's own value does not win: %s", c)
	}
	// The variable of Kasha's is late, so a version that has another value of it stays.
	change(t, w, "")
	settleMore(t, w)
	if again := keysStarting(w, "taskdefinition-backend-"); again[0] != key {
		t.Errorf("the backend rolls for the variable alone: %s to %v", key, again)
	}
}

// TestTooManyTasks: a claim whose tasks do not fit says so with the numbers, and the proxy
// mends it.
func TestTooManyTasks(t *testing.T) {
	const many = "backend: {scaling: {max: 200}}, database: {instanceClass: db.t4g.small"
	w := atRest(t, claim(t, "spec: {"+many+"}}"))
	want := "up to 400 tasks share 119 of its 170 connections, and 1 is the least that DB_POOL_MAX can be; " +
		"set database.proxy.enabled to true"
	if got := warned(w); !strings.Contains(got, want) {
		t.Errorf("the claim warns %q, want %q in it", got, want)
	}
	w = atRest(t, claim(t, "spec: {"+many+", proxy: {enabled: true}}}"))
	if got := warned(w); got != "" {
		t.Errorf("the claim warns behind the proxy: %q", got)
	}
	if c := only(t, w, "taskdefinition-backend-"); !strings.Contains(c, `"name":"DB_POOL_MAX","value":"10"`) {
		t.Errorf("a task behind the proxy has no pool: %s", c)
	}
}
