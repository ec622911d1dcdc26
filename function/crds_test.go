package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// forProviders are the schemas of spec.forProvider of every kind that is
// composed, from the provider's own CRDs in the module cache.
var forProviders = sync.OnceValues(func() (map[schema.GroupVersionKind]map[string]any, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/upbound/provider-aws/v2").Output()
	if err != nil {
		return nil, fmt.Errorf("cannot find provider-aws in the module cache: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "package", "crds", "*.aws.m.upbound.io_*.yaml"))
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for gvk := range kinds.AWS {
		wanted[gvk.Group] = true
	}
	out := map[schema.GroupVersionKind]map[string]any{}
	for _, f := range files {
		if group, _, _ := strings.Cut(filepath.Base(f), "_"); !wanted[group] {
			continue
		}
		if err := readCRD(f, out); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
	}
	return out, nil
})

// crd is what is read of a CRD.
type crd struct {
	Spec struct {
		Group string `json:"group"`
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
		Versions []struct {
			Name   string `json:"name"`
			Schema struct {
				OpenAPIV3Schema map[string]any `json:"openAPIV3Schema"`
			} `json:"schema"`
		} `json:"versions"`
	} `json:"spec"`
}

func readCRD(file string, out map[schema.GroupVersionKind]map[string]any) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	// Most of the kinds of a group are not composed. Parsing is what takes time.
	if !composed(string(b)) {
		return nil
	}
	var c crd
	if err := yaml.Unmarshal(b, &c); err != nil {
		return err
	}
	for _, v := range c.Spec.Versions {
		gvk := schema.GroupVersionKind{Group: c.Spec.Group, Version: v.Name, Kind: c.Spec.Names.Kind}
		if kinds.AWS[gvk] != nil {
			out[gvk] = properties(properties(properties(v.Schema.OpenAPIV3Schema, "spec"), "forProvider"))
		}
	}
	return nil
}

func composed(text string) bool {
	for gvk := range kinds.AWS {
		if strings.Contains(text, "\n    kind: "+gvk.Kind+"\n") {
			return true
		}
	}
	return false
}

// properties walks a schema down a path of fields; with none it is the schema's
// properties.
func properties(s map[string]any, path ...string) map[string]any {
	p, _ := s["properties"].(map[string]any)
	for _, f := range path {
		p, _ = p[f].(map[string]any)
	}
	return p
}
