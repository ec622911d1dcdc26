// Package policy writes IAM policy documents. It knows their syntax, and no resource or
// principal.
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

// A Principal is the identity that a statement is about. It names accounts, roles or services; the zero value names
// nobody, and a document with it cannot be written.
type Principal struct {
	AWS     List `json:"AWS,omitempty"`
	Service List `json:"Service,omitempty"`

	everybody bool
	// grantsNothing tells that the statement only bounds what its callers may do anyway.
	grantsNothing bool
}

// Everybody is every caller, with or without an AWS account. Only a Deny may name it.
func Everybody() *Principal { return &Principal{everybody: true} }

// Pass returns the statement of a VPC endpoint's policy that lets requests through the
// endpoint. It grants nothing: what a caller may not do without the endpoint, it may not do
// through it. A caller is named by conditions. AWS takes an account's ARN in a gateway
// endpoint's policy for the account's root user alone.
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
func Pass(sid string, resources List, actions ...string) Statement {
	s := Permit(sid, resources, actions...)
	s.Principal = &Principal{everybody: true, grantsNothing: true}
	return s
}

// MarshalJSON writes "*" for everybody.
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
	case p.everybody && s.Effect != Deny && !p.grantsNothing:
		return errors.New("it allows everybody; name the principals")
	case !p.everybody && len(p.AWS) == 0 && len(p.Service) == 0:
		return errors.New("its principal is empty; name the principals, or deny Everybody")
	}
	return nil
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

// String returns the document as JSON. The same document always gives the same text. It panics on a statement that
// allows everybody or whose principal is empty, because that is always a mistake. The function answers a panic
// with a fatal result, and Crossplane changes nothing.
func (d Document) String() string {
	for _, s := range d {
		if err := s.check(); err != nil {
			panic(fmt.Sprintf("cannot write the policy's statement %q: %v", s.Sid, err))
		}
	}
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
