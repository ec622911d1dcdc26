package stack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A value that only AWS knows stands in a string between these two, as
// ⟦key#dotted.path⟧, until it is resolved. They are letters that no AWS name and
// no claim field may contain.
const (
	tokenOpen  = "⟦"
	tokenClose = "⟧"
	// laterMark begins a string whose field is left out while it is not known.
	laterMark = "⟦later⟧"
)

// Await stands for a value that AWS says of another resource, by its dotted path
// below status.atProvider. It may be part of a longer string, a JSON document
// for example. The resource that contains it is held back until the value is
// known. Once the resource exists it is never held back again: when the value is
// missing for a moment, the field keeps what the cluster has.
func Await(key Key, path string) string {
	return tokenOpen + string(key) + "#" + path + tokenClose
}

// Unknown stands for a value that cannot be known for now, and says what it is. It
// is like Await for a value that never comes.
func Unknown(what string) string { return tokenOpen + "#" + what + tokenClose }

// ARN stands for the ARN of another resource.
func ARN(key Key) string { return Await(key, "arn") }

// Later marks a string whose field is left out, instead of holding its resource
// back, while a value in it is not known.
func Later(text string) string { return laterMark + text }

// Known resolves a text, and tells whether every value in it is known.
func (s *Stack) Known(text string) (string, bool) {
	t, missing := s.expand(text)
	return t, len(missing) == 0
}

// expand replaces the values in a text that are known and returns what is
// missing.
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

// Needs are the keys of the resources that a resource waits for.
func (r *Resource) Needs() []Key {
	out := slices.Clone(r.opts.after)
	collectTokens(r.raw, &out)
	slices.Sort(out)
	return slices.Compact(out)
}

// collectTokens appends the keys that the values in v are awaited from.
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

// resolve fills in a resource's values and decides whether it is held back.
func (s *Stack) resolve(r *Resource) {
	r.Waits = nil
	observed := s.observed[r.Key]
	w := resolver{stack: s, observed: observed}
	value, _ := w.value(r.raw, nil)
	object, _ := value.(map[string]any)
	s.orderReferences(object, observed, nil)
	if observed != nil {
		r.Object = object
		return
	}
	for _, k := range r.opts.after {
		if !s.ready(k) {
			w.missing = append(w.missing, s.ObjectName(k))
		}
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

// value returns v with its values filled in, copied only where it has any. It
// returns false where the field shall be left out.
func (r *resolver) value(v any, path []string) (any, bool) {
	if !hasTokens(v) {
		return v, true
	}
	switch v := v.(type) {
	case string:
		return r.text(v, path)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			if e, ok := r.value(e, append(path, k)); ok {
				out[k] = e
			}
		}
		return out, true
	case []any:
		return r.list(v, path)
	default:
		return v, true
	}
}

// hasTokens tells whether there is anything to fill in.
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

// list leaves no holes: a list with a value that is missing keeps what the
// cluster has, whole.
func (r *resolver) list(v []any, path []string) (any, bool) {
	out := make([]any, 0, len(v))
	for i, e := range v {
		e, ok := r.value(e, append(path, strconv.Itoa(i)))
		if !ok {
			return r.lookup(path)
		}
		out = append(out, e)
	}
	return out, true
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
