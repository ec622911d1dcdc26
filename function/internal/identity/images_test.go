package identity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

const (
	registry   = "111122223333.dkr.ecr.us-east-1.amazonaws.com/"
	repository = "arn:aws:ecr:us-east-1:111122223333:repository/"
)

// imagesStack returns the stack of a claim whose account is known and whose frontend
// runs a previous version.
func imagesStack(t *testing.T, frontend, backend, running string) (*stack.Stack, *plan.Plan) {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team-shop"
	c.Spec.Region, c.Spec.Network.CIDR = "us-east-1", "10.0.0.0/16"
	c.Spec.Frontend.Image, c.Spec.Backend.Image = frontend, backend
	s := stack.New(
		stack.Input{Claim: c, ID: "shop-807061", Scheme: runtime.NewScheme(), Observed: map[stack.Key]stack.Observed{
			"vpc": stacktest.Object{"status": map[string]any{"atProvider": map[string]any{"ownerId": "111122223333"}}},
			"taskdefinition-frontend-1a2b3c4d": stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{
				"containerDefinitions": `[{"image":"` + running + `"}]`,
			}}},
		}})
	return s, plan.New(s)
}

func TestImages(t *testing.T) {
	cases := map[string]struct {
		reason                     string
		frontend, backend, running string
		// named are the repositories besides the claim's own that the claim names, which may be
		// pull-through caches, and old those that it does not name any more.
		named, old []string
	}{
		"Public": {
			reason:   "Public images need no permission.",
			frontend: "nginx:1",
			backend:  "public.ecr.aws/x/y:1",
			running:  "nginx:0",
		},
		"Own": {
			reason:   "The claim's repositories are allowed once.",
			frontend: registry + "shop-807061/frontend:2",
			backend:  registry + "shop-807061/backend:2",
			running:  registry + "shop-807061/frontend:1",
		},
		"Others": {
			reason:   "Each image's repository is allowed, and no other.",
			frontend: registry + "shop/frontend:2",
			backend:  registry + "shop/backend@sha256:abc",
			running:  registry + "shop/frontend:1",
			named:    []string{repository + "shop/backend", repository + "shop/frontend"},
		},
		"Shared": {
			reason:   "A repository is allowed once.",
			frontend: registry + "shop:f",
			backend:  registry + "shop:b",
			running:  registry + "shop:old",
			named:    []string{repository + "shop"},
		},
		"Elsewhere": {
			reason:   "A repository may be in another account and region.",
			frontend: "444455556666.dkr.ecr.eu-west-1.amazonaws.com/a:1",
			backend:  "b:1",
			running:  "nginx:0",
			named:    []string{"arn:aws:ecr:eu-west-1:444455556666:repository/a"},
		},
		"Running": {
			reason: "A version that is being replaced may have to start tasks. Nothing is imported for it: its " +
				"image is there.",
			frontend: registry + "new:1",
			backend:  "b:1",
			running:  registry + "old:1",
			named:    []string{repository + "new"},
			old:      []string{repository + "old"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s, p := imagesStack(t, tc.frontend, tc.backend, tc.running)
			var want []string
			if tc.named != nil {
				want = append(want, `{"Sid":"ImagesElsewhere","Effect":"Allow",`+
					`"Action":["ecr:BatchImportUpstreamImage","ecr:BatchCheckLayerAvailability",`+
					`"ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],`+
					`"Resource":`+stack.JSON(list(tc.named))+`}`)
			}
			if tc.old != nil {
				want = append(want, `{"Sid":"ImagesRunning","Effect":"Allow",`+
					`"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],`+
					`"Resource":`+stack.JSON(list(tc.old))+`}`)
			}
			want = append([]string{`{"Sid":"Images","Effect":"Allow",` +
				`"Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],` +
				`"Resource":["` + repository + `shop-807061/frontend",` +
				`"` + repository + `shop-807061/backend"]}`}, want...)
			got, known := s.Known(images(s, p).String())
			if !known {
				t.Fatalf("%s waits for more than the account", got)
			}
			document := `{"Version":"2012-10-17","Statement":[` + strings.Join(want, ",") + `]}`
			if diff := cmp.Diff(document, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestImagesFit: with as many secrets as a claim may have, and long names, the policy
// is within AWS's limit.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestImagesFit(t *testing.T) {
	long := func(name string) string { return registry + name + strings.Repeat("x", 100) + ":1" }
	s, p := imagesStack(t, long("a"), long("b"), long("c"))
	s.Claim.Spec.Backend.Secrets = map[string]v1alpha1.SecretValue{}
	for i := range 49 {
		arn := "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/token-" +
			string(rune('A'+i/26)) + string(rune('a'+i%26)) + "-AbCdEfGhI-AbCdEf"
		s.Claim.Spec.Backend.Secrets[arn] = v1alpha1.SecretValue{SecretARN: arn}
	}
	if got, _ := s.Known(executionPolicy(s, p).String()); len(got) > 10240 {
		t.Errorf("the policy has %d characters", len(got))
	}
}

// list returns one value as a string and several as a list, as policies write them.
func list(v []string) any {
	if len(v) == 1 {
		return v[0]
	}
	return v
}
