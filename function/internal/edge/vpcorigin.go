package edge

import (
	"k8s.io/utils/ptr"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// vpcOrigin lets CloudFront reach a load balancer that has no public address.
// CloudFront still connects from the addresses of its prefix list, so the security
// groups are the same. AWS cannot change the protocol of a VPC origin that is in use,
// and neither can a claim.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
func vpcOrigin(s *stack.Stack, p *plan.Plan) {
	if !p.Entrance.VPCOrigin {
		return
	}
	protocol := "http-only"
	if p.Entrance.HTTPS {
		protocol = "https-only"
	}
	s.Add(keys.VPCOrigin, "Lets CloudFront reach the load balancer over a private address.",
		&cloudfront.VPCOrigin{Spec: cloudfront.VPCOriginSpec{ForProvider: cloudfront.VPCOriginParameters{
			VPCOriginEndpointConfig: &cloudfront.VPCOriginEndpointConfigParameters{
				Name:                 ptr.To(s.Name("frontend", plan.LimitName)),
				Arn:                  ptr.To(stack.ARN(keys.Balancer(plan.PublicBalancer))),
				HTTPPort:             ptr.To(80.0),
				HTTPSPort:            ptr.To(443.0),
				OriginProtocolPolicy: &protocol,
				// AWS requires them even where they are not used.
				OriginSSLProtocols: &cloudfront.OriginSSLProtocolsParameters{
					Items:    list("TLSv1.2"),
					Quantity: ptr.To(1.0),
				},
			},
			Tags: s.Tags(keys.VPCOrigin),
		}}}, stack.EchoExternalName())
}
