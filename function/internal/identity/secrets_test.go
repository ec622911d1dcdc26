package identity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

type observed string

func (o observed) Lookup(path ...string) (any, bool) {
	return string(o), strings.Join(path, ".") == "spec.forProvider.containerDefinitions"
}

func (observed) Connection(string) ([]byte, bool) { return nil, false }

func TestRead(t *testing.T) {
	const arn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/token-AbCdEf"
	cases := map[string]struct {
		reason string
		text   observed
		want   []string
	}{
		"Whole":   {reason: "The whole secret.", text: `[{"secrets":[{"valueFrom":"` + arn + `"}]}]`, want: []string{arn}},
		"Key":     {reason: "A key of it is no part of the ARN.", text: `[{"secrets":[{"valueFrom":"` + arn + `:token::"}]}]`, want: []string{arn}},
		"None":    {reason: "A version without secrets.", text: `[{"name":"frontend"}]`},
		"Another": {reason: "What is not a secret is not allowed.", text: `[{"secrets":[{"valueFrom":"token"}]}]`},
		"Broken":  {reason: "What cannot be read allows nothing.", text: `[{`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, read(tc.text)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestInjected: keys are allowed through Secrets Manager only, and only for the
// claim's secrets.
func TestInjected(t *testing.T) {
	s := newStack(t)
	if d := injected(s); d != nil {
		t.Errorf("a claim without secrets allows %v", d)
	}
	const a, b = "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf", "arn:aws:secretsmanager:us-east-1:111122223333:secret:b-AbCdEf"
	s.Claim.Spec.Frontend.Secrets = map[string]v1alpha1.SecretValue{"A": {SecretARN: a}}
	s.Claim.Spec.Backend.Secrets = map[string]v1alpha1.SecretValue{"A": {SecretARN: a, Key: "x"}, "B": {SecretARN: b}}
	want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"Secrets","Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":["` + a + `","` + b + `"]},` +
		`{"Sid":"SecretKeys","Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:111122223333:key/*","Condition":{"StringEquals":{` +
		`"kms:EncryptionContext:SecretARN":["` + a + `","` + b + `"],"kms:ViaService":"secretsmanager.us-east-1.amazonaws.com"}}}]}`
	if diff := cmp.Diff(want, injected(s).String()); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}
