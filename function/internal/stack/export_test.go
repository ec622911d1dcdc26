package stack

import "k8s.io/apimachinery/pkg/runtime"

// ToUnstructured is the conversion, for tests that need the kinds, which import this package.
func ToUnstructured(o runtime.Object) (map[string]any, error) {
	raw, _, err := toUnstructured(o)
	return raw, err
}
