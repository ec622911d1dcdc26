// Package grants makes the IAM policies of the provider's role out of the actions in the records of package kinds, and
// a table of what each action is limited to. They are installed by docs/install.md, and never used by the function.
package grants

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// Limit is how many characters a customer-managed policy may have, without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const Limit = 6144

// Placeholders in the policies. The commands of docs/install.md replace them.
const (
	Account = "111122223333"
	Region  = "eu-central-1"
)

// Boundary is the ARN of the permissions boundary of every role that the provider makes.
const Boundary = "arn:aws:iam::" + Account + ":policy/kasha-boundary"

// A Policy is a customer-managed policy, or a role's trust policy.
type Policy struct {
	Version   string
	Statement []Statement
}

// A Statement of a policy. Lists are always lists, so that every reader has one form to know.
type Statement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal map[string][]string `json:",omitempty"`
	Action    []string            `json:",omitempty"`
	NotAction []string            `json:",omitempty"`
	Resource  []string            `json:",omitempty"`
	Condition Condition           `json:",omitempty"`
}

// A Condition has, for each operator, the values of each key.
type Condition map[string]map[string][]string

// Policies are the provider's policies and the permissions boundary, by name.
func Policies() (map[string]Policy, error) {
	out := map[string]Policy{"kasha-guard": guard(), "kasha-boundary": boundary()}
	by, err := scoped()
	if err != nil {
		return nil, err
	}
	for i, s := range scopes {
		if len(by[i]) == 0 {
			return nil, fmt.Errorf("cannot use the scope %s of %s: no action of a kind is in it", s.sid, s.policy)
		}
		out[s.policy] = with(out[s.policy], s.statement(by[i]))
	}
	out["kasha-identity"] = with(out["kasha-identity"], passes(PassedTo(false), newRoles), links())
	out["kasha-v010"] = with(out["kasha-v010"], passes(PassedTo(false), legacyRoles...))
	for policy, roles := range optionalRoles {
		out[policy] = with(out[policy], passes(passedBy[policy], roles...))
	}
	for name, p := range out {
		p.Version = "2012-10-17"
		out[name] = p
	}
	return out, nil
}

func with(p Policy, s ...Statement) Policy {
	p.Statement = append(p.Statement, s...)
	return p
}

// scoped are the actions of each scope. An action of a kind is in the first scope of each policy that takes it.
func scoped() (map[int][]string, error) {
	out := map[int][]string{}
	for _, r := range kinds.Records {
		for _, action := range r.Actions {
			taken := map[string]bool{}
			for i, s := range scopes {
				if !taken[s.policy] && s.takes(r.String(), action) {
					taken[s.policy] = !s.also
					out[i] = append(out[i], action)
				}
			}
			if !slices.Contains(slices.Collect(maps.Values(taken)), true) {
				return nil, fmt.Errorf("cannot allow %s of %s: add it to a scope", action, r.String())
			}
		}
	}
	for i := range out {
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out, nil
}

// A scope is what some actions are limited to.
type scope struct {
	policy, sid string
	// kinds are patterns of the kinds whose actions it takes. Empty: those that are not optional.
	kinds []string
	// actions are patterns of the actions that it takes.
	actions []string
	// resources are ARNs, with stars.
	resources []string
	// when it allows them. The guard says in which regions.
	when Condition
	// also says that another scope of the policy may take the same actions.
	also bool
}

// optional are the kinds of features that many platforms leave off: their actions have policies of their own.
var optional = []string{"serverlessrepo/*", "cloudformation/*", "lambda/*"}

func (s scope) takes(kind, action string) bool {
	of := s.kinds
	if len(of) == 0 {
		return !matches(optional, kind) && matches(s.actions, action)
	}
	return matches(of, kind) && matches(s.actions, action)
}

func matches(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, text)
		return ok && err == nil
	})
}

func (s scope) statement(actions []string) Statement {
	return Statement{Sid: s.sid, Effect: "Allow", Action: actions, Resource: s.resources, Condition: s.when}
}

// JSON is a policy as it is committed.
func (p Policy) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(p, "", "  ")
	return append(b, '\n'), err
}

// Size is how IAM counts a policy: without white space. None of ours has white space in a string.
func Size(policy []byte) int { return len(strings.Join(strings.Fields(string(policy)), "")) }
