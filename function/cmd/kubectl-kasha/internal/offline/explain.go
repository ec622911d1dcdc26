package offline

import (
	"fmt"
	"slices"
	"strings"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/kasha-platform/kasha/function/cmd/internal/fields"
	"github.com/kasha-platform/kasha/function/internal/near"
	"github.com/kasha-platform/kasha/function/internal/schema"
)

// A Field is what is known of a field of the claim.
type Field struct {
	Path        string   `json:"path"`
	Type        string   `json:"type"`
	Required    bool     `json:"required,omitempty"`
	Immutable   bool     `json:"immutable,omitempty"`
	Default     string   `json:"default,omitempty"`
	Limits      []string `json:"limits,omitempty"`
	Description string   `json:"description,omitempty"`
	// Rules are what the API server checks besides.
	Rules []string `json:"rules,omitempty"`
	// Fields are those inside of it.
	Fields []Field `json:"fields,omitempty"`
}

// Explain a field by its path: backend.scaling.max. The path may begin with spec or status, and may have indexes of
// lists.
func Explain(path string) (*Field, error) {
	crd, err := schema.CRD()
	if err != nil {
		return nil, err
	}
	root := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	names := split(path)
	if len(names) == 0 || root.Properties[names[0]].Type == "" {
		names = append([]string{"spec"}, names...)
	}
	s, at, required := root, "", false
	for i, name := range names {
		inner := s
		if o, suffix := fields.ObjectIn(s); o != nil {
			inner = o
			if i > 0 {
				at += suffix
			}
		}
		next, ok := inner.Properties[name]
		if !ok {
			return nil, unknown(name, at, inner)
		}
		required = slices.Contains(inner.Required, name)
		s, at = &next, strings.TrimPrefix(at+"."+name, ".")
	}
	f := describe(at, s, required)
	if inner, suffix := fields.ObjectIn(s); inner != nil {
		for _, name := range sorted(inner) {
			child := inner.Properties[name]
			f.Fields = append(f.Fields, describe(at+suffix+"."+name, &child, slices.Contains(inner.Required, name)))
		}
	}
	return &f, nil
}

// split a path at its dots, without the indexes of lists.
func split(path string) []string {
	var out []string
	for _, p := range strings.Split(path, ".") {
		p, _, _ = strings.Cut(p, "[")
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

func unknown(name, at string, s *extv1.JSONSchemaProps) error {
	names := sorted(s)
	if len(names) == 0 {
		return fmt.Errorf("cannot explain %s.%s: %s has no fields", at, name, at)
	}
	if n := near.Nearest(name, names); n != "" {
		return fmt.Errorf("cannot explain %s.%s: there is no such field; did you mean %s.%s?", at, name, at, n)
	}
	return fmt.Errorf("cannot explain %s.%s: there is no such field; %s has %s", at, name, at,
		strings.Join(names, ", "))
}

func sorted(s *extv1.JSONSchemaProps) []string {
	var out []string
	for name := range s.Properties {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func describe(path string, s *extv1.JSONSchemaProps, required bool) Field {
	f := Field{
		Path: path, Type: fields.TypeOf(s), Required: required && s.Default == nil, Immutable: fields.Immutable(s),
		Limits: fields.Limits(s), Description: s.Description,
	}
	if s.Default != nil && !fields.IsEmpty(s.Default.Raw) {
		f.Default = string(s.Default.Raw)
	}
	for i, l := range f.Limits {
		f.Limits[i] = strings.ReplaceAll(l, "`", "")
	}
	for _, r := range s.XValidations {
		f.Rules = append(f.Rules, strings.Join(strings.Fields(r.Message), " "))
	}
	return f
}

// Summary is the first sentence of the field's description.
func (f Field) Summary() string {
	text := strings.Join(strings.Fields(f.Description), " ")
	for i := range text {
		if text[i] == '.' && (i+1 == len(text) || text[i+1] == ' ') {
			return text[:i+1]
		}
	}
	return text
}
