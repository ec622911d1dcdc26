package network

import "github.com/kasha-platform/kasha/function/internal/stack"

// once tells whether a field of a resource may be set. It may be set once all parts are
// ready, and it stays set: a part that is not ready for a moment does not unset what
// the cluster has.
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

// isSet tells whether the observed field is true, or a list that is not empty.
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
