package rules

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// schemaRules are about whether the API server, the provider and Crossplane accept an object and leave it alone.
var schemaRules = []Rule{{
	ID:     "schema-known-kind",
	Title:  "Every object is of a kind that package kinds lists, or a Secret, or a Usage.",
	Why:    "Other kinds are not activated in the cluster, so the object could not be created.",
	Source: "https://docs.crossplane.io/latest/managed-resources/managed-resource-activation-policies/",
	check:  each(isOfAKnownKind),
}, {
	ID:     "schema-crd",
	Title:  "Every object is valid by the provider's CRD: no unknown field, right types, no violated CEL rule.",
	Why:    "The API server refuses the object, and the claim never becomes ready.",
	Source: "package/crds of provider-aws, at the version that the function is built with",
	check:  each(fitsItsSchema),
}, {
	ID:    "schema-required",
	Title: "What Terraform requires is set as a value, a reference, a selector or the external name, in every block.",
	Why: "The CRD does not demand fields that have references, nor fields of blocks; the provider fails on " +
		"them later.",
	Source: "config/schema.json of provider-aws: the attributes with required and the blocks with min_items",
	check:  eachOf(hasWhatTerraformRequires),
}, {
	ID:     "schema-no-status",
	Title:  "No object has a status, a null or a value that has not been resolved.",
	Why:    "Crossplane would own the field by server-side apply and take it from the provider.",
	Source: "https://docs.crossplane.io/latest/composition/compositions/",
	check:  each(leavesStatusAlone),
}, {
	ID:     "schema-no-reference-in-atomic-list",
	Title:  "No reference is below a list that is applied as a whole.",
	Why:    "Crossplane owns such a list and the provider's resolver writes into it: each undoes the other's change.",
	Source: "https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy",
	check:  each(hasNoReferenceBelowAnAtomicList),
}, {
	ID:     "schema-references-resolve",
	Title:  "Every reference names an object that is composed too.",
	Why:    "The provider waits forever for an object that does not exist.",
	Source: "https://docs.crossplane.io/latest/managed-resources/managed-resources/#referencing-other-resources",
	check:  referencesResolve,
}}

func isOfAKnownKind(_ World, _ string, o map[string]any) string {
	gvk := gvkOf(o)
	if kinds.AWS[gvk] == nil && gvk != kinds.Secret && gvk != kinds.Usage {
		return "is a " + gvk.String() + ", which package kinds does not list"
	}
	return ""
}

// refusalsOf remembers what the CRD says of an object, by its JSON: most objects are the same in many claims.
var refusalsOf sync.Map

// fitsItsSchema asks the provider's own CRD.
func fitsItsSchema(_ World, _ string, o map[string]any) string {
	if !isAWS(o) {
		return ""
	}
	schemas, err := definitions()
	if err != nil {
		return err.Error()
	}
	b, err := json.Marshal(o)
	if err != nil {
		return err.Error()
	}
	if known, ok := refusalsOf.Load(string(b)); ok {
		return known.(string) //nolint:forcetypeassert // Stored below.
	}
	refusals := strings.Join(schemas[gvkOf(o)].refusals(o), "; ")
	refusalsOf.Store(string(b), refusals)
	return refusals
}

func hasWhatTerraformRequires(_ World, _ string, o map[string]any) []string {
	if !isAWS(o) || !mayCreate(o) {
		return nil
	}
	schemas, err := definitions()
	if err != nil {
		return []string{err.Error()}
	}
	required, err := terraform()
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	named := externalName(o) != ""
	for _, path := range required[gvkOf(o)].missing(schemas[gvkOf(o)].forProvider, initial(o), named) {
		out = append(out, "lacks "+path+", which Terraform requires")
	}
	return out
}

// initial are the parameters that the provider creates a resource with.
func initial(o map[string]any) map[string]any {
	first, _ := lookup(o, "spec", "initProvider").(map[string]any)
	out := maps.Clone(first)
	if out == nil {
		out = map[string]any{}
	}
	maps.Copy(out, params(o))
	return out
}

func leavesStatusAlone(_ World, _ string, o map[string]any) string {
	if _, ok := o["status"]; ok {
		return "has a status, which is the provider's"
	}
	b, err := json.Marshal(o)
	if err != nil {
		return err.Error()
	}
	if strings.Contains(string(b), ":null") {
		return "has nulls, which server-side apply would own"
	}
	if strings.ContainsAny(string(b), "⟦⟧") {
		return "has a value that was never resolved"
	}
	return ""
}

func hasNoReferenceBelowAnAtomicList(_ World, _ string, o map[string]any) string {
	schemas, err := definitions()
	if err != nil {
		return err.Error()
	}
	if f := atomicReference(params(o), schemas[gvkOf(o)].forProvider, false); f != "" {
		return "has the reference " + f + " below an atomic list"
	}
	return ""
}

// atomicReference is the path of a reference below an atomic list, or nothing.
func atomicReference(o, props map[string]any, atomic bool) string {
	for field, v := range o {
		if atomic && isReference(field) {
			return field
		}
		of := asMap(props[field])
		switch v := v.(type) {
		case map[string]any:
			if f := atomicReference(v, properties(of), atomic); f != "" {
				return field + "." + f
			}
		case []any:
			if strings.HasSuffix(field, "Refs") {
				continue
			}
			for _, e := range objects(v) {
				if f := atomicReference(e, propertiesBelow(of),
					atomic || of["x-kubernetes-list-type"] != "map"); f != "" {
					return field + "[]." + f
				}
			}
		}
	}
	return ""
}

func isReference(field string) bool {
	return strings.HasSuffix(field, "Ref") || strings.HasSuffix(field, "Refs") || strings.HasSuffix(field, "Selector")
}

// referencesResolve looks at a claim at rest: before, what a reference names may be held back.
func referencesResolve(w World) []Violation {
	if !w.Settled {
		return nil
	}
	names := map[string]bool{}
	for _, o := range w.Desired {
		names[text(o, "metadata", "name")] = true
	}
	return eachOf(func(_ World, _ string, o map[string]any) []string {
		var out []string
		for _, name := range referred(params(o)) {
			if !names[name] {
				out = append(out, "refers to "+fmt.Sprintf("%q", name)+", which is not composed")
			}
		}
		return out
	})(w)
}

// secretFields name Secrets, and not all of these are composed: the provider creates the one with the
// password.
var secretFields = []string{"masterPasswordSecretRef", "passwordSecretRef", "secretStringSecretRef"}

// referred are the names that the references below an object name.
func referred(v any) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(v)) {
			switch {
			case slices.Contains(secretFields, field):
			case strings.HasSuffix(field, "Ref"), strings.HasSuffix(field, "Refs"):
				for _, r := range objects(v[field]) {
					out = append(out, text(r, "name"))
				}
			default:
				out = append(out, referred(v[field])...)
			}
		}
	case []any:
		for _, e := range v {
			out = append(out, referred(e)...)
		}
	}
	return out
}
