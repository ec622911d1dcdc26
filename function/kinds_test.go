package main

import (
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
