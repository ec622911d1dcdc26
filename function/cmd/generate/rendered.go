package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// A rendered claim: the claim, and its resources.
type rendered struct {
	// name of the file, without its ending.
	name      string
	claim     object
	resources []object
}

// An object is as much of an object as the pages tell of.
type object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name        string            `json:"name"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		ForProvider struct {
			AssumeRolePolicy string `json:"assumeRolePolicy"`
		} `json:"forProvider"`
	} `json:"spec"`
}

func (o *object) key() string {
	return o.Metadata.Annotations["crossplane.io/composition-resource-name"]
}
func (o *object) purpose() string { return o.Metadata.Annotations["platform.kasha.io/purpose"] }
func (o *object) tier() string    { return o.Metadata.Labels["platform.kasha.io/tier"] }

// service is rds of rds.aws.m.upbound.io/v1beta1, and core of v1.
func (o *object) service() string {
	group, _, grouped := strings.Cut(o.APIVersion, "/")
	if !grouped {
		return "core"
	}
	s, _, _ := strings.Cut(group, ".")
	return s
}

func readRendered(path string) (rendered, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return rendered{}, fmt.Errorf("cannot read a rendered claim: %w", err)
	}
	r := rendered{name: strings.TrimSuffix(filepath.Base(path), ".yaml")}
	documents := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(b), 4096)
	for {
		var o object
		err := documents.Decode(&o)
		switch {
		case errors.Is(err, io.EOF):
			return r, nil
		case err != nil:
			return rendered{}, fmt.Errorf("cannot read the rendered claim %s: %w", path, err)
		case o.Kind == "KashaClaim":
			r.claim = o
		case o.Kind != "":
			r.resources = append(r.resources, o)
		}
	}
}
