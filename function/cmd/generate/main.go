// Generate writes what follows from the code: the reference pages, the
// activation policy and the dependencies of the package, the IAM policies of the
// provider, and the form of the catalog. Nothing that it writes is edited by
// hand, and CI fails when what is committed differs.
//
// Usage: generate --crds directory --provider-version version rendered.yaml...
//
// The arguments are claims at rest, as render --simulate prints them.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// The files that are written, and what they are made of.
const (
	xrdFile           = "apis/definition.yaml"
	guardrailsFile    = "apis/guardrails.yaml"
	badClaims         = "function/testdata/bad"
	apiPage           = "docs/reference/api.md"
	guardrailsPage    = "docs/reference/guardrails.md"
	resourcesPage     = "docs/reference/resources.md"
	messagesPage      = "docs/reference/messages.md"
	rulesPage         = "docs/reference/rules.md"
	configurationFile = "package/crossplane.yaml"
	activationFile    = "package/activation.yaml"
	policiesDir       = "docs/install/policies"
)

// Inputs are what the outputs are made of.
type inputs struct {
	// plurals of the composed kinds by their short names, such as rds/Instance. They
	// are read from the CRDs.
	plurals map[string]string
	// provider is the version of provider-aws: v2.5.0.
	provider string
	// claims at rest.
	claims []rendered
	// xrd is the definition of the claim.
	xrd *definition
	// guardrails is the definition of the guardrail.
	guardrails *definition
}

func main() {
	crds := flag.String("crds", "", "the `directory` of the provider's CRDs")
	provider := flag.String("provider-version", "", "the `version` of provider-aws")
	flag.Parse()
	if err := run(*crds, *provider, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run makes everything before it writes anything, so that a failure leaves the
// committed files alone.
func run(crds, provider string, claims []string) error {
	in, err := read(crds, provider, claims)
	if err != nil {
		return err
	}
	outputs := []struct {
		path string
		make func(*inputs) ([]byte, error)
	}{
		{activationFile, activation},
		{configurationFile, configuration},
		{apiPage, api},
		{guardrailsPage, guardrails},
		{resourcesPage, resources},
		{messagesPage, messages},
		{rulesPage, policies},
		{tiersPage, tiersTable},
		{templateFile, template},
		{skeletonFile, skeleton},
	}
	made, err := policyFiles(in)
	if err != nil {
		return fmt.Errorf("cannot make the policies in %s: %w", policiesDir, err)
	}
	for _, o := range outputs {
		if made[o.path], err = o.make(in); err != nil {
			return fmt.Errorf("cannot make %s: %w", o.path, err)
		}
	}
	for path, b := range made {
		if err := write(path, b); err != nil {
			return err
		}
	}
	return removeOthers(made)
}

func read(crds, provider string, claims []string) (*inputs, error) {
	in := &inputs{provider: provider}
	var err error
	if in.plurals, err = readPlurals(crds); err != nil {
		return nil, err
	}
	if in.xrd, err = readDefinition(xrdFile); err != nil {
		return nil, err
	}
	if in.guardrails, err = readDefinition(guardrailsFile); err != nil {
		return nil, err
	}
	for _, path := range claims {
		c, err := readRendered(path)
		if err != nil {
			return nil, err
		}
		in.claims = append(in.claims, c)
	}
	return in, nil
}

func write(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}
