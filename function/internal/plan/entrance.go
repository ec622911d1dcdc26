package plan

import (
	"slices"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// GlobalRegion is where AWS keeps what belongs to CloudFront, wherever the rest
// of the platform is: its web ACL, the web ACL's logs, and its certificate.
// https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
const GlobalRegion = "us-east-1"

// OriginHeader is the header by which the load balancer knows CloudFront.
const OriginHeader = "X-Kasha-Origin"

// originHeaderLen is long enough to be beyond guessing.
const originHeaderLen = 40

// An Entrance is the way in, from CloudFront to the public load balancer. Three
// tiers make it: the network opens the port, ingress listens on it, and the edge
// sends viewers there. With a domain it is HTTPS, without one HTTP.
type Entrance struct {
	// HTTPS tells whether CloudFront reaches the load balancer by HTTPS.
	HTTPS bool
	// VPCOrigin tells whether the load balancer is private.
	VPCOrigin bool
	// Global tells whether the claim's region is GlobalRegion.
	Global bool
	// ViewerNames are the names that viewers open, the domain's own first.
	ViewerNames []string
	// OriginName is the load balancer's name in the domain. No certificate can have
	// the name that AWS gives it.
	OriginName string
	// Header is what OriginHeader must hold.
	Header string
	// Arrived tells whether CloudFront demonstrably serves as the claim asks, at all
	// its edges. Until then, what it used before must stay.
	Arrived bool

	// domain and zone are the claim's words for the domain and its hosted zone.
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
	}
	e.Arrived = arrived(s, e)
	return e
}

// OriginName is the name that CloudFront finds the load balancer by.
func OriginName(domain string) string { return "origin." + domain }

// header must hold this value. Without it, anybody's distribution could reach the
// load balancer, since CloudFront's addresses are the same for all. It is not a
// credential: whoever may read the claim's objects can read it, and it opens only
// what every viewer may see, past the firewall. So it need not be secret, only
// unknown outside, as the claim's UID is. Once sent, it stays: a claim that is
// restored from a backup has another UID, and must not shut CloudFront out while
// CloudFront learns the new value.
func header(s *stack.Stack) string {
	derived := stack.DigestOf("origin/"+s.ID+"/"+string(s.Claim.GetUID()), originHeaderLen)
	return s.Sticky(keys.Distribution, "origin.0.customHeader.0.value", derived)
}

// CertificateNames are the names that certificates are for. The load balancer's
// has the viewers' names too, since CloudFront asks it for the name in the Host
// header that it forwards.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html
func (e Entrance) CertificateNames() []string {
	return append(slices.Clone(e.ViewerNames), e.OriginName)
}

// place is where a certificate is made. In us-east-1 one serves both places.
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

// Validation is the key of what waits for a certificate to be issued.
func (e Entrance) Validation(where string) stack.Key {
	return keys.Validation(e.place(where), e.CertificateNames())
}

// CertificateARN is a certificate's ARN once it is issued: AWS uses none before.
func (e Entrance) CertificateARN(where string) string {
	return stack.Await(e.Validation(where), "certificateArn")
}

// Zone is the key of the domain's hosted zone, where the claim makes one.
func (e Entrance) Zone() stack.Key { return keys.Zone(e.domain) }

// Record is the key of one of a name's records.
func (e Entrance) Record(what, name string) stack.Key { return keys.Record(what, e.zone, name) }

// Listener is the key of the public load balancer's listener.
func (e Entrance) Listener() stack.Key { return keys.Listener(PublicBalancer, e.HTTPS) }

// OriginRule is the key of the rule that lets CloudFront in.
func (e Entrance) OriginRule() stack.Key { return keys.OriginRule(PublicBalancer, e.HTTPS) }

// TelemetryKey is the key that encrypts logs in us-east-1: the telemetry key where
// that is there, else one of its own.
func (e Entrance) TelemetryKey() stack.Key {
	if e.Global {
		return keys.TelemetryKey
	}
	return keys.EdgeKey
}

// Path is CloudFront's way in.
func (e Entrance) Path() Path {
	if e.HTTPS {
		return Path{keys.CloudFront, keys.PublicHTTPSGroup, HTTPSPort, "CloudFront to the public load balancer over HTTPS"}
	}
	return Path{keys.CloudFront, keys.PublicGroup, HTTPPort, "CloudFront to the public load balancer"}
}

func arrived(s *stack.Stack, e Entrance) bool {
	if state, _ := s.Status(keys.Distribution, "status"); state != "Deployed" || !s.Ready(keys.Distribution) {
		return false
	}
	const edge, origin = "viewerCertificate.acmCertificateArn", "origin.0.customOriginConfig.originProtocolPolicy"
	if !e.HTTPS {
		return e.VPCOrigin || runs(s, keys.Distribution, origin, "http-only")
	}
	return runs(s, keys.Distribution, edge, e.CertificateARN(keys.AtEdge)) &&
		runs(s, e.Listener(), "certificateArn", e.CertificateARN(keys.AtOrigin)) &&
		(e.VPCOrigin || runs(s, keys.Distribution, origin, "https-only"))
}

// runs tells whether a resource was told a value, and AWS says that it has it.
func runs(s *stack.Stack, key stack.Key, path, value string) bool {
	want, known := s.Known(value)
	has, _ := s.Status(key, path)
	return known && has == want && s.Sticky(key, path, "") == want
}
