package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// A file of an image.
type file struct {
	header  tar.Header
	content []byte
}

// filesOf returns the files of an image, with all layers applied.
func filesOf(img v1.Image) (map[string]file, error) {
	stream := mutate.Extract(img)
	defer stream.Close() // Only read.
	out := map[string]file{}
	r := tar.NewReader(stream)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		out[h.Name] = file{*h, content}
	}
}

// packageFile is the file in which Crossplane finds what a package installs.
const packageFile = "package.yaml"

// documentsOf a package: its metadata and what it installs.
func documentsOf(files map[string]file) ([]map[string]any, error) {
	f, ok := files[packageFile]
	if !ok {
		return nil, fmt.Errorf("it has no %s", packageFile)
	}
	var out []map[string]any
	d := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(f.content), 4096)
	for {
		var o map[string]any
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if o != nil {
			out = append(out, o)
		}
	}
}

// setsID says whether a file runs with the identity of its owner.
func setsID(f file) bool {
	return f.header.FileInfo().Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0
}

// dig is the value at a path of an object.
func dig(o map[string]any, path ...string) any {
	for _, p := range path[:len(path)-1] {
		o, _ = o[p].(map[string]any)
	}
	return o[path[len(path)-1]]
}

func text(o map[string]any, path ...string) string {
	s, _ := dig(o, path...).(string)
	return s
}

func items(o map[string]any, path ...string) []map[string]any {
	list, _ := dig(o, path...).([]any)
	var out []map[string]any
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}
