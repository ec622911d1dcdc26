package stack

import "github.com/kasha-platform/kasha/apis/v1alpha1"

type options struct {
	externalName string
	annotations  map[string]string
	echo         bool
	policies     []any
	after        []Key
	when         []gate
	kept         bool
	account      *v1alpha1.ProviderConfigReference
}

type gate struct {
	open  bool
	waits string
}

// An Option changes how a resource is composed.
type Option func(*options)

// ExternalName sets the resource's name in AWS, for kinds whose name the claim chooses.
func ExternalName(name string) Option { return func(o *options) { o.externalName = name } }

// Annotation records a fact on the object, to be read from the observed one later. An empty
// value is none. Users may not write the kinds of the provider, so nobody can forge it.
func Annotation(name, value string) Option {
	return func(o *options) {
		if value != "" {
			o.annotations = map[string]string{name: value}
		}
	}
}

// After holds a resource back until others are ready, for resources that AWS rejects or
// creates wrongly in another order. Once the resource exists it is no longer held back,
// whatever the state of the others.
func After(keys ...Key) Option {
	return func(o *options) { o.after = append(o.after, keys...) }
}

// When holds a resource back until open is true. The text waits names what is missing; it
// follows the words "Waiting for". Once the resource exists it is no longer held back.
func When(open bool, waits string) Option {
	return func(o *options) { o.when = append(o.when, gate{open, waits}) }
}

// kept is for an observed resource that is added unchanged.
func kept() Option { return func(o *options) { o.kept = true } }

// Retain leaves the resource in AWS when its object or the claim is deleted.
func Retain() Option {
	return func(o *options) { o.policies = []any{"Observe", "Create", "Update", "LateInitialize"} }
}

// RetainWhile is Retain as long as the condition holds. Use DeleteRetained to delete a
// retained resource that the claim no longer asks for.
func RetainWhile(holds bool) Option {
	if holds {
		return Retain()
	}
	return func(*options) {}
}

// ObserveExternal is for a resource that exists in AWS under this name and that Kasha does
// not manage. The provider observes it, and never creates, changes or deletes it.
func ObserveExternal(name string) Option {
	return func(o *options) { o.externalName, o.policies = name, []any{"Observe"} }
}

// NoLateInitialize stops the provider from copying AWS's values into the spec, for kinds
// where this would pin a value that another controller must be able to change. The claim
// must choose the name of such a kind, or the resource needs EchoExternalName: without
// late initialization the provider does not save a name that AWS chose.
func NoLateInitialize() Option {
	return func(o *options) { o.policies = []any{"Observe", "Create", "Update", "Delete"} }
}

// NoLateInitializeRetainWhile is NoLateInitialize, and Retain too as long as the condition holds.
func NoLateInitializeRetainWhile(holds bool) Option {
	if !holds {
		return NoLateInitialize()
	}
	return func(o *options) { o.policies = []any{"Observe", "Create", "Update"} }
}

// EchoExternalName copies the name that AWS chose into the external-name annotation, which
// links the object to its resource in AWS.
func EchoExternalName() Option { return func(o *options) { o.echo = true } }

// ObserveOnly makes the provider observe the resource without changing it, for resources
// that must never be written again.
func ObserveOnly() Option { return func(o *options) { o.policies = []any{"Observe"} } }

// InAccount creates the resource with this provider configuration instead of the claim's.
func InAccount(ref v1alpha1.ProviderConfigReference) Option {
	return func(o *options) { o.account = &ref }
}
