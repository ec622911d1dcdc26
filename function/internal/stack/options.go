package stack

import "github.com/kasha-platform/kasha/apis/v1alpha1"

type options struct {
	externalName string
	echo         bool
	policies     []any
	after        []Key
	when         []gate
	account      *v1alpha1.ProviderConfigReference
}

type gate struct {
	open  bool
	waits string
}

// An Option says something about how a resource is composed.
type Option func(*options)

// ExternalName is the resource's name in AWS, for kinds that are known by a
// name which the claim chooses.
func ExternalName(name string) Option { return func(o *options) { o.externalName = name } }

// After holds a resource back until others exist and work, for what AWS refuses
// or does wrong in another order. Once it exists it stays, whatever becomes of
// the others.
func After(keys ...Key) Option {
	return func(o *options) { o.after = append(o.after, keys...) }
}

// When holds a resource back until open is true. What it waits for is said in
// words, after "waits for". Once it exists it stays.
func When(open bool, waits string) Option {
	return func(o *options) { o.when = append(o.when, gate{open, waits}) }
}

// Retain leaves the resource in AWS when it, or the claim, is deleted.
func Retain() Option {
	return func(o *options) { o.policies = []any{"Observe", "Create", "Update", "LateInitialize"} }
}

// RetainWhile is Retain for as long as something holds. What is no longer asked
// for afterwards is deleted with DeleteRetained.
func RetainWhile(holds bool) Option {
	if holds {
		return Retain()
	}
	return func(*options) {}
}

// ObserveExternal is for a resource that exists in AWS under a name and is not
// managed here. The provider observes it, and never creates, changes or deletes it.
func ObserveExternal(name string) Option {
	return func(o *options) { o.externalName, o.policies = name, []any{"Observe"} }
}

// NoLateInitialize keeps the provider from writing what AWS answers into the
// spec, for kinds where that pins what somebody else must be free to change.
// The kind must be known by a name that the claim chooses, or be given
// EchoExternalName, since without late initialization the provider does not
// save the name that AWS chose.
func NoLateInitialize() Option {
	return func(o *options) { o.policies = []any{"Observe", "Create", "Update", "Delete"} }
}

// EchoExternalName writes the name that AWS chose into the annotation that ties
// the object to it.
func EchoExternalName() Option { return func(o *options) { o.echo = true } }

// ObserveOnly lets the provider look at the resource and do nothing to it, for
// what must never be written again.
func ObserveOnly() Option { return func(o *options) { o.policies = []any{"Observe"} } }

// InAccount makes the resource with another provider configuration than the
// claim's.
func InAccount(ref v1alpha1.ProviderConfigReference) Option {
	return func(o *options) { o.account = &ref }
}
