package main

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime/schema"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// maxIgnored is how many objects that are not believed a claim is told of one by
// one. Whoever names one can name a thousand, and each is an event.
const maxIgnored = 10

// observedResources are a request's observed resources by key, but for those that
// cannot be this claim's, and what the claim is told of these.
//
// Crossplane observes whatever spec.crossplane.resourceRefs names, under the key
// that the object's own annotation says. Both may be written by whoever writes the
// claim. So an object is believed for what it is: one that somebody can create in
// a namespace without a word to AWS, like a ConfigMap, must not say which
// distribution, account or role is the claim's. See docs/adr/0012.
func observedResources(req *fnv1.RunFunctionRequest) (map[stack.Key]stack.Observed, []string) {
	claim := req.GetObserved().GetComposite().GetResource()
	out := make(map[stack.Key]stack.Observed, len(req.GetObserved().GetResources()))
	var ignored []string
	for k, r := range req.GetObserved().GetResources() {
		o := observed{r}
		if why := disbelief(claim, k, o); why != "" {
			ignored = append(ignored, fmt.Sprintf("cannot use %s as %.60q: %s; "+
				"take it out of spec.crossplane.resourceRefs, which only Crossplane should write (see docs/install.md)", describe(o), k, why))
			continue
		}
		out[stack.Key(k)] = o
	}
	slices.Sort(ignored)
	if more := len(ignored) - maxIgnored; more > 0 {
		ignored = append(ignored[:maxIgnored], fmt.Sprintf("cannot use %d more objects in spec.crossplane.resourceRefs", more))
	}
	return out, ignored
}

// disbelief says why an object cannot be what the claim composes under a key;
// nothing if it can.
func disbelief(claim *structpb.Struct, key string, o observed) string {
	want, known := kinds.OfKey(key)
	got, ok := groupKind(o)
	switch {
	case !known:
		return "no claim composes anything under this key"
	case !ok || got != want:
		return "this claim's is of the kind " + want.String()
	case want == kinds.Secret.GroupKind():
		return notOurs(claim, key, o)
	}
	return ""
}

// groupKind is false for an object whose apiVersion or kind cannot be read.
func groupKind(o observed) (schema.GroupKind, bool) {
	version, _ := stack.Text(o, "apiVersion")
	kind, _ := stack.Text(o, "kind")
	gv, err := schema.ParseGroupVersion(version)
	return schema.GroupKind{Group: gv.Group, Kind: kind}, err == nil && gv.Version != ""
}

// notOurs says why a Secret is not the one that the claim composes under a key. Its
// kind proves nothing, since everybody has Secrets. Its name does: the claim's
// Secret has always had it, and keeps it when a backup is restored, which loses
// the owner. So a Secret without a controller is believed, as Crossplane does.
func notOurs(claim *structpb.Struct, key string, o observed) string {
	meta := observed{&fnv1.Resource{Resource: claim}}
	name, _ := stack.Text(meta, "metadata", "name")
	if is, _ := stack.Text(o, "metadata", "name"); is != name+"-"+key {
		return "this claim's is called " + name + "-" + key
	}
	uid, _ := stack.Text(meta, "metadata", "uid")
	owners, _ := o.Lookup("metadata", "ownerReferences")
	list, _ := owners.([]any)
	for _, e := range list {
		owner, _ := e.(map[string]any)
		if owner["controller"] == true && owner["uid"] != uid {
			return fmt.Sprintf("%v %v controls it", owner["kind"], owner["name"])
		}
	}
	return ""
}

// describe names an object as people do.
func describe(o observed) string {
	kind, _ := stack.Text(o, "kind")
	name, _ := stack.Text(o, "metadata", "name")
	return kind + " " + name
}
