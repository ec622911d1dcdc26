package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Object kinds that a claim is composed of beside AWS's.
var (
	Secrets = schema.GroupVersionKind{Version: "v1", Kind: "Secret"}
	Usages  = schema.GroupVersionKind{Group: "protection.crossplane.io", Version: "v1beta1", Kind: "Usage"}
)

// ReadClaim reads an example.
func ReadClaim(path string) (*unstructured.Unstructured, error) {
	objects, err := ReadManifests(path)
	if err != nil {
		return nil, err
	}
	if len(objects) != 1 || objects[0].GetKind() != Claims.Kind {
		return nil, fmt.Errorf("cannot use %s: it must hold one %s", path, Claims.Kind)
	}
	return objects[0], nil
}

// Claim is a claim as it is now.
func (l *Lab) Claim(ctx context.Context, namespace, name string) (*unstructured.Unstructured, error) {
	return l.Plane.Get(ctx, Claims, namespace, name)
}

// Change a claim, as kubectl edit would.
func (l *Lab) Change(ctx context.Context, namespace, name string, change func(spec map[string]any)) error {
	return Eventually(ctx, time.Minute, func(ctx context.Context) error {
		c, err := l.Claim(ctx, namespace, name)
		if err != nil {
			return err
		}
		change(c.Object["spec"].(map[string]any)) //nolint:forcetypeassert // A claim has a spec.
		_, err = l.Plane.Update(ctx, c)
		return err
	})
}

// Ready waits until a claim is ready for its current spec. It logs progress whenever
// that changes.
func (l *Lab) Ready(ctx context.Context, namespace, name string, timeout time.Duration, progress func(string)) error {
	last := ""
	return Eventually(ctx, timeout, func(ctx context.Context) error {
		c, err := l.Claim(ctx, namespace, name)
		if err != nil {
			return err
		}
		health, _, _ := unstructured.NestedString(c.Object, "status", "health")
		if health != last {
			last = health
			progress(health)
		}
		return Unready(c)
	})
}

// Unready is why a claim is not ready, or nil. Both of Crossplane's conditions
// must be about the spec as it is now.
func Unready(c *unstructured.Unstructured) error {
	for _, kind := range []string{"Synced", "Ready"} {
		cond := FindCondition(c, kind)
		if cond == nil || cond["status"] != "True" {
			return fmt.Errorf("%s is %v: %v", kind, Condition(c, kind), Waits(c))
		}
		if g, _ := cond["observedGeneration"].(int64); g != 0 && g < c.GetGeneration() {
			return fmt.Errorf("%s is of generation %d, the claim has %d", kind, g, c.GetGeneration())
		}
	}
	return nil
}

// Waits are the claim's conditions that are not as they should be.
func Waits(c *unstructured.Unstructured) string {
	list, _, _ := unstructured.NestedSlice(c.Object, "status", "conditions")
	var out []string
	for _, e := range list {
		if e, ok := e.(map[string]any); ok && e["status"] != "True" {
			out = append(out, fmt.Sprintf("%v=%v %v: %v", e["type"], e["status"], e["reason"], e["message"]))
		}
	}
	return strings.Join(out, "\n  ")
}

// Composed are the objects of a namespace that a claim is composed of, by
// Kind/name.
func (l *Lab) Composed(ctx context.Context, namespace string) (map[string]*unstructured.Unstructured, error) {
	kinds, err := l.Kinds(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]*unstructured.Unstructured{}
	found := make(chan []unstructured.Unstructured, len(kinds)+2)
	err = each(append(kinds, Secrets, Usages), 16, func(k schema.GroupVersionKind) error {
		list, err := l.Plane.List(ctx, k, namespace)
		found <- list
		return err
	})
	close(found)
	for list := range found {
		for _, o := range list {
			if o.GetAnnotations()["crossplane.io/composition-resource-name"] != "" {
				out[ID(&o)] = o.DeepCopy()
			}
		}
	}
	return out, err
}

// ID is Kind/name.
func ID(o *unstructured.Unstructured) string { return o.GetKind() + "/" + o.GetName() }

// Managed are the objects with a resource in AWS.
func Managed(objects map[string]*unstructured.Unstructured) map[string]*unstructured.Unstructured {
	out := maps.Clone(objects)
	maps.DeleteFunc(out, func(_ string, o *unstructured.Unstructured) bool {
		return !strings.HasSuffix(o.GroupVersionKind().Group, ".aws.m.upbound.io")
	})
	return out
}

// Works says whether an object is Ready and Synced.
func Works(o *unstructured.Unstructured) bool {
	return Condition(o, "Ready") == "True" && Condition(o, "Synced") == "True"
}

// Generations are the objects' generations. They change with every write to a spec, so
// they keep changing where two controllers fight over a field.
func Generations(objects map[string]*unstructured.Unstructured) map[string]int64 {
	out := make(map[string]int64, len(objects))
	for id, o := range objects {
		out[id] = o.GetGeneration()
	}
	return out
}

// Gone waits until a claim and all that it was composed of are gone, and every Secret
// in its namespace with them, where credentials may be. While Crossplane applies a
// claim's objects, it does not check whether the claim is being deleted. So objects
// that were deleted early may be recreated, and are deleted again.
func (l *Lab) Gone(ctx context.Context, namespace, name string, timeout time.Duration, progress func(string)) error {
	var last map[string]*unstructured.Unstructured
	again := map[string]bool{}
	return Eventually(ctx, timeout, func(ctx context.Context) error {
		objects, err := l.Composed(ctx, namespace)
		if err != nil {
			return err
		}
		secrets, err := l.Plane.List(ctx, Secrets, namespace)
		if err != nil {
			return err
		}
		for _, o := range secrets {
			objects[ID(&o)] = &o
		}
		for id, o := range objects {
			if last != nil && (last[id] == nil || last[id].GetUID() != o.GetUID()) {
				again[id] = true
			}
		}
		if last == nil || len(objects) != len(last) {
			progress(fmt.Sprintf("%d objects are left, %d have been made again", len(objects), len(again)))
		}
		last = objects
		if len(last) > 0 {
			return fmt.Errorf("%d objects are left: %s", len(last),
				strings.Join(slices.Sorted(maps.Keys(objects)), ", "))
		}
		_, err = l.Claim(ctx, namespace, name)
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errors.Join(err, errors.New("the claim is still there"))
	})
}

// Rendered is what make render AT=rest prints of a claim: the claim with its
// defaults first, then every object.
func (l *Lab) Rendered(ctx context.Context, cli string, c *unstructured.Unstructured) ([]*unstructured.Unstructured,
	error) {
	manifest, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	claim := filepath.Join(l.Dir, "claim.yaml")
	if err := os.WriteFile(claim, manifest, 0o644); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, l.Render, flags(
		"function", l.Environment.Function, "crossplane", cli, "core", l.Environment.Core,
		"xrd", l.Path("apis", "definition.yaml"), "composition", l.Path("compositions", "kasha.yaml"),
		"claim", claim, "at", "rest")...)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return nil, fmt.Errorf("cannot render %s: %s", claim, exit.Stderr)
		}
		return nil, err
	}
	return DecodeAll(out)
}
