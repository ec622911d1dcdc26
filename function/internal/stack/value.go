package stack

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A token between these two characters, ⟦key#dotted.path⟧, stands for a value that only
// AWS knows, until it is resolved. No AWS name and no claim field may contain these
// characters.
const (
	tokenOpen  = "⟦"
	tokenClose = "⟧"
	// laterMark is the beginning of a string whose field is left out while a value in it is
	// not known.
	laterMark = "⟦later⟧"
)

// Await returns a token for a value that AWS reports about another resource, by its dotted
// path below status.atProvider. The token may be part of a longer string, for example a
// JSON document. A resource that contains it is held back until the value is known. A
// resource that exists is never held back: while the value is missing, the field keeps its
// observed value.
func Await(key Key, path string) string {
	return tokenOpen + string(key) + "#" + path + tokenClose
}

// Unknown returns a token for a value that cannot be known in this pass. The text what
// describes it. A resource that contains it is held back.
func Unknown(what string) string { return tokenOpen + "#" + what + tokenClose }

// ARN returns a token for the ARN of another resource.
func ARN(key Key) string { return Await(key, "arn") }

// Later marks a string whose field is left out while a value in it is not known. The
// resource is then not held back.
func Later(text string) string { return laterMark + text }

// Known resolves the tokens in a text. It returns false where a value is not known.
func (s *Stack) Known(text string) (string, bool) {
	t, missing := s.expand(text)
	return t, len(missing) == 0
}

// expand replaces the tokens in a text whose values are known, and returns descriptions
// of the missing values.
func (s *Stack) expand(text string) (string, []string) {
	if !strings.Contains(text, tokenOpen) {
		return text, nil
	}
	text = strings.TrimPrefix(text, laterMark)
	var out strings.Builder
	var missing []string
	for {
		before, rest, found := strings.Cut(text, tokenOpen)
		out.WriteString(before)
		if !found {
			return out.String(), missing
		}
		token, after, _ := strings.Cut(rest, tokenClose)
		key, path, _ := strings.Cut(token, "#")
		if v, ok := s.Status(Key(key), path); ok {
			out.WriteString(v)
		} else if key == "" {
			missing = append(missing, path)
		} else {
			missing = append(missing, fmt.Sprintf("%s of %s", path, s.ObjectName(Key(key))))
		}
		text = after
	}
}

// Needs returns the keys of the resources that a resource depends on.
func (r *Resource) Needs() []Key {
	out := slices.Clone(r.opts.after)
	collectTokens(r.raw, &out)
	slices.Sort(out)
	return slices.Compact(out)
}

// collectTokens appends the keys in the tokens of v.
func collectTokens(v any, out *[]Key) {
	switch v := v.(type) {
	case string:
		for _, part := range strings.Split(v, tokenOpen)[1:] {
			if key, _, _ := strings.Cut(part, "#"); key != "" && !strings.HasPrefix(part, "later"+tokenClose) {
				*out = append(*out, Key(key))
			}
		}
	case map[string]any:
		for _, e := range v {
			collectTokens(e, out)
		}
	case []any:
		for _, e := range v {
			collectTokens(e, out)
		}
	}
}

// resolve replaces the tokens in a resource and decides whether it is held back.
func (s *Stack) resolve(r *Resource) {
	r.Waits = nil
	observed := s.observed[r.Key]
	w := resolver{stack: s, observed: observed}
	object := r.raw
	if r.has.tokens {
		object, _ = w.object(r.raw, make([]string, 0, maxDepth))
	}
	if r.has.refs {
		s.orderReferences(object, observed, make([]string, 0, maxDepth))
	}
	if observed != nil {
		r.Object = object
		return
	}
	for _, k := range r.opts.after {
		if !s.ready(k) {
			w.missing = append(w.missing, s.ObjectName(k))
		}
	}
	if s.hold != "" && !slices.Contains(s.free, r.Key) {
		w.missing = []string{s.hold}
	}
	for _, g := range r.opts.when {
		if !g.open {
			w.missing = append(w.missing, g.waits)
		}
	}
	if len(w.missing) > 0 {
		slices.Sort(w.missing)
		r.Waits = slices.Compact(w.missing)
		return
	}
	r.Object = object
}

type resolver struct {
	stack    *Stack
	observed Observed
	missing  []string
}

// value returns v with its tokens replaced, and whether it has any. It copies only values
// that contain tokens. It returns false where the field is to be left out.
func (r *resolver) value(v any, path []string) (out any, replaced, ok bool) {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, tokenOpen) {
			t, ok := r.text(v, path)
			return t, true, ok
		}
	case map[string]any:
		out, replaced := r.object(v, path)
		return out, replaced, true
	case []any:
		return r.list(v, path)
	}
	return v, false, true
}

func (r *resolver) object(v map[string]any, path []string) (out map[string]any, replaced bool) {
	out = v
	for k, e := range v {
		is, other, ok := r.value(e, append(path, k))
		if !other {
			continue
		}
		if !replaced {
			out, replaced = maps.Clone(v), true
		}
		if out[k] = is; !ok {
			delete(out, k)
		}
	}
	return out, replaced
}

// hasTokens tells whether v contains a token.
func hasTokens(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, tokenOpen)
	case map[string]any:
		for _, e := range v {
			if hasTokens(e) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasTokens)
	}
	return false
}

// list replaces the tokens in a list. A list with a missing value keeps its whole observed
// content, because a list with holes would be wrong.
func (r *resolver) list(v []any, path []string) (out any, replaced, ok bool) {
	list := v
	for i, e := range v {
		is, other, ok := r.value(e, append(path, strconv.Itoa(i)))
		switch {
		case !other:
			continue
		case !ok:
			was, ok := r.lookup(path)
			return was, true, ok
		case !replaced:
			list, replaced = slices.Clone(v), true
		}
		list[i] = is
	}
	return list, replaced, true
}

func (r *resolver) text(v string, path []string) (any, bool) {
	t, missing := r.stack.expand(v)
	if len(missing) == 0 {
		return t, true
	}
	if r.observed == nil {
		if !strings.HasPrefix(v, laterMark) {
			r.missing = append(r.missing, missing...)
		}
		return nil, false
	}
	return r.lookup(path)
}

func (r *resolver) lookup(path []string) (any, bool) {
	if r.observed == nil {
		return nil, false
	}
	return r.observed.Lookup(path...)
}
