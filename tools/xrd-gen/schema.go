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

// walk applies edits to every schema below s, and then to s itself: an edit
// finds what it contains already done.
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

// relax removes fields that have a default from the required ones. To the API
// server it makes no difference, since it fills in the defaults first, but
// kubectl explain, the reference and a form would ask people for all of them.
func relax(s *extv1.JSONSchemaProps) error {
	s.Required = slices.DeleteFunc(s.Required, func(name string) bool {
		return s.Properties[name].Default != nil
	})
	return nil
}

// spellOut replaces a default such as {} by what it amounts to, with the
// defaults of the fields in it: the API server evaluates the CEL rules of an
// object on its default as it is written, and rules read those fields.
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
