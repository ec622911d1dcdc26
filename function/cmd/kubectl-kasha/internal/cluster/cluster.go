// Package cluster reads a claim and what it is composed of from a cluster.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/dynamic"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
	"github.com/kasha-platform/kasha/function/internal/judge"
	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Composite is the label with the claim's name that Crossplane gives everything that it composes.
const Composite = "crossplane.io/composite"

// Claims is where the API server has claims.
var Claims = schema.GroupVersionResource{Group: v1alpha1.Group, Version: v1alpha1.Version, Resource: "kashaclaims"}

// A Cluster is where claims live.
type Cluster struct {
	Client    dynamic.Interface
	Mapper    meta.RESTMapper
	Namespace string
}

// Connect to the cluster that kubectl's flags choose.
func Connect(flags *genericclioptions.ConfigFlags) (*Cluster, error) {
	config, err := flags.ToRESTConfig()
	if err != nil {
		return nil, unreachable(err)
	}
	// A claim is composed of some sixty kinds, which are listed at once.
	config.QPS, config.Burst = 100, 200
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, unreachable(err)
	}
	mapper, err := flags.ToRESTMapper()
	if err != nil {
		return nil, unreachable(err)
	}
	namespace, _, err := flags.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return nil, unreachable(err)
	}
	return &Cluster{client, mapper, namespace}, nil
}

func unreachable(err error) error {
	return console.Exit(console.Cluster, fmt.Errorf("cannot reach the cluster: %w; check --context and --kubeconfig",
		err))
}

// A Resource is one of the objects that a claim is composed of.
type Resource struct {
	*unstructured.Unstructured

	Key, Tier string
	// Kind as in rds/Instance.
	Kind    string
	Verdict judge.Verdict
}

// A Claim is a claim with what it is composed of.
type Claim struct {
	*v1alpha1.KashaClaim

	Object *unstructured.Unstructured
	// Resources that exist, in the order of their keys.
	Resources []Resource
	// Gone are the objects that the claim names and that do not exist: Instance shop-db-primary.
	Gone []string
	// Unknown are the kinds that the cluster does not have.
	Unknown []string
}

// Names are those of the claims in the namespace.
func (c *Cluster) Names(ctx context.Context) ([]string, error) {
	list, err := c.Client.Resource(Claims).Namespace(c.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, c.explain(err, "")
	}
	var out []string
	for _, o := range list.Items {
		out = append(out, o.GetName())
	}
	slices.Sort(out)
	return out, nil
}

// A Name is a claim's namespace and name.
type Name struct{ Namespace, Name string }

// All are the claims of every namespace.
func (c *Cluster) All(ctx context.Context) ([]Name, error) {
	list, err := c.Client.Resource(Claims).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, c.explain(err, "")
	}
	var out []Name
	for _, o := range list.Items {
		out = append(out, Name{o.GetNamespace(), o.GetName()})
	}
	return out, nil
}

// Claim reads a claim, without what it is composed of.
func (c *Cluster) Claim(ctx context.Context, name string) (*Claim, error) {
	o, err := c.Client.Resource(Claims).Namespace(c.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, c.explain(err, name)
	}
	return ClaimOf(o)
}

// ClaimOf is the claim that an object is.
func ClaimOf(o *unstructured.Unstructured) (*Claim, error) {
	typed := &v1alpha1.KashaClaim{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, typed); err != nil {
		return nil, console.Exit(console.Cluster, fmt.Errorf("cannot read claim %s: %w; it is of another version "+
			"than this program: update the older one", o.GetName(), err))
	}
	return &Claim{KashaClaim: typed, Object: o}, nil
}

// explain an error of the API server.
func (c *Cluster) explain(err error, name string) error {
	switch {
	case apierrors.IsNotFound(err) && name != "":
		all, _ := c.Names(context.Background()) // Without them the message is shorter.
		hint := "kubectl get kasha -A lists all claims"
		if len(all) > 0 {
			hint = "it has " + strings.Join(all, ", ")
		}
		return console.Exit(console.NotFound, fmt.Errorf("cannot find claim %s in namespace %s: %s", name, c.Namespace,
			hint))
	case meta.IsNoMatchError(err), apierrors.IsNotFound(err):
		return console.Exit(console.Cluster, errors.New("cannot find claims: the cluster does not know KashaClaims; "+
			"check --context, and whether the package is installed"))
	case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return console.Exit(console.Cluster, fmt.Errorf("cannot read the cluster: %w; ask for the role in "+
			"docs/install/author-role.yaml", err))
	}
	return unreachable(err)
}

// Read a claim and what it is composed of.
func (c *Cluster) Read(ctx context.Context, name string) (*Claim, error) {
	claim, err := c.Claim(ctx, name)
	if err != nil {
		return nil, err
	}
	refs, _, err := unstructured.NestedSlice(claim.Object.Object, "spec", "crossplane", "resourceRefs")
	if err != nil {
		return nil, fmt.Errorf("cannot read claim %s: %w", name, err)
	}
	wanted := map[schema.GroupVersionKind]map[string]bool{}
	for _, r := range refs {
		ref, _ := r.(map[string]any)
		o := unstructured.Unstructured{Object: ref}
		name, _, _ := unstructured.NestedString(ref, "name")
		if wanted[o.GroupVersionKind()] == nil {
			wanted[o.GroupVersionKind()] = map[string]bool{}
		}
		wanted[o.GroupVersionKind()][name] = true
	}
	return claim, c.compose(ctx, claim, wanted)
}

// parallel is how many kinds are listed at once.
const parallel = 16

// compose reads the objects of the kinds that a claim names.
func (c *Cluster) compose(
	ctx context.Context, claim *Claim, wanted map[schema.GroupVersionKind]map[string]bool,
) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var errs []error
	slots := make(chan struct{}, parallel)
	for gvk, names := range wanted {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			found, err := c.list(ctx, gvk, claim)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case meta.IsNoMatchError(err):
				claim.Unknown = append(claim.Unknown, gvk.Kind+"."+gvk.Group)
			case err != nil:
				errs = append(errs, err)
			default:
				claim.add(gvk.Kind, names, found)
			}
		})
	}
	wg.Wait()
	slices.SortFunc(claim.Resources, func(a, b Resource) int { return strings.Compare(a.Key+a.Kind, b.Key+b.Kind) })
	slices.Sort(claim.Gone)
	slices.Sort(claim.Unknown)
	if len(errs) > 0 {
		return c.explain(errs[0], "")
	}
	return nil
}

// list the objects of a kind that belong to a claim.
func (c *Cluster) list(
	ctx context.Context, gvk schema.GroupVersionKind, claim *Claim,
) ([]unstructured.Unstructured, error) {
	mapping, err := c.Mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err != nil {
		return nil, err
	}
	list, err := c.Client.Resource(mapping.Resource).Namespace(claim.GetNamespace()).List(ctx, metav1.ListOptions{
		LabelSelector: Composite + "=" + claim.GetName(),
	})
	if err != nil {
		return nil, err
	}
	for i := range list.Items {
		list.Items[i].SetGroupVersionKind(gvk)
	}
	return list.Items, nil
}

func (c *Claim) add(kind string, names map[string]bool, found []unstructured.Unstructured) {
	there := map[string]bool{}
	for i := range found {
		if names[found[i].GetName()] {
			there[found[i].GetName()] = true
			c.Resources = append(c.Resources, Judge(&found[i]))
		}
	}
	for name := range names {
		if !there[name] {
			c.Gone = append(c.Gone, kind+" "+name)
		}
	}
}

// Judge a composed object as the function does.
func Judge(o *unstructured.Unstructured) Resource {
	m := manifest.Object(o.Object)
	kind := o.GetKind()
	if s := m.Service(); s != "" {
		kind = s + "/" + kind
	}
	return Resource{o, m.Key(), m.Tier(), kind, judge.Observed(observed{o.Object})}
}

// Resource of a key, or nil.
func (c *Claim) Resource(key string) *Resource {
	for i := range c.Resources {
		if c.Resources[i].Key == key {
			return &c.Resources[i]
		}
	}
	return nil
}

// An observed object is one that the function's own code reads.
type observed struct{ object map[string]any }

var _ stack.Observed = observed{}

// Lookup implements stack.Observed: a number in the path is the index of a list's element, and numbers are floats.
func (o observed) Lookup(path ...string) (any, bool) {
	var v any = o.object
	for _, p := range path {
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[p]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(p)
			if err != nil || i < 0 || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return floats(v), true
}

// floats are the numbers of a value as the function gets them.
func floats(v any) any {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = floats(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = floats(e)
		}
		return out
	}
	return v
}

// Connection implements stack.Observed. Secrets are not read.
func (observed) Connection(string) ([]byte, bool) { return nil, false }
