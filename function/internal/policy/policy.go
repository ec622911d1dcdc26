// Package policy writes IAM policy documents. It knows the language, not who
// speaks it.
package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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

// A Principal is whom a statement speaks of. It names accounts, roles or services; the zero value names nobody, and a
// document with it cannot be written.
type Principal struct {
	AWS     List `json:"AWS,omitempty"`
	Service List `json:"Service,omitempty"`

	everybody bool
}

// Everybody is every caller, with or without an AWS account. Only a Deny may name it.
func Everybody() *Principal { return &Principal{everybody: true} }

// MarshalJSON writes everybody as a star.
func (p Principal) MarshalJSON() ([]byte, error) {
	if p.everybody {
		return []byte(`"*"`), nil
	}
	type plain Principal
	return marshal(plain(p))
}

// check returns why a statement must not be written: it would mean something else than what its author wrote.
func (s Statement) check() error {
	p := s.Principal
	switch {
	case s.Effect != Allow && s.Effect != Deny:
		return fmt.Errorf("its effect is %q; give it Allow or Deny", s.Effect)
	case p == nil:
		return nil
	case p.everybody && s.Effect != Deny:
		return errors.New("it allows everybody; name the principals")
	case !p.everybody && len(p.AWS) == 0 && len(p.Service) == 0:
		return errors.New("its principal names nobody; name the principals, or deny Everybody")
	}
	return nil
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

// String is the document in JSON, the same for the same document. It panics on a statement that nobody can mean: one
// that allows everybody, or whose principal is empty. The function answers a panic with a fatal result, upon which
// Crossplane changes nothing.
func (d Document) String() string {
	for _, s := range d {
		if err := s.check(); err != nil {
			panic(fmt.Sprintf("cannot write the policy's statement %q: %v", s.Sid, err))
		}
	}
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
