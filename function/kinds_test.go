package main

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestRetainedWhileProtected: make diff takes from the record what AWS keeps only
// while the claim is protected. Here it is compared with what the tiers compose.
func TestRetainedWhileProtected(t *testing.T) {
	got, want := map[string]bool{}, map[string]bool{}
	spec := "spec: {edge: {domain: {name: shop.example.com}}, backup: {copyTo: {region: eu-west-1}}, deletionProtection: "
	unprotected := desired(atRest(t, claim(t, spec+"false}")))
	for key, o := range desired(atRest(t, claim(t, spec+"true}"))) {
		if stays(o) && unprotected[key] != nil && !stays(unprotected[key]) {
			got[kinds.Of(simulator.Text(o, "apiVersion"), simulator.Text(o, "kind")).String()] = true
		}
	}
	for _, r := range kinds.Records {
		if r.RetainedWhileProtected {
			want[r.String()] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is retained only while the claim is protected (-records, +composed):\n%s", diff)
	}
}

// manyOptions is what the claim of TestChangesKeepImmutableFields asks for later: most
// options that can be turned on and off.
const manyOptions = `
spec:
  tags: {team: shop}
  network: {endpoints: {interface: [secretsmanager]}}
  alarms: {emails: [ops@example.org], monthlyBudgetUSD: 500}
  edge:
    domain: {name: shop.example.com}
    accessLogs: true
    waf: {logs: All, denyCIDRs: [198.51.100.0/24]}
  frontend: {port: 8081, healthCheck: {path: /live}}
  backend: {cpu: 1024, memory: 2048, env: {A: b}}
  backup: {copyTo: {region: eu-west-1}, restoreTest: {enabled: true}}
  database: {readReplicas: 2, instanceClass: db.r8g.large, passwordGeneration: 2, proxy: {enabled: true}}
  deletionProtection: false
  queues: [{name: mail}]
`

// TestChangesKeepImmutableFields: AWS cannot change these fields, so a change of
// the claim must give what it asks for another key, or the claim stays stuck.
func TestChangesKeepImmutableFields(t *testing.T) {
	const plain = "spec: {deletionProtection: false}"
	w := atRest(t, claim(t, plain))
	for _, over := range []string{manyOptions, plain} {
		before := desired(w)
		w.Composite["spec"] = claim(t, over)["spec"]
		settleMore(t, w)
		for key, o := range desired(w) {
			was := params(before[key])
			for _, f := range kinds.Of(simulator.Text(o, "apiVersion"), simulator.Text(o, "kind")).Immutable {
				if was[f] != nil && !reflect.DeepEqual(was[f], params(o)[f]) {
					t.Errorf("%s: %s changes from %v to %v", key, f, was[f], params(o)[f])
				}
			}
		}
	}
}
