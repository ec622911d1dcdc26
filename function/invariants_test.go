package function

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/rules"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestInvariants checks every rule at the first pass and at rest, for each example, the claim of each golden and some
// generated claims, and at each pass for those in everyPass. TestProperties checks the same for many more, at rest.
func TestInvariants(t *testing.T) {
	for name, c := range ruled(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := simulator.New(c)
			for n := range passes(c) + 1 {
				changed := pass(t, w)
				if n > 0 && changed && !slices.Contains(everyPass, name) {
					continue
				}
				for _, b := range broken(w, !changed) {
					t.Errorf("pass %d: %s", n+1, b)
				}
				if t.Failed() || !changed {
					return
				}
			}
			t.Error("the claim does not come to rest")
		})
	}
}

// everyPass are claims that together compose most kinds.
var everyPass = []string{"minimal", "production", "domain", "everything", "rotation-application", "managed-password"}

// ruledClaims are what ruled returns, once it has.
var (
	ruledOnce   sync.Once
	ruledClaims map[string]map[string]any
)

// ruled are the claims that the rules are checked with, by name. To draw and to default them takes as long as to check
// one.
func ruled(t *testing.T) map[string]map[string]any {
	t.Helper()
	ruledOnce.Do(func() { ruledClaims = drawRuled(t) })
	if len(ruledClaims) == 0 {
		t.Fatal("cannot draw the claims; another test has failed and says why")
	}
	out := map[string]map[string]any{}
	for name, c := range ruledClaims {
		out[name] = runtime.DeepCopyJSON(c)
	}
	return out
}

func drawRuled(t *testing.T) map[string]map[string]any {
	t.Helper()
	claims := examples(t)
	files, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("cannot find the goldens: %v", err)
	}
	for _, f := range files {
		a, err := txtar.ParseFile(f)
		if err != nil {
			t.Fatal(err)
		}
		claims[strings.TrimSuffix(filepath.Base(f), ".txtar")] = claim(t, section(a, "claim.yaml"))
	}
	claims["most-usages"] = claim(t, "spec: {deletionProtection: true, database: {readReplicas: 5}}")
	claims["everything"] = claim(t, everything)
	claims["another-account"] = claim(t, anotherAccount)
	for seed := range generatedClaims {
		c := aClaim().Example(seed)
		defaulted(t, c)
		claims[fmt.Sprintf("generated-%d", seed)] = c
	}
	return claims
}

// generatedClaims are how many claims of the generator TestInvariants looks at.
const generatedClaims = 12

// anotherAccount uses neither the default provider configuration nor, for its restore tests, its own.
const anotherAccount = `
spec:
  providerConfigRef: {kind: ProviderConfig, name: shop-production}
  backup:
    copyTo: {vaultARN: 'arn:aws:backup:eu-north-1:444455556666:backup-vault:archive'}
    restoreTest: {enabled: true, providerConfigRef: {kind: ClusterProviderConfig, name: restore-tests}}
`

// TestEveryKindIsComposed: every kind in the list is composed by some example or
// golden.
func TestEveryKindIsComposed(t *testing.T) {
	left := maps.Clone(kinds.AWS)
	all := examples(t)
	all["everything"] = claim(t, everything)
	all["rotation by application"] = claim(t, "spec: {database: {rotation: Application}}")
	for _, c := range all {
		for _, o := range desired(atRest(t, c)) {
			delete(left, gvkOf(o))
		}
	}
	// A snapshot is looked at only until the database exists.
	first := simulator.New(claim(t, "spec: {database: {restoreFromSnapshot: legacy}}"))
	pass(t, first)
	for _, o := range desired(first) {
		delete(left, gvkOf(o))
	}
	for gvk := range left {
		t.Errorf("%s is in package kinds but nothing composes it; remove it", gvk)
	}
}

// everything turns on the options that no example has.
const everything = `
spec:
  network:
    endpoints: {interface: [secretsmanager]}
    denyRules: [{subnets: data, direction: Ingress, number: 10, cidr: 203.0.113.0/24}]
  alarms: {emails: [ops@example.org], monthlyBudgetUSD: 500}
  edge:
    domain: {name: shop.example.com}
    origin: VPCOrigin
    accessLogs: true
    waf: {logs: All, denyCIDRs: [198.51.100.0/24]}
  backup: {copyTo: {region: eu-west-1, pointInTime: true}, lock: Governance, restoreTest: {enabled: true}}
  database: {proxy: {enabled: true}, iamUsers: [app]}
  bucket: {cors: [{origins: [https://shop.example.com], methods: [PUT]}]}
`

// invariants are the rules that a world at rest breaks, in words. See package rules.
func invariants(w *simulator.World) []string { return broken(w, true) }

func broken(w *simulator.World, settled bool) []string {
	var out []string
	for _, v := range rules.Check(rules.Of(w, settled)) {
		out = append(out, v.String())
	}
	for key, o := range desired(w) {
		if m := isOfTheKindOfItsKey(w, key, o); m != "" {
			out = append(out, key+": "+m)
		}
	}
	return out
}

func gvkOf(o map[string]any) schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(simulator.Text(o, "apiVersion"), simulator.Text(o, "kind"))
}

func params(o map[string]any) map[string]any {
	spec, _ := o["spec"].(map[string]any)
	p, _ := spec["forProvider"].(map[string]any)
	return p
}
