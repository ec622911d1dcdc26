// Package stacktest is what tests of the tiers share.
package stacktest

import "strconv"

// An Object is an observed resource of plain values, as a test writes it down.
type Object map[string]any

// Lookup is the value at a path; the elements of a list are named by their index.
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

// Connection says that the object has no connection details.
func (Object) Connection(string) ([]byte, bool) { return nil, false }
