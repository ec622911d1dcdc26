package service

import (
	"encoding/json"

	"k8s.io/utils/ptr"

	ecr "github.com/upbound/provider-aws/v2/apis/namespaced/ecr/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// keptUntagged is how many untagged images a repository keeps.
const keptUntagged = 30

// repository is where the service's images may be pushed to. Tags are immutable: an
// image that a claim names by its tag never changes. AWS does not delete a repository
// that holds images.
func repository(s *stack.Stack, p *plan.Plan, service string) {
	key := keys.Repository(service)
	s.Add(key, "The repository to push the "+service+"'s images to.",
		&ecr.Repository{Spec: ecr.RepositorySpec{ForProvider: ecr.RepositoryParameters{
			Region:                     &s.Region,
			ImageTagMutability:         ptr.To("IMMUTABLE"),
			ImageScanningConfiguration: &ecr.ImageScanningConfigurationParameters{ScanOnPush: ptr.To(true)},
			EncryptionConfiguration: []ecr.EncryptionConfigurationParameters{{
				EncryptionType: ptr.To("KMS"),
				KMSKey:         ptr.To(stack.ARN(keys.DataKey)),
			}},
			ForceDelete: ptr.To(false),
			Tags:        s.Tags(key),
		}}}, stack.ExternalName(p.RepositoryName(service)))
}

// lifecycle deletes untagged images. It never deletes tagged images: the function does
// not know which of them run, and an old one may have run for years.
//
// As far as the provider knows, AWS cannot change a lifecycle policy in place, so an
// existing policy keeps its text.
func lifecycle(s *stack.Stack, service string) {
	key := keys.RepositoryLifecycle(service)
	s.Add(key, "Deletes untagged images except the newest.",
		&ecr.LifecyclePolicy{Spec: ecr.LifecyclePolicySpec{ForProvider: ecr.LifecyclePolicyParameters{
			Region:        &s.Region,
			RepositoryRef: s.Ref(keys.Repository(service)),
			Policy:        ptr.To(s.Sticky(key, "policy", keepUntagged(keptUntagged))),
		}}})
}

// keepUntagged keeps the newest n untagged images and all tagged ones. ECR keeps images
// that a manifest list refers to, which are the architectures of a tagged image.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
func keepUntagged(n int) string {
	type object = map[string]any
	// Strings, numbers and maps of them can always be encoded.
	b, _ := json.Marshal(object{"rules": []object{{
		"rulePriority": 1,
		"description":  "Keep the newest.",
		"selection":    object{"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": n},
		"action":       object{"type": "expire"},
	}}})
	return string(b)
}
