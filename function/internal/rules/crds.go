package rules

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// definition is what the provider says of one kind.
type definition struct {
	// forProvider are the properties of spec.forProvider.
	forProvider map[string]any
	structural  *structural.Structural
	openAPI     validation.SchemaValidator
	rules       *cel.Validator
}

// definitions are the provider's own CRDs of every kind that is composed, from
// the module cache.
var definitions = sync.OnceValues(func() (map[schema.GroupVersionKind]definition, error) {
	dir, err := providerDir()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "package", "crds", "*.aws.m.upbound.io_*.yaml"))
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for gvk := range kinds.AWS {
		wanted[gvk.Group] = true
	}
	out := map[schema.GroupVersionKind]definition{}
	for _, f := range files {
		if group, _, _ := strings.Cut(filepath.Base(f), "_"); !wanted[group] {
			continue
		}
		if err := readCRD(f, out); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
	}
	return out, nil
})

// providerDir is where the module cache has the provider. Its version is the one that the function is built with.
var providerDir = sync.OnceValues(func() (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/upbound/provider-aws/v2").Output()
	if err != nil {
		return "", fmt.Errorf("cannot find provider-aws in the module cache: %w; run go mod download", err)
	}
	return strings.TrimSpace(string(dir)), nil
})

func readCRD(file string, out map[schema.GroupVersionKind]definition) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	// Most of the kinds of a group are not composed. Parsing is what takes time.
	if !composed(string(b)) {
		return nil
	}
	var c extv1.CustomResourceDefinition
	if err := yaml.Unmarshal(b, &c); err != nil {
		return err
	}
	for _, v := range c.Spec.Versions {
		gvk := schema.GroupVersionKind{Group: c.Spec.Group, Version: v.Name, Kind: c.Spec.Names.Kind}
		if kinds.AWS[gvk] == nil {
			continue
		}
		d, err := defined(v.Schema.OpenAPIV3Schema)
		if err != nil {
			return err
		}
		out[gvk] = d
	}
	return nil
}

func defined(props *extv1.JSONSchemaProps) (definition, error) {
	var internal apiextensions.JSONSchemaProps
	if err := extv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(props, &internal, nil); err != nil {
		return definition{}, err
	}
	s, err := structural.NewStructural(&internal)
	if err != nil {
		return definition{}, err
	}
	v, _, err := validation.NewSchemaValidator(&internal)
	if err != nil {
		return definition{}, err
	}
	// As plain JSON, for the walks of the invariants.
	j, err := json.Marshal(props)
	if err != nil {
		return definition{}, err
	}
	var plain map[string]any
	if err := json.Unmarshal(j, &plain); err != nil {
		return definition{}, err
	}
	return definition{
		forProvider: properties(properties(properties(plain, "spec"), "forProvider")),
		structural:  s, openAPI: v, rules: cel.NewValidator(s, true, celconfig.PerCallLimit),
	}, nil
}

// refusals are why the API server would refuse an object of one of the
// provider's kinds.
func (d definition) refusals(o map[string]any) []string {
	var out []string
	track := structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown := pruning.PruneWithOptions(runtime.DeepCopyJSON(o), d.structural, true, track)
	for _, path := range unknown {
		out = append(out, path+": unknown field")
	}
	for _, e := range validation.ValidateCustomResource(nil, o, d.openAPI) {
		out = append(out, e.Error())
	}
	errs, _ := d.rules.Validate(context.Background(), nil, d.structural, o, nil, celconfig.RuntimeCELCostBudget)
	for _, e := range errs {
		out = append(out, e.Error())
	}
	return out
}

func composed(text string) bool {
	for gvk := range kinds.AWS {
		if strings.Contains(text, "\n    kind: "+gvk.Kind+"\n") {
			return true
		}
	}
	return false
}

// properties walks a schema down a path of fields; with none it is the schema's
// properties.
func properties(s map[string]any, path ...string) map[string]any {
	p, _ := s["properties"].(map[string]any)
	for _, f := range path {
		p, _ = p[f].(map[string]any)
	}
	return p
}
