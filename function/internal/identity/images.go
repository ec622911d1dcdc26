package identity

import (
	"maps"
	"slices"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
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
func images(s *stack.Stack, p *plan.Plan) policy.Document {
	own := ownRepositories(p)
	d := policy.Document{policy.Permit("Images", own, pull...)}
	if others := otherRepositories(s, p, own); len(others) > 0 {
		d = append(d, policy.Permit("ImagesElsewhere", others, append([]string{"ecr:BatchImportUpstreamImage"}, pull...)...))
	}
	return d
}

func ownRepositories(p *plan.Plan) policy.List {
	var out policy.List
	for _, w := range p.Workloads {
		out = append(out, p.RegionalARN("ecr", "repository/"+p.RepositoryName(w.Name)))
	}
	return out
}

// otherRepositories are those of the images that the claim names, and of the
// versions that the services still run or may go back to: without them a version
// that is being replaced could start no more tasks.
func otherRepositories(s *stack.Stack, p *plan.Plan, own policy.List) policy.List {
	var images []string
	for _, c := range running(s, p) {
		images = append(images, c.Image)
	}
	for _, w := range p.Workloads {
		images = append(images, w.Image)
	}
	out := map[string]bool{}
	for _, image := range images {
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
