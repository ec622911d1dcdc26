package edge

import (
	"encoding/json"

	"k8s.io/utils/ptr"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// origin is the frontend's load balancer. Timeouts are CloudFront's defaults.
func origin(s *stack.Stack) cloudfront.OriginParameters {
	o := cloudfront.OriginParameters{
		OriginID:     ptr.To(originID),
		DomainName:   ptr.To(originDomain(s)),
		CustomHeader: []cloudfront.CustomHeaderParameters{{Name: ptr.To(stack.OriginHeader), Value: ptr.To(s.OriginHeaderValue())}},
	}
	if s.VPCOrigin() {
		o.VPCOriginConfig = &cloudfront.VPCOriginConfigParameters{
			VPCOriginID:            ptr.To(s.Await(vpcOriginKey, "id")),
			OriginReadTimeout:      ptr.To(30.0),
			OriginKeepaliveTimeout: ptr.To(5.0),
		}
		return o
	}
	o.CustomOriginConfig = &cloudfront.CustomOriginConfigParameters{
		OriginProtocolPolicy: ptr.To(originProtocol(s)),
		HTTPPort:             ptr.To(80.0),
		// AWS demands the HTTPS settings also where they are not used.
		HTTPSPort:              ptr.To(443.0),
		OriginSSLProtocols:     list("TLSv1.2"),
		OriginReadTimeout:      ptr.To(30.0),
		OriginKeepaliveTimeout: ptr.To(5.0),
	}
	return o
}

// originDomain is a name that the load balancer has a certificate for, if it has
// one.
func originDomain(s *stack.Stack) string {
	if s.HTTPS() {
		return s.OriginName()
	}
	return s.Await("alb-public", "dnsName")
}

func originProtocol(s *stack.Stack) string {
	if s.HTTPS() {
		return "https-only"
	}
	return "http-only"
}

// viewerCertificate is CloudFront's own for its own name, else the claim's.
func viewerCertificate(s *stack.Stack) *cloudfront.ViewerCertificateParameters {
	if !s.HTTPS() {
		return &cloudfront.ViewerCertificateParameters{CloudfrontDefaultCertificate: ptr.To(true)}
	}
	return &cloudfront.ViewerCertificateParameters{
		AcmCertificateArn:      ptr.To(s.CertificateARN(stack.AtEdge)),
		SSLSupportMethod:       ptr.To("sni-only"),
		MinimumProtocolVersion: ptr.To(viewerTLS),
	}
}

// stay keeps a living distribution's names, certificate and origin, all together,
// until everything that it is to use instead works.
func stay(s *stack.Stack, p *cloudfront.DistributionParameters) {
	o, exists := s.Observed(stack.Distribution)
	if !exists || prepared(s) {
		return
	}
	var was cloudfront.DistributionParameters
	if !read(o, "origin", &was.Origin) || !read(o, "viewerCertificate", &was.ViewerCertificate) {
		return
	}
	was.Aliases = nil
	read(o, "aliases", &was.Aliases)
	p.Origin, p.ViewerCertificate, p.Aliases = was.Origin, was.ViewerCertificate, was.Aliases
}

// prepared tells whether the way that the claim asks for is there, from the
// certificate to the load balancer.
func prepared(s *stack.Stack) bool {
	ready := s.Ready(stack.ListenerKey(s.HTTPS())) && s.Ready(stack.OriginRuleKey(s.HTTPS())) && open(s)
	if s.HTTPS() {
		_, issued := s.Known(s.CertificateARN(stack.AtEdge))
		ready = ready && issued && (s.VPCOrigin() || s.Ready(s.RecordKey("origin", s.OriginName())))
	}
	return ready
}

// open tells whether the load balancer's security group lets CloudFront in.
func open(s *stack.Stack) bool {
	is := false
	s.ObservedKeys(stack.CloudFrontRulePrefix(s.HTTPS()), func(k stack.Key, _ stack.Observed) { is = is || s.Ready(k) })
	return is
}

// read reads a parameter as the cluster has it.
func read(o stack.Observed, field string, into any) bool {
	v, ok := o.Lookup("spec", "forProvider", field)
	if !ok {
		return false
	}
	b, err := json.Marshal(v)
	return err == nil && json.Unmarshal(b, into) == nil
}
