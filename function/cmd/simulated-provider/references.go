package main

import (
	"slices"
	"strings"
)

func parameters(o map[string]any) map[string]any {
	spec, _ := o["spec"].(map[string]any)
	params, _ := spec["forProvider"].(map[string]any)
	return params
}

// references are the names that a value refers to.
func references(v any) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for field, e := range v {
			out = append(out, referred(field, e)...)
		}
	case []any:
		for _, e := range v {
			out = append(out, references(e)...)
		}
	}
	return out
}

func referred(field string, v any) []string {
	switch {
	// A Secret is Kubernetes' own and not a resource of AWS.
	case strings.HasSuffix(field, "SecretRef"):
		return nil
	case strings.HasSuffix(field, "Ref"):
		return name(v)
	case strings.HasSuffix(field, "Refs"):
		var out []string
		list, _ := v.([]any)
		for _, e := range list {
			out = append(out, name(e)...)
		}
		return out
	}
	return references(v)
}

func name(ref any) []string {
	r, _ := ref.(map[string]any)
	if n, ok := r["name"].(string); ok {
		return []string{n}
	}
	return nil
}

// unready is a resource that o refers to and that AWS does not know yet, or
// nothing.
func unready(o object, siblings map[string]map[string]any) string {
	known := map[string]bool{}
	for id, s := range siblings {
		meta, _ := s["metadata"].(map[string]any)
		annotations, _ := meta["annotations"].(map[string]any)
		status, _ := s["status"].(map[string]any)
		if annotations[externalName] != nil && status["atProvider"] != nil {
			known[id[strings.Index(id, "/")+1:]] = true
		}
	}
	refs := references(parameters(o.Object))
	slices.Sort(refs)
	for _, r := range refs {
		if !known[r] {
			return r
		}
	}
	return ""
}
