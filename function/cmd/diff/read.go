package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// A world is a claim's resources by their key, and the claim itself.
type world struct {
	claim     map[string]any
	resources map[string]map[string]any
}

func read(path string) (world, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return world{}, fmt.Errorf("cannot compare: %w", err)
	}
	w := world{resources: map[string]map[string]any{}}
	d := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(b), 4096)
	for {
		var o map[string]any
		err := d.Decode(&o)
		switch {
		case errors.Is(err, io.EOF):
			return w, nil
		case err != nil:
			return world{}, fmt.Errorf("cannot compare: %s is not a rendered claim: %w", path, err)
		case text(o, "kind") == "KashaClaim":
			w.claim = o
		case o != nil:
			w.resources[text(o, "metadata", "annotations", "crossplane.io/composition-resource-name")] = o
		}
	}
}

// text at a path of an object, or nothing.
func text(o map[string]any, path ...string) string {
	for _, p := range path[:len(path)-1] {
		o, _ = o[p].(map[string]any)
	}
	s, _ := o[path[len(path)-1]].(string)
	return s
}

// kind of a resource, as rds/Instance.
func kind(o map[string]any) string {
	group, _, grouped := strings.Cut(text(o, "apiVersion"), "/")
	if !grouped {
		return text(o, "kind")
	}
	service, _, _ := strings.Cut(group, ".")
	return service + "/" + text(o, "kind")
}
