package awsfacts

import "regexp"

// ECRRepository returns the ARN of the private ECR repository that an image is
// pulled from, and false where the image comes from another registry. The
// repository of a pull-through cache looks like any other.
func ECRRepository(image string) (string, bool) {
	m := ecrImage.FindStringSubmatch(image)
	if m == nil {
		return "", false
	}
	return "arn:aws:ecr:" + m[3] + ":" + m[1] + ":repository/" + m[5], true
}

// ECREndpointRegion returns the region whose interface endpoints an image is pulled
// through in a VPC that has them, and false for an image that they do not serve:
// one of another registry, or at ECR's FIPS or dual-stack name.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
func ECREndpointRegion(image string) (string, bool) {
	m := ecrImage.FindStringSubmatch(image)
	if m == nil || m[2] != ".ecr" || m[4] != "amazonaws.com" {
		return "", false
	}
	return m[3], true
}

// ecrImage is account, service, region, domain and repository, at any of ECR's names:
// https://docs.aws.amazon.com/general/latest/gr/ecr.html
var ecrImage = regexp.MustCompile(`^([0-9]{12})\.dkr(\.ecr|\.ecr-fips|-ecr|-ecr-fips)\.([a-z0-9-]+)\.(amazonaws\.com|on\.aws)/([^:@]+)`)
