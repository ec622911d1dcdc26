package main

import (
	"slices"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/grants"
	"github.com/kasha-platform/kasha/function/internal/manifest"
)

// TestRolesArePassed: the options that no example has need their roles too, and a role
// that no kind passes on is noticed.
func TestRolesArePassed(t *testing.T) {
	got := slices.Concat(grants.PassedTo(false), grants.PassedTo(true))
	for _, service := range []string{"rds.amazonaws.com", "lambda.amazonaws.com", "ecs-tasks.amazonaws.com"} {
		if !slices.Contains(got, service) {
			t.Errorf("no role may be handed to %s, only to %v", service, got)
		}
	}
	role := manifest.Object{"kind": "Role", "spec": map[string]any{"forProvider": map[string]any{
		"assumeRolePolicy": `{"Statement":[{"Principal":{"Service":"glue.amazonaws.com"}}]}`,
	}}}
	if err := checkPassed([]rendered{{resources: []manifest.Object{role}}}); err == nil {
		t.Error("a role for a service that is not in the table is not noticed")
	}
}

func TestTitle(t *testing.T) {
	for name, want := range map[string]string{
		"maxStorageGiB": "Max Storage GiB", "cidr": "Cidr", "multiAZ": "Multi AZ", "": "",
	} {
		if got := title(name); got != want {
			t.Errorf("title(%q) = %q, want %q", name, got, want)
		}
	}
}
