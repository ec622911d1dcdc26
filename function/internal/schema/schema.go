// Package schema processes a claim or a guardrail like the API server: it fills in the
// defaults of the XRD, and checks the object against the XRD's schema and CEL rules.
//
// It is for tests and for tools that work without a cluster. The function does not need it,
// because its claims have passed the API server.
package schema

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis"
	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// Decode reads a manifest like the API server: integers stay integers, because CEL rules
// depend on it.
func Decode(manifest []byte) (map[string]any, error) {
	j, err := yaml.YAMLToJSON(bytes.TrimSpace(manifest))
	if err != nil {
		return nil, err
	}
	obj := map[string]any{}
	return obj, utiljson.Unmarshal(j, &obj)
}

// Default fills in the XRD's defaults. It changes obj.
func Default(obj map[string]any) error {
	k, err := kindOf(obj)
	if err != nil {
		return err
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(obj, k.schema)
	defaulting.Default(obj, k.schema)
	return nil
}

// Validate returns the errors for which the API server would reject obj: unknown fields,
// violations of the schema, and violations of CEL rules. Call Default first. If old is not
// nil, obj is an update of it; otherwise obj is new.
func Validate(obj, old map[string]any) field.ErrorList {
	k, err := kindOf(obj)
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}

	errs := unknownFields(obj, k.schema)
	errs = append(errs, apivalidation.ValidateObjectMetaAccessor(&unstructured.Unstructured{Object: obj}, k.namespaced,
		apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))...)

	if old == nil {
		errs = append(errs, k.create(obj)...)
	} else {
		errs = append(errs, k.update(obj, old)...)
	}

	// The libraries iterate over maps, so their order is random. What is about no field comes
	// last, as in the API server.
	slices.SortStableFunc(errs, func(a, b *field.Error) int {
		if a == rulesNotChecked || b == rulesNotChecked {
			return cmp.Compare(last(a), last(b))
		}
		return cmp.Compare(a.Error(), b.Error())
	})
	return errs
}

// Admit fills in the defaults of obj, and returns one error with all reasons for which the
// API server would reject it. If old is not nil, obj is an update of it; otherwise obj is
// new.
func Admit(obj, old map[string]any) error {
	if err := Default(obj); err != nil {
		return err
	}
	errs := slices.DeleteFunc(Validate(obj, old), isForgotten)
	if len(errs) == 0 {
		return nil
	}
	text := "the API server would refuse it; correct these fields:"
	for _, err := range worthReading(errs) {
		text += "\n  " + inWords(obj, err)
	}
	return errors.New(text)
}

// last sorts the error that is about no field behind the others.
func last(err *field.Error) int {
	if err == rulesNotChecked {
		return 1
	}
	return 0
}

// unknownFields returns the errors for unknown fields. kubectl gets them because it asks for
// strict validation.
func unknownFields(obj map[string]any, s *schema.Structural) field.ErrorList {
	track := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown := pruning.PruneWithOptions(runtime.DeepCopyJSON(obj), s, true, track)

	var errs field.ErrorList
	for _, path := range unknown {
		errs = append(errs, field.Forbidden(field.NewPath(path), unknownField))
	}
	return errs
}

// kind is the compiled definition of a kind.
type kind struct {
	namespaced bool
	schema     *schema.Structural
	openAPI    validation.SchemaValidator
	rules      *cel.Validator
}

// kindOf returns the definition of an object's kind. An object that does not say its kind
// is taken for a claim.
func kindOf(obj map[string]any) (*kind, error) {
	if obj["kind"] == v1alpha1.GuardrailKind {
		return guardrail()
	}
	return claim()
}

// claim and guardrail compile their definitions once.
var (
	claim     = sync.OnceValues(func() (*kind, error) { return load(CRD()) })
	guardrail = sync.OnceValues(func() (*kind, error) { return load(GuardrailCRD()) })
)

func (k *kind) create(obj map[string]any) field.ErrorList {
	errs := validation.ValidateCustomResource(nil, obj, k.openAPI)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.schema, obj)...)
	if blocksRules(errs) {
		return append(errs, rulesNotChecked)
	}
	ruleErrs, _ := k.rules.Validate(context.Background(), nil, k.schema, obj, nil, celconfig.RuntimeCELCostBudget)
	return append(errs, ruleErrs...)
}

// update accepts invalid fields that were invalid before and have not changed, like the API
// server.
func (k *kind) update(obj, old map[string]any) field.ErrorList {
	both := common.NewCorrelatedObject(obj, old, &model.Structural{Structural: k.schema})

	errs := validation.ValidateCustomResourceUpdate(nil, obj, old, k.openAPI, validation.WithRatcheting(both))
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.schema, obj)...)
	if blocksRules(errs) {
		return append(errs, rulesNotChecked)
	}
	ruleErrs, _ := k.rules.Validate(context.Background(), nil, k.schema, obj, old,
		celconfig.RuntimeCELCostBudget, cel.WithRatcheting(both))
	return append(errs, ruleErrs...)
}

// rulesNotChecked is the error that the API server adds when it evaluates no CEL rules.
var rulesNotChecked = field.Invalid(nil, nil, "some validation rules were not checked because the object was "+
	"invalid; "+
	"correct the existing errors to complete validation")

// blocksRules tells whether the API server evaluates no CEL rules because of these errors:
// rules could fail on a missing or oversized value.
func blocksRules(errs field.ErrorList) bool {
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong,
			field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		}
	}
	return false
}

// load compiles a definition.
func load(crd *extv1.CustomResourceDefinition, err error) (*kind, error) {
	if err != nil {
		return nil, err
	}

	internal := &apiextensions.JSONSchemaProps{}
	published := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	err = extv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(published, internal, nil)
	if err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(internal)
	if err != nil {
		return nil, err
	}
	openAPI, _, err := validation.NewSchemaValidator(internal)
	if err != nil {
		return nil, err
	}

	return &kind{
		namespaced: crd.Spec.Scope == extv1.NamespaceScoped,
		schema:     structural,
		openAPI:    openAPI,
		rules:      cel.NewValidator(structural, true, celconfig.PerCallLimit),
	}, nil
}

// CRD returns the CRD of the claim's kind, made from the XRD and its one version, as far as
// this package needs it. Like Crossplane, it adds the fields that every object has and
// Crossplane's own fields. The caller may change the result.
func CRD() (*extv1.CustomResourceDefinition, error) { return crdOf(apis.Definition) }

// GuardrailCRD is CRD for the guardrail's kind.
func GuardrailCRD() (*extv1.CustomResourceDefinition, error) { return crdOf(apis.Guardrails) }

func crdOf(xrd []byte) (*extv1.CustomResourceDefinition, error) {
	crd := &extv1.CustomResourceDefinition{}
	if err := yaml.Unmarshal(xrd, crd); err != nil {
		return nil, fmt.Errorf("cannot read the XRD: %w", err)
	}
	if n := len(crd.Spec.Versions); n != 1 {
		return nil, fmt.Errorf("cannot read the XRD: it has %d versions; give it one", n)
	}
	crd.Spec.Versions[0].Storage = true

	s := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	s.Required = []string{"spec"}
	s.Properties["apiVersion"] = extv1.JSONSchemaProps{Type: "string"}
	s.Properties["kind"] = extv1.JSONSchemaProps{Type: "string"}
	s.Properties["metadata"] = extv1.JSONSchemaProps{
		Type: "object",
		// The name becomes the value of a label.
		Properties: map[string]extv1.JSONSchemaProps{"name": {Type: "string", MaxLength: new(int64(63))}},
	}
	s.Properties["spec"].Properties["crossplane"] = anything()
	status := s.Properties["status"]
	if status.Properties == nil {
		status.Properties = map[string]extv1.JSONSchemaProps{}
	}
	for _, name := range []string{"conditions", "crossplane"} {
		status.Properties[name] = anything()
	}
	s.Properties["status"] = status
	return crd, nil
}

// anything is the schema of a field that only Crossplane uses.
func anything() extv1.JSONSchemaProps {
	return extv1.JSONSchemaProps{XPreserveUnknownFields: new(true)}
}
