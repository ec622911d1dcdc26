// Package apis holds the API's definitions, as Crossplane installs them.
package apis

import _ "embed"

// Definition is the CompositeResourceDefinition of KashaClaim, in YAML.
//
//go:embed definition.yaml
var Definition []byte

// Guardrails is the CompositeResourceDefinition of KashaGuardrail, in YAML.
//
//go:embed guardrails.yaml
var Guardrails []byte
