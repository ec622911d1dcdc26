package validate

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// Names of the claim's further services. CEL rules in the schema have the same expressions.
var (
	serviceName = regexp.MustCompile(`^[a-z]([a-z0-9]|-[a-z0-9]){0,15}$`)
	// takenServiceNames lead to variables or keys that something else has.
	takenServiceNames = regexp.MustCompile(`^(frontend|backend|queue|(aws|ecs)(-.*)?)$|` +
		`(^|-)(alarm|listener|loggroup|scaling|service|targetgroup)-`)
)

// ServicesAreWhole requires further services with names and ports of their own.
func ServicesAreWhole(p *plan.Plan) []error {
	var errs []error
	var names []string
	ports := map[int32]string{}
	for _, s := range p.Claim.Spec.Services {
		field := "spec.services[" + s.Name + "].name"
		port := plan.ListenerPort(s.Name)
		switch other := ports[port]; {
		case !serviceName.MatchString(s.Name):
			errs = append(errs, refuse(field, "cannot use %q: a service's name begins with a letter and has at "+
				"most 16 lower-case letters, digits and single hyphens; write for example orders", s.Name))
		case takenServiceNames.MatchString(s.Name):
			errs = append(errs, refuse(field,
				"cannot use %q: it would be taken for another name of Kasha's or AWS's, "+
					"such as frontend, queue, aws-x or service-x; choose another name", s.Name))
		case slices.Contains(names, s.Name):
			errs = append(errs, refuse("spec.services", "cannot use two services called %q: a name is listed twice; "+
				"give each service a name of its own", s.Name))
		case other != "" && s.Expose == nil:
			errs = append(errs, refuse(field,
				"cannot use %q beside %q: the internal load balancer's port follows from "+
					"the name, and both come to port %d; choose another name for one of them", s.Name, other, port))
		}
		names = append(names, s.Name)
		if s.Expose == nil {
			ports[port] = s.Name
		}
		errs = append(errs, protocol(p, s)...)
	}
	return errs
}

// protocol requires what HTTP/2 and gRPC need: a listener with TLS, and clients that speak them.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
func protocol(p *plan.Plan, s v1alpha1.ExtraService) []error {
	field := "spec.services[" + s.Name + "].protocol"
	var errs []error
	switch {
	case s.Protocol == "" || s.Protocol == v1alpha1.ProtocolHTTP1:
		return nil
	case s.Expose != nil:
		errs = append(errs, refuse(field,
			"cannot speak %s with a public service: CloudFront speaks HTTP/1.1 with its "+
				"origins, which the load balancer refuses for such a service; remove expose, or set protocol to HTTP1",
			s.Protocol))
	case !p.Entrance.HTTPS:
		errs = append(errs, refuse("spec.services",
			"cannot speak %s with %s in a claim without a domain: AWS has it only "+
				"behind a listener with TLS, and no certificate has the load balancer's own name; set edge.domain, "+
				"or set protocol to HTTP1", s.Protocol, s.Name))
	}
	if name := p.Entrance.InternalName(); p.Entrance.HTTPS && len(name) > maxCommonName {
		errs = append(errs, refuse(field,
			"cannot speak %s at %s: a certificate's first name has at most %d characters; "+
				"use a shorter domain, or set protocol to HTTP1", s.Protocol, name, maxCommonName))
	}
	if s.Protocol == v1alpha1.ProtocolGRPC && (s.StickySeconds != 0 || s.HealthCheck.SuccessCodes != "200-399") {
		errs = append(errs, refuse(field,
			"cannot use stickySeconds or healthCheck.successCodes with GRPC: its clients keep "+
				"no cookies, and its health checks have codes of their own; remove both"))
	}
	return errs
}

// A chosen rule is one by which the public load balancer finds a service.
type chosen struct {
	plan.Rule

	field, service string
}

func chosenRules(p *plan.Plan) []chosen {
	var out []chosen
	for _, w := range p.Served() {
		for _, way := range w.Ways {
			if way.Rule != nil {
				out = append(out, chosen{*way.Rule, w.Field + ".expose", cmp.Or(w.Service, w.Name)})
			}
		}
	}
	return out
}

// most values and wildcards of a rule, without CloudFront's header.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
const mostValues, mostWildcards = 4, 5

// ExposuresAreRules requires rules that a load balancer can have, that leave requests to the
// frontend, and of hosts that CloudFront serves.
func ExposuresAreRules(p *plan.Plan) []error {
	var errs []error
	for _, r := range chosenRules(p) {
		all := slices.Concat(r.Hosts, r.Paths)
		wild := strings.Count(strings.Join(r.Paths, ""), "*") + strings.Count(strings.Join(r.Paths, ""), "?")
		switch {
		case len(all) == 0:
			errs = append(errs, refuse(r.field, "cannot expose a service without hosts and paths: nothing would tell "+
				"its requests from the frontend's; list its paths, its hosts, or both"))
		case len(all) > mostValues:
			errs = append(errs, refuse(r.field+".paths", "cannot use %d hosts and paths: a rule of the load balancer "+
				"compares five values, and one of them is CloudFront's header; list at most four hosts and paths "+
				"together", len(all)))
		case wild > mostWildcards:
			errs = append(errs, refuse(r.field+".paths", "cannot use %d stars and question marks: a rule of the load "+
				"balancer has at most %d; use fewer", wild, mostWildcards))
		}
		errs = append(errs, repeated(r.field+".paths", "path", r.Paths)...)
		errs = append(errs, repeated(r.field+".hosts", "host", r.Hosts)...)
		if len(r.Hosts) == 0 && slices.ContainsFunc(r.Paths, func(q string) bool { return covers(q, "/*") }) {
			errs = append(errs, refuse(r.field+".paths",
				"cannot expose every path: the frontend would get no request; "+
					"write for example /api/*, or choose a host"))
		}
		errs = append(errs, static(p, r)...)
		for _, h := range r.Hosts {
			if !slices.Contains(p.Entrance.ViewerNames, h) {
				errs = append(errs, refuse(r.field+".hosts",
					"cannot use the host %q: CloudFront does not serve it; add it "+
						"to edge.domain.additionalNames, or use one of the domain's names", h))
			}
		}
	}
	return errs
}

// static requires that CloudFront sends what a service has chosen to the load balancer, and not
// to the bucket of static files.
func static(p *plan.Plan, r chosen) []error {
	st := p.Static.Spec
	if st == nil {
		return nil
	}
	for _, path := range r.Paths {
		has := func(q string) bool { return covers(q, path) }
		if slices.ContainsFunc(st.Paths, has) && !slices.ContainsFunc(st.FrontendPaths, has) {
			return one(r.field+".paths",
				"cannot send %q to %s: CloudFront takes it from the bucket of static files; add it to "+
					"edge.static.frontendPaths, whose requests go to the load balancer, or choose other static paths",
				path, r.service)
		}
	}
	return nil
}

func repeated(field, one string, values []string) []error {
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			return []error{refuse(field, "cannot use %q twice: a %s chooses its requests once; list each %s once",
				v, one, one)}
		}
	}
	return nil
}

// ExposuresAreApart requires that every rule has a number of its own, and that none hides
// another.
func ExposuresAreApart(p *plan.Plan) []error {
	var errs []error
	rules := chosenRules(p)
	slices.SortStableFunc(rules, func(a, b chosen) int { return int(a.Priority - b.Priority) })
	for i, r := range rules {
		for _, first := range rules[:i] {
			by, path := hides(first.Rule, r.Rule)
			switch {
			case by != "":
				errs = append(errs, refuse(r.field+".paths", "cannot send %q to %s: %q of %s comes first, since "+
					"rules with hosts come before those without, and then those with a longer path, and it matches "+
					"all of it; remove one of the two, or give one of them to a service of its own",
					path, r.service, by, first.service))
			case first.Priority == r.Priority:
				errs = append(errs, refuse(r.field+".paths", "cannot order the rules of %s and %s: the "+
					"number of a rule follows from the length of its longest path and from the service's name, "+
					"and both come to %d; make a path of one of them longer or shorter, or rename the service",
					first.service, r.service, r.Priority))
			}
		}
	}
	return errs
}

// hides returns a path of a rule that matches all that a path of a later rule matches, and
// this path.
func hides(first, later plan.Rule) (by, path string) {
	for _, h := range later.Hosts {
		if len(first.Hosts) > 0 && !slices.Contains(first.Hosts, h) {
			return "", ""
		}
	}
	if len(later.Hosts) == 0 && len(first.Hosts) > 0 {
		return "", ""
	}
	for _, path := range paths(later) {
		for _, by := range paths(first) {
			if covers(by, path) {
				return by, path
			}
		}
	}
	return "", ""
}

// paths of a rule. A rule of hosts alone has all.
func paths(r plan.Rule) []string {
	if len(r.Paths) == 0 {
		return []string{"/*"}
	}
	return r.Paths
}

// covers tells whether a path pattern matches everything that another one matches. A star
// matches any characters, and a question mark matches one.
func covers(pattern, other string) bool {
	switch {
	case pattern == "":
		return other == ""
	case pattern[0] == '*':
		return covers(pattern[1:], other) || other != "" && covers(pattern, other[1:])
	case other == "" || other[0] == '*':
		return false
	case pattern[0] == '?' || pattern[0] == other[0]:
		return covers(pattern[1:], other[1:])
	}
	return false
}

// exposedTexts are the paths of exposed services.
func exposedTexts(w plan.Workload) []text {
	var e v1alpha1.Expose
	if w.Expose != nil {
		e = *w.Expose
	}
	return each(w.Field+".expose.paths", e.Paths, cachedForm, "a path begins with a slash and has only "+
		`letters, digits and _ - . * $ / ~ " ' @ : + & ?; write for example /api/*`)
}
