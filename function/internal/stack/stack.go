// Package stack is what tiers use to compose resources: the claim, the names and tags of
// its resources, their observed state, and the gates that hold a resource back until
// another resource has a value that it needs. The package knows no tier.
package stack

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// A Key names a composed resource within its claim. It is the composition resource name.
// The object's name is the claim's name and the key. Keys are API: Crossplane deletes a
// resource whose key disappears and creates one for a new key, so renaming a database's
// key deletes the database.
type Key string

// Input is the input of New.
type Input struct {
	// Claim with presets applied.
	Claim *v1alpha1.KashaClaim
	// ID begins every name in AWS: the claim's name, a hyphen, and characters that no other
	// claim of the account has. See package stackid. If it is empty, it is the claim's name.
	ID string
	// Observed resources by key.
	Observed map[Key]Observed
	// Ready tells whether an observed resource works. See package judge. If it is nil, no
	// resource is ready.
	Ready func(Key) bool
	// Scheme knows the kinds that are composed.
	Scheme *runtime.Scheme
	// Imposed is what the platform sets whatever the claim says.
	Imposed v1alpha1.Impose
	// Bounded tells whether a guardrail decides what the claim may name.
	Bounded bool
	// RoleTag tells whether the platform lets the claim set a tag of its IAM roles. If it is
	// nil, it lets it set none.
	RoleTag func(key string) bool
	// Overrides are the claim's.
	Overrides []Override
}

// A Stack gathers the resources of one claim.
type Stack struct {
	// Claim with presets applied.
	Claim *v1alpha1.KashaClaim
	// Region of all resources except those that CloudFront needs in us-east-1.
	Region string
	// ID is unique for each claim in an AWS account: the claim's name, a hyphen, and eight
	// characters from the claim's UID. Claims that v0.1.0 composed first have six
	// hexadecimal digits of a digest of namespace and name instead. See package stackid.
	ID string
	// Bounded tells whether a guardrail decides what the claim may name.
	Bounded bool

	observed  map[Key]Observed
	ready     func(Key) bool
	scheme    *runtime.Scheme
	imposed   v1alpha1.Impose
	roleTag   func(string) bool
	place     int
	condition string
	resources []*Resource
	index     map[Key]*Resource
	errs      []error
	now       *time.Time
	decoded   map[Key]any
	// sorted are the observed keys.
	sorted    []Key
	overrides []Override
	// overridden is what each of them has done, by its place.
	overridden map[int]Overridden
	// hold is what everything but the free keys waits for. It is empty where nothing waits.
	hold string
	free []Key
}

// A Resource is one composed resource.
type Resource struct {
	Key  Key
	Kind schema.GroupVersionKind
	// Name of the Kubernetes object.
	Name string
	// Condition of the claim that the resource counts for.
	Condition string
	// Object is the object that Crossplane applies. It is nil while the resource is held
	// back.
	Object map[string]any
	// Waits names what a held-back resource is waiting for.
	Waits []string

	place int
	opts  options
	raw   map[string]any
	has   marks
}

// Annotate adds an annotation to a resource that is not held back.
func (r *Resource) Annotate(name, value string) {
	meta, _ := r.Object["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	annotations[name] = value
}

// SetParam sets a field of spec.forProvider of a resource that is not held back.
func (r *Resource) SetParam(field string, value any) {
	spec, _ := r.Object["spec"].(map[string]any)
	params, _ := spec["forProvider"].(map[string]any)
	if params != nil {
		params[field] = value
	}
}

// Param returns a value below spec.forProvider of a resource as a tier has added it, whether or not the resource is
// held back. It is nil where there is none.
func (r *Resource) Param(path ...string) any {
	var v any = r.raw
	for _, p := range [2]string{"spec", "forProvider"} {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	for _, p := range path {
		m, _ := v.(map[string]any)
		v = m[p]
	}
	return v
}

// ObservedOnly tells whether the provider only reads the resource.
func (r *Resource) ObservedOnly() bool {
	return len(r.opts.policies) == 1 && r.opts.policies[0] == "Observe"
}

// New returns a Stack without resources.
func New(in Input) *Stack {
	c := in.Claim
	if in.Ready == nil {
		in.Ready = func(Key) bool { return false }
	}
	if in.RoleTag == nil {
		in.RoleTag = func(string) bool { return false }
	}
	return &Stack{
		Claim:    c,
		Region:   c.Spec.Region,
		ID:       cmp.Or(in.ID, c.GetName()),
		Bounded:  in.Bounded,
		observed: in.Observed,
		ready:    in.Ready,
		scheme:   in.Scheme,
		imposed:  in.Imposed,
		roleTag:  in.RoleTag,
		index:    map[Key]*Resource{},
		decoded:  map[Key]any{},

		overrides: in.Overrides, overridden: map[int]Overridden{},
	}
}

// DigestOf returns the first n hexadecimal digits of a text's SHA-256.
func DigestOf(text string, n int) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:n]
}

// Digest shortens a text to eight hexadecimal digits. The keys of resources that AWS
// cannot change in place contain a digest of their content, so that new content gets a
// new key.
func Digest(text string) string { return DigestOf(text, contentDigestLen) }

// Tier begins a tier: resources that are added after it count for this condition. The
// place is the tier's position in Resources, whatever the order of the calls.
func (s *Stack) Tier(place int, condition string) { s.place, s.condition = place, condition }

// Counts changes the condition for which resources that are added after it count. It is
// for tiers whose resources count for several conditions.
func (s *Stack) Counts(condition string) { s.condition = condition }

// Add adds a resource. The purpose is one sentence that explains the object to a reader
// in the cluster. Strings may contain values that only AWS knows (see Await); the resource
// is then held back until all of them are known.
func (s *Stack) Add(key Key, purpose string, o runtime.Object, opts ...Option) {
	kinds, _, err := s.scheme.ObjectKinds(o)
	if err != nil {
		s.errs = append(s.errs, fmt.Errorf("cannot tell the kind of %s: %w; add it to package kinds", key, err))
		return
	}
	raw, has, err := toUnstructured(o)
	if err != nil {
		s.errs = append(s.errs, fmt.Errorf("cannot convert %s: %w", key, err))
		return
	}
	spec, _ := raw["spec"].(map[string]any)
	spec["providerConfigRef"] = map[string]any{
		"kind": s.Claim.Spec.ProviderConfigRef.Kind,
		"name": s.Claim.Spec.ProviderConfigRef.Name,
	}
	s.add(key, purpose, kinds[0], raw, has, opts)
}

// AddObject adds a resource that is not an AWS resource. The object has the form of its
// YAML, without metadata.
func (s *Stack) AddObject(key Key, purpose string, gvk schema.GroupVersionKind, o map[string]any, opts ...Option) {
	s.add(key, purpose, gvk, o, marks{tokens: true, refs: true}, opts)
}

func (s *Stack) add(
	key Key, purpose string, gvk schema.GroupVersionKind, raw map[string]any, has marks, opts []Option,
) {
	if s.index[key] != nil {
		s.errs = append(s.errs, fmt.Errorf("cannot add %s: the key is taken", key))
		return
	}
	r := &Resource{
		Key: key, Kind: gvk, Name: s.ObjectName(key), Condition: s.condition, place: s.place, raw: raw, has: has,
	}
	for _, o := range opts {
		o(&r.opts)
	}
	meta := map[string]any{
		"name":      r.Name,
		"namespace": s.Claim.GetNamespace(),
		"labels": map[string]any{
			v1alpha1.LabelClaim: s.Claim.GetName(),
			v1alpha1.LabelStack: s.ID,
			v1alpha1.LabelTier:  strings.ToLower(strings.TrimSuffix(s.condition, "Ready")),
		},
	}
	annotations := map[string]any{v1alpha1.AnnotationPurpose: purpose}
	for name, value := range r.opts.annotations {
		annotations[name] = value
		r.has.text(value)
	}
	if mark := s.override(key, raw, r.opts.kept); mark != "" {
		annotations[v1alpha1.AnnotationOverrides] = mark
		r.has = marks{tokens: true, refs: true}
	}
	if n := s.externalName(r); n != "" {
		annotations["crossplane.io/external-name"] = n
		r.has.text(n)
	}
	meta["annotations"] = annotations
	raw["apiVersion"], raw["kind"], raw["metadata"] = gvk.GroupVersion().String(), gvk.Kind, meta
	if spec, ok := raw["spec"].(map[string]any); ok {
		if len(r.opts.policies) > 0 {
			spec["managementPolicies"] = r.opts.policies
		}
		if a := r.opts.account; a != nil {
			spec["providerConfigRef"] = map[string]any{"kind": a.Kind, "name": a.Name}
		}
	}
	s.resources = append(s.resources, r)
	s.index[key] = r
}

// KeepObserved adds an observed resource unchanged. It is for resources whose content the
// claim no longer determines, like the task definition that a service still runs. A resource
// whose name in AWS Kasha has chosen needs EchoExternalName, or the name would go.
func (s *Stack) KeepObserved(key Key, gvk schema.GroupVersionKind, purpose string, opts ...Option) {
	o, ok := s.observed[key]
	if !ok || s.index[key] != nil {
		return
	}
	spec, _ := o.Lookup("spec")
	m, ok := spec.(map[string]any)
	if !ok {
		return
	}
	s.add(key, purpose, gvk, map[string]any{"spec": m}, marks{refs: true}, append(slices.Clone(opts), kept()))
}

// KeepAllObserved is KeepObserved for all observed resources whose keys begin with
// prefix.
func (s *Stack) KeepAllObserved(prefix string, gvk schema.GroupVersionKind, purpose string) {
	var keys []Key
	s.ObservedKeys(prefix, func(k Key, _ Observed) { keys = append(keys, k) })
	slices.Sort(keys)
	for _, k := range keys {
		s.KeepObserved(k, gvk, purpose)
	}
}

// DeleteRetained re-adds retained resources without the retain policy for one pass,
// so that the next pass deletes them in AWS too. It applies to observed resources
// whose keys begin with prefix and that no tier has added.
func (s *Stack) DeleteRetained(prefix string, gvk schema.GroupVersionKind, purpose string) {
	var keys []Key
	s.ObservedKeys(prefix, func(k Key, o Observed) {
		if s.index[k] == nil && Retained(o) {
			keys = append(keys, k)
		}
	})
	slices.Sort(keys)
	for _, k := range keys {
		spec, _ := s.observed[k].Lookup("spec")
		m, _ := spec.(map[string]any)
		m = maps.Clone(m)
		delete(m, "managementPolicies")
		// Without its name, the provider would delete something else.
		s.add(k, purpose, gvk, map[string]any{"spec": m}, marks{refs: true}, []Option{EchoExternalName()})
	}
}

// Retained tells whether deleting an object leaves its resource in AWS.
func Retained(o Observed) bool {
	v, _ := o.Lookup("spec", "managementPolicies")
	policies, given := v.([]any)
	return given && !slices.Contains(policies, any("*")) && !slices.Contains(policies, any("Delete"))
}

// Resources resolves the values that are known and returns all added resources, sorted by
// tier and, within a tier, in the order in which they were added. A held-back resource has
// no Object, and its Waits names what is missing.
func (s *Stack) Resources() ([]*Resource, error) {
	if len(s.errs) > 0 {
		return nil, errors.Join(s.errs...)
	}
	slices.SortStableFunc(s.resources, func(a, b *Resource) int { return a.place - b.place })
	for _, r := range s.resources {
		s.resolve(r)
	}
	return s.resources, nil
}

// Keys returns the keys of the added resources that begin with prefix.
func (s *Stack) Keys(prefix string) []Key {
	var out []Key
	for _, r := range s.resources {
		if strings.HasPrefix(string(r.Key), prefix) {
			out = append(out, r.Key)
		}
	}
	return out
}

// Has tells whether a resource has been added.
func (s *Stack) Has(key Key) bool { return s.index[key] != nil }

// Created is when the claim was created. Zero in a render without a cluster.
func (s *Stack) Created() time.Time { return s.Claim.GetCreationTimestamp().UTC() }
