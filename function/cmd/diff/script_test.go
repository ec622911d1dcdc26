package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/cmd/internal/difference"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/schema/schematest"
)

// TestDefaultedLists runs make diff's script over claims that write the lists that have
// a default, and compares its output with what the API server makes of them. It needs
// two programs: KASHA_FUNCTION and KASHA_RENDER are their paths.
func TestDefaultedLists(t *testing.T) {
	function, render := os.Getenv("KASHA_FUNCTION"), os.Getenv("KASHA_RENDER")
	if function == "" || render == "" {
		t.Skip("KASHA_FUNCTION and KASHA_RENDER are not set; run make test")
	}
	cases := map[string]struct {
		reason, from, to string
		says             []string
		queues           []string
		paths            []any
	}{
		"Written": {
			reason: "What a claim writes replaces the default.",
			from:   "default", to: "written",
			says: []string{
				"!  queue-jobs is DELETED; you lose the messages in it",
				"-  sqs/Queue queue-jobs",
				"+  sqs/Queue queue-orders  (Holds work for the backend.)",
			},
			queues: []string{"queue-orders"},
			paths:  []any{"/run"},
		},
		"Empty": {
			reason: "An empty list means none.",
			from:   "written", to: "empty",
			says:   []string{"!  queue-orders is DELETED; you lose the messages in it", "-  sqs/Queue queue-orders"},
			queues: []string{},
			paths:  []any{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before, after := rendered(t, render, function, tc.from, tc.to)
			if diff := cmp.Diff(stored(t, tc.from, tc.to), asJSON(t, after.Claim["spec"])); diff != "" {
				t.Errorf("%s\nthe claim: -as the API server stores it, +as the diff has it:\n%s", tc.reason, diff)
			}
			frontend, _ := after.Claim["spec"].(map[string]any)["frontend"].(map[string]any)
			if diff := cmp.Diff(tc.paths, frontend["writablePaths"]); diff != "" {
				t.Errorf("%s\nfrontend.writablePaths: -want, +got:\n%s", tc.reason, diff)
			}
			queues := slices.DeleteFunc(slices.Sorted(maps.Keys(after.Resources)), func(key string) bool {
				return !strings.HasPrefix(key, "queue-")
			})
			if diff := cmp.Diff(tc.queues, queues); diff != "" {
				t.Errorf("%s\nqueues: -want, +got:\n%s", tc.reason, diff)
			}
			told := strings.Split(difference.Compare(before, after).Text(false), "\n")
			for _, line := range tc.says {
				if !slices.Contains(told, line) {
					t.Errorf("%s\nthe diff lacks %q:\n%s", tc.reason, line, strings.Join(told, "\n"))
				}
			}
		})
	}
}

// TestDiffWithinGuardrails: a pull request that exceeds the bounds is refused with the
// function's words, before a cluster refuses it. Values that exceed the bounds already do
// not prevent the diff.
func TestDiffWithinGuardrails(t *testing.T) {
	function, render := os.Getenv("KASHA_FUNCTION"), os.Getenv("KASHA_RENDER")
	if function == "" || render == "" {
		t.Skip("KASHA_FUNCTION and KASHA_RENDER are not set; run make test")
	}
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	b, err := os.ReadFile(claims("default"))
	if err != nil {
		t.Fatal(err)
	}
	tasks := func(n int) string {
		c := strings.Replace(string(b), "backend: {", fmt.Sprintf("backend: {scaling: {max: %d}, ", n), 1)
		return file(fmt.Sprintf("claim-%d.yaml", n), c)
	}
	bounds := file("guardrail.yaml", `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaGuardrail
metadata: {name: team-shop}
spec:
  namespaces: [team-shop]
  allow: {providerConfigs: [{name: default}], images: ["public.ecr.aws/*"]}
  limit: {tasks: 20}
`)
	for name, tc := range map[string]struct {
		from, to int
		refused  bool
	}{
		"Within": {10, 20, false}, "Out": {10, 21, true}, "Nearer": {50, 40, false}, "Further": {50, 51, true},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("../../../tools/diff.sh", tasks(tc.from), tasks(tc.to))
			cmd.Env = append(os.Environ(), "DIFF=true",
				"RENDER="+render+" --simulate --xrd ../../../apis/definition.yaml"+
					" --composition ../../../compositions/kasha.yaml --function "+function+" --required "+bounds)
			out, err := cmd.CombinedOutput()
			says := strings.Contains(string(out), "guardrail team-shop allows at most 20 (limit.tasks)")
			if refused := err != nil; refused != tc.refused || says != tc.refused {
				t.Errorf("from %d to %d tasks: %v\n%s", tc.from, tc.to, err, out)
			}
		})
	}
}

// claims are versions of one claim, which render's tests have.
func claims(name string) string { return filepath.Join("../render/testdata/lists", name+".yaml") }

// rendered are the two streams that make diff's script compares.
func rendered(t *testing.T, render, function, from, to string) (before, after difference.World) {
	t.Helper()
	dir := t.TempDir()
	// It replaces the program that compares, and stores the streams.
	keep := filepath.Join(dir, "keep")
	if err := os.WriteFile(keep, []byte("#!/bin/sh\ncp \"$1\" \"$2\" '"+dir+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("../../../tools/diff.sh", claims(from), claims(to))
	render += " --simulate --xrd ../../../apis/definition.yaml --composition ../../../compositions/kasha.yaml"
	cmd.Env = append(os.Environ(), "RENDER="+render+" --function "+function, "DIFF="+keep)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot compare %s with %s: %v\n%s", from, to, err, out)
	}
	before, err := difference.Read(filepath.Join(dir, "before.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if after, err = difference.Read(filepath.Join(dir, "after.yaml")); err != nil {
		t.Fatal(err)
	}
	return before, after
}

// stored is the claim's spec after somebody has applied the one and then the other
// on the server's side.
func stored(t *testing.T, from, to string) any {
	t.Helper()
	server, err := schematest.NewServer()
	if err != nil {
		t.Fatal(err)
	}
	var live map[string]any
	for _, name := range []string{from, to} {
		b, err := os.ReadFile(claims(name))
		if err != nil {
			t.Fatal(err)
		}
		manifest, err := schema.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if live, err = server.Apply(live, manifest, "flux"); err != nil {
			t.Fatal(err)
		}
	}
	return asJSON(t, live["spec"])
}

// asJSON is a value as JSON has it: numbers are of one type.
func asJSON(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
