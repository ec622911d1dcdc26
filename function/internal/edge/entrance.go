package edge

import (
	"encoding/json"

	"k8s.io/utils/ptr"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// origin is the frontend's load balancer.
func origin(s *stack.Stack, p *plan.Plan) cloudfront.OriginParameters {
	read := ptr.To(float64(s.Claim.Spec.Edge.OriginReadTimeoutSeconds))
	keepAlive := ptr.To(float64(s.Claim.Spec.Edge.OriginKeepAliveSeconds))
	o := cloudfront.OriginParameters{
		OriginID:   ptr.To(originID),
		DomainName: ptr.To(originDomain(s, p)),
		CustomHeader: []cloudfront.CustomHeaderParameters{{
			Name:  ptr.To(plan.OriginHeader),
			Value: ptr.To(p.Entrance.Header),
		}},
	}
	// Left out, CloudFront makes three attempts.
	if n := s.Claim.Spec.Edge.OriginAttempts; n != nil {
		o.ConnectionAttempts = ptr.To(float64(*n))
	}
	if p.Entrance.VPCOrigin {
		o.VPCOriginConfig = &cloudfront.VPCOriginConfigParameters{
			VPCOriginID:            ptr.To(stack.Await(keys.VPCOrigin, "id")),
			OriginReadTimeout:      read,
			OriginKeepaliveTimeout: keepAlive,
		}
		return o
	}
	o.CustomOriginConfig = &cloudfront.CustomOriginConfigParameters{
		OriginProtocolPolicy: ptr.To(originProtocol(s, p)),
		HTTPPort:             ptr.To(80.0),
		// AWS requires the HTTPS settings even where they are not used.
		HTTPSPort:              ptr.To(443.0),
		OriginSSLProtocols:     list("TLSv1.2"),
		OriginReadTimeout:      read,
		OriginKeepaliveTimeout: keepAlive,
	}
	return o
}

// originDomain is a name that the load balancer's certificate covers. Without a
// certificate it is the load balancer's own name.
func originDomain(s *stack.Stack, p *plan.Plan) string {
	if p.Entrance.HTTPS {
		return p.Entrance.OriginName
	}
	return stack.Await(keys.Balancer(plan.PublicBalancer), "dnsName")
}

func originProtocol(s *stack.Stack, p *plan.Plan) string {
	if p.Entrance.HTTPS {
		return "https-only"
	}
	return "http-only"
}

// viewerCertificate is the claim's certificate, or CloudFront's own for CloudFront's
// own name.
func viewerCertificate(s *stack.Stack, p *plan.Plan) *cloudfront.ViewerCertificateParameters {
	if !p.Entrance.HTTPS {
		return &cloudfront.ViewerCertificateParameters{CloudfrontDefaultCertificate: ptr.To(true)}
	}
	return &cloudfront.ViewerCertificateParameters{
		AcmCertificateArn:      ptr.To(p.Entrance.CertificateARN(keys.AtEdge)),
		SSLSupportMethod:       ptr.To("sni-only"),
		MinimumProtocolVersion: ptr.To(viewerTLS),
	}
}

// keepUntilPrepared keeps an existing distribution's names, certificate and origin, all
// together, until everything that replaces them works.
func keepUntilPrepared(s *stack.Stack, p *plan.Plan, params *cloudfront.DistributionParameters) {
	o, exists := s.Observed(keys.Distribution)
	if !exists || prepared(s, p) {
		return
	}
	var was cloudfront.DistributionParameters
	if !read(o, "origin", &was.Origin) || !read(o, "viewerCertificate", &was.ViewerCertificate) {
		return
	}
	was.Aliases = nil
	read(o, "aliases", &was.Aliases)
	params.Origin, params.ViewerCertificate, params.Aliases = was.Origin, was.ViewerCertificate, was.Aliases
}

// prepared tells whether the entrance that the claim asks for works, from the
// certificate to the load balancer.
func prepared(s *stack.Stack, p *plan.Plan) bool {
	ready := s.Ready(p.Entrance.Listener()) && s.Ready(p.Entrance.OriginRule()) && open(s, p)
	if p.Entrance.HTTPS {
		_, issued := s.Known(p.Entrance.CertificateARN(keys.AtEdge))
		record := p.Entrance.Record("origin", p.Entrance.OriginName)
		ready = ready && issued && (p.Entrance.VPCOrigin || s.Ready(record))
	}
	return ready
}

// open tells whether the load balancer's security group admits CloudFront.
func open(s *stack.Stack, p *plan.Plan) bool {
	is := false
	s.ObservedKeys(keys.CloudFrontRules(p.Entrance.HTTPS), func(k stack.Key, _ stack.Observed) {
		is = is || s.Ready(k)
	})
	return is
}

// read decodes an observed parameter. It returns false if there is none.
func read(o stack.Observed, field string, into any) bool {
	v, ok := o.Lookup("spec", "forProvider", field)
	if !ok {
		return false
	}
	b, err := json.Marshal(v)
	return err == nil && json.Unmarshal(b, into) == nil
}
