package harness

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/yaml"
)

// manager is the field manager of what the tests apply, as kubectl would.
const manager = "kubectl"

// A Cluster is a client of an API server. Objects are untyped, since that is how a user
// sees them.
type Cluster struct {
	Config  *rest.Config
	Dynamic dynamic.Interface
	mapper  *restmapper.DeferredDiscoveryRESTMapper
}

// NewCluster returns a client.
func NewCluster(config *rest.Config) (*Cluster, error) {
	d, err1 := dynamic.NewForConfig(config)
	disco, err2 := discovery.NewDiscoveryClientForConfig(config)
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("cannot make a client: %w", err)
	}
	return &Cluster{
		Config: config, Dynamic: d, mapper: restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(disco)),
	}, nil
}

// As is the same cluster for somebody else.
func (c *Cluster) As(user string, groups ...string) (*Cluster, error) {
	config := rest.CopyConfig(c.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: groups}
	return NewCluster(config)
}

// Of is the endpoint of a kind in a namespace, which is empty for none.
func (c *Cluster) Of(gvk schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	m, err := c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset()
		m, err = c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	}
	if err != nil {
		return nil, fmt.Errorf("the API server does not serve %s: %w", gvk, err)
	}
	if m.Scope.Name() == meta.RESTScopeNameRoot {
		return c.Dynamic.Resource(m.Resource), nil
	}
	return c.Dynamic.Resource(m.Resource).Namespace(namespace), nil
}

// Create an object. Fields that do not exist are refused, as kubectl asks for.
func (c *Cluster) Create(ctx context.Context, o *unstructured.Unstructured,
	opts ...string) (*unstructured.Unstructured, error) {
	r, err := c.Of(o.GroupVersionKind(), o.GetNamespace())
	if err != nil {
		return nil, err
	}
	return r.Create(ctx, o,
		metav1.CreateOptions{FieldManager: manager, DryRun: opts, FieldValidation: metav1.FieldValidationStrict})
}

// Update an object, as strictly.
func (c *Cluster) Update(ctx context.Context, o *unstructured.Unstructured,
	opts ...string) (*unstructured.Unstructured, error) {
	r, err := c.Of(o.GroupVersionKind(), o.GetNamespace())
	if err != nil {
		return nil, err
	}
	return r.Update(ctx, o,
		metav1.UpdateOptions{FieldManager: manager, DryRun: opts, FieldValidation: metav1.FieldValidationStrict})
}

// Apply an object on the server's side.
func (c *Cluster) Apply(ctx context.Context, o *unstructured.Unstructured) error {
	r, err := c.Of(o.GroupVersionKind(), o.GetNamespace())
	if err != nil {
		return err
	}
	if _, err := r.Apply(ctx, o.GetName(), o, metav1.ApplyOptions{FieldManager: manager, Force: true}); err != nil {
		return fmt.Errorf("cannot apply %s %s: %w", o.GetKind(), o.GetName(), err)
	}
	return nil
}

// ApplyStatus writes an object's status.
func (c *Cluster) ApplyStatus(ctx context.Context, o *unstructured.Unstructured) error {
	r, err := c.Of(o.GroupVersionKind(), o.GetNamespace())
	if err != nil {
		return err
	}
	if _, err := r.ApplyStatus(ctx, o.GetName(), o,
		metav1.ApplyOptions{FieldManager: manager, Force: true}); err != nil {
		return fmt.Errorf("cannot apply the status of %s %s: %w", o.GetKind(), o.GetName(), err)
	}
	return nil
}

// Get an object.
func (c *Cluster) Get(ctx context.Context, gvk schema.GroupVersionKind, namespace,
	name string) (*unstructured.Unstructured, error) {
	r, err := c.Of(gvk, namespace)
	if err != nil {
		return nil, err
	}
	return r.Get(ctx, name, metav1.GetOptions{})
}

// List the objects of one kind.
func (c *Cluster) List(ctx context.Context, gvk schema.GroupVersionKind,
	namespace string) ([]unstructured.Unstructured, error) {
	r, err := c.Of(gvk, namespace)
	if err != nil {
		return nil, err
	}
	l, err := r.List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return l.Items, nil
}

// Delete an object in the foreground, as kubectl --cascade=foreground does.
func (c *Cluster) Delete(ctx context.Context, gvk schema.GroupVersionKind, namespace, name string) error {
	r, err := c.Of(gvk, namespace)
	if err != nil {
		return err
	}
	foreground := metav1.DeletePropagationForeground
	return r.Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: &foreground})
}

// Namespace makes a namespace.
func (c *Cluster) Namespace(ctx context.Context, name string) error {
	return c.Apply(ctx, Object("v1", "Namespace", "", name, nil))
}

// Object builds an object from its parts.
func Object(apiVersion, kind, namespace, name string, body map[string]any) *unstructured.Unstructured {
	o := &unstructured.Unstructured{Object: map[string]any{}}
	for k, v := range body {
		o.Object[k] = v
	}
	o.SetAPIVersion(apiVersion)
	o.SetKind(kind)
	o.SetNamespace(namespace)
	o.SetName(name)
	return o
}

// Decode reads one manifest. Integers stay integers.
func Decode(manifest []byte) (*unstructured.Unstructured, error) {
	j, err := yaml.YAMLToJSON(manifest)
	if err != nil {
		return nil, err
	}
	o := map[string]any{}
	return &unstructured.Unstructured{Object: o}, utiljson.Unmarshal(j, &o)
}

// ReadManifests reads every manifest in a file.
func ReadManifests(path string) ([]*unstructured.Unstructured, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return DecodeAll(data)
}

// DecodeAll reads a stream of manifests.
func DecodeAll(data []byte) ([]*unstructured.Unstructured, error) {
	var out []*unstructured.Unstructured
	docs := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	for {
		doc, err := docs.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(doc)) == 0 {
			continue
		}
		o, err := Decode(doc)
		if err != nil {
			return nil, err
		}
		if o.GetKind() != "" {
			out = append(out, o)
		}
	}
}

// ApplyFile applies every manifest in a file.
func (c *Cluster) ApplyFile(ctx context.Context, path string) error {
	objects, err := ReadManifests(path)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if err := c.Apply(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// Eventually checks until the condition holds, or time is up. It spends a fifth of the
// time on checks, because what it checks needs the processor as well.
func Eventually(ctx context.Context, timeout time.Duration, so func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var last error
	for {
		asked := time.Now()
		err := so(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not so after %s: %w", timeout, last)
		case <-time.After(max(500*time.Millisecond, 4*time.Since(asked))):
		}
	}
}

// Pause a test, unless it is interrupted.
func Pause(t testing.TB, d time.Duration) {
	t.Helper()
	select {
	case <-t.Context().Done():
		t.Fatal("interrupted")
	case <-time.After(d):
	}
}

// each runs f for every element, several at a time, and returns the errors.
func each[T any](list []T, atOnce int, f func(T) error) error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs error
		gate = make(chan struct{}, atOnce)
	)
	for _, e := range list {
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			if err := f(e); err != nil {
				mu.Lock()
				errs = errors.Join(errs, err)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return errs
}
