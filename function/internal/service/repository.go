package service

import (
	"encoding/json"

	"k8s.io/utils/ptr"

	ecr "github.com/upbound/provider-aws/v2/apis/namespaced/ecr/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// keptImages is how many images a repository keeps.
const keptImages = 30

// repository is where the service's images may be pushed to. Tags cannot be
// moved: what a claim names by tag stays what it was. A repository with images in
// it is not deleted.
func repository(s *stack.Stack, service string) {
	key := stack.Key("repository-" + service)
	s.Add(key, "Where to push the "+service+"'s images.", &ecr.Repository{Spec: ecr.RepositorySpec{ForProvider: ecr.RepositoryParameters{
		Region:                     &s.Region,
		ImageTagMutability:         ptr.To("IMMUTABLE"),
		ImageScanningConfiguration: &ecr.ImageScanningConfigurationParameters{ScanOnPush: ptr.To(true)},
		EncryptionConfiguration: []ecr.EncryptionConfigurationParameters{{
			EncryptionType: ptr.To("KMS"),
			KMSKey:         ptr.To(s.ARN("key-data")),
		}},
		ForceDelete: ptr.To(false),
		Tags:        s.Tags(key),
	}}}, stack.ExternalName(s.RepositoryName(service)))
}

func lifecycle(s *stack.Stack, service string) {
	s.Add(stack.Key("lifecycle-"+service), "Old images are deleted.", &ecr.LifecyclePolicy{Spec: ecr.LifecyclePolicySpec{ForProvider: ecr.LifecyclePolicyParameters{
		Region:        &s.Region,
		RepositoryRef: s.Ref(stack.Key("repository-" + service)),
		Policy:        ptr.To(keepImages(keptImages)),
	}}})
}

// keepImages keeps the newest images.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
func keepImages(n int) string {
	type object = map[string]any
	// Strings, numbers and maps of them can always be written.
	b, _ := json.Marshal(object{"rules": []object{{
		"rulePriority": 1,
		"description":  "Keep the newest.",
		"selection":    object{"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": n},
		"action":       object{"type": "expire"},
	}}})
	return string(b)
}
