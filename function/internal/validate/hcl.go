package validate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/kasha-platform/kasha/function/internal/plan"
)

// hclCall matches the beginning of what the AWS provider evaluates as a call of a
// Terraform function, in any string:
// https://github.com/crossplane/upjet/blob/main/pkg/controller/hcl.go
var hclCall = regexp.MustCompile(`\$\{\w+\s*\(`)

// NothingIsAnHCLExpression rejects text that the AWS provider would evaluate. The
// message does not repeat the value, because it may be confidential.
func NothingIsAnHCLExpression(p *plan.Plan) []error {
	c := p.Claim
	var errs []error
	check := func(field, value string) {
		if call := hclCall.FindString(value); call != "" {
			errs = append(errs, refuse(field, "cannot use text that contains %q: "+
				"the AWS provider would evaluate it as a Terraform expression; write it without the ${", call))
		}
	}

	for _, s := range p.Containers() {
		if s.Served() {
			check(s.Field+".healthCheck.path", s.HealthCheck.Path)
		}
	}
	for _, s := range p.Parts() {
		for _, arg := range s.EntryPoint {
			check(s.Field+".entryPoint", arg)
		}
		for _, arg := range s.Command {
			check(s.Field+".command", arg)
		}
		if h := s.HealthCheck; h != nil {
			field := ".containerHealthCheck"
			if s.Beside {
				field = ".healthCheck"
			}
			for _, arg := range h.Command {
				check(s.Field+field+".command", arg)
			}
		}
		for _, k := range slices.Sorted(maps.Keys(s.Env)) {
			check(s.Field+".env["+k+"]", string(s.Env[k]))
		}
	}
	for _, w := range p.Containers() {
		for i, st := range w.Permissions {
			for _, c := range st.Conditions {
				for _, v := range c.Values {
					check(fmt.Sprintf("%s.permissions[%d].conditions", w.Field, i), v)
				}
			}
		}
	}
	for _, r := range p.Releases {
		for _, arg := range r.Command {
			check(r.Field+".command", arg)
		}
	}
	check("spec.edge.responseHeaders.contentSecurityPolicy", c.Spec.Edge.ResponseHeaders.ContentSecurityPolicy)
	for _, k := range slices.Sorted(maps.Keys(c.Spec.Database.Parameters)) {
		check("spec.database.parameters["+k+"]", string(c.Spec.Database.Parameters[k]))
	}
	for _, e := range c.Spec.Alarms.Emails {
		check("spec.alarms.emails", e)
	}
	return errs
}
