package identity

import (
	"maps"
	"slices"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// pull is what ECS does to get an image.
var pull = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// images allows to pull from the claim's repositories, and from those that its
// images are in.
//
// Which of the latter are pull-through caches their names do not tell, so each
// may import what it lacks: without that, ECS is refused every tag that nobody
// has pulled before, and in a repository that is no cache it does nothing. To
// make the repository of a cache is not allowed.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
func images(s *stack.Stack) policy.Document {
	own := ownRepositories(s)
	d := policy.Document{allow("Images", own, pull...)}
	if others := otherRepositories(s, own); len(others) > 0 {
		d = append(d, allow("ImagesElsewhere", others, append([]string{"ecr:BatchImportUpstreamImage"}, pull...)...))
	}
	return d
}

func ownRepositories(s *stack.Stack) policy.List {
	var out policy.List
	for _, service := range services {
		out = append(out, s.RegionalARN("ecr", "repository/"+s.RepositoryName(service)))
	}
	return out
}

// otherRepositories are those of the images that the claim names, and of the
// versions that the services still run or may go back to: without them a version
// that is being replaced could start no more tasks.
func otherRepositories(s *stack.Stack, own policy.List) policy.List {
	out := map[string]bool{}
	for _, image := range append(observedImages(s), s.Claim.Spec.Frontend.Image, s.Claim.Spec.Backend.Image) {
		if arn, ok := awsfacts.ECRRepository(image); ok {
			out[arn] = true
		}
	}
	for _, arn := range own {
		// What is not known yet holds the policy back, so nothing is listed twice.
		known, _ := s.Known(arn)
		delete(out, known)
	}
	return slices.Sorted(maps.Keys(out))
}

func observedImages(s *stack.Stack) []string {
	var out []string
	for _, service := range services {
		s.ObservedKeys(string(rollout.TaskDefinitionKey(service, "")), func(_ stack.Key, o stack.Observed) {
			for _, c := range containers(o) {
				out = append(out, c.Image)
			}
		})
	}
	return out
}
