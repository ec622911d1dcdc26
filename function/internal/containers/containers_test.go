package containers

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

func taskDefinition(text string) stacktest.Object {
	return stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{"containerDefinitions": text}}}
}

func TestSecretARN(t *testing.T) {
	const arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/token-AbCdEf"
	cases := map[string]struct {
		reason string
		text   string
		want   []string
	}{
		"Whole": {
			reason: "It is the whole secret.",
			text:   `[{"secrets":[{"valueFrom":"` + arn + `"}]}]`,
			want:   []string{arn},
		},
		"Key": {
			reason: "The key is not part of the ARN.",
			text:   `[{"secrets":[{"valueFrom":"` + arn + `:token::"}]}]`,
			want:   []string{arn},
		},
		"None":    {reason: "The container has no secrets.", text: `[{"name":"frontend"}]`},
		"Another": {reason: "A text that is not an ARN is ignored.", text: `[{"secrets":[{"valueFrom":"token"}]}]`},
		"Broken":  {reason: "Invalid JSON has no containers.", text: `[{`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, c := range Of(taskDefinition(tc.text)) {
				for _, s := range c.Secrets {
					if arn, ok := s.SecretARN(); ok {
						got = append(got, arn)
					}
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestParameterARN: a parameter is no secret, and a secret no parameter.
func TestParameterARN(t *testing.T) {
	const parameter = "arn:aws:ssm:us-east-1:111122223333:parameter/shop/token"
	s := Secret{ValueFrom: parameter}
	if arn, ok := s.ParameterARN(); !ok || arn != parameter {
		t.Errorf("the ARN of a parameter is the whole value, got %q", arn)
	}
	if arn, ok := s.SecretARN(); ok {
		t.Errorf("a parameter must not be read as a secret: %q", arn)
	}
	s = Secret{ValueFrom: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/token-AbCdEf"}
	if arn, ok := s.ParameterARN(); ok {
		t.Errorf("a secret must not be read as a parameter: %q", arn)
	}
}

func TestValue(t *testing.T) {
	const two = `[{"name":"backend","environment":[{"name":"DB_SECRET_REVISION","value":"g2-proxy"}]},` +
		`{"name":"sidecar"}]`
	c, ok := Main(taskDefinition(two))
	if !ok || c.Name != "backend" {
		t.Fatalf("the first container is the workload's own, got %q", c.Name)
	}
	if v, ok := c.Value("DB_SECRET_REVISION"); v != "g2-proxy" || !ok {
		t.Errorf("a variable has the value that it was given, got %q", v)
	}
	if _, ok := c.Value("DB_SECRET"); ok {
		t.Error("a variable whose name only begins alike is another one")
	}
	if _, ok := Main(taskDefinition(`[]`)); ok {
		t.Error("a task definition without containers has no container of its own")
	}
}
