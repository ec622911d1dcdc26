package kinds

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ByKey is the kind behind every key that a claim can compose, from the records and
// from the kinds that are not AWS's. An entry is a whole key, or the beginning of keys,
// which ends in "-*": the rest is a name out of the claim, a zone's letter, a port or a
// digest. No entry is the beginning of an entry of another kind, so a name in the claim
// cannot turn a key into one of another kind.
var ByKey = byKey()

func byKey() map[string]schema.GroupVersionKind {
	out := map[string]schema.GroupVersionKind{"connection-*": Secret, "edgecode-static": Secret, "usage-*": Usage}
	for _, r := range Records {
		for _, k := range r.Keys {
			out[k] = r.GVK
		}
	}
	return out
}

// OfKey is the group and kind of what a claim composes under a key, and false for
// a key that no claim composes. The version is left out: a provider may serve
// another than the function composes.
func OfKey(key string) (schema.GroupKind, bool) {
	entry, ok := Entry(key)
	return ByKey[entry].GroupKind(), ok
}

// Entry is the entry of ByKey for a key: the key itself, otherwise the longest entry
// that is a prefix of the key.
func Entry(key string) (string, bool) {
	if _, ok := ByKey[key]; ok && !strings.HasSuffix(key, "*") {
		return key, true
	}
	for end := len(key) - 1; end > 0; end-- {
		if key[end-1] != '-' {
			continue
		}
		if _, ok := ByKey[key[:end]+"*"]; ok {
			return key[:end] + "*", true
		}
	}
	return "", false
}
