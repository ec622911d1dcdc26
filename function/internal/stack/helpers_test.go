package stack

import "github.com/kasha-platform/kasha/function/internal/stack/stacktest"

// field is an object with one value.
func field(v any, path ...string) stacktest.Object {
	for i := len(path) - 1; i >= 0; i-- {
		v = map[string]any{path[i]: v}
	}
	return v.(map[string]any) //nolint:forcetypeassert // There is a path.
}
