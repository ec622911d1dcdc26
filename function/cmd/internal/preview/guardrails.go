package preview

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/schema"
)

// Guardrails reads the guardrails that are in a file or a directory, beside other objects.
// A guardrail that the API server would refuse is an error: a misspelt bound has no
// effect.
func Guardrails(path string) ([]map[string]any, error) {
	if path == "" {
		return nil, nil
	}
	files, err := manifests(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the guardrails: %w", err)
	}
	var out []map[string]any
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read the guardrails: %w", err)
		}
		in, err := guardrailsOf(b)
		if err != nil {
			return nil, fmt.Errorf("cannot use %s: %w", file, err)
		}
		out = append(out, in...)
	}
	return out, nil
}

// manifests are the YAML files at a path.
func manifests(path string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (p == path || slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(p))) {
			out = append(out, p)
		}
		return err
	})
	return out, err
}

func guardrailsOf(stream []byte) ([]map[string]any, error) {
	var out []map[string]any
	r := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream)))
	for {
		document, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		var is struct{ Kind string }
		if err := yaml.Unmarshal(document, &is); err != nil {
			return nil, err
		}
		if is.Kind != v1alpha1.GuardrailKind {
			continue
		}
		g, err := schema.Decode(bytes.TrimSpace(document))
		if err != nil {
			return nil, err
		}
		if err := schema.Admit(g, nil); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
}
