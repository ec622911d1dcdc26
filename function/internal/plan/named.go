package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// running are the containers of all versions that the services still run or may roll back
// to.
func running(p *Plan) []containers.Container {
	var out []containers.Container
	for _, w := range p.Containers() {
		rollout.Versions(p.stack, w.Name, func(_ stack.Key, o stack.Observed) {
			out = append(out, containers.Of(o)...)
		})
	}
	return out
}

// NamedImages are the images that the claim names.
func (p *Plan) NamedImages() []string {
	var out []string
	for _, w := range p.Containers() {
		out = append(out, w.Image)
	}
	return out
}

// Images are the images that the claim names, and those of the versions that the services
// still run or may roll back to. Without the latter, a version that is being replaced could
// not start more tasks.
func (p *Plan) Images() []string {
	out := p.NamedImages()
	for _, c := range p.running {
		out = append(out, c.Image)
	}
	return out
}

// Repositories are the ARNs of the ECR repositories that images are in, each once.
func Repositories(images []string) []string {
	out := map[string]bool{}
	for _, image := range images {
		if arn, ok := awsfacts.ECRRepository(image); ok {
			out[arn] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}

// Secrets are the ARNs of the secrets that the claim names, and those of the versions that
// the services still run or may roll back to, each once. Without the latter, a version that
// ECS rolls back to could not start.
func (p *Plan) Secrets() []string {
	out := map[string]bool{}
	for _, w := range p.Containers() {
		for _, v := range w.Secrets {
			out[v.SecretARN] = true
		}
	}
	for _, c := range p.running {
		for _, secret := range c.Secrets {
			if arn, ok := secret.SecretARN(); ok {
				out[arn] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(out))
}

// Elsewhere are those of some ARNs that are in other accounts than the claim's. While the
// claim's account is not known, they are all: what is composed of them then waits for it.
func (p *Plan) Elsewhere(arns []string) []string {
	own, known := p.stack.Known(Account())
	return slices.DeleteFunc(slices.Clone(arns), func(arn string) bool {
		const account = 4 // arn:aws:<service>:<region>:<account>:<resource>
		at := strings.Split(arn, ":")
		return known && len(at) > account && at[account] == own
	})
}
