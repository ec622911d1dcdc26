package identity

import (
	"maps"
	"slices"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// pull are the actions that ECS needs to pull an image.
var pull = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// images allows ECS to pull from the claim's own repositories, and from the
// repositories of the images that the claim names.
//
// A repository's name does not tell whether it is a pull-through cache, so ECS may
// import missing images into each of the latter. Without this permission, ECS could not
// pull a tag from a cache that nobody has pulled before. In other repositories it has
// no effect. ECS may not create a cache's repository.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
func images(s *stack.Stack, p *plan.Plan) policy.Document {
	own := ownRepositories(p)
	d := policy.Document{policy.Permit("Images", own, pull...)}
	if others := otherRepositories(s, p, own); len(others) > 0 {
		actions := append([]string{"ecr:BatchImportUpstreamImage"}, pull...)
		d = append(d, policy.Permit("ImagesElsewhere", others, actions...))
	}
	return d
}

func ownRepositories(p *plan.Plan) policy.List {
	var out policy.List
	for _, w := range p.Containers() {
		if !w.Repository {
			continue
		}
		out = append(out, p.RegionalARN("ecr", "repository/"+p.RepositoryName(w.Name)))
	}
	return out
}

// otherRepositories are the repositories of the images that the claim names, and of the
// versions that the services still run or may roll back to. Without the latter, a
// version that is being replaced could not start more tasks.
func otherRepositories(s *stack.Stack, p *plan.Plan, own policy.List) policy.List {
	var images []string
	for _, c := range running(s, p) {
		images = append(images, c.Image)
	}
	for _, w := range p.Containers() {
		images = append(images, w.Image)
	}
	out := map[string]bool{}
	for _, image := range images {
		if arn, ok := awsfacts.ECRRepository(image); ok {
			out[arn] = true
		}
	}
	for _, arn := range own {
		// An ARN that is not known yet holds the policy back, so no repository is
		// listed twice.
		known, _ := s.Known(arn)
		delete(out, known)
	}
	return slices.Sorted(maps.Keys(out))
}
