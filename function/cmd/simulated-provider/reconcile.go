package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	jsonpatch "github.com/evanphx/json-patch/v5"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const (
	externalName = "crossplane.io/external-name"
	finalizer    = "finalizer.managedresource.crossplane.io"

	// The provider's own names.
	resolver = "managed.crossplane.io/api-simple-reference-resolver"
	manager  = "simulated-provider"
)

// reconcile does what the provider would do with an object, and returns when to
// reconcile it again.
func (p *provider) reconcile(ctx context.Context, r request) (time.Duration, error) {
	o, ok := p.get(r)
	if !ok {
		return 0, nil
	}
	if o.GetDeletionTimestamp() != nil {
		return p.remove(ctx, r, o)
	}
	if !slices.Contains(o.GetFinalizers(), finalizer) {
		return soon, p.patch(ctx, r, map[string]any{"metadata": map[string]any{
			"resourceVersion": o.GetResourceVersion(),
			"finalizers":      append(o.GetFinalizers(), finalizer),
		}})
	}
	siblings := p.siblings(r.namespace)
	if missing := unready(o, siblings); missing != "" {
		return retry, p.fail(ctx, r, o,
			"cannot resolve references: referenced field was empty (referenced "+
				"resource may not yet be ready): "+missing)
	}
	why, err := p.blocks(ctx, o)
	switch {
	case err != nil:
		return 0, err
	case why != "":
		return retry, p.fail(ctx, r, o, why)
	}
	return p.poll, p.answer(ctx, r, o, siblings)
}

// answer writes AWS's answer into the object: resolved references into the spec, the
// name into the annotation, the rest into the status.
func (p *provider) answer(ctx context.Context, r request, o object, siblings map[string]map[string]any) error {
	answered := o.DeepCopy()
	simulator.Answer(answered.Object, siblings, "us-east-1")
	if err := p.resolve(ctx, r, o.Object, answered.Object); err != nil {
		return err
	}
	if err := p.create(ctx, r, o, answered.GetAnnotations()[externalName]); err != nil {
		return err
	}
	if err := p.journal.write(created, answered); err != nil {
		return err
	}
	if err := p.publish(ctx, answered); err != nil {
		return err
	}
	now := time.Now().UTC().Format(time.RFC3339)
	status := answered.Object["status"].(map[string]any) //nolint:forcetypeassert // The simulator has set it.
	for _, c := range status["conditions"].([]any) {     //nolint:forcetypeassert // As above.
		c := c.(map[string]any) //nolint:forcetypeassert // As above.
		c["lastTransitionTime"] = transition(o, c, now)
		c["observedGeneration"] = o.GetGeneration()
	}
	return p.status(ctx, r, status)
}

// exists says whether AWS has the object already because of an earlier look.
func exists(o object) bool {
	status, _ := o.Object["status"].(map[string]any)
	return status["atProvider"] != nil
}

// blocks is why an object cannot be created, or nothing.
func (p *provider) blocks(ctx context.Context, o object) (string, error) {
	const failed = "create failed: async create failed: failed to create the resource: [{0 %s  []}]"
	if why := p.fault(o); why != "" {
		return fmt.Sprintf(failed, why), nil
	}
	if !exists(o) {
		if clashes, err := p.account.clashes(o); err != nil || clashes {
			name, _ := nameOf(o)
			return fmt.Sprintf(failed, "already exists: "+name), err
		}
	}
	return p.secrets(ctx, o)
}

// create writes the name in AWS and, of what is not adopted, that it is created.
func (p *provider) create(ctx context.Context, r request, o object, name string) error {
	annotations := map[string]any{}
	if name != o.GetAnnotations()[externalName] {
		annotations[externalName] = name
	}
	if !exists(o) && may(o, "Create") && o.GetAnnotations()[createPending] == "" {
		what, err := p.account.take(o)
		if err != nil {
			return err
		}
		if what == created {
			annotations[createPending] = time.Now().UTC().Format(time.RFC3339)
		}
	}
	if len(annotations) == 0 {
		return nil
	}
	return p.patch(ctx, r, map[string]any{"metadata": map[string]any{"annotations": annotations}})
}

// transition is when a condition changed last. The provider gives Synced a new
// time at every poll, which is what wakes Crossplane up so often.
func transition(o object, c map[string]any, now string) any {
	for _, old := range conditions(o) {
		if c["type"] != "Synced" && old["type"] == c["type"] && old["status"] == c["status"] {
			return old["lastTransitionTime"]
		}
	}
	return now
}

func conditions(o object) []map[string]any {
	status, _ := o.Object["status"].(map[string]any)
	list, _ := status["conditions"].([]any)
	var out []map[string]any
	for _, c := range list {
		if c, ok := c.(map[string]any); ok {
			out = append(out, c)
		}
	}
	return out
}

// resolve writes resolved references as crossplane-runtime does: it applies the
// differences, by force, under a field manager of its own.
func (p *provider) resolve(ctx context.Context, r request, before, after map[string]any) error {
	old, err := json.Marshal(map[string]any{"spec": before["spec"]})
	if err != nil {
		return err
	}
	resolved, err := json.Marshal(map[string]any{"spec": after["spec"]})
	if err != nil {
		return err
	}
	patch, err := jsonpatch.CreateMergePatch(old, resolved)
	if err != nil || string(patch) == "{}" {
		return err
	}
	var o map[string]any
	if err := json.Unmarshal(patch, &o); err != nil {
		return err
	}
	o["apiVersion"], o["kind"] = r.kind.ToAPIVersionAndKind()
	o["metadata"] = map[string]any{"name": r.name, "namespace": r.namespace}
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	_, err = p.client.Resource(p.resources[r.kind]).Namespace(r.namespace).Patch(ctx, r.name, types.ApplyPatchType,
		data,
		metav1.PatchOptions{FieldManager: resolver, Force: ptr.To(true)})
	return ignoreGone(err)
}

// fail reports why a resource cannot be reconciled. It reports a reason once, as the
// provider does.
func (p *provider) fail(ctx context.Context, r request, o object, message string) error {
	for _, c := range conditions(o) {
		if c["type"] == "Synced" && c["message"] == message {
			return nil
		}
	}
	kept := slices.DeleteFunc(conditions(o), func(c map[string]any) bool { return c["type"] == "Synced" })
	return p.status(ctx, r, map[string]any{"conditions": append(kept, map[string]any{
		"type": "Synced", "status": "False", "reason": "ReconcileError", "message": message,
		"lastTransitionTime": time.Now().UTC().Format(time.RFC3339), "observedGeneration": o.GetGeneration(),
	})})
}

// remove deletes the object's AWS resource as soon as AWS would allow it.
func (p *provider) remove(ctx context.Context, r request, o object) (time.Duration, error) {
	if !slices.Contains(o.GetFinalizers(), finalizer) {
		return 0, nil
	}
	what := deleted
	if !may(o, "Delete") {
		what = orphaned
	} else if why := p.refuses(o); why != "" {
		return retry, p.fail(ctx, r, o, "delete failed: "+why)
	}
	if o.GetAnnotations()[externalName] != "" {
		if err := p.journal.write(what, o); err != nil {
			return 0, err
		}
		if what == deleted {
			if err := p.account.drop(o); err != nil {
				return 0, err
			}
		}
	}
	rest := slices.DeleteFunc(o.GetFinalizers(), func(f string) bool { return f == finalizer })
	return 0, p.patch(ctx, r,
		map[string]any{"metadata": map[string]any{"resourceVersion": o.GetResourceVersion(), "finalizers": rest}})
}

// may says whether the provider may do something to what the object stands for.
func may(o object, what string) bool {
	spec, _ := o.Object["spec"].(map[string]any)
	policies, ok := spec["managementPolicies"].([]any)
	return !ok || slices.Contains(policies, any("*")) || slices.Contains(policies, any(what))
}

// refuses is why AWS would refuse to delete the object's resource, or nothing.
func (p *provider) refuses(o object) string {
	params := parameters(o.Object)
	for _, protection := range []string{"deletionProtection", "enableDeletionProtection"} {
		if on, _ := params[protection].(bool); on {
			return "InvalidParameterCombination: cannot delete a protected resource; " +
				"disable its deletion protection first"
		}
	}
	var by []string
	for id, s := range p.siblings(o.GetNamespace()) {
		if slices.Contains(references(parameters(s)), o.GetName()) {
			by = append(by, id)
		}
	}
	if len(by) == 0 {
		return ""
	}
	slices.Sort(by)
	return fmt.Sprintf("DependencyViolation: %s has dependents and cannot be deleted: %s", o.GetName(),
		strings.Join(by, ", "))
}

func (p *provider) patch(ctx context.Context, r request, patch map[string]any, subresources ...string) error {
	data, err := json.Marshal(patch)
	if err != nil {
		return err
	}
	_, err = p.client.Resource(p.resources[r.kind]).Namespace(r.namespace).Patch(ctx, r.name, types.MergePatchType,
		data, metav1.PatchOptions{FieldManager: manager}, subresources...)
	return ignoreGone(err)
}

func (p *provider) status(ctx context.Context, r request, status map[string]any) error {
	return p.patch(ctx, r, map[string]any{"status": status}, "status")
}

// ignoreGone ignores errors that the next reconcile resolves.
func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}
