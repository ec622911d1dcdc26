package stack

import "strings"

// Observed is what the cluster last said of a composed resource.
type Observed interface {
	// Lookup walks fields, and lists by index. A value is a string, a float64, a
	// bool, a list, a map or nil.
	Lookup(path ...string) (any, bool)

	// Connection is a connection detail, for example a password.
	Connection(name string) ([]byte, bool)
}

// Observed returns what the cluster last said of a resource, and false where
// there is no such resource yet.
func (s *Stack) Observed(key Key) (Observed, bool) {
	o, ok := s.observed[key]
	return o, ok
}

// ObservedKeys calls f with every observed key that begins with prefix, in no
// particular order.
func (s *Stack) ObservedKeys(prefix string, f func(Key, Observed)) {
	for k, o := range s.observed {
		if strings.HasPrefix(string(k), prefix) {
			f(k, o)
		}
	}
}

// InAWS tells whether AWS has given an object a name, which the object keeps when
// the provider forgets everything else.
func (s *Stack) InAWS(k Key) bool {
	o, ok := s.observed[k]
	if !ok {
		return false
	}
	if _, ok := Text(o, "metadata", "annotations", "crossplane.io/external-name"); ok {
		return true
	}
	_, ok = Text(o, "status", "atProvider", "id")
	return ok
}

// Ready tells whether a resource exists and works.
func (s *Stack) Ready(key Key) bool { return s.ready(key) }

// Text is a non-empty string field of an observed resource.
func Text(o Observed, path ...string) (string, bool) {
	if o == nil {
		return "", false
	}
	v, ok := o.Lookup(path...)
	t, is := v.(string)
	return t, ok && is && t != ""
}

// Status is a non-empty string that AWS said of a resource, by its dotted path
// below status.atProvider.
func (s *Stack) Status(key Key, path string) (string, bool) {
	o, ok := s.observed[key]
	if !ok {
		return "", false
	}
	return Text(o, append([]string{"status", "atProvider"}, strings.Split(path, ".")...)...)
}

// StatusList is a list of strings that AWS said of a resource, in AWS's order.
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

// Sticky keeps a value that was once chosen: what the observed resource has in
// spec.forProvider at the dotted path, else the value given.
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

// externalName is the value of the annotation that ties an object to what it is
// in AWS.
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
