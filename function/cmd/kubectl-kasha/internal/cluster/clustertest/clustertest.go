// Package clustertest makes clusters in memory for tests: the simulator plays AWS, the provider and Crossplane.
package clustertest

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/cmd/internal/preview"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cluster"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/offline"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// Minimal is the smallest claim.
const Minimal = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaClaim
metadata: {name: shop, namespace: team-shop}
spec:
  frontend: {image: "registry.example.com/shop/web:1.4.2"}
  backend: {image: "registry.example.com/shop/api:1.4.2"}
`

// Released is Minimal with a release before each new image, and rules of network ACLs.
const Released = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaClaim
metadata: {name: shop, namespace: team-shop}
spec:
  network:
    denyRules: [{subnets: public, direction: Ingress, number: 10, cidr: 203.0.113.0/24}]
  frontend: {image: "registry.example.com/shop/web:1.4.2"}
  backend: {image: "registry.example.com/shop/api:1.4.2", release: {command: [bin/migrate]}}
`

// A Lab is a cluster in memory.
type Lab struct {
	*cluster.Cluster

	Fake *dynamicfake.FakeDynamicClient
}

// Objects are a claim at rest and what it is composed of, as a cluster has them. Interfere changes what AWS answers
// about a resource, as in the simulator, and may be nil.
func Objects(t *testing.T, claim string, interfere func(key string, o map[string]any)) []*unstructured.Unstructured {
	t.Helper()
	if known, ok := atRest.Load(claim); ok && interfere == nil {
		return copies(known.([]*unstructured.Unstructured)) //nolint:forcetypeassert // Stored below.
	}
	c, err := manifest.ParseClaim([]byte(claim))
	if err != nil {
		t.Fatal(err)
	}
	p := offline.Preview(nil, nil)
	w, err := p.Rest(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if interfere != nil {
		w.Interfere = interfere
		w.Replay()
		// A resource that stays broken may change the answer at each pass.
		if err := w.Settle(t.Context(), p.Run, 3); err != nil && !errors.Is(err, simulator.ErrUnsettled) {
			t.Fatal(err)
		}
	}
	out := objectsOf(w, c)
	if interfere == nil {
		atRest.Store(claim, out)
	}
	return copies(out)
}

// atRest are the objects of claims without interference, which many tests begin with.
var atRest sync.Map

func copies(objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	out := make([]*unstructured.Unstructured, len(objects))
	for i, o := range objects {
		out[i] = o.DeepCopy()
	}
	return out
}

// objectsOf are a claim and its resources as Crossplane leaves them.
func objectsOf(w *simulator.World, c *manifest.Claim) []*unstructured.Unstructured {
	out := []*unstructured.Unstructured{claimOf(w)}
	for _, key := range slices.Sorted(maps.Keys(w.Observed)) {
		o := unstructured.Unstructured{Object: preview.Observe(key, c.Namespace(), w.Observed[key])}
		labels := o.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		labels[cluster.Composite] = c.Name()
		o.SetLabels(labels)
		out = append(out, &o)
	}
	return out
}

// claimOf is the claim of a world as Crossplane leaves it.
func claimOf(w *simulator.World) *unstructured.Unstructured {
	o := &unstructured.Unstructured{Object: runtime.DeepCopyJSON(w.Composite)}
	var refs, conditions []any
	for _, key := range slices.Sorted(maps.Keys(w.Observed)) {
		r := manifest.Object(w.Observed[key])
		refs = append(refs, map[string]any{
			"apiVersion": r.Text("apiVersion"), "kind": r.Text("kind"), "name": r.Text("metadata", "name"),
		})
	}
	ready := "True"
	for _, c := range w.Response.GetConditions() {
		status := "True"
		if c.GetStatus() != fnv1.Status_STATUS_CONDITION_TRUE {
			status, ready = "False", "False"
		}
		conditions = append(conditions, condition(c.GetType(), status, c.GetReason(), c.GetMessage()))
	}
	conditions = append(conditions, condition("Synced", "True", "ReconcileSuccess", ""),
		condition("Ready", ready, "Available", ""))
	must(unstructured.SetNestedSlice(o.Object, refs, "spec", "crossplane", "resourceRefs"))
	must(unstructured.SetNestedSlice(o.Object, conditions, "status", "conditions"))
	return o
}

func condition(kind, status, reason, message string) map[string]any {
	return map[string]any{
		"type": kind, "status": status, "reason": reason, "message": message,
		"lastTransitionTime": "2026-01-02T03:10:00Z",
	}
}

func must(err error) {
	if err != nil {
		panic(err) // The test's own objects are wrong.
	}
}

// More are kinds of a cluster that no claim is composed of.
var more = []schema.GroupVersionKind{
	{Group: v1alpha1.Group, Version: v1alpha1.Version, Kind: v1alpha1.Kind},
	{Group: v1alpha1.Group, Version: v1alpha1.Version, Kind: v1alpha1.GuardrailKind},
	{Version: "v1", Kind: "Event"},
	{Group: "pkg.crossplane.io", Version: "v1", Kind: "Provider"},
	{Group: "pkg.crossplane.io", Version: "v1", Kind: "Function"},
	{Group: "apiextensions.crossplane.io", Version: "v1alpha1", Kind: "ManagedResourceDefinition"},
	{Group: "aws.m.upbound.io", Version: "v1beta1", Kind: "ClusterProviderConfig"},
	{Group: "admissionregistration.k8s.io", Version: "v1", Kind: "ValidatingAdmissionPolicyBinding"},
	kinds.Secret, kinds.Usage,
}

// clusterWide are those of them that are in no namespace.
var clusterWide = []string{
	v1alpha1.GuardrailKind, "Provider", "Function", "ManagedResourceDefinition", "ClusterProviderConfig",
	"ValidatingAdmissionPolicyBinding",
}

// New is a cluster with these objects.
func New(t *testing.T, objects ...*unstructured.Unstructured) *Lab {
	t.Helper()
	mapper := meta.NewDefaultRESTMapper(nil)
	lists := map[schema.GroupVersionResource]string{}
	all := slices.Clone(more)
	for _, r := range kinds.Records {
		all = append(all, r.GVK)
	}
	for _, gvk := range all {
		plural, _ := meta.UnsafeGuessKindToResource(gvk)
		scope := meta.RESTScopeNamespace
		if slices.Contains(clusterWide, gvk.Kind) {
			scope = meta.RESTScopeRoot
		}
		mapper.Add(gvk, scope)
		lists[plural] = gvk.Kind + "List"
	}
	var there []runtime.Object
	for _, o := range objects {
		there = append(there, o)
	}
	fake := dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), lists, there...)
	return &Lab{&cluster.Cluster{Client: fake, Mapper: mapper, Namespace: "team-shop"}, fake}
}

// Writes are what was changed in the cluster: patch lbs/shop-alb-public.
func (l *Lab) Writes() []string {
	var out []string
	for _, a := range l.Fake.Actions() {
		switch a := a.(type) {
		case clienttesting.PatchAction:
			out = append(out, "patch "+a.GetResource().Resource+"/"+a.GetName()+" "+string(a.GetPatch()))
		case clienttesting.DeleteAction:
			out = append(out, "delete "+a.GetResource().Resource+"/"+a.GetName())
		}
	}
	return out
}

// Failing makes the condition Synced of resources False, with a message for each key.
func Failing(messages map[string]string) func(key string, o map[string]any) {
	return func(key string, o map[string]any) {
		message, fails := messages[key]
		if !fails {
			return
		}
		must(unstructured.SetNestedSlice(o, []any{
			condition("Synced", "False", "ReconcileError", message), condition("Ready", "False", "Creating", ""),
		}, "status", "conditions"))
	}
}
