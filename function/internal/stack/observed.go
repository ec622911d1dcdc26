package stack

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Observed is the last observed state of a composed resource.
type Observed interface {
	// Lookup returns the value at a path of field names and list indexes. A value is a
	// string, a float64, a bool, a list, a map or nil.
	Lookup(path ...string) (any, bool)

	// Connection is a connection detail, for example a password.
	Connection(name string) ([]byte, bool)
}

// A Condition is one of an observed resource's status.conditions. Fields that the resource does not have are empty.
type Condition struct {
	Type, Status, Reason, Message string
	// Generation of the spec that the condition is about; 0 where that is not known.
	Generation float64
	// LastTransitionTime is when the status last changed, as RFC 3339 has it.
	LastTransitionTime string
}

// Since is the condition's LastTransitionTime, and zero where it has none.
func (c Condition) Since() time.Time {
	t, err := time.Parse(time.RFC3339, c.LastTransitionTime)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Conditions are the conditions that the provider has written about a resource. An Observed may have a method of this
// name, which saves the conversion.
func Conditions(o Observed) []Condition {
	if c, ok := o.(interface{ Conditions() []Condition }); ok {
		return c.Conditions()
	}
	v, _ := o.Lookup("status", "conditions")
	list, _ := v.([]any)
	out := make([]Condition, 0, len(list))
	for _, e := range list {
		m, _ := e.(map[string]any)
		var c Condition
		c.Type, _ = m["type"].(string)
		c.Status, _ = m["status"].(string)
		c.Reason, _ = m["reason"].(string)
		c.Message, _ = m["message"].(string)
		c.Generation, _ = m["observedGeneration"].(float64)
		c.LastTransitionTime, _ = m["lastTransitionTime"].(string)
		out = append(out, c)
	}
	return out
}

// ConditionOf returns an object's condition of a type. Its fields are empty where the object does not have it.
func ConditionOf(o Observed, kind string) Condition {
	for _, c := range Conditions(o) {
		if c.Type == kind {
			return c
		}
	}
	return Condition{}
}

// Observed returns the last observed state of a resource, and false where the resource
// does not exist yet.
func (s *Stack) Observed(key Key) (Observed, bool) {
	o, ok := s.observed[key]
	return o, ok
}

// ObservedKeys calls f with every observed key that begins with prefix, in their order.
func (s *Stack) ObservedKeys(prefix string, f func(Key, Observed)) {
	if s.sorted == nil {
		s.sorted = slices.Sorted(maps.Keys(s.observed))
	}
	first, _ := slices.BinarySearch(s.sorted, Key(prefix))
	for _, k := range s.sorted[first:] {
		if !strings.HasPrefix(string(k), prefix) {
			return
		}
		f(k, s.observed[k])
	}
}

// InAWS tells whether an object has a name in AWS. It checks the external-name annotation
// first, which stays when the object loses its status.
func (s *Stack) InAWS(k Key) bool {
	_, ok := s.NameInAWS(k)
	return ok
}

// NameInAWS is an object's name in AWS, which for many kinds is the ARN. It is the
// external-name annotation, which stays when the object loses its status. It returns false
// where there is none.
func (s *Stack) NameInAWS(k Key) (string, bool) {
	o, ok := s.observed[k]
	if !ok {
		return "", false
	}
	if n, ok := Text(o, "metadata", "annotations", "crossplane.io/external-name"); ok {
		return n, true
	}
	return Text(o, "status", "atProvider", "id")
}

// Ready tells whether a resource exists and works.
func (s *Stack) Ready(key Key) bool { return s.ready(key) }

// Text returns a string field of an observed resource, and false where it is missing or
// empty.
func Text(o Observed, path ...string) (string, bool) {
	if o == nil {
		return "", false
	}
	if o, ok := o.(interface{ Text(path ...string) string }); ok {
		t := o.Text(path...)
		return t, t != ""
	}
	v, ok := o.Lookup(path...)
	t, is := v.(string)
	return t, ok && is && t != ""
}

// Once returns what decode makes of an observed resource, and calls it once in a pass.
func Once[T any](s *Stack, key Key, decode func(Observed) T) T {
	if v, done := s.decoded[key].(T); done {
		return v
	}
	v := decode(s.observed[key])
	s.decoded[key] = v
	return v
}

// Status returns a string that AWS reports about a resource, by its dotted path below
// status.atProvider. It returns false where the string is missing or empty.
func (s *Stack) Status(key Key, path string) (string, bool) {
	o, ok := s.observed[key]
	if !ok {
		return "", false
	}
	return Text(o, append([]string{"status", "atProvider"}, strings.Split(path, ".")...)...)
}

// StatusList returns a list of strings below status.atProvider, in AWS's order.
func (s *Stack) StatusList(key Key, field string) []string {
	o, ok := s.observed[key]
	if !ok {
		return nil
	}
	v, _ := o.Lookup("status", "atProvider", field)
	elements, _ := v.([]any)
	var out []string
	for _, e := range elements {
		if t, is := e.(string); is {
			out = append(out, t)
		}
	}
	return out
}

// Sticky keeps a value after it was first set: it returns the observed resource's value at
// the dotted path below spec.forProvider, or value where there is none.
func (s *Stack) Sticky(key Key, path, value string) string {
	o, ok := s.observed[key]
	if !ok {
		return value
	}
	if v, ok := Text(o, append([]string{"spec", "forProvider"}, strings.Split(path, ".")...)...); ok {
		return v
	}
	return value
}

// externalName is the value of the annotation that links an object to its resource in
// AWS.
func (s *Stack) externalName(r *Resource) string {
	if r.opts.externalName != "" {
		return r.opts.externalName
	}
	if !r.opts.echo {
		return ""
	}
	o, ok := s.observed[r.Key]
	if !ok {
		return ""
	}
	if n, ok := Text(o, "metadata", "annotations", "crossplane.io/external-name"); ok {
		return n
	}
	n, _ := Text(o, "status", "atProvider", "id")
	return n
}
