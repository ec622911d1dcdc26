package stack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxDepth is how deep most objects are. A path of this capacity is allocated once for an object.
const maxDepth = 16

// orderReferences sorts every list of references in the provider's order: by the IDs that
// the references resolve to. In any other order the provider and Crossplane both write
// the list once, and the second write delays the provider's work on the object. For
// example, the provider looks for an ECS service for two minutes before it creates it; a
// second write adds another two minutes.
// https://github.com/crossplane/crossplane-runtime/blob/v2.2.0/pkg/reference/reference.go (sortMapByKeys)
//
// An object that exists keeps its order, so that the order does not depend on which IDs
// are known in this pass.
func (s *Stack) orderReferences(v any, observed Observed, path []string) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			refs, ok := e.([]any)
			if !ok || !isRefs(k) {
				s.orderReferences(e, observed, append(path, k))
				continue
			}
			v[k] = s.ordered(refs, observed, append(path, k))
		}
	case []any:
		for i, e := range v {
			s.orderReferences(e, observed, append(path, strconv.Itoa(i)))
		}
	}
}

// isRefs tells whether a list of this name has references.
func isRefs(name string) bool { return strings.HasSuffix(name, "Refs") }

func (s *Stack) ordered(refs []any, observed Observed, path []string) []any {
	by := s.placeThere(refs, observed, path)
	if by == nil {
		by = s.placeByID(refs)
	}
	if by == nil {
		return refs
	}
	out := slices.Clone(refs)
	slices.SortStableFunc(out, func(a, b any) int { return strings.Compare(by[refName(a)], by[refName(b)]) })
	return out
}

// placeThere returns the position of each reference in the observed object. It returns nil
// if the object does not have exactly these references.
func (s *Stack) placeThere(refs []any, observed Observed, path []string) map[string]string {
	if observed == nil {
		return nil
	}
	v, _ := observed.Lookup(path...)
	there, _ := v.([]any)
	out := make(map[string]string, len(there))
	for i, ref := range there {
		out[refName(ref)] = fmt.Sprintf("%06d", i)
	}
	unknown := func(ref any) bool { return out[refName(ref)] == "" }
	if len(there) != len(refs) || slices.ContainsFunc(refs, unknown) {
		return nil
	}
	return out
}

// placeByID returns the ID that each reference resolves to. It returns nil if an ID is not
// known.
func (s *Stack) placeByID(refs []any) map[string]string {
	out := make(map[string]string, len(refs))
	for _, ref := range refs {
		key := Key(strings.TrimPrefix(refName(ref), s.ObjectName("")))
		id, ok := s.Status(key, "id")
		if !ok {
			return nil
		}
		out[refName(ref)] = id
	}
	return out
}

func refName(ref any) string {
	m, _ := ref.(map[string]any)
	name, _ := m["name"].(string)
	return name
}
