package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xcrd"
	xrdv1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"sigs.k8s.io/yaml"
)

// check proves that the API server would accept the CRD that Crossplane makes
// of an XRD: structural schema, valid defaults, and CEL rules that compile and
// whose estimated cost is within the API server's budget.
func check(ctx context.Context, manifest []byte) error {
	crd, err := crdOf(manifest)
	if err != nil {
		return err
	}

	internal := &apiextensions.CustomResourceDefinition{}
	if err := extv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, internal,
		nil); err != nil {
		return err
	}
	return errors.Join(validation.ValidateCustomResourceDefinition(ctx, internal).ToAggregate())
}

// crdOf makes the CRD of an XRD, with Crossplane's own code and the defaults
// that the API server would fill in.
func crdOf(manifest []byte) (*extv1.CustomResourceDefinition, error) {
	xrd := &xrdv1.CompositeResourceDefinition{}
	if err := yaml.UnmarshalStrict(manifest, xrd); err != nil {
		return nil, err
	}

	crd, err := xcrd.ForCompositeResource(xrd)
	if err != nil {
		return nil, fmt.Errorf("cannot derive the CRD: %w", err)
	}
	crd.SetOwnerReferences(nil) // they need a UID, which only a cluster gives
	extv1.SetDefaults_CustomResourceDefinition(crd)
	extv1.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)
	return crd, nil
}
