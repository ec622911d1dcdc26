package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// A statement of an IAM policy.
type statement struct {
	Sid       string                    `json:"Sid"`
	Effect    string                    `json:"Effect"`
	Action    []string                  `json:"Action"`
	Resource  string                    `json:"Resource"`
	Condition map[string]map[string]any `json:"Condition,omitempty"`
}

// iamPolicy is what the provider's identity must be allowed: what the composed
// kinds need, and nothing else.
//
// The names that AWS knows the resources by begin with the claim's, which is not
// known here; narrow Resource where claims have a prefix of their own.
func iamPolicy(in *inputs) ([]byte, error) {
	by := map[string]map[string]bool{}
	for _, r := range kinds.Records {
		for _, a := range r.Actions {
			service, _, _ := strings.Cut(a, ":")
			if by[service] == nil {
				by[service] = map[string]bool{}
			}
			by[service][a] = true
		}
	}
	statements := []statement{
		{Sid: "Identity", Effect: "Allow", Action: []string{"sts:GetCallerIdentity"}, Resource: "*"},
	}
	for _, service := range slices.Sorted(maps.Keys(by)) {
		statements = append(statements,
			statement{
				Sid: sid(service), Effect: "Allow", Action: slices.Sorted(maps.Keys(by[service])), Resource: "*",
			})
	}
	passedTo, err := passedTo(in.claims)
	if err != nil {
		return nil, err
	}
	statements = append(statements, passing(passedTo)...)
	b, err := json.MarshalIndent(map[string]any{"Version": "2012-10-17", "Statement": statements}, "", "  ")
	return append(b, '\n'), err
}

// passing are the permissions that only make sense for some services: to pass roles to
// the services that use them, and to create AWS's service-linked roles.
func passing(to []string) []statement {
	return []statement{
		{
			Sid: "PassRoles", Effect: "Allow", Action: []string{"iam:PassRole"}, Resource: "arn:aws:iam::*:role/*",
			Condition: map[string]map[string]any{"StringEquals": {"iam:PassedToService": to}},
		},
		{
			Sid: "LinkRoles", Effect: "Allow", Action: []string{"iam:CreateServiceLinkedRole"},
			Resource: "arn:aws:iam::*:role/aws-service-role/*",
		},
	}
}

// passedTo are the services that the composed kinds pass roles to. The roles of the
// rendered claims are only a check, because no claim has all kinds.
func passedTo(claims []rendered) ([]string, error) {
	var out []string
	for _, r := range kinds.Records {
		if r.PassesRoleTo != "" {
			out = append(out, r.PassesRoleTo)
		}
	}
	trusted, err := trusted(claims)
	if err != nil {
		return nil, err
	}
	for _, service := range trusted {
		if !slices.Contains(out, service) {
			return nil, fmt.Errorf(
				"cannot tell what hands a role to %s, which a role trusts; set PassesRoleTo in the record of the kind",
				service)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// trusted are the services that the composed roles trust.
func trusted(claims []rendered) ([]string, error) {
	var out []string
	for _, c := range claims {
		for _, o := range c.resources {
			if o.Text("kind") != "Role" {
				continue
			}
			var policy struct {
				Statement []struct{ Principal struct{ Service any } }
			}
			if err := json.Unmarshal([]byte(o.Text("spec", "forProvider", "assumeRolePolicy")), &policy); err != nil {
				return nil, fmt.Errorf("cannot read whom %s trusts: %w", o.Text("metadata", "name"), err)
			}
			for _, s := range policy.Statement {
				switch service := s.Principal.Service.(type) {
				case string:
					out = append(out, service)
				case []any:
					for _, one := range service {
						out = append(out, fmt.Sprint(one))
					}
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// sid is the name of a service's statement: letters and digits only.
func sid(service string) string {
	var out strings.Builder
	for part := range strings.SplitSeq(service, "-") {
		out.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return out.String()
}
