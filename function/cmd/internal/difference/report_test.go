package difference

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReport: programs get all that the text says.
func TestReport(t *testing.T) {
	const rds = "rds.aws.m.upbound.io/v1beta1"
	before := made(map[string]map[string]any{
		"db-primary": resourceOf(rds, "Instance", map[string]any{"instanceClass": "db.t4g.medium"}),
		"vpc":        resourceOf("ec2.aws.m.upbound.io/v1beta1", "VPC", map[string]any{"enableDnsSupport": true}),
	})
	after := made(map[string]map[string]any{
		"vpc":    resourceOf("ec2.aws.m.upbound.io/v1beta1", "VPC", map[string]any{"enableDnsSupport": false}),
		"bucket": resourceOf("s3.aws.m.upbound.io/v1beta1", "Bucket", nil),
	})
	got := Compare(before, after).Report()
	want := Report{
		Claim: "team-shop/shop", Summary: "1 to add, 1 to change, 0 to replace, 1 to delete.",
		Lost:     []Object{{Key: "db-primary", Kind: "rds/Instance", Purpose: "A purpose.", Loses: got.Lost[0].Loses}},
		Warnings: []string{}, Replaced: []Object{},
		Added: []Object{{Key: "bucket", Kind: "s3/Bucket", Purpose: "A purpose."}},
		Changed: []Object{{
			Key: "vpc", Kind: "ec2/VPC", Purpose: "A purpose.",
			Fields: []Change{{"spec.forProvider.enableDnsSupport", true, false}},
		}},
		Deleted: []Object{{Key: "db-primary", Kind: "rds/Instance", Purpose: "A purpose."}},
	}
	if diff := cmp.Diff(want, got); diff != "" || got.Lost[0].Loses == "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	b, err := json.Marshal(Compare(before, before).Report())
	if err != nil || string(b) != `{"claim":"team-shop/shop","summary":"No resource changes.","lost":[],`+
		`"warnings":[],"replaced":[],"added":[],"changed":[],"deleted":[]}` {
		t.Errorf("nothing changes: %s, %v", b, err)
	}
}
