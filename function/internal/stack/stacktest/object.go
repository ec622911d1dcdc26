// Package stacktest has helpers for tests of the tiers.
package stacktest

import "strconv"

// An Object is an observed resource, as a test writes it.
type Object map[string]any

// Lookup returns the value at a path of field names and list indexes.
func (o Object) Lookup(path ...string) (any, bool) {
	var v any = map[string]any(o)
	for _, p := range path {
		switch c := v.(type) {
		case map[string]any:
			e, ok := c[p]
			if !ok {
				return nil, false
			}
			v = e
		case []any:
			i, err := strconv.Atoi(p)
			if err != nil || i < 0 || i >= len(c) {
				return nil, false
			}
			v = c[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// Connection returns false: the object has no connection details.
func (Object) Connection(string) ([]byte, bool) { return nil, false }
