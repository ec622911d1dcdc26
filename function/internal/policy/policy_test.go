package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestString(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     Document
		want   string
	}{
		"Everybody": {
			reason: "A Deny may name everybody.",
			in:     Document{{Effect: Deny, Principal: Everybody(), Action: List{"s3:*"}, Resource: List{"a", "b"}}},
			want: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",` +
				`"Action":"s3:*","Resource":["a","b"]}]}`,
		},
		"Trust": {
			reason: "A trust policy should have no resource, and its conditions should be sorted.",
			in: Document{{
				Effect: Allow, Principal: &Principal{Service: List{"x.amazonaws.com"}}, Action: List{"sts:AssumeRole"},
				Condition: Condition{"StringEquals": {"k": {"v"}}, "ArnLike": {"b": {"2"}, "a": {"1"}}},
			}},
			want: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"x.amazonaws.com"},` +
				`"Action":"sts:AssumeRole","Condition":{"ArnLike":{"a":"1","b":"2"},"StringEquals":{"k":"v"}}}]}`,
		},
		"Pass": {
			reason: "A VPC endpoint's policy grants nothing, so it may name everybody.",
			in:     Document{Pass("Images", List{"arn:aws:s3:::b/*"}, "s3:GetObject")},
			want: `{"Version":"2012-10-17","Statement":[{"Sid":"Images","Effect":"Allow","Principal":"*",` +
				`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`,
		},
		"Unescaped": {
			reason: "Special characters should not be escaped.",
			in:     Document{{Effect: Allow, Action: List{"a<b>&⟦vpc#ownerId⟧"}}},
			want:   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a<b>&⟦vpc#ownerId⟧"}]}`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.in.String()); diff != "" {
				t.Errorf("%s\nString(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestStringFailsClosed: a mistake in a principal must not become a policy.
func TestStringFailsClosed(t *testing.T) {
	cases := map[string]struct {
		reason    string
		statement Statement
		want      string
	}{
		"AllowEverybody": {
			reason:    "Only a Deny may name everybody.",
			statement: Statement{Sid: "Read", Effect: Allow, Principal: Everybody(), Action: List{"s3:GetObject"}},
			want:      `cannot write the policy's statement "Read": it allows everybody; name the principals`,
		},
		"AllowNobody": {
			reason:    "A principal that somebody forgot to fill in should not be everybody.",
			statement: Statement{Sid: "Read", Effect: Allow, Principal: &Principal{}, Action: List{"s3:GetObject"}},
			want: `cannot write the policy's statement "Read": its principal is empty; ` +
				`name the principals, or deny Everybody`,
		},
		"DenyNobody": {
			reason:    "A Deny without a principal has no effect.",
			statement: Statement{Sid: "TLS", Effect: Deny, Principal: &Principal{}, Action: List{"s3:*"}},
			want: `cannot write the policy's statement "TLS": its principal is empty; ` +
				`name the principals, or deny Everybody`,
		},
		"NoEffect": {
			reason:    "AWS has no default for the effect.",
			statement: Statement{Sid: "Read", Principal: &Principal{AWS: List{"a"}}, Action: List{"s3:GetObject"}},
			want:      `cannot write the policy's statement "Read": its effect is ""; give it Allow or Deny`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if diff := cmp.Diff(any(tc.want), recover()); diff != "" {
					t.Errorf("%s\nString() panics: -want, +got:\n%s", tc.reason, diff)
				}
			}()
			t.Errorf("%s\nString() writes %s", tc.reason, Document{tc.statement}.String())
		})
	}
}
