package grants

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/policy"
)

// A Request is what somebody asks of AWS: an action, on a resource, and what AWS tells IAM beside it.
type Request struct {
	Action, Resource string
	// Context has the values of condition keys.
	Context map[string][]string
}

// Read reads the policies that are installed from a directory, by name.
func Read(dir string) (map[string]Policy, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("cannot find policies in %s: %w", dir, err)
	}
	out := map[string]Policy{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var p Policy
		if err := json.Unmarshal(b, &p); err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", f, err)
		}
		out[strings.TrimSuffix(filepath.Base(f), ".json")] = p
	}
	return out, nil
}

// Allows tells whether an identity that has these policies may do what is requested: one statement allows it, and none
// denies it. It knows the operators that our policies use, and fails on others.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func Allows(r Request, policies ...Policy) (bool, error) {
	allowed := false
	for _, p := range policies {
		for _, s := range p.Statement {
			applies, err := s.applies(r)
			if err != nil {
				return false, fmt.Errorf("cannot evaluate %s: %w", s.Sid, err)
			}
			if applies && s.Effect == "Deny" {
				return false, nil
			}
			allowed = allowed || applies
		}
	}
	return allowed, nil
}

func (s Statement) applies(r Request) (bool, error) {
	action := strings.ToLower(r.Action)
	does := func(pattern string) bool { return policy.Like(strings.ToLower(pattern), action) }
	covers := func(pattern string) bool { return policy.Like(pattern, r.Resource) }
	if len(s.Action) > 0 && !slices.ContainsFunc(s.Action, does) ||
		len(s.NotAction) > 0 && slices.ContainsFunc(s.NotAction, does) ||
		!slices.ContainsFunc(s.Resource, covers) {
		return false, nil
	}
	for operator, keys := range s.Condition {
		for key, values := range keys {
			holds, err := holds(operator, r.Context[key], values)
			if err != nil || !holds {
				return false, err
			}
		}
	}
	return true, nil
}

// holds tells whether what a request has under a key is what a condition asks for.
func holds(operator string, has, want []string) (bool, error) {
	anyOf := func(pattern bool) bool {
		return slices.ContainsFunc(has, func(h string) bool {
			return slices.ContainsFunc(want, func(w string) bool { return h == w || pattern && policy.Like(w, h) })
		})
	}
	switch operator {
	case "StringEquals", "Bool", "ForAnyValue:StringEquals":
		return anyOf(false), nil
	case "StringLike", "ArnEquals":
		return anyOf(true), nil
	case "StringNotEquals":
		return !anyOf(false), nil
	case "Null":
		return slices.Equal(want, []string{fmt.Sprint(len(has) == 0)}), nil
	}
	return false, fmt.Errorf("the operator %s is not known here", operator)
}
