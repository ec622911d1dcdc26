package identity

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// TestInjected: keys are allowed only through Secrets Manager, and only for the claim's
// secrets.
func TestInjected(t *testing.T) {
	s, p := newStack(t)
	if d := injected(s, p); d != nil {
		t.Errorf("a claim without secrets allows %v", d)
	}
	const (
		a = "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf"
		b = "arn:aws:secretsmanager:us-east-1:111122223333:secret:b-AbCdEf"
	)
	s.Claim.Spec.Frontend.Secrets = map[string]v1alpha1.SecretValue{"A": {SecretARN: a}}
	s.Claim.Spec.Backend.Secrets = map[string]v1alpha1.SecretValue{"A": {SecretARN: a, Key: "x"}, "B": {SecretARN: b}}
	want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"Secrets","Effect":"Allow","Action":"secretsmanager:GetSecretValue",` +
		`"Resource":["` + a + `","` + b + `"]},` +
		`{"Sid":"SecretKeys","Effect":"Allow","Action":"kms:Decrypt",` +
		`"Resource":"arn:aws:kms:us-east-1:111122223333:key/*","Condition":{"StringEquals":{` +
		`"kms:EncryptionContext:SecretARN":["` + a + `","` + b + `"],` +
		`"kms:ViaService":"secretsmanager.us-east-1.amazonaws.com"}}}]}`
	if diff := cmp.Diff(want, injected(s, p).String()); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestParameters: a sidecar's parameters count, and keys are allowed only through Systems Manager and only for them.
func TestParameters(t *testing.T) {
	s, p := newStack(t)
	if d := parameters(s, p); d != nil {
		t.Errorf("a claim without parameters allows %v", d)
	}
	const (
		a = "arn:aws:ssm:us-east-1:111122223333:parameter/a"
		b = "arn:aws:ssm:us-east-1:444455556666:parameter/b"
	)
	s.Claim.Spec.Frontend.Sidecars = []v1alpha1.Sidecar{{SideContainer: v1alpha1.SideContainer{
		Name: "otel", Secrets: map[string]v1alpha1.SecretValue{"B": {ParameterARN: b}},
	}}}
	s.Claim.Spec.Backend.Secrets = map[string]v1alpha1.SecretValue{"A": {ParameterARN: a}}
	p = plan.New(s)
	want := `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"Parameters","Effect":"Allow","Action":"ssm:GetParameters","Resource":["` + a + `","` + b + `"]},` +
		`{"Sid":"ParameterKeys","Effect":"Allow","Action":"kms:Decrypt",` +
		`"Resource":["arn:aws:kms:us-east-1:111122223333:key/*","arn:aws:kms:us-east-1:444455556666:key/*"],` +
		`"Condition":{"StringEquals":{"kms:EncryptionContext:PARAMETER_ARN":["` + a + `","` + b + `"],` +
		`"kms:ViaService":"ssm.us-east-1.amazonaws.com"}}}]}`
	if diff := cmp.Diff(want, parameters(s, p).String()); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if d := injected(s, p); d != nil {
		t.Errorf("parameters are no secrets: %v", d)
	}
}
