package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestInit: the answers become a claim that is valid, with comments from the schema.
func TestInit(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "claim.yaml")
	answers := strings.Join([]string{
		"blog", "", "eu-west-1", "NonProduction", "registry.example.com/blog/web:1.0.0", "",
		"registry.example.com/blog/api:1.0.0", "9000", "blog.example.com", "mail, jobs",
	}, "\n") + "\n"
	_, errs, code := run(t, answers, "init", file)
	if code != 0 {
		t.Fatalf("ends with %d: %s", code, errs)
	}
	got := read(t, file)
	for _, want := range []string{
		"  name: blog\n  namespace: team-blog\n", "  region: eu-west-1\n", "  environment: NonProduction\n",
		"    port: 9000\n", "    domain:\n", "      name: blog.example.com\n",
		"  queues:\n  - name: mail\n  - name: jobs\n",
		"# Backend is the service behind the internal load balancer.\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the claim lacks %q:\n%s", want, got)
		}
	}
	if out, errs, code := run(t, "", "validate", file); code != 0 {
		t.Errorf("the claim is not valid: %s%s", out, errs)
	}
	if _, errs, code := run(t, "", "init", file); code != 2 || !strings.Contains(errs, "it exists") {
		t.Errorf("a file that exists is written over: %d, %s", code, errs)
	}
}

// TestInitWithoutQuestions: scripts give flags, and what is missing is said.
func TestInitWithoutQuestions(t *testing.T) {
	t.Parallel()
	images := []string{"--frontend-image", "example.com/a:1", "--backend-image", "example.com/b:1"}
	cases := map[string]struct {
		args []string
		code int
		says string
	}{
		"All":     {append([]string{"--name", "shop", "--queues", "none"}, images...), 0, "queues: []"},
		"NoName":  {images, 2, "there is no answer for --name"},
		"NoPort":  {append([]string{"--name", "shop", "--backend-port", "http"}, images...), 2, "it is not a number"},
		"Refused": {append([]string{"--name", "Shop"}, images...), 1, "cannot write a claim of these answers"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out, errs, code := run(t, "", append([]string{"init", "--yes", "-"}, tc.args...)...)
			if code != tc.code || !strings.Contains(out+errs, tc.says) {
				t.Errorf("ends with %d, want %d and %q:\n%s%s", code, tc.code, tc.says, out, errs)
			}
		})
	}
}
