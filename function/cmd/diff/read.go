package main

import (
	"fmt"

	"github.com/kasha-platform/kasha/function/internal/manifest"
)

// A world is a claim's resources by their key, and the claim itself.
type world struct {
	claim     map[string]any
	resources map[string]map[string]any
}

func read(path string) (world, error) {
	r, err := manifest.ReadRendered(path)
	if err != nil {
		return world{}, fmt.Errorf("cannot compare: %w", err)
	}
	w := world{claim: r.Claim, resources: map[string]map[string]any{}}
	for _, o := range r.Resources {
		w.resources[o.Key()] = o
	}
	return w, nil
}

// text at a path of an object, or nothing.
func text(o map[string]any, path ...string) string { return manifest.Object(o).Text(path...) }

// kind of a resource, as rds/Instance.
func kind(o map[string]any) string {
	if service := manifest.Object(o).Service(); service != "" {
		return service + "/" + text(o, "kind")
	}
	return text(o, "kind")
}
