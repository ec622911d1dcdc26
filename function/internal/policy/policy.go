// Package policy writes IAM policy documents. It knows the language, not who
// speaks it.
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

// A Statement allows or denies.
type Statement struct {
	Sid       string     `json:"Sid,omitempty"`
	Effect    string     `json:"Effect"`
	Principal *Principal `json:"Principal,omitempty"`
	Action    List       `json:"Action"`
	Resource  List       `json:"Resource,omitempty"`
	Condition Condition  `json:"Condition,omitempty"`
}

// Permit is the statement that allows actions on resources.
func Permit(sid string, resources List, actions ...string) Statement {
	return Statement{Sid: sid, Effect: Allow, Action: actions, Resource: resources}
}

// A Condition is operators, the keys that each compares, and the values.
type Condition map[string]map[string]List

// A Principal is whom a statement speaks of. The zero value is everyone.
type Principal struct {
	AWS     List `json:"AWS,omitempty"`
	Service List `json:"Service,omitempty"`
}

// MarshalJSON writes everyone as a star.
func (p Principal) MarshalJSON() ([]byte, error) {
	if len(p.AWS) == 0 && len(p.Service) == 0 {
		return []byte(`"*"`), nil
	}
	type plain Principal
	return marshal(plain(p))
}

// A List is one or more values.
type List []string

// MarshalJSON writes one value plainly, as AWS does when it is asked for what it
// was given.
func (l List) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return marshal(l[0])
	}
	return marshal([]string(l))
}

// String is the document in JSON, the same for the same document.
func (d Document) String() string {
	// Strings, lists and maps of them can always be written.
	b, _ := marshal(struct {
		Version   string
		Statement []Statement
	}{"2012-10-17", d})
	return string(b)
}

// marshal leaves <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}
