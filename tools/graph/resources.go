package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// A resource is what is drawn as one box.
type resource struct {
	key, kind, name, purpose, tier string
	// to are the names of the resources that it refers to, each once.
	to []string
}

// parse a rendered claim's resources, in their order.
func parse(stream []byte) ([]resource, error) {
	var out []resource
	d := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(stream), 4096)
	for {
		var o map[string]any
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("it is not a rendered claim: %w", err)
		}
		annotations, labels := child(o, "metadata", "annotations"), child(o, "metadata", "labels")
		key, _ := annotations["crossplane.io/composition-resource-name"].(string)
		if key == "" {
			continue
		}
		r := resource{key: key, to: references(o["spec"])}
		r.kind, _ = o["kind"].(string)
		r.name, _ = child(o, "metadata")["name"].(string)
		r.purpose, _ = annotations["platform.kasha.io/purpose"].(string)
		r.tier, _ = labels["platform.kasha.io/tier"].(string)
		out = append(out, r)
	}
}

func child(o map[string]any, path ...string) map[string]any {
	for _, p := range path {
		o, _ = o[p].(map[string]any)
	}
	return o
}

// references are the names in every field whose name ends in Ref or Refs, and in
// the two sides of a usage, each once and in order.
func references(v any) []string {
	var out []string
	var walk func(field string, v any)
	walk = func(field string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if name, ok := v["name"].(string); ok && isReference(field) {
				out = append(out, name)
			}
			for f, e := range v {
				walk(f, e)
			}
		case []any:
			for _, e := range v {
				walk(field, e)
			}
		}
	}
	walk("", v)
	slices.Sort(out)
	return slices.Compact(out)
}

func isReference(field string) bool {
	switch field {
	case "providerConfigRef", "writeConnectionSecretToRef":
		return false
	}
	return strings.HasSuffix(field, "Ref") || strings.HasSuffix(field, "Refs")
}
