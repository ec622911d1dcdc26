package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/near"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// overrides says what each override of the claim does. While a resource is not composed
// because something about it is not known, it is still there.
func overrides(s *stack.Stack, before []v1alpha1.OverrideStatus) []v1alpha1.OverrideStatus {
	var out []v1alpha1.OverrideStatus
	for i, o := range s.Claim.Spec.Overrides {
		st := v1alpha1.OverrideStatus{Key: o.Key, Path: o.Path, Applied: isApplied(s, i), Reason: o.Reason}
		done := s.Overridden(i)
		switch {
		case done.Applied && done.Instead != nil:
			st.Instead = cut(stack.JSON(done.Instead))
		case !done.Applied && st.Applied:
			st.Instead = insteadBefore(before, o)
		}
		out = append(out, st)
	}
	return out
}

func insteadBefore(before []v1alpha1.OverrideStatus, o v1alpha1.Override) string {
	for _, b := range before {
		if b.Key == o.Key && b.Path == o.Path {
			return b.Instead
		}
	}
	return ""
}

// isApplied tells whether a resource that is composed, or one that exists, has an override.
func isApplied(s *stack.Stack, i int) bool {
	if s.Overridden(i).Applied {
		return true
	}
	o := s.Claim.Spec.Overrides[i]
	has := false
	s.ObservedKeys(o.Key, func(k stack.Key, r stack.Observed) {
		mark, _ := stack.Text(r, "metadata", "annotations", v1alpha1.AnnotationOverrides)
		has = has || stack.Digested.MatchString(strings.TrimPrefix(string(k), o.Key)) &&
			slices.Contains(strings.Fields(mark), o.Path)
	})
	return has
}

// idle are the overrides that do nothing, because no resource has their key.
func idle(s *stack.Stack) []string {
	var out []string
	for i, o := range s.Claim.Spec.Overrides {
		if isApplied(s, i) {
			continue
		}
		w := fmt.Sprintf("the override of %s of %s does nothing: the claim has no such resource", o.Path, o.Key)
		if n := nearestKey(s, o.Key); n != "" {
			w += "; perhaps you mean " + n
		}
		out = append(out, w)
	}
	return out
}

// nearestKey is the key of a composed resource that was probably meant.
func nearestKey(s *stack.Stack, key string) string {
	var keys []string
	for _, k := range s.Keys("") {
		keys = append(keys, string(k))
	}
	slices.Sort(keys)
	return near.Nearest(key, keys)
}
