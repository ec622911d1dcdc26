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
	return "arn:aws:ecr:" + m[2] + ":" + m[1] + ":repository/" + m[3], true
}

// ecrImage is account, region and repository, at any of ECR's names:
// https://docs.aws.amazon.com/general/latest/gr/ecr.html
var ecrImage = regexp.MustCompile(`^([0-9]{12})\.dkr(?:\.ecr|\.ecr-fips|-ecr|-ecr-fips)\.([a-z0-9-]+)\.(?:amazonaws\.com|on\.aws)/([^:@]+)`)
