package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/cmd/internal/fields"
	"github.com/kasha-platform/kasha/function/internal/schema"
)

// TestTheFormKnowsTheName compares the form's own page with the rules on the claim's
// name, which no field's schema has.
func TestTheFormKnowsTheName(t *testing.T) {
	crd, err := schema.CRD()
	if err != nil {
		t.Fatal(err)
	}
	var page extv1.JSONSchemaProps
	if err := yaml.Unmarshal([]byte(aboutTheClaim), &page); err != nil {
		t.Fatal(err)
	}
	name := page.Properties["name"]
	const rule = "self.metadata.name.size() <= %d && self.metadata.name.matches('%s')"
	want := fmt.Sprintf(rule, *name.MaxLength, name.Pattern)
	rules := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.XValidations
	if !slices.ContainsFunc(rules, func(r extv1.ValidationRule) bool { return r.Rule == want }) {
		t.Errorf("the form asks for %s; the schema's rules are %+v", want, rules)
	}
}

func TestPattern(t *testing.T) {
	rule := func(r string) *extv1.JSONSchemaProps {
		return &extv1.JSONSchemaProps{Type: "string", XValidations: extv1.ValidationRules{{Rule: r}}}
	}
	cases := map[string]struct {
		reason string
		schema *extv1.JSONSchemaProps
		want   string
	}{
		"Schema": {reason: "A pattern is a pattern.", schema: &extv1.JSONSchemaProps{Pattern: "^a$"}, want: "^a$"},
		"Rule": {
			reason: "A rule that is a regular expression is one too.", schema: rule(`self.matches('^a$')`),
			want: "^a$",
		},
		"MoreRules": {
			reason: "The form would refuse what a rule with more allows.",
			schema: rule(`self.matches('^a$') || self == 'b'`),
		},
		"Escapes": {reason: "A form does not read CEL's escapes.", schema: rule(`self.matches('^\\d$')`)},
		"None":    {reason: "Other rules are the API server's.", schema: rule("self == oldSelf")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := fields.Pattern(tc.schema); got != tc.want {
				t.Errorf("%s\npattern(...): want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

// TestTheImageHasAPattern shows why patterns are looked for in rules.
func TestTheImageHasAPattern(t *testing.T) {
	crd, err := schema.CRD()
	if err != nil {
		t.Fatal(err)
	}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	image := spec.Properties["frontend"].Properties["image"]
	if p := fields.Pattern(&image); !strings.HasPrefix(p, "^") {
		t.Errorf("the form does not check an image: its pattern is %q", p)
	}
}
