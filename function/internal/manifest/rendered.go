package manifest

import (
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// KeyAnnotation is the annotation in which Crossplane stores a composed resource's key.
const KeyAnnotation = "crossplane.io/composition-resource-name"

// A Rendered claim is the output of render: a claim and its composed resources.
type Rendered struct {
	// Claim is nil where the stream has no claim.
	Claim Object
	// Resources are the composed resources, in the stream's order.
	Resources []Object
}

// ReadRendered reads a file with the output of render.
func ReadRendered(path string) (*Rendered, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read a rendered claim: %w", err)
	}
	r := &Rendered{}
	for _, doc := range Documents(b) {
		var o Object
		if err := yaml.Unmarshal(doc, &o); err != nil {
			return nil, fmt.Errorf("cannot read the rendered claim %s: %w", path, err)
		}
		if o.isClaim() {
			r.Claim = o
			continue
		}
		r.Resources = append(r.Resources, o)
	}
	return r, nil
}

// An Object is a manifest of any kind.
type Object map[string]any

// Text returns the string at a path of the object. It is empty where there is none.
func (o Object) Text(path ...string) string {
	var v any = map[string]any(o)
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	s, _ := v.(string)
	return s
}

// Key of a composed resource.
func (o Object) Key() string { return o.Text("metadata", "annotations", KeyAnnotation) }

// Purpose of a composed resource, in a sentence.
func (o Object) Purpose() string {
	return o.Text("metadata", "annotations", v1alpha1.AnnotationPurpose)
}

// Tier that composes a resource: database.
func (o Object) Tier() string { return o.Text("metadata", "labels", v1alpha1.LabelTier) }

// Service is the AWS service of a resource: rds for rds.aws.m.upbound.io/v1beta1. It is empty
// for core kinds.
func (o Object) Service() string {
	group, _, grouped := strings.Cut(o.Text("apiVersion"), "/")
	if !grouped {
		return ""
	}
	s, _, _ := strings.Cut(group, ".")
	return s
}

func (o Object) isClaim() bool {
	return o.Text("apiVersion") == v1alpha1.APIVersion && o.Text("kind") == v1alpha1.Kind
}
