package stack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// An Override sets a field of a resource to a value of the claim's. Package override checks
// it before it is applied.
type Override struct {
	// Key of the resource, or what its key begins with if the key ends in a digest.
	Key string
	// Path of the field below spec.forProvider.
	Path []string
	// Value in the form of JSON.
	Value any
	// Field of the claim, for messages.
	Field string
}

// An Overridden is what an override has done.
type Overridden struct {
	// Applied tells whether a resource has the value.
	Applied bool
	// Instead is the value that the resource would have, if it has one that is known.
	Instead any
}

// Digested matches the end of a key with a digest of its content.
var Digested = regexp.MustCompile(`^-[0-9a-f]{8}$`)

// hits tells whether an override is about a resource. The key of a version of it may have a
// digest at its end.
func (o Override) hits(key Key) bool {
	rest, ok := strings.CutPrefix(string(key), o.Key)
	return ok && (rest == "" || Digested.MatchString(rest))
}

// Overrides describes the overrides of the resources whose keys are a prefix and a digest. It
// is part of the content that the digest is of.
func (s *Stack) Overrides(prefix string) string {
	values := map[string]any{}
	for _, o := range s.overrides {
		if o.Key+"-" == prefix {
			values[strings.Join(o.Path, ".")] = o.Value
		}
	}
	if len(values) == 0 {
		return ""
	}
	return JSON(values)
}

// Overridden is what the ith override of the claim has done.
func (s *Stack) Overridden(i int) Overridden { return s.overridden[i] }

// override applies the claim's overrides to a resource, and marks it. An observed version of
// something that has a digest in its key is kept as it is: it never changes.
func (s *Stack) override(key Key, raw map[string]any, kept bool) string {
	var paths []string
	for i, o := range s.overrides {
		if !o.hits(key) {
			continue
		}
		if kept && string(key) != o.Key {
			return s.marked(key)
		}
		spec, _ := raw["spec"].(map[string]any)
		params, was, err := replaced(spec["forProvider"], o.Path, o.Value)
		if err != nil {
			s.Refuse(o.Field+".path", "cannot override %s of %s: %s", strings.Join(o.Path, "."), key, err)
			continue
		}
		raw["spec"] = with(spec, "forProvider", params)
		paths = append(paths, strings.Join(o.Path, "."))
		s.overridden[i] = Overridden{Applied: true, Instead: plain(was)}
	}
	slices.Sort(paths)
	return strings.Join(paths, " ")
}

// marked is the mark of an observed object.
func (s *Stack) marked(key Key) string {
	mark, _ := Text(s.observed[key], "metadata", "annotations", v1alpha1.AnnotationOverrides)
	return mark
}

// plain is a value, or nil where a part of it is known only to AWS.
func plain(v any) any {
	if hasTokens(v) {
		return nil
	}
	return v
}

// replaced returns v with another value at a path, and the value that was there. It changes
// nothing in place: the parameters of a resource that is kept are the observed ones.
func replaced(v any, path []string, value any) (out, was any, err error) {
	if len(path) == 0 {
		return value, v, nil
	}
	switch v := v.(type) {
	case map[string]any:
		if name := reference(v, path[0]); name != "" {
			return nil, nil, fmt.Errorf("its value comes from %s; remove the override", name)
		}
		inner, was, err := replaced(v[path[0]], path[1:], value)
		return with(v, path[0], inner), was, err
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i >= len(v) {
			return nil, nil, fmt.Errorf("the list has %d elements, which are counted from 0; override one of these, "+
				"or the whole list", len(v))
		}
		inner, was, err := replaced(v[i], path[1:], value)
		out := slices.Clone(v)
		out[i] = inner
		return out, was, err
	case nil:
		if _, err := strconv.Atoi(path[0]); err == nil {
			return nil, nil, fmt.Errorf("there is no list; override the whole list")
		}
		inner, _, err := replaced(nil, path[1:], value)
		return map[string]any{path[0]: inner}, nil, err
	default:
		return nil, nil, fmt.Errorf("it has no fields; end the path before %s", path[0])
	}
}

// reference is the field by which an object is given a value that another object has.
func reference(params map[string]any, field string) string {
	for _, end := range []string{"Ref", "Refs", "Selector", "SecretRef"} {
		if _, is := params[field+end]; is {
			return field + end
		}
	}
	return ""
}

func with(m map[string]any, key string, v any) map[string]any {
	out := make(map[string]any, len(m)+1)
	maps.Copy(out, m)
	out[key] = v
	return out
}
