package validate

import (
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

var domainName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)

const (
	// maxCommonName is the maximum length of a certificate's first name, and
	// maxDomainName that of a DNS name:
	// https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
	maxCommonName = 64
	maxDomainName = 253
)

// DomainNamesAreOurs requires distinct names that a certificate can have and that are in
// the hosted zone.
func DomainNamesAreOurs(p *plan.Plan) []error {
	c := p.Claim
	d := c.Spec.Edge.Domain
	if d == nil {
		return nil
	}
	var errs []error
	if len(d.Name) > maxCommonName || !domainName.MatchString(d.Name) {
		errs = append(errs, refuse("spec.edge.domain.name", "cannot use %q: a certificate needs a DNS name of at "+
			"most %d lower-case characters; write for example shop.example.com", d.Name, maxCommonName))
	}
	for i, n := range d.AdditionalNames {
		field := fmt.Sprintf("spec.edge.domain.additionalNames[%d]", i)
		switch {
		case len(n) > maxDomainName || !domainName.MatchString(n):
			errs = append(errs, refuse(field, "cannot use %q: it is not a DNS name; "+
				"write for example www.shop.example.com", n))
		case n == d.Name || slices.Contains(d.AdditionalNames[:i], n):
			errs = append(errs, refuse(field, "cannot use %q twice: the domain already has this name; "+
				"list each name once", n))
		case n == plan.OriginName(d.Name):
			errs = append(errs, refuse(field, "cannot use %q: CloudFront reaches the load balancer by this name; "+
				"choose another name", n))
		case n == p.Entrance.InternalName() && p.TLSInside():
			errs = append(errs, refuse(field,
				"cannot use %q: other workloads reach the internal load balancer by this name; "+
					"choose another name", n))
		case d.HostedZoneID == "" && !strings.HasSuffix(n, "."+d.Name):
			errs = append(errs, refuse(field, "cannot use %q: the hosted zone that the claim creates holds only "+
				"names below %s; choose such a name, or set hostedZoneID to a zone that holds both names", n, d.Name))
		}
	}
	return errs
}

// AddressesAreNetworks requires networks in AWS's notation, each in one list only.
func AddressesAreNetworks(p *plan.Plan) []error {
	c := p.Claim
	waf := c.Spec.Edge.WAF
	var errs []error
	check := func(field string, cidrs, others []string) {
		for i, v := range cidrs {
			at := fmt.Sprintf("spec.edge.waf.%s[%d]", field, i)
			p, err := netip.ParsePrefix(v)
			switch {
			case err != nil || p != p.Masked() || p.String() != v || p.Addr().Is4In6():
				errs = append(errs, refuse(at, "cannot use %q: it must be a network address with a prefix length, in "+
					"its shortest form; write for example 203.0.113.0/24, 203.0.113.7/32 or 2001:db8::/32", v))
			case p.Bits() == 0:
				errs = append(errs, refuse(at, "cannot use %q: AWS WAF does not accept a network of all addresses; "+
					"use a prefix length of 1 or more", v))
			case slices.Contains(others, v):
				errs = append(errs, refuse(at, "cannot both allow and deny %q: AWS WAF would deny it; "+
					"remove it from one of the lists", v))
			}
		}
	}
	check("allowCIDRs", waf.AllowCIDRs, waf.DenyCIDRs)
	check("denyCIDRs", waf.DenyCIDRs, nil)
	return errs
}

// maxShare is the largest share of all addresses of a family that may pass the firewall. All
// of a large cloud's IPv4 addresses fit in, and no half of the internet. Of IPv6, registries
// hand out a few networks of 19 to 32 bits to a large provider.
var maxShare = map[bool]struct {
	share float64
	name  string
}{
	true:  {1.0 / 16, "1/16 of IPv4, which is a /4"},
	false: {1.0 / 65536, "1/65536 of IPv6, which is a /16"},
}

// AddressesAreFew refuses allowCIDRs that together are a large part of the internet: the
// firewall would be off, and the claim would say that it is on.
func AddressesAreFew(p *plan.Plan) []error {
	var errs []error
	for _, is4 := range []bool{true, false} {
		var networks []netip.Prefix
		for _, v := range p.Claim.Spec.Edge.WAF.AllowCIDRs {
			if n, err := netip.ParsePrefix(v); err == nil && n.Addr().Is4() == is4 && n.Bits() > 0 {
				networks = append(networks, n.Masked())
			}
		}
		if most := maxShare[is4]; share(networks) > most.share {
			errs = append(errs, refuse("spec.edge.waf.allowCIDRs", "cannot let these addresses past the firewall: "+
				"together they are more than %s; list only the networks that you know", most.name))
		}
	}
	return errs
}

// share is the part of all addresses that networks of one family have together. An address
// that several have counts once.
func share(networks []netip.Prefix) float64 {
	slices.SortFunc(networks, netip.Prefix.Compare)
	total := 0.0
	var last netip.Prefix
	for _, n := range networks {
		if last.IsValid() && last.Overlaps(n) {
			continue
		}
		total += math.Ldexp(1, -n.Bits())
		last = n
	}
	return total
}

// preloadSeconds is what the browsers' lists require: https://hstspreload.org/#submission-requirements
const preloadSeconds = 31536000

// PreloadedHostsStayOnHTTPS requires what the browsers' lists do.
func PreloadedHostsStayOnHTTPS(p *plan.Plan) []error {
	h := p.Claim.Spec.Edge.ResponseHeaders
	if !h.HSTSPreload || h.HSTSSeconds >= preloadSeconds && h.HSTSIncludeSubdomains {
		return nil
	}
	return one("spec.edge.responseHeaders.hstsPreload",
		"cannot ask for a place on the browsers' lists: they take only domains with an hstsSeconds of at least %d "+
			"and with hstsIncludeSubdomains; set both, or remove "+
			"hstsPreload", preloadSeconds)
}

// OverridesHitRules requires overrides of rules that exist.
func OverridesHitRules(p *plan.Plan) []error {
	c := p.Claim
	var errs []error
	for i, o := range c.Spec.Edge.WAF.Overrides {
		rules, ok := awsfacts.WAFRules[string(o.RuleSet)]
		switch {
		case !ruleForm.MatchString(o.Rule):
			// TextsHaveTheirForm refuses it.
		case !ok:
			errs = append(errs, refuse(fmt.Sprintf("spec.edge.waf.overrides[%d].ruleSet", i),
				"cannot use %q: there is no such rule set; write Common or KnownBadInputs", o.RuleSet))
		case !slices.Contains(rules, o.Rule):
			errs = append(errs, refuse(fmt.Sprintf("spec.edge.waf.overrides[%d].rule", i), "cannot override %q: "+
				"the rule set %s has no such rule, and AWS would silently ignore the override; "+
				"use one of %s", o.Rule, o.RuleSet, strings.Join(rules, ", ")))
		}
	}
	return errs
}

// PathsAreApart requires each pattern of a path in one list only.
func PathsAreApart(p *plan.Plan) []error {
	st := p.Claim.Spec.Edge.Static
	if st == nil {
		return nil
	}
	seen := map[string]bool{}
	for _, path := range slices.Concat(st.Paths, st.FrontendPaths, p.Claim.Spec.Edge.CachedPaths) {
		if seen[path] {
			return one("spec.edge.static.paths", "cannot use %q twice: CloudFront takes each pattern once, and one "+
				"is in two of cachedPaths, static.paths and static.frontendPaths; keep it in one of them", path)
		}
		seen[path] = true
	}
	return nil
}

// AccessLogsHaveARegion requires a region that CloudFront writes access logs to.
func AccessLogsHaveARegion(p *plan.Plan) []error {
	c := p.Claim
	if c.Spec.Edge.AccessLogs && !awsfacts.HasAccessLogs(c.Spec.Region) {
		return one("spec.edge.accessLogs", "cannot turn access logs on in %q: "+
			"CloudFront does not write them to buckets in this region; set waf.logs to All instead", c.Spec.Region)
	}
	return nil
}
