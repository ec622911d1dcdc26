package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// examplesFile is where Crossplane's CLI puts the examples.
const examplesFile = ".up/examples.yaml"

// checkConfiguration looks at what a cluster would install, and compares it with
// what claims are composed of.
func (c *checker) checkConfiguration(img v1.Image, function string) error {
	files, err := filesOf(img)
	if err != nil {
		return err
	}
	documents, err := documentsOf(files)
	if err != nil {
		return err
	}
	meta := documents[0]
	by := map[string]map[string]any{}
	for _, d := range documents[1:] {
		by[of(d)] = d
	}
	errs := []error{checkMetadata(meta, "Configuration"), checkDependencies(meta, function)}
	for _, want := range []string{
		"CompositeResourceDefinition of KashaClaim", "Composition of KashaClaim",
		"CompositeResourceDefinition of KashaGuardrail", "Composition of KashaGuardrail",
		"ManagedResourceActivationPolicy",
	} {
		if by[want] == nil {
			errs = append(errs, fmt.Errorf("it has no %s", want))
		}
	}
	if !bytes.Contains(files[examplesFile].content, []byte("kind: KashaClaim")) {
		errs = append(errs, errors.New("it holds no examples"))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	kinds, err := c.composed()
	if err != nil {
		return err
	}
	return errors.Join(
		checkFunctionRef(meta, by["Composition of KashaClaim"]),
		checkFunctionRef(meta, by["Composition of KashaGuardrail"]),
		c.checkActivation(kinds, by["ManagedResourceActivationPolicy"]),
		checkProviders(kinds, meta),
	)
}

// of names a document: its kind, and the kind that it defines or composes.
func of(d map[string]any) string {
	for _, path := range [][]string{{"spec", "names", "kind"}, {"spec", "compositeTypeRef", "kind"}} {
		if kind := text(d, path...); kind != "" {
			return text(d, "kind") + " of " + kind
		}
	}
	return text(d, "kind")
}

// checkDependencies insists on the form that is not deprecated, on the function that
// was built with the configuration, and on ranges of providers that end: a next major
// version breaks something.
func checkDependencies(meta map[string]any, function string) error {
	var errs []error
	for i, d := range items(meta, "spec", "dependsOn") {
		for _, f := range []string{"apiVersion", "kind", "package", "version"} {
			if text(d, f) == "" {
				errs = append(errs, fmt.Errorf("dependency %d has no %s", i, f))
			}
		}
		switch v := text(d, "version"); {
		case text(d, "kind") == "Function" && v != function:
			errs = append(errs,
				fmt.Errorf("the function %s may be %q, want the one that is beside it, %s", text(d, "package"), v,
					function))
		case text(d, "kind") != "Function" && !strings.Contains(v, "<"):
			errs = append(errs, fmt.Errorf("the versions %q of %s never end", v, text(d, "package")))
		}
	}
	return errors.Join(errs...)
}

// checkFunctionRef checks that the composition finds its function. Crossplane names a
// function that it installs for a configuration after the function's repository.
func checkFunctionRef(meta, composition map[string]any) error {
	var functions []string
	for _, d := range items(meta, "spec", "dependsOn") {
		if text(d, "kind") == "Function" {
			_, repository, _ := strings.Cut(text(d, "package"), "/")
			functions = append(functions, strings.ReplaceAll(repository, "/", "-"))
		}
	}
	var errs []error
	for _, step := range items(composition, "spec", "pipeline") {
		if name := text(step, "functionRef", "name"); !slices.Contains(functions, name) {
			errs = append(errs,
				fmt.Errorf("the composition wants the function %q, but Crossplane installs %q", name, functions))
		}
	}
	return errors.Join(errs...)
}

// A gk is a group and a kind.
type gk struct{ group, kind string }

// composed are the kinds of AWS resources in the rendered claims.
func (c *checker) composed() (map[gk]bool, error) {
	out := map[gk]bool{}
	for _, path := range c.rendered {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		d := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(b), 4096)
		for {
			var o struct{ APIVersion, Kind string }
			err := d.Decode(&o)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("cannot read %s: %w", path, err)
			}
			if group, _, _ := strings.Cut(o.APIVersion, "/"); strings.HasSuffix(group, ".aws.m.upbound.io") {
				out[gk{group, o.Kind}] = true
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no claim is composed of anything; name files that render made")
	}
	return out, nil
}

// checkActivation finds every composed kind in the policy. If one kind is not active,
// Crossplane applies nothing.
func (c *checker) checkActivation(kinds map[gk]bool, policy map[string]any) error {
	active := map[string]bool{}
	list, _ := dig(policy, "spec", "activate").([]any)
	for _, e := range list {
		active[fmt.Sprint(e)] = true
	}
	var errs []error
	for k := range maps.Keys(kinds) {
		plural, err := c.plural(k)
		if err != nil {
			return err
		}
		if !active[plural+"."+k.group] {
			errs = append(errs, fmt.Errorf("%s.%s is composed but not activated", plural, k.group))
		}
	}
	return errors.Join(errs...)
}

// plural of a kind, which is in the name of its CRD's file.
func (c *checker) plural(k gk) (string, error) {
	files, err := filepath.Glob(filepath.Join(c.crds, k.group+"_*.yaml"))
	if err != nil {
		return "", err
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		if bytes.Contains(b, []byte("\n    kind: "+k.kind+"\n")) {
			return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), k.group+"_"), ".yaml"), nil
		}
	}
	return "", fmt.Errorf("the provider has no %s in %s", k.kind, k.group)
}

// checkProviders finds the package of every composed kind among the
// dependencies.
func checkProviders(kinds map[gk]bool, meta map[string]any) error {
	var errs []error
	have := map[string]bool{}
	for _, d := range items(meta, "spec", "dependsOn") {
		have[text(d, "package")] = true
	}
	for k := range maps.Keys(kinds) {
		service, _, _ := strings.Cut(k.group, ".")
		if want := "xpkg.upbound.io/upbound/provider-aws-" + service; !have[want] {
			errs = append(errs, fmt.Errorf("%s is composed, but %s is no dependency", k.kind, want))
		}
	}
	return errors.Join(errs...)
}
