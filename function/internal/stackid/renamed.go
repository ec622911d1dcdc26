package stackid

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Renamed returns an error for every resource that would get another name in AWS than the
// observed one has. A managed resource with another name is another resource: the old one
// stays in AWS without an owner, with the data in it. So whatever went wrong with the
// stack's ID, nothing changes.
func Renamed(resources []*stack.Resource, observed map[stack.Key]stack.Observed) error {
	var errs []error
	for _, r := range resources {
		// What the provider only reads is the claim's to choose.
		o, ok := observed[r.Key]
		if !ok || r.Object == nil || r.ObservedOnly() {
			continue
		}
		for _, path := range nameFields(r) {
			is, has := text(r.Object, path...)
			if !has {
				continue
			}
			if was, had := stack.Text(o, path...); had && was != is {
				errs = append(errs, fmt.Errorf("cannot rename %s in AWS from %s to %s: the old one would stay there "+
					"without an owner; the claim's resources do not belong to this claim or the function has a bug, "+
					"see docs/troubleshooting.md", r.Name, was, is))
			}
		}
	}
	return errors.Join(errs...)
}

// nameFields are the paths of the fields that hold a resource's name in AWS and that AWS
// cannot change. A hosted zone and its records are named after the domain, not the stack.
func nameFields(r *stack.Resource) [][]string {
	if fields, is := namesOf()[r.Kind]; is {
		return fields
	}
	return externalName
}

var externalName = [][]string{{"metadata", "annotations", "crossplane.io/external-name"}}

// namesOf are the name fields of each kind that has more than the external name.
var namesOf = sync.OnceValue(func() map[schema.GroupVersionKind][][]string {
	out := map[schema.GroupVersionKind][][]string{}
	for _, r := range kinds.Records {
		fields := slices.Clone(externalName)
		for _, f := range []string{"name", "identifier"} {
			if slices.Contains(r.Immutable, f) && r.GVK.Group != "route53.aws.m.upbound.io" {
				fields = append(fields, []string{"spec", "forProvider", f})
			}
		}
		out[r.GVK] = fields
	}
	return out
})

func text(o map[string]any, path ...string) (string, bool) {
	for _, p := range path[:len(path)-1] {
		o, _ = o[p].(map[string]any)
	}
	v, ok := o[path[len(path)-1]].(string)
	return v, ok && v != ""
}
