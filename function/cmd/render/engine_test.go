package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const root = "../../.."

// Flags are the flags for the real programs, which make test builds.
func flags(t *testing.T, args ...string) []string {
	t.Helper()
	function, cli, core := os.Getenv("KASHA_FUNCTION"), os.Getenv("KASHA_CLI"), os.Getenv("KASHA_CORE")
	if function == "" || cli == "" || core == "" {
		t.Skip("this test drives Crossplane's own programs; run it with make test")
	}
	// Each run has a directory of its own, so that the test sees what it leaves behind.
	t.Setenv("TMPDIR", t.TempDir())
	return append([]string{
		"--function=" + function, "--crossplane=" + cli, "--core=" + core,
		"--xrd=" + filepath.Join(root, "apis/definition.yaml"),
		"--composition=" + filepath.Join(root, "compositions/kasha.yaml"),
	}, args...)
}

// Clean fails when a run left files behind.
func clean(t *testing.T) {
	t.Helper()
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		t.Errorf("left behind: %s", f.Name())
	}
}

// Stream parses what was printed: the claim first, then what it composes.
func stream(t *testing.T, s string) (claim manifest.Object, composed []manifest.Object) {
	t.Helper()
	for i, d := range manifest.Documents([]byte(s)) {
		var o manifest.Object
		if err := yaml.Unmarshal(d, &o); err != nil {
			t.Fatalf("standard output is not YAML: %v", err)
		}
		if i == 0 {
			claim = o
			continue
		}
		composed = append(composed, o)
	}
	return claim, composed
}

func TestRenderMinimal(t *testing.T) {
	args := flags(t, "--claim="+filepath.Join(root, "examples/minimal.yaml"))
	var stdout, stderr strings.Builder
	if err := run(t.Context(), args, &stdout, &stderr); err != nil {
		t.Fatalf("run(...): %v\n%s", err, stderr.String())
	}
	clean(t)

	claim, composed := stream(t, stdout.String())
	if got := claim.Text("kind"); got != v1alpha1.Kind {
		t.Errorf("first document: want a %s, got a %s", v1alpha1.Kind, got)
	}
	if spec, _ := claim["spec"].(map[string]any); spec["region"] == nil {
		t.Error("the claim's spec has no region: the XRD's defaults are not shown")
	}
	if conditions(claim)["Synced"] != "True" {
		t.Errorf("conditions: want Synced to be True, got %v", conditions(claim))
	}
	if len(composed) == 0 {
		t.Error("nothing is composed")
	}
	for _, o := range composed {
		if o.Key() == "" {
			t.Errorf("%s %s: is no composed resource", o.Text("kind"), o.Text("metadata", "name"))
		}
	}
}

func TestRenderAtRest(t *testing.T) {
	args := flags(t, "--at=rest", "--claim="+filepath.Join(root, "examples/minimal.yaml"))
	var stdout, stderr strings.Builder
	if err := run(t.Context(), args, &stdout, &stderr); err != nil {
		t.Fatalf("run(...): %v\n%s", err, stderr.String())
	}
	clean(t)
	if !strings.Contains(stderr.String(), "at rest after") {
		t.Errorf("standard error: want the number of passes, got %q", stderr.String())
	}
	claim, _ := stream(t, stdout.String())
	if conditions(claim)["Ready"] != "True" {
		t.Errorf("conditions: want Ready to be True, got %v", conditions(claim))
	}
}

// Renders at the same time neither wait for each other nor mix.
func TestRenderTwice(t *testing.T) {
	args := flags(t, "--claim="+filepath.Join(root, "examples/minimal.yaml"))
	out := make([]strings.Builder, 2)
	errs := make([]error, len(out))
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() { errs[i] = run(t.Context(), args, &out[i], &strings.Builder{}) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatalf("run(...): %v", err)
	}
	if diff := cmp.Diff(out[0].String(), out[1].String()); diff != "" {
		t.Errorf("two renders of one claim differ:\n%s", diff)
	}
	clean(t)
}

// A fatal result prints no resources: a reader could not tell a part of a stack from a
// whole one.
func TestRenderFatal(t *testing.T) {
	args := flags(t, "--claim=testdata/fatal.yaml")
	var stdout, stderr strings.Builder
	err := run(t.Context(), args, &stdout, &stderr)
	var refusal simulator.Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("run(...): want a fatal result, got %v", err)
	}
	for _, line := range []string{
		"cannot render testdata/fatal.yaml: the function would refuse it:\n  spec.frontend.env",
		"\n  spec.backend.env",
	} {
		if !strings.Contains(err.Error(), line) {
			t.Errorf("run(...): want an error with %q, got %v", line, err)
		}
	}
	if stdout.Len() > 0 {
		t.Errorf("standard output: want nothing, got %d bytes", stdout.Len())
	}
	clean(t)
}

func conditions(o map[string]any) map[string]string {
	status, _ := o["status"].(map[string]any)
	list, _ := status["conditions"].([]any)
	out := map[string]string{}
	for _, c := range list {
		m, _ := c.(map[string]any)
		out[manifest.Object(m).Text("type")] = manifest.Object(m).Text("status")
	}
	return out
}
