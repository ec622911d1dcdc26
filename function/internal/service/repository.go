package service

import (
	"encoding/json"

	"k8s.io/utils/ptr"

	ecr "github.com/upbound/provider-aws/v2/apis/namespaced/ecr/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// keptUntagged is how many images without a tag a repository keeps.
const keptUntagged = 30

// repository is where the service's images may be pushed to. Tags cannot be
// moved: what a claim names by tag stays what it was. A repository with images in
// it is not deleted.
func repository(s *stack.Stack, p *plan.Plan, service string) {
	key := keys.Repository(service)
	s.Add(key, "Where to push the "+service+"'s images.", &ecr.Repository{Spec: ecr.RepositorySpec{ForProvider: ecr.RepositoryParameters{
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

// lifecycle deletes what no tag names any more. Tagged images are never deleted:
// nobody here knows which of them run, and an old one may have run for years.
//
// AWS cannot change such a policy in place, as far as the provider knows, so one
// that exists keeps its text.
func lifecycle(s *stack.Stack, service string) {
	key := keys.RepositoryLifecycle(service)
	s.Add(key, "Images without a tag are deleted, but for the newest.", &ecr.LifecyclePolicy{Spec: ecr.LifecyclePolicySpec{ForProvider: ecr.LifecyclePolicyParameters{
		Region:        &s.Region,
		RepositoryRef: s.Ref(keys.Repository(service)),
		Policy:        ptr.To(s.Sticky(key, "policy", keepUntagged(keptUntagged))),
	}}})
}

// keepUntagged keeps the newest images without a tag, and all that have one. ECR
// spares what a manifest list refers to: the architectures of a tagged image.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
func keepUntagged(n int) string {
	type object = map[string]any
	// Strings, numbers and maps of them can always be written.
	b, _ := json.Marshal(object{"rules": []object{{
		"rulePriority": 1,
		"description":  "Keep the newest.",
		"selection":    object{"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": n},
		"action":       object{"type": "expire"},
	}}})
	return string(b)
}
