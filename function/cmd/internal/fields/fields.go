// Package fields says in words what the schema knows of a field: its type, its limits, and whether it can change.
package fields

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// ObjectIn is the object that a field is, or holds many of.
func ObjectIn(s *extv1.JSONSchemaProps) (*extv1.JSONSchemaProps, string) {
	switch {
	case s.Type == "array" && s.Items != nil && s.Items.Schema != nil && s.Items.Schema.Type == "object":
		return s.Items.Schema, "[]"
	case s.Type == "object":
		return s, ""
	}
	return nil, ""
}

// Immutable tells whether a field cannot be changed once the object exists.
func Immutable(s *extv1.JSONSchemaProps) bool {
	return slices.ContainsFunc(s.XValidations,
		func(r extv1.ValidationRule) bool { return strings.TrimSpace(r.Rule) == "self == oldSelf" })
}

// TypeOf is the type of a field in words.
func TypeOf(s *extv1.JSONSchemaProps) string {
	switch {
	case s.Type == "array" && s.Items != nil && s.Items.Schema != nil:
		return "list of " + TypeOf(s.Items.Schema)
	case s.Type == "object" && s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil:
		return "map of " + TypeOf(s.AdditionalProperties.Schema)
	case s.XIntOrString:
		return "integer or string"
	}
	return s.Type
}

// Limits of a value that the schema states.
func Limits(s *extv1.JSONSchemaProps) []string {
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
	if p := Pattern(s); p != "" {
		out = append(out, "matches `"+p+"`")
	}
	return out
}

// IsEmpty tells whether a default has nothing in it.
func IsEmpty(raw []byte) bool {
	return string(raw) == "{}" || string(raw) == "[]" || string(raw) == `""`
}

// matchesRule is a CEL rule that is a regular expression with a message of its own.
var matchesRule = regexp.MustCompile(`^self\.matches\('([^'\\]*)'\)$`)

// Pattern that a text must match: that of the schema, or of a CEL rule.
func Pattern(s *extv1.JSONSchemaProps) string {
	for _, r := range s.XValidations {
		if m := matchesRule.FindStringSubmatch(r.Rule); m != nil {
			return m[1]
		}
	}
	return s.Pattern
}
