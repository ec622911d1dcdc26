package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
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
		rollout.Versions(p.stack, w.Name, func(k stack.Key, _ stack.Observed) {
			out = append(out, rollout.Containers(p.stack, k)...)
		})
	}
	return out
}

// NamedImages are the images that the claim names.
func (p *Plan) NamedImages() []string {
	var out []string
	for _, w := range p.Containers() {
		for _, c := range w.Parts() {
			out = append(out, c.Image)
		}
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
	return p.sources(func(v v1alpha1.SecretValue) string { return v.SecretARN }, containers.Secret.SecretARN)
}

// Parameters are the same of the Parameter Store.
func (p *Plan) Parameters() []string {
	return p.sources(func(v v1alpha1.SecretValue) string { return v.ParameterARN }, containers.Secret.ParameterARN)
}

// sources are the ARNs that the claim's variables and those of observed versions have in one
// service, sorted, each once.
func (p *Plan) sources(named func(v1alpha1.SecretValue) string, has func(containers.Secret) (string, bool)) []string {
	out := map[string]bool{}
	for _, w := range p.Containers() {
		for _, c := range w.Parts() {
			for _, v := range c.Secrets {
				if arn := named(v); arn != "" {
					out[arn] = true
				}
			}
		}
	}
	for _, c := range p.running {
		for _, secret := range c.Secrets {
			if arn, ok := has(secret); ok {
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
