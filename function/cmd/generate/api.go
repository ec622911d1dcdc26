package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// api is the page of every field of the claim.
func api(in *inputs) ([]byte, error) { return reference("API reference", v1alpha1.Kind, in.xrd), nil }

// guardrails is the page of every field of a guardrail.
func guardrails(in *inputs) ([]byte, error) {
	return reference("Guardrails reference", v1alpha1.GuardrailKind, in.guardrails), nil
}

// reference is the page of every field of a kind.
func reference(heading, kind string, d *definition) []byte {
	p := &page{definition: d}
	p.text(
		pageGenerated + "# " + heading + "\n\n" + "`apiVersion: " + v1alpha1.APIVersion + "`, `kind: " + kind +
			"`\n\n")
	p.text(d.schema.Description + "\n\n")
	p.text(
		"A field without a default and without the word *required* may be left empty; " +
			"its description says what happens then.\n" +
			"*Immutable* fields cannot be changed once the object exists.\n")
	for _, part := range []struct{ path, typ string }{{"spec", kind + "Spec"}, {"status", kind + "Status"}} {
		s := d.schema.Properties[part.path]
		p.object(part.path, part.typ, &s)
	}
	p.text("\n## Printer columns\n\n| Column | From | |\n|---|---|---|\n")
	for _, c := range d.columns {
		wide := ""
		if c.Priority > 0 {
			wide = "`-o wide`"
		}
		p.text(fmt.Sprintf("| %s | `%s` | %s |\n", c.Name, c.JSONPath, wide))
	}
	return p.out.Bytes()
}

// A page collects the text of the reference.
type page struct {
	*definition
	out bytes.Buffer
}

func (p *page) text(s string) { p.out.WriteString(s) }

// object writes the section of one object, and then those of the objects in it.
func (p *page) object(path, typ string, s *extv1.JSONSchemaProps) {
	p.text("\n## " + path + "\n\n")
	if s.Description != "" {
		p.text(s.Description + "\n\n")
	}
	p.rules(s)
	fields := p.fields(typ, s)
	for _, f := range fields {
		field := s.Properties[f.json]
		p.field(path, f.json, &field, slices.Contains(s.Required, f.json))
	}
	for _, f := range fields {
		field := s.Properties[f.json]
		inner, suffix := objectIn(&field)
		if inner != nil && len(inner.Properties) > 0 {
			p.object(path+"."+f.json+suffix, f.typ, inner)
		}
	}
}

// objectIn is the object that a field is, or holds many of.
func objectIn(s *extv1.JSONSchemaProps) (*extv1.JSONSchemaProps, string) {
	switch {
	case s.Type == "array" && s.Items != nil && s.Items.Schema != nil && s.Items.Schema.Type == "object":
		return s.Items.Schema, "[]"
	case s.Type == "object":
		return s, ""
	}
	return nil, ""
}

func (p *page) field(path, name string, s *extv1.JSONSchemaProps, required bool) {
	facts := []string{typeOf(s)}
	if required && s.Default == nil {
		facts = append(facts, "*required*")
	}
	if s.Default != nil && !isEmpty(s.Default.Raw) {
		facts = append(facts, "default `"+string(s.Default.Raw)+"`")
	}
	if immutable(s) {
		facts = append(facts, "*immutable*")
	}
	facts = append(facts, limits(s)...)
	p.text(fmt.Sprintf("### `%s.%s`\n\n%s\n\n", path, name, strings.Join(facts, ", ")))
	inner, suffix := objectIn(s)
	isSection := inner != nil && len(inner.Properties) > 0
	switch {
	case isSection:
		if suffix != "" && s.Description != "" {
			p.text(s.Description + "\n\n")
		}
		p.text("See [" + path + "." + name + suffix + "](#" + anchor(path+"."+name+suffix) + ").\n\n")
	case s.Description != "":
		p.text(s.Description + "\n\n")
	}
	if !isSection || suffix != "" {
		p.rules(s)
	}
}

// rules are the messages of the CEL rules.
func (p *page) rules(s *extv1.JSONSchemaProps) {
	for _, r := range s.XValidations {
		p.text("> " + strings.Join(strings.Fields(r.Message), " ") + "\n\n")
	}
}

func immutable(s *extv1.JSONSchemaProps) bool {
	return slices.ContainsFunc(s.XValidations,
		func(r extv1.ValidationRule) bool { return strings.TrimSpace(r.Rule) == "self == oldSelf" })
}

func typeOf(s *extv1.JSONSchemaProps) string {
	switch {
	case s.Type == "array" && s.Items != nil && s.Items.Schema != nil:
		return "list of " + typeOf(s.Items.Schema)
	case s.Type == "object" && s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil:
		return "map of " + typeOf(s.AdditionalProperties.Schema)
	case s.XIntOrString:
		return "integer or string"
	}
	return s.Type
}

// limits of a value that the schema states.
func limits(s *extv1.JSONSchemaProps) []string {
	var out []string
	if len(s.Enum) > 0 {
		var values []string
		for _, e := range s.Enum {
			values = append(values, "`"+strings.Trim(string(e.Raw), `"`)+"`")
		}
		out = append(out, "one of "+strings.Join(values, " "))
	}
	if s.Minimum != nil {
		out = append(out, fmt.Sprintf("at least %v", *s.Minimum))
	}
	if s.Maximum != nil {
		out = append(out, fmt.Sprintf("at most %.15g", *s.Maximum))
	}
	if s.MinItems != nil && *s.MinItems > 0 {
		out = append(out, fmt.Sprintf("at least %d items", *s.MinItems))
	}
	if s.MaxItems != nil {
		out = append(out, fmt.Sprintf("at most %d items", *s.MaxItems))
	}
	if s.MaxLength != nil {
		out = append(out, fmt.Sprintf("at most %d characters", *s.MaxLength))
	}
	if p := pattern(s); p != "" {
		out = append(out, "matches `"+p+"`")
	}
	return out
}

func isEmpty(raw []byte) bool {
	return string(raw) == "{}" || string(raw) == "[]" || string(raw) == `""`
}

// anchor is the anchor that GitHub derives from a heading.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteRune('-')
		case r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		}
	}
	return b.String()
}
