package main

import (
	"errors"
	"fmt"

	"golang.org/x/tools/go/packages"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-tools/pkg/crd"
	crdmarkers "sigs.k8s.io/controller-tools/pkg/crd/markers"
	"sigs.k8s.io/controller-tools/pkg/loader"
	"sigs.k8s.io/controller-tools/pkg/markers"
)

// load reads the package in dir and returns the CRD of its only kind.
func load(dir string) (*extv1.CustomResourceDefinition, error) {
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
	if len(kinds) != 1 {
		return nil, fmt.Errorf("cannot choose among %d kinds: the package must have exactly one", len(kinds))
	}

	parser.NeedCRDFor(kinds[0], nil)
	// Dependencies are only parsed as far as needed, so they do not type-check.
	if loader.PrintErrors(roots, packages.TypeError) {
		return nil, errors.New("see the errors above")
	}

	c := parser.CustomResourceDefinitions[kinds[0]]
	return &c, nil
}
