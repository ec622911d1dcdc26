package schema

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bounds is the smallest valid guardrail.
const bounds = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaGuardrail
metadata: {name: team-shop}
spec:
  namespaces: [team-shop]
  allow:
    providerConfigs: [{name: default}]
    images: ["registry.example.org/shop/*"]
`

func TestGuardrailDefaults(t *testing.T) {
	obj, err := Decode([]byte(bounds))
	if err != nil {
		t.Fatal(err)
	}
	if err := Admit(obj, nil); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"namespaces": []any{"team-shop"}, "precedence": int64(0), "enforcement": "Refuse",
		"allow": map[string]any{
			"providerConfigs": []any{map[string]any{"kind": "ClusterProviderConfig", "name": "default"}},
			"images":          []any{"registry.example.org/shop/*"},
			"regions":         []any{"*"}, "environments": []any{"Production", "NonProduction"},
			"tagKeys": []any{"*"}, "emails": []any{"*"},
		},
	}
	if diff := cmp.Diff(want, obj["spec"]); diff != "" {
		t.Errorf("What a guardrail leaves out: -want, +got:\n%s", diff)
	}
}

// TestGuardrails: a mistake in a guardrail opens or closes the gate for whole teams, so
// the API server refuses what it can tell.
func TestGuardrails(t *testing.T) {
	cases := map[string]struct {
		reason   string
		old, new string
		want     string
	}{
		"Good": {
			reason: "The smallest guardrail is accepted.",
		},
		"NoAllow": {
			reason: "A guardrail without allow would say nothing about images.",
			old: "  allow:\n    providerConfigs: [{name: default}]\n    images: " +
				"[\"registry.example.org/shop/*\"]\n",
			want: "spec.allow: Required value",
		},
		"Misspelt": {
			reason: "A misspelt bound would have no effect.",
			old:    "  namespaces:", new: "  require: {firewal: true}\n  namespaces:",
			want: "unknown field",
		},
		"ImageWithoutRegistry": {
			reason: "*shop* would match evil.example.org/shop.",
			old:    "registry.example.org/shop/*", new: "*/shop/*",
			want: "the registry must be spelled out",
		},
		"AnyImage": {
			reason: "Everything is a choice that a platform team may make.",
			old:    "registry.example.org/shop/*", new: "*",
		},
		"ReservedTag": {
			reason: "IAM takes name and Name for one key, and Kasha sets Name.",
			old:    "  namespaces:", new: "  impose: {tags: {NAME: x}}\n  namespaces:",
			want: "cannot impose this tag",
		},
		"ProvidersTag": {
			reason: "The provider sets crossplane-name itself, and would change it back.",
			old:    "  namespaces:", new: "  impose: {tags: {crossplane-name: x}}\n  namespaces:",
			want: "cannot impose this tag",
		},
		"TwoTagsOfOneKey": {
			reason: "IAM takes both for one key.",
			old:    "  namespaces:", new: "  impose: {tags: {team: shop, Team: pay}}\n  namespaces:",
			want: "cannot impose these tags",
		},
		"ATag": {
			reason: "A tag of the platform's own is what imposing is for.",
			old:    "  namespaces:", new: "  impose: {tags: {cost-center: \"4711\"}}\n  namespaces:",
		},
		"UnknownRule": {
			reason: "An exemption from a rule that does not exist exempts from nothing.",
			old:    "  namespaces:",
			new:    "  exempt: [{claim: team-shop/shop, rules: [limit.task], reason: X-1}]\n  namespaces:",
			want:   "Unsupported value: \"limit.task\"",
		},
		"AnExemption": {
			reason: "An exemption names a rule that exists.",
			old:    "  namespaces:",
			new:    "  exempt: [{claim: team-shop/shop, rules: [limit.tasks], reason: X-1}]\n  namespaces:",
		},
		"AnotherClaimsStack": {
			reason: "A claim must not get the resources of a claim of another name.",
			old:    "  namespaces:", new: "  stacks: [{claim: team-shop/shop, id: pay-1a2b3c}]\n  namespaces:",
			want: "cannot resume under this ID",
		},
		"AStack": {
			reason: "A claim may resume an ID that begins with its own name.",
			old:    "  namespaces:", new: "  stacks: [{claim: team-shop/shop, id: shop-1a2b3c}]\n  namespaces:",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(bounds, tc.old) {
				t.Fatalf("the guardrail has no %q", tc.old)
			}
			obj, err := Decode([]byte(strings.Replace(bounds, tc.old, tc.new, 1)))
			if err != nil {
				t.Fatal(err)
			}
			err = Admit(obj, nil)
			if tc.want == "" && err != nil || tc.want != "" &&
				(err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("%s\nAdmit(...): got %v, want %q", tc.reason, err, tc.want)
			}
		})
	}
}
