// Package policy writes IAM policy documents. It knows their syntax, and no resource or
// principal.
package policy

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Effects of a statement.
const (
	Allow = "Allow"
	Deny  = "Deny"
)

// A Document is an IAM policy: what a role may do, who may assume it, or who may
// use a resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
type Document []Statement

// A Statement allows or denies actions.
type Statement struct {
	Sid       string     `json:"Sid,omitempty"`
	Effect    string     `json:"Effect"`
	Principal *Principal `json:"Principal,omitempty"`
	Action    List       `json:"Action"`
	Resource  List       `json:"Resource,omitempty"`
	Condition Condition  `json:"Condition,omitempty"`
}

// Permit returns the statement that allows actions on resources.
func Permit(sid string, resources List, actions ...string) Statement {
	return Statement{Sid: sid, Effect: Allow, Action: actions, Resource: resources}
}

// A Condition has, by operator and condition key, the values to compare with.
type Condition map[string]map[string]List

// A Principal is to whom a statement applies. The zero value is everyone.
type Principal struct {
	AWS     List `json:"AWS,omitempty"`
	Service List `json:"Service,omitempty"`
}

// MarshalJSON writes "*" for everyone.
func (p Principal) MarshalJSON() ([]byte, error) {
	if len(p.AWS) == 0 && len(p.Service) == 0 {
		return []byte(`"*"`), nil
	}
	type plain Principal
	return marshal(plain(p))
}

// A List is one or more values.
type List []string

// MarshalJSON writes a single value as a string, which is how AWS returns it.
func (l List) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return marshal(l[0])
	}
	return marshal([]string(l))
}

// String returns the document as JSON. The same document always gives the same text.
func (d Document) String() string {
	// Strings, and lists and maps of strings, always encode.
	b, _ := marshal(struct {
		Version   string
		Statement []Statement
	}{"2012-10-17", d})
	return string(b)
}

// marshal encodes JSON without escaping <, > and &.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}
