// Package schematest merges claims with server-side apply, for tests. It uses the field
// manager that the API server uses for custom resources.
package schematest

import (
	"encoding/json"
	"fmt"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	runtimeschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kube-openapi/pkg/validation/spec"

	"github.com/kasha-platform/kasha/function/internal/schema"
)

// A Server merges applied objects like the API server does for a CRD.
type Server struct{ fields *managedfields.FieldManager }

// NewServer returns a Server for the claim's kind. The edits change the claim's schema
// first, for example to that of another release.
func NewServer(edits ...func(*extv1.JSONSchemaProps)) (*Server, error) {
	crd, err := schema.CRD()
	if err != nil {
		return nil, err
	}
	version := crd.Spec.Versions[0]
	for _, edit := range edits {
		edit(version.Schema.OpenAPIV3Schema)
	}
	gvk := runtimeschema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
	published, err := publish(version.Schema.OpenAPIV3Schema, gvk)
	if err != nil {
		return nil, fmt.Errorf("cannot publish the schema: %w", err)
	}
	types, err := managedfields.NewTypeConverter(map[string]*spec.Schema{gvk.Kind: published}, false)
	if err != nil {
		return nil, fmt.Errorf("cannot read the types: %w", err)
	}
	fields, err := managedfields.NewDefaultCRDFieldManager(
		types, oneVersion{}, defaulter{}, creater{}, gvk, gvk.GroupVersion(), "", nil)
	return &Server{fields}, err
}

// publish converts the schema to OpenAPI, from which the field manager reads its types. It
// finds them by the kind.
func publish(s *extv1.JSONSchemaProps, gvk runtimeschema.GroupVersionKind) (*spec.Schema, error) {
	// Managers own metadata too, but its schema is the same for all objects and not in the XRD.
	s.Properties["metadata"] = extv1.JSONSchemaProps{Type: "object", XPreserveUnknownFields: new(true)}
	b, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	out := &spec.Schema{}
	if err := json.Unmarshal(b, out); err != nil {
		return nil, err
	}
	out.AddExtension("x-kubernetes-group-version-kind", []any{
		map[string]any{"group": gvk.Group, "version": gvk.Version, "kind": gvk.Kind},
	})
	return out, nil
}

// Apply returns the object that is stored after a manager has applied a manifest to the
// live object, which is nil if it does not exist. Managers force conflicts, as Flux does
// and Argo CD can.
func (s *Server) Apply(live, manifest map[string]any, manager string) (map[string]any, error) {
	if live == nil {
		live = map[string]any{
			"apiVersion": manifest["apiVersion"],
			"kind":       manifest["kind"],
			"metadata":   map[string]any{},
		}
	}
	applied := &unstructured.Unstructured{Object: runtime.DeepCopyJSON(manifest)}
	before := &unstructured.Unstructured{Object: runtime.DeepCopyJSON(live)}
	stored, err := s.fields.Apply(before, applied, manager, true)
	if err != nil {
		return nil, fmt.Errorf("cannot apply the claim: %w", err)
	}
	return runtime.DefaultUnstructuredConverter.ToUnstructured(stored)
}

// oneVersion converts nothing, because the kind has one version.
type oneVersion struct{}

func (oneVersion) Convert(in, _, _ any) error {
	return fmt.Errorf("cannot convert a %T: the kind has one version", in)
}

func (oneVersion) ConvertToVersion(in runtime.Object, _ runtime.GroupVersioner) (runtime.Object, error) {
	return in, nil
}

func (oneVersion) ConvertFieldLabel(_ runtimeschema.GroupVersionKind, label, value string) (string, string, error) {
	return label, value, nil
}

// defaulter fills in the defaults after each merge.
type defaulter struct{}

func (defaulter) Default(o runtime.Object) {
	// The interface returns no error. NewServer has already read the schema.
	if err := schema.Default(o.(*unstructured.Unstructured).Object); err != nil {
		panic(err)
	}
}

type creater struct{}

func (creater) New(gvk runtimeschema.GroupVersionKind) (runtime.Object, error) {
	u := &unstructured.Unstructured{}
	u.SetGroupVersionKind(gvk)
	return u, nil
}
