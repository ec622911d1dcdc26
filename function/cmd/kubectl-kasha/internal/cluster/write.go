package cluster

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
)

// Annotate sets annotations of a resource. It removes those whose value is nil. Another change of the same object in
// between is an error: what was read may not be true any more.
func (c *Cluster) Annotate(ctx context.Context, r *Resource, annotations map[string]*string) error {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"annotations": annotations, "resourceVersion": r.GetResourceVersion(),
	}})
	if err != nil {
		return err
	}
	client, err := c.of(r)
	if err != nil {
		return err
	}
	_, err = client.Patch(ctx, r.GetName(), types.MergePatchType, patch,
		metav1.PatchOptions{FieldManager: "kubectl-kasha"})
	return written(r, err)
}

// Delete the object of a resource.
func (c *Cluster) Delete(ctx context.Context, r *Resource) error {
	client, err := c.of(r)
	if err != nil {
		return err
	}
	return written(r, client.Delete(ctx, r.GetName(), metav1.DeleteOptions{}))
}

func (c *Cluster) of(r *Resource) (dynamic.ResourceInterface, error) {
	gvk := r.GroupVersionKind()
	mapping, err := c.Mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err != nil {
		return nil, unreachable(err)
	}
	return c.Client.Resource(mapping.Resource).Namespace(r.GetNamespace()), nil
}

func written(r *Resource, err error) error {
	switch {
	case err == nil:
		return nil
	case apierrors.IsForbidden(err):
		return console.Exit(console.Cluster, fmt.Errorf("cannot change %s %s: %w; with the admission policies only a "+
			"member of the group kasha:platform may", r.GetKind(), r.GetName(), err))
	case apierrors.IsConflict(err):
		return console.Exit(console.Cluster, fmt.Errorf("cannot change %s %s: somebody has changed it in the "+
			"meantime; run the doctor again", r.GetKind(), r.GetName()))
	}
	return console.Exit(console.Cluster, fmt.Errorf("cannot change %s %s: %w", r.GetKind(), r.GetName(), err))
}
