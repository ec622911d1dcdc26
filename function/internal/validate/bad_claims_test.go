package validate_test

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/badclaims"
	"github.com/kasha-platform/kasha/function/internal/defaults"
	"github.com/kasha-platform/kasha/function/internal/guard"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/validate"
)

const dir = "../../testdata/bad"

var update = flag.Bool("update", false, "write the messages about the bad claims into their files")

// TestBadClaims checks the messages of the API server and of the function for every bad
// claim. It compares the exact words, because the claim's author depends on them.
func TestBadClaims(t *testing.T) {
	cases, err := badclaims.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 30 {
		t.Fatalf("found only %d bad claims in %s", len(cases), dir)
	}

	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if c.Why == "" || c.APIServer == nil && c.Function == nil {
				t.Fatal("a bad claim needs a comment that says why, and a message of the API server or the function")
			}

			said := c
			said.APIServer = apiServer(t, c)
			if c.Function != nil {
				said.Function = function(t, c)
			}
			if *update {
				if err := badclaims.Update(dir, said); err != nil {
					t.Fatal(err)
				}
			}

			if diff := cmp.Diff(c.APIServer, said.APIServer); diff != "" {
				t.Errorf("%s\nThe API server: -want, +got:\n%s", c.Why, diff)
			}
			if diff := cmp.Diff(c.Function, said.Function); diff != "" {
				t.Errorf("%s\nThe function: -want, +got:\n%s", c.Why, diff)
			}
		})
	}
}

// apiServer returns the API server's messages about a case.
func apiServer(t *testing.T, c badclaims.Case) []string {
	t.Helper()
	if err := schema.Default(c.Claim); err != nil {
		t.Fatal(err)
	}
	if c.Old != nil {
		if err := schema.Default(c.Old); err != nil {
			t.Fatal(err)
		}
		for _, err := range schema.Validate(c.Old, nil) {
			t.Errorf("the old claim is not good to begin with: %v", err)
		}
	}

	var said []string
	for _, err := range schema.Validate(c.Claim, c.Old) {
		said = append(said, err.Error())
	}
	return said
}

// function returns the function's messages about a case, whose claim must have its defaults.
func function(t *testing.T, c badclaims.Case) []string {
	t.Helper()
	claim := &v1alpha1.KashaClaim{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(c.Claim, claim); err != nil {
		t.Fatal(err)
	}
	defaults.Apply(claim)

	var said []string
	for _, err := range bounds(t, c, claim) {
		said = append(said, err.Error())
	}
	for _, err := range validate.Claim(plan.New(stack.New(stack.Input{Claim: claim}))) {
		said = append(said, err.Error())
	}
	return said
}

// bounds are the messages of a case's guardrails.
func bounds(t *testing.T, c badclaims.Case, claim *v1alpha1.KashaClaim) []error {
	t.Helper()
	for _, g := range c.Guardrails {
		if err := schema.Admit(g, nil); err != nil {
			t.Fatalf("the guardrail must be good: %v", err)
		}
	}
	choice, err := guard.Choose(c.Guardrails, claim.GetNamespace())
	if err != nil {
		t.Fatal(err)
	}
	j, err := guard.Judge(guard.Input{Claim: claim, Choice: choice})
	if err != nil {
		t.Fatal(err)
	}
	return j.Refusals()
}
