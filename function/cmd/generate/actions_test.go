package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestEveryKindHasActions keeps the provider's policy whole.
func TestEveryKindHasActions(t *testing.T) {
	for _, k := range composed() {
		if actions[k.String()] == "" {
			t.Errorf("%s has no actions: list them in actions.go, or the provider is refused what it needs", k)
		}
	}
}

// TestActionsAreExact refuses wildcards, and what is not an action at all.
func TestActionsAreExact(t *testing.T) {
	action := regexp.MustCompile(`^[a-z0-9-]+:[A-Z][A-Za-z]+$`)
	for k, list := range actions {
		for _, a := range strings.Fields(list) {
			if !action.MatchString(a) {
				t.Errorf("%s: %q is not one action", k, a)
			}
		}
	}
}

func TestTitle(t *testing.T) {
	for name, want := range map[string]string{"maxStorageGiB": "Max Storage GiB", "cidr": "Cidr", "multiAZ": "Multi AZ", "": ""} {
		if got := title(name); got != want {
			t.Errorf("title(%q) = %q, want %q", name, got, want)
		}
	}
}
