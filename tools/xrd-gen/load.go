package main

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/tools/go/packages"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-tools/pkg/crd"
	crdmarkers "sigs.k8s.io/controller-tools/pkg/crd/markers"
	"sigs.k8s.io/controller-tools/pkg/loader"
	"sigs.k8s.io/controller-tools/pkg/markers"
)

// load reads the package in dir and returns the CRD of one of its kinds.
func load(dir, kind string) (*extv1.CustomResourceDefinition, error) {
	// Loading from within dir, rather than by its path, lets it be in another
	// module than this tool.
	roots, err := loader.LoadRootsWithConfig(&packages.Config{Dir: dir}, ".")
	if err != nil {
		return nil, err
	}

	registry := &markers.Registry{}
	if err := crdmarkers.Register(registry); err != nil {
		return nil, err
	}

	parser := &crd.Parser{Collector: &markers.Collector{Registry: registry}, Checker: &loader.TypeChecker{}}
	crd.AddKnownTypes(parser)
	for _, root := range roots {
		parser.NeedPackage(root)
	}

	kinds := crd.FindKubeKinds(parser, crd.FindMetav1(roots))
	at := slices.IndexFunc(kinds, func(gk schema.GroupKind) bool { return gk.Kind == kind })
	if at < 0 {
		return nil, fmt.Errorf("cannot find the kind %s: the package has %v; choose one of these", kind, kinds)
	}

	parser.NeedCRDFor(kinds[at], nil)
	// Dependencies are only parsed as far as needed, so they do not type-check.
	if loader.PrintErrors(roots, packages.TypeError) {
		return nil, errors.New("see the errors above")
	}

	c := parser.CustomResourceDefinitions[kinds[at]]
	return &c, nil
}
