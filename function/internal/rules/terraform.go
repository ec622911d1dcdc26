package rules

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// A block is Terraform's schema of a resource, or of a block in one.
type block struct {
	Attributes map[string]struct {
		Required bool `json:"required"`
	} `json:"attributes"`
	Blocks map[string]struct {
		MinItems int   `json:"min_items"`
		Block    block `json:"block"`
	} `json:"block_types"`
}

// terraform is the provider's Terraform schema of every kind that is composed, from the module cache.
var terraform = sync.OnceValues(func() (map[schema.GroupVersionKind]block, error) {
	dir, err := providerDir()
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(dir, "config", "schema.json"))
	if err != nil {
		return nil, fmt.Errorf("cannot read the provider's Terraform schema: %w", err)
	}
	var all struct {
		Providers map[string]struct {
			Resources map[string]json.RawMessage `json:"resource_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("cannot read the provider's Terraform schema: %w", err)
	}
	out := map[schema.GroupVersionKind]block{}
	for gvk, record := range kinds.AWS {
		o := record.Object
		named, _ := o.(interface{ GetTerraformResourceType() string })
		var resource struct{ Block block }
		raw := all.Providers["registry.terraform.io/hashicorp/aws"].Resources[named.GetTerraformResourceType()]
		if err := json.Unmarshal(raw, &resource); err != nil {
			return nil, fmt.Errorf("cannot read the Terraform schema of %s: %w", gvk, err)
		}
		out[gvk] = resource.Block
	}
	return out, nil
})

// missing are the paths of values that Terraform requires below a block and that are not set. Properties are those
// of the CRD at the same place. At the top, a property that the CRD lacks is the resource's name in AWS, which is
// an annotation.
func (b block) missing(properties, values map[string]any, named bool) []string {
	var out []string
	for _, snake := range slices.Sorted(maps.Keys(b.Attributes)) {
		field := camel(snake)
		if b.Attributes[snake].Required && !isGiven(field, properties, values) &&
			!(properties[field] == nil && named) {
			out = append(out, field)
		}
	}
	for _, snake := range slices.Sorted(maps.Keys(b.Blocks)) {
		field, of := camel(snake), b.Blocks[snake]
		if properties[field] == nil {
			continue
		}
		inside := objects(values[field])
		if len(inside) < of.MinItems {
			out = append(out, field)
		}
		for _, v := range inside {
			for _, m := range of.Block.missing(propertiesBelow(properties[field]), v, false) {
				out = append(out, field+"."+m)
			}
		}
	}
	return out
}

// isGiven tells whether a value has a field, or what the provider fills it in from: a reference, a selector or a
// Secret.
func isGiven(field string, properties, values map[string]any) bool {
	if isFilled(values[field]) || values[field+"SecretRef"] != nil {
		return true
	}
	// upjet says in the description of each reference and selector what it is for.
	from := " to populate " + field + "."
	for name, p := range properties {
		if strings.Contains(text(asMap(p), "description"), from) && isFilled(values[name]) {
			return true
		}
	}
	return false
}

func isFilled(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	}
	return true
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// propertiesBelow are those of an object, or of the elements of a list.
func propertiesBelow(schema any) map[string]any {
	of := asMap(schema)
	if items := asMap(of["items"]); items != nil {
		of = items
	}
	return asMap(of["properties"])
}

// camel is kmsKeyId for kms_key_id, as upjet names fields.
func camel(snake string) string {
	parts := strings.Split(snake, "_")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}
