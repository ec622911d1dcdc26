package judge

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// TestGone: the deletion of a resource that holds something is announced, and data that
// stays in AWS is not called lost.
func TestGone(t *testing.T) {
	retain := map[string]any{"managementPolicies": []any{"Observe", "Create", "Update", "LateInitialize"}}
	cases := map[string]struct {
		reason, apiVersion, kind string
		spec                     map[string]any
		want                     []string
	}{
		"Deleted": {
			"Its messages are lost.", "sqs.aws.m.upbound.io/v1beta1", "Queue", nil,
			[]string{"deleting shop-x because the claim no longer asks for it; you lose the messages in it"},
		},
		"Retained": {
			"The recovery points stay.", "backup.aws.m.upbound.io/v1beta1", "Vault", retain,
			[]string{"leaving shop-x in AWS: the claim no longer asks for it, and nothing manages it any more"},
		},
		"Empty": {"A route holds nothing.", "ec2.aws.m.upbound.io/v1beta1", "Route", nil, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Name, c.Spec.Network.CIDR = "shop", "10.0.0.0/16"
			o := stacktest.Object{"apiVersion": tc.apiVersion, "kind": tc.kind, "spec": tc.spec}
			s := stack.New(stack.Input{Claim: c, Observed: map[stack.Key]stack.Observed{"x": o}, Scheme: kinds.Scheme})
			if diff := cmp.Diff(tc.want, Warnings(s, plan.New(s), Outcome{})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestImagesThatMove: an image without a version can change.
func TestImagesThatMove(t *testing.T) {
	const registry = "localhost:5000/shop/frontend"
	cases := map[string]struct {
		reason, image string
		want          bool
	}{
		"NoTag":        {"It means latest.", "nginx", true},
		"Latest":       {"It is moved with every release.", "nginx:latest", true},
		"Branch":       {"It is moved with every commit.", registry + ":main", true},
		"Channel":      {"It is moved with every release.", "nginx:stable-alpine", true},
		"Commit":       {"A commit stays.", registry + ":sha-a1b2c3d", false},
		"Port":         {"A registry's port is not a tag.", registry, true},
		"Version":      {"A version stays.", registry + ":1.4.2", false},
		"Digest":       {"A digest cannot move.", "nginx@sha256:abc", false},
		"LatestDigest": {"The digest counts.", "nginx:latest@sha256:abc", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := moving(plan.Part{Image: tc.image, Name: "frontend"}); (len(got) > 0) != tc.want {
				t.Errorf("%s moving(%q) = %q", tc.reason, tc.image, got)
			}
		})
	}
}

// TestCredentialsInEnv: the warning names a variable that looks like a credential, and
// never its value.
func TestCredentialsInEnv(t *testing.T) {
	cases := map[string]struct {
		reason, name, value string
		want                bool
	}{
		"Password":   {"The name says it.", "SMTP_PASSWORD", "hunter22", true},
		"Token":      {"The name says it in lower case.", "github_token", "hunter22", true},
		"Key":        {"The name says it.", "STRIPE_API_KEY", "hunter22", true},
		"PostgreSQL": {"Its client reads this name.", "PGPASSWORD", "hunter22", true},
		"Short":      {"The name says it.", "DB_PASS", "hunter22", true},
		"Laravel":    {"It signs the sessions.", "APP_KEY", "base64:hunter22", true},
		"Rails":      {"It signs the sessions.", "SECRET_KEY_BASE", "hunter22", true},
		"Bypass":     {"Part of a word is not the word.", "CACHE_BYPASS", "1", false},
		"AccessKey":  {"The value is an AWS access key.", "AWS", "AKIAIOSFODNN7EXAMPLE", true},
		"URL":        {"The value contains a password.", "CACHE", "redis://app:hunter22@cache:6379", true},
		"PrivateKey": {"The value is a private key.", "CERT", "-----BEGIN RSA PRIVATE KEY-----", true},
		"Empty":      {"Nothing is told.", "SMTP_PASSWORD", "", false},
		"About":      {"A name that only mentions a password is a setting.", "PASSWORD_MIN_LENGTH", "12", false},
		"Where":      {"The ARN of a secret is not secret.", "SECRET_ARN", "arn:aws:secretsmanager:x", false},
		"PlainURL":   {"A URL with a port has no password.", "BACKEND", "http://backend:8080/a@b", false},
		"Word":       {"Part of a word is not the word.", "STOPTOKEN2", "x", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			env := map[string]v1alpha1.EnvValue{tc.name: v1alpha1.EnvValue(tc.value)}
			got := readable(plan.Part{Env: env, Field: "spec.backend"})
			if (len(got) > 0) != tc.want {
				t.Errorf("%s %s=%s: %q", tc.reason, tc.name, tc.value, got)
			}
			if tc.want && (!strings.Contains(got[0], tc.name) || strings.Contains(got[0], tc.value)) {
				t.Errorf("the warning must name the variable and never its value: %s", got)
			}
		})
	}
}

// TestWarningsAboutAVersionAppearOnce: they belong to the pass that makes the version.
func TestWarningsAboutAVersionAppearOnce(t *testing.T) {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Spec.Network.CIDR = "shop", "10.0.0.0/16"
	c.Spec.Backend.Image = "nginx"
	const key = "taskdefinition-backend-1a2b3c4d"
	made := []*stack.Resource{{Key: key, Object: map[string]any{}}}
	for name, tc := range map[string]struct {
		observed map[stack.Key]stack.Observed
		want     int
	}{
		"New":    {nil, 1},
		"Exists": {map[stack.Key]stack.Observed{key: stacktest.Object{}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := stack.New(stack.Input{Claim: c, Observed: tc.observed, Scheme: kinds.Scheme})
			got := 0
			for _, w := range Warnings(s, plan.New(s), Outcome{Resources: made}) {
				if strings.HasPrefix(w, "cannot tell which version of the backend runs") {
					got++
				}
			}
			if got != tc.want {
				t.Errorf("want %d warnings, got %d", tc.want, got)
			}
		})
	}
}
