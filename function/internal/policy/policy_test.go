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
		"Everyone": {
			reason: "A principal without names should be everyone.",
			in:     Document{{Effect: Deny, Principal: &Principal{}, Action: List{"s3:*"}, Resource: List{"a", "b"}}},
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
