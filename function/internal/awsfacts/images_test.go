package awsfacts

import "testing"

func TestECRRepository(t *testing.T) {
	const registry = "111122223333.dkr.ecr.us-east-1.amazonaws.com/"
	cases := map[string]struct {
		reason, image, want string
	}{
		"Tag": {
			reason: "The tag is not part of the repository.",
			image:  registry + "frontend:1.4.2",
			want:   "arn:aws:ecr:us-east-1:111122223333:repository/frontend",
		},
		"Digest": {
			reason: "The digest is not part of the repository.",
			image:  registry + "shop/frontend@sha256:abc",
			want:   "arn:aws:ecr:us-east-1:111122223333:repository/shop/frontend",
		},
		"TagAndDigest": {
			reason: "Neither tag nor digest is part of the repository.",
			image:  registry + "shop/frontend:1@sha256:abc",
			want:   "arn:aws:ecr:us-east-1:111122223333:repository/shop/frontend",
		},
		"Neither": {
			reason: "An image may have neither tag nor digest.",
			image:  registry + "shop/frontend",
			want:   "arn:aws:ecr:us-east-1:111122223333:repository/shop/frontend",
		},
		"Cache": {
			reason: "A pull-through cache is a repository.",
			image:  registry + "docker-hub/library/nginx:1.29",
			want:   "arn:aws:ecr:us-east-1:111122223333:repository/docker-hub/library/nginx",
		},
		"Elsewhere": {
			reason: "The region is that of the repository.",
			image:  "444455556666.dkr.ecr.ap-southeast-2.amazonaws.com/a:1",
			want:   "arn:aws:ecr:ap-southeast-2:444455556666:repository/a",
		},
		"FIPS": {
			reason: "ECR has another host name for FIPS endpoints.",
			image:  "111122223333.dkr.ecr-fips.us-east-1.amazonaws.com/a:1",
			want:   "arn:aws:ecr:us-east-1:111122223333:repository/a",
		},
		"DualStack": {
			reason: "ECR has another host name for dual-stack endpoints.",
			image:  "111122223333.dkr-ecr.us-east-1.on.aws/a:1",
			want:   "arn:aws:ecr:us-east-1:111122223333:repository/a",
		},
		"Public": {
			reason: "ECR's public gallery needs no permission.",
			image:  "public.ecr.aws/nginx/nginx:1.29",
		},
		"DockerHub": {reason: "Docker Hub needs no permission.", image: "nginx:1.29"},
		"InThePath": {
			reason: "The registry is the first part of the image.",
			image:  "example.org/" + registry + "a:1",
		},
		"Lookalike": {
			reason: "Another registry's name may begin like ECR's.",
			image:  "111122223333.dkr.ecr.us-east-1.amazonaws.com.example.org/a:1",
		},
		"NoRepository": {reason: "A registry without a repository is not an image.", image: registry},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, ok := ECRRepository(tc.image)
			if got != tc.want || ok != (tc.want != "") {
				t.Errorf("%s\nECRRepository(%q) = %q, %v, want %q", tc.reason, tc.image, got, ok, tc.want)
			}
		})
	}
}

func TestECREndpointRegion(t *testing.T) {
	cases := map[string]struct {
		reason, image, want string
	}{
		"Here": {
			reason: "The region is that of the registry.",
			image:  "111122223333.dkr.ecr.us-east-1.amazonaws.com/a:1",
			want:   "us-east-1",
		},
		"FIPS": {
			reason: "The endpoint does not serve the FIPS host name.",
			image:  "111122223333.dkr.ecr-fips.us-east-1.amazonaws.com/a:1",
		},
		"DualStack": {
			reason: "The endpoint does not serve the dual-stack host name.",
			image:  "111122223333.dkr-ecr.us-east-1.on.aws/a:1",
		},
		"Mixed": {
			reason: "A mixture of two host names does not exist.",
			image:  "111122223333.dkr.ecr.us-east-1.on.aws/a:1",
		},
		"Public":    {reason: "The public gallery is on the internet.", image: "public.ecr.aws/nginx/nginx:1.29"},
		"DockerHub": {reason: "Docker Hub is on the internet.", image: "nginx:1.29"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, ok := ECREndpointRegion(tc.image)
			if got != tc.want || ok != (tc.want != "") {
				t.Errorf("%s\nECREndpointRegion(%q) = %q, %v, want %q", tc.reason, tc.image, got, ok, tc.want)
			}
		})
	}
}
