package identity

import (
	"slices"

	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// pull are the actions that ECS needs to pull an image.
var pull = []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// images allows ECS to pull from the claim's own repositories, and from the
// repositories of the images that the claim names or that its services still run.
//
// A repository's name does not tell whether it is a pull-through cache, so ECS may
// import missing images into those that the claim names now. Without this permission, ECS
// could not pull a tag from a cache that nobody has pulled before. In other repositories it
// has no effect. ECS may not create a cache's repository.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
func images(s *stack.Stack, p *plan.Plan) policy.Document {
	own := ownRepositories(p)
	d := policy.Document{policy.Permit("Images", own, pull...)}
	named := otherRepositories(s, own, p.NamedImages())
	if len(named) > 0 {
		d = append(d,
			policy.Permit("ImagesElsewhere", named, append([]string{"ecr:BatchImportUpstreamImage"}, pull...)...))
	}
	running := slices.DeleteFunc(otherRepositories(s, own, p.Images()), func(arn string) bool {
		return slices.Contains(named, arn)
	})
	if len(running) > 0 {
		d = append(d, policy.Permit("ImagesRunning", running, pull...))
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

// otherRepositories are the repositories of images that the claim has not made. An ARN of
// its own that is not known yet holds the policy back, so no repository is listed twice.
func otherRepositories(s *stack.Stack, own policy.List, images []string) policy.List {
	return slices.DeleteFunc(plan.Repositories(images), func(arn string) bool {
		return slices.ContainsFunc(own, func(o string) bool {
			known, _ := s.Known(o)
			return known == arn
		})
	})
}
