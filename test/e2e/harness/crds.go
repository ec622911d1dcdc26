package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var crdKind = schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}

// Kinds asks the project which kinds claims are composed of.
func (l *Lab) Kinds(ctx context.Context) ([]schema.GroupVersionKind, error) {
	l.kindsOnce.Do(func() { l.kinds, l.kindsErr = l.listKinds(ctx) })
	return slices.Clone(l.kinds), l.kindsErr
}

func (l *Lab) listKinds(ctx context.Context) ([]schema.GroupVersionKind, error) {
	out, err := exec.CommandContext(ctx, l.SimulatedProvider, "--kinds").Output()
	if err != nil {
		return nil, fmt.Errorf("cannot list the kinds: %w", err)
	}
	var kinds []schema.GroupVersionKind
	for line := range strings.Lines(string(out)) {
		if group, kind, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			kinds = append(kinds, schema.GroupVersionKind{Group: group, Version: "v1beta1", Kind: kind})
		}
	}
	return kinds, nil
}

// InstallCRDs installs Crossplane's CRDs and of the provider's those of the
// composed kinds: it has a thousand more, and the API server would need
// gigabytes for them.
func (l *Lab) InstallCRDs(ctx context.Context) error {
	kinds, err := l.Kinds(ctx)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(l.CoreCRDs, "*.yaml"))
	if err != nil {
		return err
	}
	for _, k := range append(kinds, providerKinds...) {
		f, err := l.crdFile(k)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	return each(files, 8, func(f string) error { return l.installCRDs(ctx, f) })
}

// providerKinds are what the provider itself is configured with.
var providerKinds = []schema.GroupVersionKind{
	{Group: "aws.m.upbound.io", Kind: "ProviderConfig"},
	{Group: "aws.m.upbound.io", Kind: "ClusterProviderConfig"},
	{Group: "aws.m.upbound.io", Kind: "ProviderConfigUsage"},
}

// crdFile is the file that defines a kind. It is found by its text, since
// decoding a group takes seconds.
func (l *Lab) crdFile(k schema.GroupVersionKind) (string, error) {
	files, err := filepath.Glob(filepath.Join(l.AWSCRDs, k.Group+"_*.yaml"))
	if err != nil {
		return "", err
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		if bytes.Contains(data, []byte("\n    kind: "+k.Kind+"\n")) {
			return f, nil
		}
	}
	return "", fmt.Errorf("cannot find the CRD of %s.%s in %s", k.Kind, k.Group, l.AWSCRDs)
}

func (l *Lab) installCRDs(ctx context.Context, file string) error {
	objects, err := ReadManifests(file)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", filepath.Base(file), err)
	}
	for _, o := range objects {
		if err := l.Plane.Apply(ctx, o); err != nil {
			return err
		}
		if err := l.Established(ctx, o.GetName()); err != nil {
			return err
		}
	}
	return nil
}

// Established waits until the API server serves a CRD's kind.
func (l *Lab) Established(ctx context.Context, name string) error {
	return Eventually(ctx, startTimeout, func(ctx context.Context) error {
		o, err := l.Plane.Get(ctx, crdKind, "", name)
		if err != nil {
			return err
		}
		if Condition(o, "Established") != "True" {
			return errors.New(name + " is not established")
		}
		return nil
	})
}

// Condition is a condition's status, or nothing.
func Condition(o *unstructured.Unstructured, kind string) string {
	s, _ := FindCondition(o, kind)["status"].(string)
	return s
}

// FindCondition is one of an object's conditions, or nil.
func FindCondition(o *unstructured.Unstructured, kind string) map[string]any {
	list, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, c := range list {
		if c, ok := c.(map[string]any); ok && c["type"] == kind {
			return c
		}
	}
	return nil
}
