package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// A gk is what a CRD defines.
type gk struct{ group, kind string }

// Kinds are those of a rendered stream that a CRD defines. Kubernetes' own have
// none: the validator knows their Go types, and decodes them strictly.
func kinds(docs [][]byte) ([]gk, error) {
	seen := map[gk]bool{}
	var out []gk
	for _, d := range docs {
		var o struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
		}
		if err := yaml.Unmarshal(d, &o); err != nil {
			return nil, fmt.Errorf("cannot read a rendered resource: %w", err)
		}
		group, _, _ := strings.Cut(o.APIVersion, "/")
		k := gk{group, o.Kind}
		if builtin(group) || seen[k] {
			continue
		}
		seen[k] = true
		out = append(out, k)
	}
	return out, nil
}

// Builtin says whether a group is Kubernetes' own: v1, apps/v1, x.k8s.io/v1.
func builtin(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
}

// Schemas is a directory with the CRDs of the kinds that are rendered. The
// provider has a thousand more, and reading them all takes ten times as long.
type schemas struct {
	dir     string
	sources []string
	have    map[gk]bool
}

func newSchemas(dir string, sources []string, xrd string) (*schemas, error) {
	// Files from an earlier run may be of another version of the provider.
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return nil, fmt.Errorf("cannot collect schemas: %w", err)
	}
	s := &schemas{dir: dir, sources: sources, have: map[gk]bool{}}
	s.have[gk{v1alpha1.Group, v1alpha1.Kind}] = true
	return s, copyFile(xrd, filepath.Join(dir, "xrd.yaml"))
}

// Collect the CRDs of these kinds. A kind that has none is an error.
func (s *schemas) collect(ks []gk) error {
	var missing []string
	for _, k := range ks {
		if s.have[k] {
			continue
		}
		path, err := s.find(k)
		if err != nil {
			return err
		}
		if path == "" {
			missing = append(missing, k.kind+"."+k.group)
			continue
		}
		if err := copyFile(path, filepath.Join(s.dir, filepath.Base(path))); err != nil {
			return err
		}
		s.have[k] = true
	}
	if len(missing) > 0 {
		return fmt.Errorf("cannot find a CRD for %s; compose kinds that the pinned provider has",
			strings.Join(missing, ", "))
	}
	return nil
}

// Find the CRD of a kind. Its file is named after the plural, which does not follow
// from the kind, so the group's files are searched for the kind.
func (s *schemas) find(k gk) (string, error) {
	want := []byte("\n    kind: " + k.kind + "\n")
	for _, dir := range s.sources {
		paths, err := filepath.Glob(filepath.Join(dir, k.group+"_*.yaml"))
		if err != nil {
			return "", fmt.Errorf("cannot look for the CRD of %s: %w", k.kind, err)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				return "", fmt.Errorf("cannot read a CRD: %w", err)
			}
			if bytes.Contains(b, want) {
				return path, nil
			}
		}
	}
	return "", nil
}

// CopyFile makes a writable copy: the module cache's files are read-only.
func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("cannot collect schemas: %w", err)
	}
	if err := os.WriteFile(to, b, 0o644); err != nil {
		return fmt.Errorf("cannot collect schemas: %w", err)
	}
	return nil
}
