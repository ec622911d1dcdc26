package rules

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/policy"
)

// decode reads JSON, and refuses text after it.
func decode(text string, into any) error { return json.Unmarshal([]byte(text), into) }

// A document is an IAM policy as AWS reads it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type document struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid, Effect           string
	Principal             principal
	NotPrincipal          any
	Action, NotAction     oneOrMore
	Resource, NotResource oneOrMore
	Condition             map[string]map[string]oneOrMore
}

// oneOrMore is a string or a list of strings.
type oneOrMore []string

// UnmarshalJSON reads either.
func (l *oneOrMore) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*l = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(l))
}

// A principal is the identity that a statement is about, by type: AWS or Service. A star of the type AWS
// means everybody.
type principal map[string]oneOrMore

// UnmarshalJSON reads a star as everybody.
func (p *principal) UnmarshalJSON(b []byte) error {
	if string(b) == `"*"` {
		*p = principal{"AWS": {"*"}}
		return nil
	}
	return json.Unmarshal(b, (*map[string]oneOrMore)(p))
}

// everybody tells whether a principal means everybody.
func (p principal) everybody() bool {
	for _, names := range p {
		if slices.Contains(names, "*") {
			return true
		}
	}
	return false
}

// How a policy is used. It decides which elements it must have.
const (
	ofIdentity = "identity"
	ofRole     = "trust"
	ofResource = "resource"
)

// policyFields are where objects hold IAM policies, and of which use each is.
var policyFields = []struct{ kind, field, use string }{
	{"iam/Role", "assumeRolePolicy", ofRole},
	{"iam/RolePolicy", "policy", ofIdentity},
	{"kms/Key", "policy", ofResource},
	{"s3/BucketPolicy", "policy", ofResource},
	{"sqs/QueuePolicy", "policy", ofResource},
	{"sns/TopicPolicy", "policy", ofResource},
}

// A policyOf is a policy and the object that holds it.
type policyOf struct {
	key, use string
	document
}

// policiesIn are the IAM policies of a world, by key. A text that cannot be read is a violation.
func policiesIn(w World) ([]policyOf, []Violation) { return w.policies, slices.Clone(w.unreadable) }

func readPolicies(w World) ([]policyOf, []Violation) {
	var out []policyOf
	var broken []Violation
	for _, key := range w.sorted {
		for _, f := range policyFields {
			t := text(params(w.Desired[key]), f.field)
			if f.kind != kindOf(w.Desired[key]) || t == "" {
				continue
			}
			p := policyOf{key: key, use: f.use}
			if err := decode(t, &p.document); err != nil || p.Version != "2012-10-17" || len(p.Statement) == 0 {
				broken = append(broken,
					violation(key, "has a %s that is no policy of version 2012-10-17: %v", f.field, err))
				continue
			}
			out = append(out, p)
		}
	}
	return out, broken
}

// A request is an action on a resource, with the condition keys that AWS sets.
type request struct {
	// kind and caller are the principal: Service and ecs-tasks.amazonaws.com. Empty for a policy of an identity.
	kind, caller string
	action       string
	resource     string
	context      map[string]string
}

// String is the request in words.
func (r request) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s on %s", r.caller, r.action, r.resource))
}

// allows evaluates one policy: a statement allows the request, and none denies it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (d document) allows(r request) bool {
	allowed := false
	for _, s := range d.Statement {
		if !s.speaksOf(r) {
			continue
		}
		if s.Effect != "Allow" {
			return false
		}
		allowed = true
	}
	return allowed
}

func (s statement) speaksOf(r request) bool {
	named := r.kind == "" || s.Principal.everybody() || slices.Contains(s.Principal[r.kind], r.caller)
	covers := r.resource == "" ||
		slices.ContainsFunc(s.Resource, func(p string) bool { return policy.Like(p, r.resource) })
	action := strings.ToLower(r.action)
	does := slices.ContainsFunc(s.Action, func(p string) bool { return policy.Like(strings.ToLower(p), action) })
	return named && covers && does && s.holds(r.context)
}

// holds evaluates the conditions. A condition with an unknown operator does not hold.
func (s statement) holds(context map[string]string) bool {
	for operator, keys := range s.Condition {
		for key, values := range keys {
			has, known := context[key]
			if !known || !slices.ContainsFunc(values, func(v string) bool { return compare(operator, v, has) }) {
				return false
			}
		}
	}
	return true
}

func compare(operator, want, has string) bool {
	switch operator {
	case "StringEquals", "ArnEquals":
		return want == has
	case "StringLike", "ArnLike":
		return policy.Like(want, has)
	case "Bool":
		return strings.EqualFold(want, has)
	}
	return false
}

// conditions are a statement's conditions in words: operator, key and values, sorted.
func (s statement) conditions() []string {
	var out []string
	for operator, keys := range s.Condition {
		for key, values := range keys {
			out = append(out, operator+" "+key+" "+strings.Join(values, ","))
		}
	}
	slices.Sort(out)
	return out
}
