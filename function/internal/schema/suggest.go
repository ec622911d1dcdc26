package schema

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

	"github.com/kasha-platform/kasha/function/internal/near"
)

// suggestion returns the name of a field that an unknown field was probably meant to be, and
// nothing where no field beside it has a similar name.
func suggestion(s *schema.Structural, path string) string {
	return near.Nearest(path[strings.LastIndex(path, ".")+1:], siblings(s, path))
}

// siblings are the names of the fields that can stand where a field is.
func siblings(s *schema.Structural, path string) []string {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		if s = below(s, name); s == nil {
			return nil
		}
	}
	return slices.Sorted(maps.Keys(s.Properties))
}

// below is the schema of a field, or of the elements of a list: queues[0].
func below(s *schema.Structural, name string) *schema.Structural {
	name, _, element := strings.Cut(name, "[")
	p, ok := s.Properties[name]
	switch {
	case !ok && s.AdditionalProperties != nil:
		return s.AdditionalProperties.Structural
	case !ok:
		return nil
	case element:
		return p.Items
	}
	return &p
}
