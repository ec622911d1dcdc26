package rules

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// tlsRules are about encryption in transit.
var tlsRules = []Rule{{
	ID:     "tls-database",
	Title:  "Every database has a parameter group of the claim in which MySQL refuses connections without TLS.",
	Why:    "The default group accepts plain connections; a group that is not attached changes nothing.",
	Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html",
	check:  databasesRequireTLS,
}, {
	ID:     "tls-proxy",
	Title:  "The connection pool requires TLS of its clients.",
	Why:    "It would take passwords in clear text.",
	Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.howitworks.html#rds-proxy-security.tls",
	check:  each(proxyRequiresTLS),
}, {
	ID: "tls-listener",
	Title: "With a domain the viewers' listener speaks HTTPS with TLS 1.2 or newer; inside the VPC plain HTTP " +
		"is a known exception.",
	Why:    "CloudFront would send what viewers encrypted over the internet in clear text.",
	Source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
	check:  listenersSpeakTLS,
}, {
	ID:     "tls-viewer",
	Title:  "Viewers are redirected to HTTPS on every path, and may use TLS 1.2 of 2021 or newer.",
	Why:    "A cookie that is once sent in clear text is everybody's.",
	Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-3",
	check:  each(viewersUseTLS),
}, {
	ID:     "tls-origin",
	Title:  "With a domain CloudFront reaches the load balancer by HTTPS only; TLS 1.2 is the oldest that it offers.",
	Why:    "The way between them is the internet.",
	Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-10",
	check:  eachOf(originUsesTLS),
}, {
	ID:     "tls-connection-string",
	Title:  "The database URL in the secret leads to the claim's database and has no options of one client.",
	Why:    "Clients refuse options that they do not know, and ssl-mode=DISABLED would ask for no TLS.",
	Source: "https://github.com/sqlalchemy/sqlalchemy/issues/5692",
	check:  each(connectionSuitsEveryClient),
}}

func databasesRequireTLS(w World) []Violation {
	var out []Violation
	for kind, by := range map[string]struct{ field, group, on string }{
		"rds/Instance": {"parameterGroupName", "rds/ParameterGroup", "1"},
		"rds/Cluster":  {"dbClusterParameterGroupName", "rds/ClusterParameterGroup", "ON"},
	} {
		for _, key := range w.keys(kind) {
			group := w.ref(params(w.Desired[key]), by.field)
			parameters := objects(params(w.Desired[group])["parameter"])
			required := slices.ContainsFunc(parameters, func(p map[string]any) bool {
				return text(p, "name") == "require_secure_transport" && text(p, "value") == by.on
			})
			if kindOf(w.Desired[group]) != by.group || !required {
				out = append(out, violation(key, "has the parameter group %q, in which TLS is not required", group))
			}
		}
	}
	return out
}

func proxyRequiresTLS(_ World, _ string, o map[string]any) string {
	if kindOf(o) == "rds/Proxy" && params(o)["requireTls"] != true {
		return "does not require TLS"
	}
	return ""
}

func hasDomain(w World) bool { return lookup(w.Claim, "spec", "edge", "domain") != nil }

// sslPolicies are those that offer nothing older than TLS 1.2 and only ciphers with forward secrecy.
var sslPolicies = []string{
	"ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06",
	"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
}

// listeners that are known, with what they speak.
var listeners = map[string]string{
	"listener-public":       "HTTP:80",
	"listener-public-https": "HTTPS:443",
	"listener-internal":     "HTTP:80",
}

// spoken is what a listener must speak. A further service has a port that no other has.
func spoken(w World, key string, p map[string]any) string {
	port, _ := number(p, "port")
	if !strings.HasPrefix(key, "listener-"+servicePrefix) || port < firstPort || port > lastPort {
		return listeners[key]
	}
	for _, other := range w.keys("elbv2/LBListener") {
		if n, _ := number(params(w.Desired[other]), "port"); other != key && n == port {
			return "another port than " + other
		}
	}
	if way := in(w.Claim, "spec."+strings.TrimPrefix(key, "listener-")+".way"); way == "http2" || way == "grpc" {
		return "HTTPS:" + in(p, "port")
	}
	return "HTTP:" + in(p, "port")
}

func listenersSpeakTLS(w World) []Violation {
	var out []Violation
	wrong := func(key, format string, a ...any) {
		out = append(out, violation(key, format, a...))
	}
	for _, key := range w.keys("elbv2/LBListener") {
		p := params(w.Desired[key])
		speaks := text(p, "protocol") + ":" + in(p, "port")
		if want := spoken(w, key, p); speaks != want {
			wrong(key, "speaks %s, want %q", speaks, want)
		}
		if text(p, "protocol") == "HTTPS" && !slices.Contains(sslPolicies, text(p, "sslPolicy")) {
			wrong(key, "has the TLS policy %q, which is not one of %v", text(p, "sslPolicy"), sslPolicies)
		}
		if text(p, "protocol") == "HTTPS" && !isIssued(w, text(p, "certificateArn"), w.region()) {
			wrong(key, "has the certificate %q, which is none of the claim's in its region", text(p, "certificateArn"))
		}
	}
	plain, secure := w.Desired["listener-public"] != nil, w.Desired["listener-public-https"] != nil
	if w.Settled && (plain == hasDomain(w) || secure != hasDomain(w)) {
		wrong("listener-public", "is composed: %v, and its HTTPS counterpart: %v; the claim has a domain: %v",
			plain, secure, hasDomain(w))
	}
	return out
}

// isIssued tells whether an ARN is of a certificate of the claim in a region, which is waited for.
func isIssued(w World, arn, region string) bool {
	for _, key := range w.keys("acm/CertificateValidation") {
		if arn != "" && text(w.at(key), "certificateArn") == arn && text(params(w.Desired[key]), "region") == region {
			return true
		}
	}
	return false
}

func viewersUseTLS(w World, _ string, o map[string]any) string {
	if kindOf(o) != "cloudfront/Distribution" {
		return ""
	}
	p := params(o)
	for _, b := range append(objects(p["orderedCacheBehavior"]), asMap(p["defaultCacheBehavior"])) {
		if got := text(b, "viewerProtocolPolicy"); got != "redirect-to-https" && got != "https-only" {
			return fmt.Sprintf("answers %q with the protocol policy %q", text(b, "pathPattern"), got)
		}
	}
	c := asMap(p["viewerCertificate"])
	own := text(c, "acmCertificateArn")
	accepts := text(c, "minimumProtocolVersion") + " by " + text(c, "sslSupportMethod")
	switch {
	case own == "" && c["cloudfrontDefaultCertificate"] != true:
		return "has no certificate"
	case w.Settled && (own != "") != hasDomain(w):
		return fmt.Sprintf("has the certificate %q, and the claim has a domain: %v", own, hasDomain(w))
	case own != "" && !isIssued(w, own, globalRegion):
		return fmt.Sprintf("has the certificate %q, which is none of the claim's in %s", own, globalRegion)
	case own != "" && accepts != "TLSv1.2_2021 by sni-only":
		return fmt.Sprintf("accepts %q, want TLSv1.2_2021 by sni-only", accepts)
	}
	return ""
}

// originUsesTLS is about the distribution's way to a public load balancer, and the VPC origin's to a private one.
func originUsesTLS(w World, _ string, o map[string]any) []string {
	var ways []map[string]any
	switch kindOf(o) {
	case "cloudfront/Distribution":
		for _, origin := range objects(params(o)["origin"]) {
			ways = append(ways, asMap(origin["customOriginConfig"]))
		}
	case "cloudfront/VPCOrigin":
		ways = objects(params(o)["vpcOriginEndpointConfig"])
	}
	want := "http-only"
	if hasDomain(w) {
		want = "https-only"
	}
	var out []string
	for _, way := range ways {
		if way == nil {
			continue
		}
		if got := text(way, "originProtocolPolicy"); w.Settled && got != want {
			out = append(out, fmt.Sprintf("reaches the load balancer by %q, want %s", got, want))
		}
		protocols := in(way, "originSslProtocols")
		if items := in(way, "originSslProtocols.items"); items != "" {
			protocols = items
		}
		if protocols != "TLSv1.2" {
			out = append(out, fmt.Sprintf("offers the load balancer %q, want TLSv1.2", protocols))
		}
	}
	return out
}

func connectionSuitsEveryClient(w World, _ string, o map[string]any) string {
	c, ok := connectionIn(o)
	if !ok {
		return ""
	}
	u, err := url.Parse(c.URL)
	switch {
	case err != nil:
		return "has a URL that cannot be read: " + err.Error()
	// A living claim's secret keeps the option that v0.1.0 wrote until the next version.
	case u.RawQuery != "" && u.RawQuery != "ssl-mode=VERIFY_IDENTITY":
		return fmt.Sprintf("has a URL with the options %q", u.RawQuery)
	case u.Hostname() != c.Host || !isDatabaseHost(w, c.Host):
		return fmt.Sprintf("leads to %s, which is none of the claim's databases", u.Hostname())
	}
	return ""
}

// isDatabaseHost tells whether a host is the primary's or its pool's.
func isDatabaseHost(w World, host string) bool {
	return host != "" && (host == text(w.at("db-primary"), "address") || host == text(w.at("db-proxy"), "endpoint") ||
		host == text(w.at("db-cluster"), "endpoint"))
}

// isHostOf tells whether a host is an instance's, by its identifier.
func isHostOf(w World, key, host string) bool {
	return strings.HasPrefix(host, text(params(w.Desired[key]), "identifier")+".")
}
