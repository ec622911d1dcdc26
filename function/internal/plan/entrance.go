package plan

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// GlobalRegion is the region of the resources that belong to CloudFront, whatever the
// claim's region: its web ACL, the web ACL's logs, and its certificate.
// https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
const GlobalRegion = "us-east-1"

// OriginHeader is the header by which the load balancer recognizes CloudFront.
const OriginHeader = "X-Kasha-Origin"

// originHeaderLen is long enough that the value cannot be guessed.
const originHeaderLen = 40

// An Entrance is the path of requests from CloudFront to the public load balancer. Three
// tiers compose it: the network opens the port, ingress listens on it, and the edge sends
// requests to it. With a domain it uses HTTPS, without one HTTP.
type Entrance struct {
	// HTTPS tells whether CloudFront connects to the load balancer with HTTPS.
	HTTPS bool
	// VPCOrigin tells whether the load balancer is private, behind a VPC origin.
	VPCOrigin bool
	// Global tells whether the claim's region is GlobalRegion.
	Global bool
	// ViewerNames are the DNS names of the site, the domain's own name first.
	ViewerNames []string
	// Prepares tells whether another site still serves the viewer names.
	Prepares bool
	// OriginName is the load balancer's name in the domain. The load balancer needs it
	// because no certificate can contain the name that AWS gives it.
	OriginName string
	// Header is the required value of OriginHeader.
	Header string
	// Arrived tells whether AWS reports that CloudFront serves as the claim asks, at all
	// edge locations. Until then, the resources that it used before must stay.
	Arrived bool

	// domain and zone are the domain's name and its hosted zone's ID in the claim.
	domain, zone string
}

func entrance(s *stack.Stack) Entrance {
	e := Entrance{
		VPCOrigin: s.Claim.Spec.Edge.Origin == v1alpha1.VPCOrigin,
		Global:    s.Region == GlobalRegion,
		Header:    header(s),
	}
	if d := s.Claim.Spec.Edge.Domain; d != nil {
		e.HTTPS, e.domain, e.zone = true, d.Name, d.HostedZoneID
		e.ViewerNames = append([]string{d.Name}, slices.Sorted(slices.Values(d.AdditionalNames))...)
		e.OriginName = OriginName(d.Name)
		e.Prepares = d.Phase == v1alpha1.DomainPrepare
	}
	e.Arrived = arrived(s, e)
	return e
}

// OriginName is the DNS name by which CloudFront reaches the load balancer.
func OriginName(domain string) string { return "origin." + domain }

// InternalName is the internal load balancer's name in the domain. It needs one where it speaks
// TLS, because no certificate can contain the name that AWS gives it.
func (e Entrance) InternalName() string { return internalName(e.domain) }

func internalName(domain string) string { return "internal." + domain }

// InternalCertificate is the key of the internal load balancer's certificate.
func (e Entrance) InternalCertificate() stack.Key {
	return keys.Certificate(keys.Inside, []string{e.InternalName()})
}

// InternalValidation is the key of the resource that waits until that certificate is issued.
func (e Entrance) InternalValidation() stack.Key {
	return keys.Validation(keys.Inside, []string{e.InternalName()})
}

// header returns the required value of OriginHeader. Without the header, any AWS account's
// distribution could reach the load balancer, because all distributions share CloudFront's
// addresses. The value is not a credential: everyone who may read the claim's objects can
// read it, and it gives access only to what every viewer may see, but without the firewall.
// So it must only be unknown outside the cluster, like the claim's UID, from which it is
// derived. It stays after it was first set: a claim that is restored from a backup has
// another UID, and a new value would lock CloudFront out until CloudFront has it.
func header(s *stack.Stack) string {
	derived := stack.DigestOf("origin/"+s.ID+"/"+string(s.Claim.GetUID()), originHeaderLen)
	return s.Sticky(keys.Distribution, "origin.0.customHeader.0.value", derived)
}

// Served are the viewer names that CloudFront serves. While another site serves them, there
// are none: CloudFront lets one distribution only have a name.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
func (e Entrance) Served() []string {
	if e.Prepares {
		return nil
	}
	return e.ViewerNames
}

// CertificateNames are the names in the certificates. The load balancer's certificate
// contains the viewer names too, because CloudFront checks it for the name in the Host
// header that it forwards.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html
func (e Entrance) CertificateNames() []string {
	return append(slices.Clone(e.ViewerNames), e.OriginName)
}

// place is the place in a certificate's key. In us-east-1 one certificate serves both
// places.
func (e Entrance) place(where string) string {
	if e.Global {
		return keys.AtEdge
	}
	return where
}

// Certificate is the key of a certificate.
func (e Entrance) Certificate(where string) stack.Key {
	return keys.Certificate(e.place(where), e.CertificateNames())
}

// Validation is the key of the resource that waits until a certificate is issued.
func (e Entrance) Validation(where string) stack.Key {
	return keys.Validation(e.place(where), e.CertificateNames())
}

// CertificateARN returns a token for a certificate's ARN. It is known once the certificate is
// issued, because AWS does not accept it before.
func (e Entrance) CertificateARN(where string) string {
	return stack.Await(e.Validation(where), "certificateArn")
}

// Zone is the key of the domain's hosted zone, if the claim creates one.
func (e Entrance) Zone() stack.Key { return keys.Zone(e.domain) }

// Record is the key of one of a name's records.
func (e Entrance) Record(what, name string) stack.Key { return keys.Record(what, e.zone, name) }

// Listener is the key of the public load balancer's listener.
func (e Entrance) Listener() stack.Key { return keys.Listener(PublicBalancer, e.HTTPS) }

// OriginRule is the key of the listener rule that admits requests from CloudFront.
func (e Entrance) OriginRule() stack.Key { return keys.OriginRule(PublicBalancer, e.HTTPS) }

// TelemetryKey is the key of the KMS key that encrypts logs in us-east-1: the telemetry
// key if that is in us-east-1, else a separate one.
func (e Entrance) TelemetryKey() stack.Key {
	if e.Global {
		return keys.TelemetryKey
	}
	return keys.EdgeKey
}

// Path is the connection from CloudFront to the public load balancer.
func (e Entrance) Path() Path {
	if e.HTTPS {
		return Path{
			From: keys.CloudFront, To: keys.PublicHTTPSGroup, Port: HTTPSPort,
			Purpose: "CloudFront to the public load balancer over HTTPS",
		}
	}
	return Path{keys.CloudFront, keys.PublicGroup, HTTPPort, "CloudFront to the public load balancer"}
}

func arrived(s *stack.Stack, e Entrance) bool {
	if state, _ := s.Status(keys.Distribution, "status"); state != "Deployed" || !s.Ready(keys.Distribution) {
		return false
	}
	const edge = "viewerCertificate.acmCertificateArn"
	if !e.HTTPS {
		return e.VPCOrigin || connects(s, "http-only")
	}
	return runs(s, keys.Distribution, edge, e.CertificateARN(keys.AtEdge)) &&
		runs(s, e.Listener(), "certificateArn", e.CertificateARN(keys.AtOrigin)) &&
		(e.VPCOrigin || connects(s, "https-only"))
}

// connects tells whether the distribution connects to the load balancer with a protocol, in
// its spec and in AWS. AWS reports the origins in any order.
func connects(s *stack.Stack, protocol string) bool {
	o, ok := s.Observed(keys.Distribution)
	if !ok {
		return false
	}
	for _, at := range [][]string{{"spec", "forProvider"}, {"status", "atProvider"}} {
		v, _ := o.Lookup(append(at, "origin")...)
		origins, _ := v.([]any)
		if !slices.ContainsFunc(origins, func(e any) bool {
			origin, _ := e.(map[string]any)
			config, _ := origin["customOriginConfig"].(map[string]any)
			return origin["originId"] != StaticOrigin && config["originProtocolPolicy"] == protocol
		}) {
			return false
		}
	}
	return true
}

// runs tells whether a resource's spec has a value and AWS reports the same value.
func runs(s *stack.Stack, key stack.Key, path, value string) bool {
	want, known := s.Known(value)
	has, _ := s.Status(key, path)
	return known && has == want && s.Sticky(key, path, "") == want
}

// AdmitsPrefixList tells whether the public load balancer lets a prefix list's addresses in
// already.
func (p *Plan) AdmitsPrefixList(id string) bool {
	admits := false
	for _, https := range []bool{false, true} {
		p.stack.ObservedKeys(keys.CloudFrontRules(https), func(k stack.Key, _ stack.Observed) {
			admits = admits || strings.HasSuffix(string(k), "-"+id)
		})
	}
	return admits
}
