package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

const (
	types      = "../../apis/v1alpha1"
	committed  = "../../apis/definition.yaml"
	guardrails = "../../apis/guardrails.yaml"
)

// definitions are the committed files by the kind that they define.
var definitions = map[string]string{"KashaClaim": committed, "KashaGuardrail": guardrails}

func TestCommittedDefinitionsAreUpToDate(t *testing.T) {
	for kind, file := range definitions {
		t.Run(kind, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "definition.yaml")
			if err := run(context.Background(), types, kind, out); err != nil {
				t.Fatal(err)
			}

			got, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what the types say; run make generate", file)
			}
		})
	}
}

func TestNoSuchKind(t *testing.T) {
	err := run(context.Background(), types, "KashaGard", filepath.Join(t.TempDir(), "definition.yaml"))
	if err == nil || !strings.Contains(err.Error(), "KashaGuardrail") {
		t.Errorf("A misspelt kind must be refused, with the kinds that there are; got %v", err)
	}
}

// TestScopes: a claim is in its team's namespace. A guardrail is in no namespace, so that
// no owner of a namespace may write one.
func TestScopes(t *testing.T) {
	want := map[string]extv1.ResourceScope{"KashaClaim": extv1.NamespaceScoped, "KashaGuardrail": extv1.ClusterScoped}
	for kind, file := range definitions {
		manifest, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		crd, err := crdOf(manifest)
		if err != nil {
			t.Fatal(err)
		}
		if crd.Spec.Names.Kind != kind || crd.Spec.Scope != want[kind] {
			t.Errorf("%s defines %s of scope %s, want %s of scope %s",
				file, crd.Spec.Names.Kind, crd.Spec.Scope, kind, want[kind])
		}
	}
}

// TestRootRulesSurvive checks that Crossplane keeps the rules on the claim's name, which are
// at the root of the schema.
func TestRootRulesSurvive(t *testing.T) {
	manifest, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	crd, err := crdOf(manifest)
	if err != nil {
		t.Fatal(err)
	}

	rules := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.XValidations
	for _, rule := range []string{"self.metadata.name.size() <= 40", "sg|internal", "self.spec.adopt.stackID"} {
		if !slices.ContainsFunc(rules, func(r extv1.ValidationRule) bool { return strings.Contains(r.Rule, rule) }) {
			t.Errorf("the CRD's rules at the root are %+v, want one with %s", rules, rule)
		}
	}
}

func TestCheck(t *testing.T) {
	cases := map[string]struct {
		reason   string
		file     string // If empty, it is the claim's definition.
		old, new string
		want     string
	}{
		"Committed": {
			reason: "The API server must accept what is committed.",
		},
		"CommittedGuardrails": {
			reason: "The API server must accept what is committed.",
			file:   guardrails,
		},
		"TooExpensiveGuardrails": {
			reason: "Without a maximum number of images their rule costs more than the API server grants.",
			file:   guardrails,
			old: "                    maxItems: 50\n                    type: array\n                    " +
				"x-kubernetes-list-type: set\n                    x-kubernetes-validations:\n",
			new: "                    type: array\n                    x-kubernetes-list-type: set\n             " +
				"       x-kubernetes-validations:\n",
			want: "estimated rule cost",
		},
		"TooExpensive": {
			reason: "A rule over a list without a maximum length costs more than the API server grants.",
			old:    "                maxItems: 3\n",
			new:    "",
			want:   "estimated rule cost exceeds budget",
		},
		"DoesNotCompile": {
			reason: "A rule about a missing field is an error here, before it reaches a cluster.",
			old:    "self.min <= self.max",
			new:    "self.min <= self.most",
			want:   "undefined field 'most'",
		},
		"BadDefault": {
			reason: "A default must obey the schema that it is in.",
			old:    "default: us-east-1",
			new:    "default: nowhere",
			want:   "cannot use this region",
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			file := tc.file
			if file == "" {
				file = committed
			}
			manifest, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(manifest), tc.old) {
				t.Fatalf("the definition has no %q", tc.old)
			}
			err = check(context.Background(), []byte(strings.Replace(string(manifest), tc.old, tc.new, 1)))
			if tc.want == "" && err != nil || tc.want != "" &&
				(err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("%s\ncheck(...): got %v, want %q", tc.reason, err, tc.want)
			}
		})
	}
}
