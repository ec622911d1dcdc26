package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/cmd/internal/fields"
)

const (
	templateFile = "catalog/template.yaml"
	skeletonFile = "catalog/skeleton/claims/${{ values.claim.namespace }}/${{ values.claim.name }}.yaml"
)

// aboutTheClaim is the form's first page: what is not in the claim's spec.
const aboutTheClaim = `
title: The claim
required: [name, namespace, repoUrl]
properties:
  name:
    title: Name
    type: string
    description: It becomes part of the names in AWS, and cannot be changed.
    maxLength: 40
    pattern: ^[a-z][a-z0-9]*(-[a-z0-9]+)*$
    ui:autofocus: true
  namespace:
    title: Namespace
    type: string
    description: Your team's namespace in the control plane.
    maxLength: 63
    pattern: ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$
  repoUrl:
    title: Repository
    type: string
    description: The repository of the claims; a pull request is opened there.
    ui:field: RepoUrlPicker
    ui:options:
      allowedHosts: [github.com]
`

// aroundTheForm is the rest of the template.
const aroundTheForm = `
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: kashaclaim
  title: A web platform on AWS
  description: >-
    CloudFront, load balancers, two services on Fargate, a database, queues, backups and alarms, from one claim.
  tags: [aws, crossplane, kasha]
spec:
  owner: platform
  system: kasha
  type: platform
  steps:
  - id: claim
    name: Write the claim
    action: fetch:template
    input:
      url: ./skeleton
      values:
        claim: ${{ parameters }}
  - id: pull-request
    name: Open a pull request
    action: publish:github:pull-request
    input:
      repoUrl: ${{ parameters.repoUrl }}
      branchName: kasha-${{ parameters.namespace }}-${{ parameters.name }}
      title: "Ask for ${{ parameters.namespace }}/${{ parameters.name }}"
      description: The diff in the comments says what it becomes and what it costs.
  output:
    links:
    - title: Pull request
      url: ${{ steps['pull-request'].output.remoteUrl }}
`

// template is a Backstage template whose form has a page for each part of the
// claim's spec.
func template(in *inputs) ([]byte, error) {
	var t, first map[string]any
	if err := yaml.Unmarshal([]byte(aroundTheForm), &t); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal([]byte(aboutTheClaim), &first); err != nil {
		return nil, err
	}
	t["spec"].(map[string]any)["parameters"] = append([]any{first}, in.xrd.pages()...)
	b, err := yaml.Marshal(t)
	return append([]byte(generated), b...), err
}

// pages of the form: the spec's plain fields together, and each object or list
// of objects by itself. What must be filled in comes first.
func (d *definition) pages() []any {
	spec := d.schema.Properties["spec"]
	basics := map[string]any{"title": "Basics", "properties": map[string]any{}}
	var order []any
	var required, optional []any
	for _, f := range d.fields("KashaClaimSpec", &spec) {
		s := spec.Properties[f.json]
		if isWholeOrNot(&s, slices.Contains(spec.Required, f.json)) {
			continue
		}
		field := d.form(f, &s)
		inner, _ := fields.ObjectIn(&s)
		if inner == nil || len(inner.Properties) == 0 || f.json == "providerConfigRef" {
			basics["properties"].(map[string]any)[f.json] = field
			order = append(order, f.json)
			continue
		}
		p := map[string]any{"title": title(f.json), "properties": map[string]any{f.json: field}}
		if slices.Contains(spec.Required, f.json) && s.Default == nil {
			p["required"] = []any{f.json}
			required = append(required, p)
			continue
		}
		optional = append(optional, p)
	}
	basics["ui:order"] = order
	return append(append(required, basics), optional...)
}

// form is a field's JSON schema for the form, without what only Kubernetes understands.
// The API server checks that part.
func (d *definition) form(f structField, s *extv1.JSONSchemaProps) map[string]any {
	out := map[string]any{"title": title(f.json)}
	switch {
	case s.XIntOrString:
		// A form asks which of the two it is. The API server checks the value.
		out["oneOf"] = []any{
			map[string]any{"title": "A number", "type": "integer"},
			map[string]any{"title": "A word", "type": "string"},
		}
	case s.Type != "":
		// A value of any type has none.
		out["type"] = s.Type
	}
	if s.Description != "" {
		out["description"] = strings.Join(strings.Fields(s.Description), " ")
	}
	if s.Default != nil && !fields.IsEmpty(s.Default.Raw) {
		out["default"] = decoded(s.Default.Raw)
	}
	if len(s.Enum) > 0 {
		var values []any
		for _, e := range s.Enum {
			values = append(values, decoded(e.Raw))
		}
		out["enum"] = values
	}
	if p := fields.Pattern(s); p != "" {
		out["pattern"] = p
	}
	put(out, "minimum", s.Minimum)
	put(out, "maximum", s.Maximum)
	put(out, "minLength", s.MinLength)
	put(out, "maxLength", s.MaxLength)
	// Without minItems: a form would fill the list up with empty items.
	put(out, "maxItems", s.MaxItems)
	switch {
	case s.Type == "array" && s.Items != nil:
		out["items"] = d.form(structField{typ: f.typ}, s.Items.Schema)
	case s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil:
		out["additionalProperties"] = d.form(structField{typ: f.typ}, s.AdditionalProperties.Schema)
	case len(s.Properties) > 0:
		d.formFields(out, f.typ, s)
	}
	if out["title"] == "" {
		delete(out, "title")
	}
	return out
}

func (d *definition) formFields(out map[string]any, typ string, s *extv1.JSONSchemaProps) {
	properties := map[string]any{}
	var order, required []any
	for _, f := range d.fields(typ, s) {
		field := s.Properties[f.json]
		if isWholeOrNot(&field, slices.Contains(s.Required, f.json)) {
			continue
		}
		properties[f.json] = d.form(f, &field)
		order = append(order, f.json)
		if slices.Contains(s.Required, f.json) && field.Default == nil {
			required = append(required, f.json)
		}
	}
	out["properties"], out["ui:order"] = properties, order
	if len(required) > 0 {
		out["required"] = required
	}
}

// isWholeOrNot tells whether an object is optional and has an effect as soon as it
// exists: a domain needs a name, and the defaults of another account's configuration
// alone already ask for it. A form fills in every object that it contains, so it does
// not contain these. Authors add them to the claim in the pull request.
func isWholeOrNot(s *extv1.JSONSchemaProps, required bool) bool {
	if required || s.Default != nil || s.Type != "object" || len(s.Properties) == 0 {
		return false
	}
	for name, p := range s.Properties {
		if p.Default != nil || slices.Contains(s.Required, name) {
			return true
		}
	}
	return len(s.XValidations) > 0
}

func put[T any](out map[string]any, key string, v *T) {
	if v != nil {
		out[key] = *v
	}
}

func decoded(raw []byte) any {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil { // The API server has accepted it.
		panic(err)
	}
	return v
}

// title is Max Storage GiB of maxStorageGiB.
func title(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch upper := r >= 'A' && r <= 'Z'; {
		case i == 0:
			b.WriteString(strings.ToUpper(string(r)))
		case upper && i < len(name)-1 && !(name[i-1] >= 'A' && name[i-1] <= 'Z'):
			b.WriteString(" " + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// skeleton is the template of the claim, which takes the answers of the form.
func skeleton(in *inputs) ([]byte, error) {
	spec := in.xrd.schema.Properties["spec"]
	// A form sends an empty list if the user did not touch it. Where the claim may
	// leave a list out, but not leave it empty, the skeleton leaves it out.
	var names, never []string
	for _, f := range in.xrd.fields("KashaClaimSpec", &spec) {
		names = append(names, fmt.Sprintf("%q", f.json))
		if n := spec.Properties[f.json].MinItems; n != nil && *n > 0 {
			never = append(never, fmt.Sprintf("%q", f.json))
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `apiVersion: %s
kind: %s
metadata:
  name: ${{ values.claim.name }}
  namespace: ${{ values.claim.namespace }}
spec:
{%%- for field in [
    %s
] %%}
{%%- if values.claim[field] is defined and not (field in [%s] and values.claim[field] | length == 0) %%}
  ${{ field }}: ${{ values.claim[field] | dump }}
{%%- endif %%}
{%%- endfor %%}
`, v1alpha1.APIVersion, v1alpha1.Kind, strings.Join(names, ",\n    "), strings.Join(never, ", "))
	return b.Bytes(), nil
}
