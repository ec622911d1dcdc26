package function

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime/schema"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// maxIgnored is how many ignored objects are reported one by one. Every warning is an
// event, and a claim can name thousands of objects.
const maxIgnored = 10

// observedResources returns a request's observed resources by key, without those that
// cannot belong to this claim, and one warning for each of these.
//
// Crossplane observes every object that spec.crossplane.resourceRefs names, under the
// key in the object's own annotation. The author of a claim may be able to write both.
// So an object is trusted only by its kind: an object that does not come from AWS, like
// a ConfigMap, must not decide which distribution, account or role belongs to the
// claim. See docs/adr/0012.
func observedResources(req *fnv1.RunFunctionRequest) (map[stack.Key]stack.Observed, []string) {
	claim := req.GetObserved().GetComposite().GetResource()
	out := make(map[stack.Key]stack.Observed, len(req.GetObserved().GetResources()))
	var ignored []string
	for k, r := range req.GetObserved().GetResources() {
		o := &observed{resource: r}
		if why := disbelief(claim, k, o); why != "" {
			ignored = append(ignored, fmt.Sprintf("cannot use %s as %.60q: %s; "+
				"remove it from spec.crossplane.resourceRefs, which only Crossplane should write (see "+
				"docs/install.md)",
				describe(o), k, why))
			continue
		}
		out[stack.Key(k)] = o
	}
	slices.Sort(ignored)
	if more := len(ignored) - maxIgnored; more > 0 {
		rest := fmt.Sprintf("cannot use %d more objects in spec.crossplane.resourceRefs", more)
		ignored = append(ignored[:maxIgnored], rest)
	}
	return out, ignored
}

// disbelief returns why an object cannot be the claim's resource under a key, and an
// empty string if it can.
func disbelief(claim *structpb.Struct, key string, o *observed) string {
	want, known := kinds.OfKey(key)
	got, ok := groupKind(o)
	switch {
	case !known:
		return "no claim composes a resource under this key"
	case !ok || got != want:
		return "this claim's resource is of the kind " + want.String()
	case want == kinds.Secret.GroupKind():
		return notOurs(claim, key, o)
	}
	return ""
}

// groupKind returns an object's group and kind. It returns false for an object whose
// apiVersion cannot be read.
func groupKind(o *observed) (schema.GroupKind, bool) {
	version, _ := stack.Text(o, "apiVersion")
	kind, _ := stack.Text(o, "kind")
	gv, err := schema.ParseGroupVersion(version)
	return schema.GroupKind{Group: gv.Group, Kind: kind}, err == nil && gv.Version != ""
}

// notOurs returns why a Secret is not the one that the claim composes under a key, and
// an empty string if it is. The kind proves nothing, because every namespace has
// Secrets. The name does: the claim's Secret always has this name, also after it is
// restored from a backup, which removes its owner. So a Secret without a controller is
// trusted, as Crossplane does.
func notOurs(claim *structpb.Struct, key string, o *observed) string {
	meta := &observed{resource: &fnv1.Resource{Resource: claim}}
	name, _ := stack.Text(meta, "metadata", "name")
	if is, _ := stack.Text(o, "metadata", "name"); is != name+"-"+key {
		return "this claim's Secret is named " + name + "-" + key
	}
	uid, _ := stack.Text(meta, "metadata", "uid")
	owners, _ := o.Lookup("metadata", "ownerReferences")
	list, _ := owners.([]any)
	for _, e := range list {
		owner, _ := e.(map[string]any)
		if owner["controller"] == true && owner["uid"] != uid {
			return fmt.Sprintf("it is controlled by %v %v", owner["kind"], owner["name"])
		}
	}
	return ""
}

// describe returns an object's kind and name.
func describe(o *observed) string {
	kind, _ := stack.Text(o, "kind")
	name, _ := stack.Text(o, "metadata", "name")
	return kind + " " + name
}
