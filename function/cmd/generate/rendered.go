package main

import (
	"path/filepath"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/manifest"
)

// A rendered claim, with what it is composed of.
type rendered struct {
	// name of the file, without its ending.
	name      string
	resources []manifest.Object
}

func readRendered(path string) (rendered, error) {
	r, err := manifest.ReadRendered(path)
	if err != nil {
		return rendered{}, err
	}
	return rendered{strings.TrimSuffix(filepath.Base(path), ".yaml"), r.Resources}, nil
}

// kindOfObject is for example rds/Instance, or core/Secret for Kubernetes' own kinds.
func kindOfObject(o manifest.Object) string {
	if s := o.Service(); s != "" {
		return s + "/" + o.Text("kind")
	}
	return "core/" + o.Text("kind")
}
