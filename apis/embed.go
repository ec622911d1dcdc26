// Package apis holds the API's definition, as Crossplane installs it.
package apis

import _ "embed"

// Definition is the CompositeResourceDefinition of KashaClaim, in YAML.
//
//go:embed definition.yaml
var Definition []byte
