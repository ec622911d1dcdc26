// Package keys has the key of every resource that a claim is composed of. A key is the
// composition resource name. Keys are API: Crossplane deletes a resource whose key
// disappears and creates one for a new key. So each key is written only here; a test looks
// for keys in other packages.
//
// Content that AWS cannot change in place is part of the key, in full or as a digest. New
// content gets a new key.
package keys

import "github.com/kasha-platform/kasha/function/internal/stack"

// join appends a part to a prefix.
func join[T ~string](prefix string, part T) stack.Key { return stack.Key(prefix + string(part)) }
