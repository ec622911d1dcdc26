package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/cmd/internal/preview"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

func TestSplit(t *testing.T) {
	const stream = `---
apiVersion: v1
kind: Secret
stringData:
  a: |-
    b
    ---
    c
---
apiVersion: v1
kind: Result
---
apiVersion: render.crossplane.io/v1beta1
kind: Result
message: hello
severity: Normal
`
	o, err := split([]byte(stream))
	if err != nil {
		t.Fatal(err)
	}
	want := []result{
		{APIVersion: "render.crossplane.io/v1beta1", Kind: "Result", Severity: "Normal", Message: "hello"},
	}
	if diff := cmp.Diff(want, o.results); diff != "" {
		t.Errorf("results: -want, +got:\n%s", diff)
	}
	wantYAML, _, _ := strings.Cut(stream, "---\napiVersion: render")
	if diff := cmp.Diff(wantYAML, o.yaml()); diff != "" {
		t.Errorf("yaml(): -want, +got:\n%s", diff)
	}
}

func TestReport(t *testing.T) {
	var b strings.Builder
	report(&b, []result{
		{Severity: "Normal", Reason: "SelectComposition", Message: "Successfully selected composition: kasha"},
		{Severity: "Warning", Message: `Pipeline step "kasha": the certificate is not issued`},
		{Severity: "Normal", Message: `Pipeline step "kasha": Composed resource "vpc" is not yet ready`},
		{Severity: "Normal", Message: `Composed resource "igw" is not yet ready`},
	})
	want := "Warning: the certificate is not issued\nNormal: 2 resources are not yet ready\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("report(...): -want, +got:\n%s", diff)
	}
}

func TestExplain(t *testing.T) {
	exit := errors.New("exit status 1")
	indent := strings.Repeat(" ", 38)
	cases := map[string]struct {
		reason string
		stderr string
		want   string
	}{
		"Fatal": {
			reason: "A fatal result is the function's own words, line for line.",
			stderr: "crossplane: error: cannot render composite resource: crossplane " +
				"internal render: pipeline returned fatal: " +
				"crossplane: error: cannot compose resources: pipeline step \"kasha\" returned a fatal result: " +
				"cannot accept a:\n" + indent + "  - b\n" + indent + "  - c\n",
			want: "cannot accept a:\n  - b\n  - c",
		},
		"Other": {
			reason: "Crossplane's own errors are passed on.",
			stderr: "crossplane: error: cannot load XRD\n",
			want:   "cannot load XRD",
		},
		"Silent": {
			reason: "A program that prints nothing before it dies still has an exit status.",
			want:   "exit status 1",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, explain(tc.stderr, exit).Error()); diff != "" {
				t.Errorf("%s\nexplain(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestTail(t *testing.T) {
	l := &tail{}
	for range 1000 {
		if _, err := l.Write([]byte("a line of the log\n")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Write([]byte("the last line\n")); err != nil {
		t.Fatal(err)
	}
	got := l.String()
	if len(got) > tailBytes || !strings.HasPrefix(got, "a line") || !strings.HasSuffix(got, "the last line") {
		t.Errorf("String(): want whole lines from the end of the log, got %d bytes: %.40q", len(got), got)
	}
}

// TestUnrendered: the message about a refused claim begins in the same way for every
// reason.
func TestUnrendered(t *testing.T) {
	cases := map[string]struct {
		reason string
		err    error
		want   string
	}{
		"Refused": {
			"Each line is about a field.", simulator.Refusal("spec.region: no\nspec.tags: no"),
			"cannot render a.yaml: the function would refuse it:\n  spec.region: no\n  spec.tags: no",
		},
		"Other": {"Other errors are passed on.", errors.New("no disk"), "cannot render a.yaml: no disk"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := preview.Unrendered("a.yaml", tc.err).Error(); got != tc.want {
				t.Errorf("%s\nwant %q\ngot  %q", tc.reason, tc.want, got)
			}
		})
	}
}
