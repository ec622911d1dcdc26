package kinds

import (
	"strings"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"
)

var cloudfrontKinds = []Record{
	{
		GVK: cloudfront.CachePolicy_GroupVersionKind, Object: &cloudfront.CachePolicy{},
		Keys: []string{"cachepolicy"},
		Actions: []string{
			"cloudfront:CreateCachePolicy", "cloudfront:GetCachePolicy", "cloudfront:UpdateCachePolicy",
			"cloudfront:DeleteCachePolicy",
		},
		Proofs:    []Proof{{Field: "id"}},
		Simulated: func(a *Answer) { a.At["id"] = a.hash(8) + "-" + a.hash(12) },
	},
	{
		GVK: cloudfront.Distribution_GroupVersionKind, Object: &cloudfront.Distribution{},
		Keys: []string{"distribution"},
		// CloudFront gives itself access to the bucket of its access logs, with the
		// permissions of the identity that changes the distribution.
		// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
		Actions: []string{
			"cloudfront:CreateDistribution", "cloudfront:GetDistribution",
			"cloudfront:GetDistributionConfig", "cloudfront:UpdateDistribution", "cloudfront:DeleteDistribution",
			"cloudfront:TagResource", "cloudfront:UntagResource", "cloudfront:ListTagsForResource",
			"s3:GetBucketAcl", "s3:PutBucketAcl",
		},
		Proofs: []Proof{{Field: "domainName"}, {Field: "status", OneOf: []string{"Deployed"}}},
		Simulated: func(a *Answer) {
			a.At["id"] = "E" + strings.ToUpper(a.hash(13))
			a.globalARN("cloudfront", "distribution/"+a.id())
			a.At["domainName"] = "d" + a.hash(13) + ".cloudfront.net"
			a.At["hostedZoneId"] = "Z2FDTNDATAQYW2"
			a.At["status"] = "Deployed"
		},
	},
	{
		GVK: cloudfront.Function_GroupVersionKind, Object: &cloudfront.Function{},
		Keys: []string{"edgefunction-static"},
		Actions: []string{
			"cloudfront:CreateFunction", "cloudfront:DescribeFunction", "cloudfront:GetFunction",
			"cloudfront:PublishFunction", "cloudfront:UpdateFunction", "cloudfront:DeleteFunction",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Simulated: func(a *Answer) { a.globalARN("cloudfront", "function/"+a.External()) },
	},
	{
		GVK: cloudfront.OriginAccessControl_GroupVersionKind, Object: &cloudfront.OriginAccessControl{},
		Keys: []string{"originaccess-static"},
		Actions: []string{
			"cloudfront:CreateOriginAccessControl", "cloudfront:GetOriginAccessControl",
			"cloudfront:UpdateOriginAccessControl", "cloudfront:DeleteOriginAccessControl",
		},
		Proofs:    []Proof{{Field: "id"}},
		Simulated: func(a *Answer) { a.At["id"] = "E" + strings.ToUpper(a.hash(13)) },
	},
	{
		GVK: cloudfront.ResponseHeadersPolicy_GroupVersionKind, Object: &cloudfront.ResponseHeadersPolicy{},
		Keys: []string{"responseheaders"},
		Actions: []string{
			"cloudfront:CreateResponseHeadersPolicy", "cloudfront:GetResponseHeadersPolicy",
			"cloudfront:UpdateResponseHeadersPolicy", "cloudfront:DeleteResponseHeadersPolicy",
		},
		Proofs:    []Proof{{Field: "id"}},
		Simulated: func(a *Answer) { a.At["id"] = a.hash(8) + "-" + a.hash(12) },
	},
	{
		GVK: cloudfront.VPCOrigin_GroupVersionKind, Object: &cloudfront.VPCOrigin{},
		Keys: []string{"vpcorigin"},
		Actions: []string{
			"cloudfront:CreateVpcOrigin", "cloudfront:GetVpcOrigin", "cloudfront:UpdateVpcOrigin",
			"cloudfront:DeleteVpcOrigin", "cloudfront:TagResource", "cloudfront:UntagResource",
			"cloudfront:ListTagsForResource", "ec2:DescribeVpcs", "ec2:DescribeInternetGateways",
			"ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "elasticloadbalancing:DescribeLoadBalancers",
			"elasticloadbalancing:DescribeListeners",
		},
		Proofs: []Proof{{Field: "id"}},
		Simulated: func(a *Answer) {
			a.At["id"] = "vo_" + a.hash(21)
			a.globalARN("cloudfront", "vpcorigin/"+a.id())
		},
	},
}
