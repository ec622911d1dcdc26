package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/cmd/internal/fields"
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
	all := p.fields(typ, s)
	for _, f := range all {
		field := s.Properties[f.json]
		p.field(path, f.json, &field, slices.Contains(s.Required, f.json))
	}
	for _, f := range all {
		field := s.Properties[f.json]
		inner, suffix := fields.ObjectIn(&field)
		if inner != nil && len(inner.Properties) > 0 {
			p.object(path+"."+f.json+suffix, f.typ, inner)
		}
	}
}

func (p *page) field(path, name string, s *extv1.JSONSchemaProps, required bool) {
	facts := []string{fields.TypeOf(s)}
	if required && s.Default == nil {
		facts = append(facts, "*required*")
	}
	if s.Default != nil && !fields.IsEmpty(s.Default.Raw) {
		facts = append(facts, "default `"+string(s.Default.Raw)+"`")
	}
	if fields.Immutable(s) {
		facts = append(facts, "*immutable*")
	}
	facts = append(facts, fields.Limits(s)...)
	p.text(fmt.Sprintf("### `%s.%s`\n\n%s\n\n", path, name, strings.Join(facts, ", ")))
	inner, suffix := fields.ObjectIn(s)
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
