package stack

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
)

// toUnstructured turns a typed managed resource into what is applied: no status,
// which is the provider's, and no nulls, which server-side apply would own.
func toUnstructured(o runtime.Object) (map[string]any, error) {
	u, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return nil, fmt.Errorf("cannot convert %T: %w", o, err)
	}
	spec, ok := u["spec"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("cannot convert %T: it has no spec", o)
	}
	prune(spec)
	if init, ok := spec["initProvider"].(map[string]any); ok && len(init) == 0 {
		delete(spec, "initProvider")
	}
	return map[string]any{"spec": spec}, nil
}

// prune removes nulls. Empty objects stay: {allow: {}} means something.
func prune(m map[string]any) {
	for k, v := range m {
		switch v := v.(type) {
		case nil:
			delete(m, k)
		case map[string]any:
			prune(v)
		case []any:
			for _, e := range v {
				if e, ok := e.(map[string]any); ok {
					prune(e)
				}
			}
		}
	}
}
