package awsfacts

import (
	"regexp"
	"slices"
	"strings"
)

// ECRRepository returns the ARN of the private ECR repository that an image is pulled from,
// and false where the image comes from another registry. Repositories of a pull-through
// cache are included.
func ECRRepository(image string) (string, bool) {
	m := ecrImage.FindStringSubmatch(image)
	if m == nil {
		return "", false
	}
	return "arn:aws:ecr:" + m[3] + ":" + m[1] + ":repository/" + m[5], true
}

// ECREndpointRegion returns the region whose ECR interface endpoints serve an image. It
// returns false for an image that they do not serve: an image of another registry, or one
// with ECR's FIPS or dual-stack host name.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
func ECREndpointRegion(image string) (string, bool) {
	m := ecrImage.FindStringSubmatch(image)
	if m == nil || m[2] != ".ecr" || m[4] != "amazonaws.com" {
		return "", false
	}
	return m[3], true
}

// IsDockerHub tells whether an image is pulled from Docker Hub. A reference whose first part
// has neither a dot nor a port names no registry, which means Docker Hub.
func IsDockerHub(image string) bool {
	host, _, named := strings.Cut(image, "/")
	if !named || host != "localhost" && !strings.ContainsAny(host, ".:") {
		return true
	}
	return slices.Contains([]string{"docker.io", "index.docker.io", "registry-1.docker.io"}, host)
}

// ecrImage matches account, service, region, domain and repository, for each of ECR's host
// names:
// https://docs.aws.amazon.com/general/latest/gr/ecr.html
var ecrImage = regexp.MustCompile(`^([0-9]{12})\.dkr(\.ecr|\.ecr-fips|-ecr|-ecr-fips)` +
	`\.([a-z0-9-]+)\.(amazonaws\.com|on\.aws)/([^:@]+)`)
