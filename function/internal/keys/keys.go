// Package keys has the key of every resource that a claim is composed of. A key
// is the composition resource name. Keys are API: Crossplane deletes a resource
// whose key is gone and creates one whose key is new. So a key is written here,
// once, and nowhere else; a test looks for keys that are written elsewhere.
//
// What AWS cannot change in place is part of its key, as a digest or as it is:
// new content, new key.
package keys

import "github.com/kasha-platform/kasha/function/internal/stack"

// join puts parts together with hyphens.
func join[T ~string](prefix string, part T) stack.Key { return stack.Key(prefix + string(part)) }
