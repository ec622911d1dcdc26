package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

const (
	workers = 8
	// retry is how soon a resource that waits for another one is reconciled again.
	retry = time.Second
	// soon is when a write of ours has come back through the watch.
	soon = 50 * time.Millisecond
)

type object = *unstructured.Unstructured

// A request names an object to look at.
type request struct {
	kind            schema.GroupVersionKind
	namespace, name string
}

// A provider replaces provider-aws in the control plane.
type provider struct {
	client    dynamic.Interface
	resources map[schema.GroupVersionKind]schema.GroupVersionResource
	informers map[schema.GroupVersionKind]cache.SharedIndexInformer
	queue     workqueue.TypedRateLimitingInterface[request]
	journal   *journal
	poll      time.Duration
	// faults is the file with what AWS refuses, or nothing.
	faults  string
	account *account
	log     *log.Logger
}

func newProvider(client dynamic.Interface, resources map[schema.GroupVersionKind]schema.GroupVersionResource,
	j *journal, poll time.Duration, stderr io.Writer) *provider {
	return &provider{
		client:    client,
		resources: resources,
		informers: map[schema.GroupVersionKind]cache.SharedIndexInformer{},
		queue: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[request](200*time.Millisecond, 10*time.Second)),
		journal: j,
		poll:    poll,
		log:     log.New(stderr, "", log.LstdFlags|log.Lmicroseconds),
	}
}

// run reconciles until ctx ends.
func (p *provider) run(ctx context.Context) error {
	factory := dynamicinformer.NewDynamicSharedInformerFactory(p.client, 0)
	for gvk, gvr := range p.resources {
		i := factory.ForResource(gvr).Informer()
		p.informers[gvk] = i
		if _, err := i.AddEventHandler(p.handler(gvk)); err != nil {
			return fmt.Errorf("cannot watch %s: %w", gvk.Kind, err)
		}
	}
	factory.Start(ctx.Done())
	for gvr, ok := range factory.WaitForCacheSync(ctx.Done()) {
		if !ok {
			return fmt.Errorf("cannot watch %s: its cache does not fill", gvr.Resource)
		}
	}
	p.log.Printf("provides %d kinds", len(p.resources))
	p.work(ctx)
	return nil
}

func (p *provider) handler(gvk schema.GroupVersionKind) cache.ResourceEventHandler {
	add := func(o any) {
		if u, ok := o.(object); ok {
			p.queue.Add(request{gvk, u.GetNamespace(), u.GetName()})
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc: add,
		// The provider does not react to what it wrote into the status itself.
		UpdateFunc: func(before, after any) {
			b, okB := before.(object)
			a, okA := after.(object)
			if okB && okA && b.GetGeneration() == a.GetGeneration() &&
				b.GetDeletionTimestamp().Equal(a.GetDeletionTimestamp()) {
				return
			}
			add(after)
		},
	}
}

// work reconciles what is queued until ctx ends.
func (p *provider) work(ctx context.Context) {
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for p.next(ctx) {
			}
		})
	}
	<-ctx.Done()
	p.queue.ShutDown()
	wg.Wait()
}

func (p *provider) next(ctx context.Context) bool {
	r, down := p.queue.Get()
	if down {
		return false
	}
	defer p.queue.Done(r)
	after, err := p.reconcile(ctx, r)
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil:
		p.log.Printf("%s %s/%s: %v", r.kind.Kind, r.namespace, r.name, err)
		p.queue.AddRateLimited(r)
	case after > 0:
		p.queue.Forget(r)
		p.queue.AddAfter(r, after)
	default:
		p.queue.Forget(r)
	}
	return true
}

// get is a copy of what the cache knows of an object.
func (p *provider) get(r request) (object, bool) {
	o, ok, err := p.informers[r.kind].GetStore().GetByKey(r.namespace + "/" + r.name)
	if err != nil || !ok {
		return nil, false
	}
	return o.(object).DeepCopy(), true //nolint:forcetypeassert // The informer holds nothing else.
}

// siblings are all objects of a namespace, by Kind/name.
func (p *provider) siblings(namespace string) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, i := range p.informers {
		for _, o := range i.GetStore().List() {
			if u := o.(object); u.GetNamespace() == namespace { //nolint:forcetypeassert // As above.
				out[u.GetKind()+"/"+u.GetName()] = u.Object
			}
		}
	}
	return out
}
