package difference

import (
	"fmt"

	"github.com/kasha-platform/kasha/function/internal/manifest"
)

// A World is a claim's resources by their key, and the claim itself.
type World struct {
	Claim     map[string]any
	Resources map[string]map[string]any
}

// Read a file with the output of render.
func Read(path string) (World, error) {
	r, err := manifest.ReadRendered(path)
	if err != nil {
		return World{}, fmt.Errorf("cannot compare: %w", err)
	}
	w := World{Claim: r.Claim, Resources: map[string]map[string]any{}}
	for _, o := range r.Resources {
		w.Resources[o.Key()] = o
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
