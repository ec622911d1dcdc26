package stack

import (
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// The way in, from CloudFront to the frontend's load balancer, is made by three
// tiers: the network opens the port, ingress listens on it, and the edge sends
// viewers there. With a domain it is HTTPS, without one HTTP. What they must
// agree on is here.

// Distribution is the key of the CloudFront distribution.
const Distribution = Key("distribution")

// GlobalRegion is where AWS keeps what belongs to CloudFront, wherever the rest
// of the platform is: its web ACL, the web ACL's logs, and its certificate.
// https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
const GlobalRegion = "us-east-1"

// HTTPS tells whether CloudFront shall reach the load balancer by HTTPS.
func (s *Stack) HTTPS() bool { return s.Claim.Spec.Edge.Domain != nil }

// VPCOrigin tells whether the frontend's load balancer is private.
func (s *Stack) VPCOrigin() bool { return s.Claim.Spec.Edge.Origin == v1alpha1.VPCOrigin }

// ViewerNames are the names that viewers open.
func (s *Stack) ViewerNames() []string {
	d := s.Claim.Spec.Edge.Domain
	if d == nil {
		return nil
	}
	return append([]string{d.Name}, slices.Sorted(slices.Values(d.AdditionalNames))...)
}

// OriginName is the load balancer's name in the claim's domain. No certificate
// can have the name that AWS gives it.
func (s *Stack) OriginName() string { return "origin." + s.Claim.Spec.Edge.Domain.Name }

// CertificateNames are the names that certificates are for. The load balancer's
// has the viewers' names too, since CloudFront asks it for the name in the Host
// header that it forwards.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html
func (s *Stack) CertificateNames() []string { return append(s.ViewerNames(), s.OriginName()) }

// Where a certificate is used.
const (
	AtEdge   = "edge"
	AtOrigin = "origin"
)

// certificate is the key of a certificate without its kind. In us-east-1 one
// serves both. AWS cannot change a certificate's names.
func (s *Stack) certificate(where string) Key {
	if s.Region == GlobalRegion {
		where = AtEdge
	}
	return Key(where + "-" + Digest(strings.Join(s.CertificateNames(), " ")))
}

// ZoneKey is the key of the domain's hosted zone, where the claim makes one. AWS
// cannot rename it.
func (s *Stack) ZoneKey() Key { return Key("zone-" + Digest(s.Claim.Spec.Edge.Domain.Name)) }

// CertificateKey is the key of a certificate.
func (s *Stack) CertificateKey(where string) Key { return "certificate-" + s.certificate(where) }

// ValidationKey is the key of what waits for a certificate to be issued.
func (s *Stack) ValidationKey(where string) Key { return "validation-" + s.certificate(where) }

// CertificateARN is a certificate's ARN once it is issued: AWS uses none before.
func (s *Stack) CertificateARN(where string) string {
	return s.Await(s.ValidationKey(where), "certificateArn")
}

// ListenerKey is the key of the frontend's listener.
func ListenerKey(https bool) Key {
	if https {
		return "listener-public-https"
	}
	return "listener-public"
}

// OriginRuleKey is the key of the listener's rule, which lets CloudFront in.
func OriginRuleKey(https bool) Key {
	if https {
		return "listenerrule-public-https-origin"
	}
	return "listenerrule-public-origin"
}

// CloudFrontRulePrefix begins the key of the security group rule that lets
// CloudFront in. HTTP and HTTPS have a security group each: CloudFront's list
// weighs 55 of the 60 rules that a group may have, and while a claim goes from
// one to the other, both must be open.
func CloudFrontRulePrefix(https bool) string {
	if https {
		return "sgrule-alb-https-from-cloudfront-"
	}
	return "sgrule-alb-from-cloudfront-"
}

// OriginHeader is the header by which the load balancer knows CloudFront.
const OriginHeader = "X-Kasha-Origin"

// originHeaderLen is long enough to be beyond guessing.
const originHeaderLen = 40

// OriginHeaderValue is what the header must hold. Without it, anybody's
// distribution could reach the load balancer, since CloudFront's addresses are
// the same for all. It is not a credential: whoever may read the claim's objects
// can read it, and what it opens is what every viewer may see anyway, only past
// the firewall. So it need not be secret, just not be known outside; the claim's
// UID is not. Once sent, it stays: a claim restored from a backup has another
// UID, and must not shut CloudFront out while that learns the new value.
func (s *Stack) OriginHeaderValue() string {
	derived := digest("origin/"+s.ID+"/"+string(s.Claim.GetUID()), originHeaderLen)
	return s.Sticky(Distribution, "origin.0.customHeader.0.value", derived)
}

// Arrived tells whether CloudFront demonstrably serves as the claim asks, at all
// its edges. Until then, what it used before must stay.
func (s *Stack) Arrived() bool {
	if state, _ := s.Status(Distribution, "status"); state != "Deployed" || !s.Ready(Distribution) {
		return false
	}
	const edge, origin = "viewerCertificate.acmCertificateArn", "origin.0.customOriginConfig.originProtocolPolicy"
	if !s.HTTPS() {
		return s.VPCOrigin() || s.runs(Distribution, origin, "http-only")
	}
	return s.runs(Distribution, edge, s.CertificateARN(AtEdge)) &&
		s.runs(ListenerKey(true), "certificateArn", s.CertificateARN(AtOrigin)) &&
		(s.VPCOrigin() || s.runs(Distribution, origin, "https-only"))
}

// runs tells whether a resource was told a value, and AWS says that it has it.
func (s *Stack) runs(key Key, path, value string) bool {
	want, known := s.Known(value)
	has, _ := s.Status(key, path)
	return known && has == want && s.Sticky(key, path, "") == want
}

// ViewerRecordKey is the key of the record that leads a viewers' name to
// CloudFront, of type A or AAAA. AWS can move a record neither to another name
// nor to another zone.
func (s *Stack) ViewerRecordKey(name, kind string) Key {
	return s.RecordKey(strings.ToLower(kind), name)
}

// RecordKey is the key of one of a name's records.
func (s *Stack) RecordKey(what, name string) Key {
	return Key("record-" + what + "-" + Digest(s.Claim.Spec.Edge.Domain.HostedZoneID+" "+name))
}

// GlobalTelemetryKey is the key that encrypts logs in us-east-1: the telemetry
// key where that is there, else one of its own.
func (s *Stack) GlobalTelemetryKey() Key {
	if s.Region == GlobalRegion {
		return "key-telemetry"
	}
	return "key-edge"
}
