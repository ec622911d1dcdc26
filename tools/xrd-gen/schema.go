package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
)

// xrdSchema keeps what an XRD may say: spec, status and the rules at the root.
// Crossplane adds the rest, and its own fields.
func xrdSchema(s *extv1.JSONSchemaProps) (*extv1.JSONSchemaProps, error) {
	s.Properties = map[string]extv1.JSONSchemaProps{
		"spec":   s.Properties["spec"],
		"status": s.Properties["status"],
	}
	return s, walk(s, relax, spellOut)
}

// walk applies edits to every schema below s, and then to s itself: so an edit sees its
// children already edited.
func walk(s *extv1.JSONSchemaProps, edits ...func(*extv1.JSONSchemaProps) error) error {
	for name, p := range s.Properties {
		if err := walk(&p, edits...); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.Properties[name] = p
	}

	if s.Items != nil && s.Items.Schema != nil {
		if err := walk(s.Items.Schema, edits...); err != nil {
			return err
		}
	}

	for _, edit := range edits {
		if err := edit(s); err != nil {
			return err
		}
	}
	return nil
}

// relax removes fields that have a default from the required ones. The API server fills
// in defaults first, so it behaves the same. But kubectl explain, the reference and a
// form would show all of these fields as required.
func relax(s *extv1.JSONSchemaProps) error {
	s.Required = slices.DeleteFunc(s.Required, func(name string) bool {
		return s.Properties[name].Default != nil
	})
	return nil
}

// spellOut replaces a default such as {} by one with the defaults of its fields: the
// API server evaluates CEL rules on the default as it is written, and the rules read
// these fields.
func spellOut(s *extv1.JSONSchemaProps) error {
	if s.Default == nil {
		return nil
	}

	internal := &apiextensions.JSONSchemaProps{}
	if err := extv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(s, internal, nil); err != nil {
		return err
	}
	structural, err := schema.NewStructural(internal)
	if err != nil {
		return err
	}

	value := *internal.Default
	defaulting.Default(value, structural)
	s.Default.Raw, err = json.Marshal(value)
	return err
}
