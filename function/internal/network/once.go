package network

import "github.com/kasha-platform/kasha/function/internal/stack"

// once tells whether a field of a resource may be set: not before everything
// that it relies on works, and from then on for ever. What the cluster has set
// is not taken back because something else flapped.
func once(s *stack.Stack, key stack.Key, field string, parts ...stack.Key) bool {
	if isSet(s, key, field) {
		return true
	}
	for _, part := range parts {
		if !s.Ready(part) {
			return false
		}
	}
	return true
}

// isSet tells whether the cluster has a flag turned on, or a list with something
// in it.
func isSet(s *stack.Stack, key stack.Key, field string) bool {
	o, ok := s.Observed(key)
	if !ok {
		return false
	}
	v, _ := o.Lookup("spec", "forProvider", field)
	switch v := v.(type) {
	case bool:
		return v
	case []any:
		return len(v) > 0
	}
	return false
}
