package cluster

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// An Installation is what claims need in a cluster. What the user may not read is missing, and listed in Unread.
type Installation struct {
	Providers, Definitions, Configs, Guardrails, Webhooks, Policies []unstructured.Unstructured

	Unread []string
}

// Installation reads what claims need.
func (c *Cluster) Installation(ctx context.Context) *Installation {
	in := &Installation{}
	for _, part := range []struct {
		kind schema.GroupVersionKind
		into *[]unstructured.Unstructured
	}{
		{schema.GroupVersionKind{Group: "pkg.crossplane.io", Version: "v1", Kind: "Provider"}, &in.Providers},
		{schema.GroupVersionKind{
			Group: "apiextensions.crossplane.io", Version: "v1alpha1", Kind: "ManagedResourceDefinition",
		}, &in.Definitions},
		{schema.GroupVersionKind{
			Group: "aws.m.upbound.io", Version: "v1beta1", Kind: "ClusterProviderConfig",
		}, &in.Configs},
		{schema.GroupVersionKind{
			Group: v1alpha1.Group, Version: v1alpha1.Version, Kind: v1alpha1.GuardrailKind,
		}, &in.Guardrails},
		{schema.GroupVersionKind{
			Group: "admissionregistration.k8s.io", Version: "v1", Kind: "ValidatingWebhookConfiguration",
		}, &in.Webhooks},
		{schema.GroupVersionKind{
			Group: "admissionregistration.k8s.io", Version: "v1", Kind: "ValidatingAdmissionPolicyBinding",
		}, &in.Policies},
	} {
		list, err := c.everywhere(ctx, part.kind)
		if err != nil {
			in.Unread = append(in.Unread, part.kind.Kind)
			continue
		}
		*part.into = list
	}
	return in
}

// everywhere lists all objects of a kind. A kind that the cluster does not know has none.
func (c *Cluster) everywhere(ctx context.Context, gvk schema.GroupVersionKind) ([]unstructured.Unstructured, error) {
	mapping, err := c.Mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if meta.IsNoMatchError(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := c.Client.Resource(mapping.Resource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}
