package function

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestRetainedWhileProtected: make diff reads from the record which objects stay in AWS
// only while the claim is protected. The test compares the record with what the tiers
// compose.
func TestRetainedWhileProtected(t *testing.T) {
	got, want := map[string]bool{}, map[string]bool{}
	spec := "spec: {edge: {domain: {name: shop.example.com}}, backup: {copyTo: {region: eu-west-1}}, " +
		"deletionProtection: "
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

// manyOptions are most options that can be turned on and off. The claim of
// TestChangesKeepImmutableFields gets them later.
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

// TestChangesKeepImmutableFields: AWS cannot change these fields, so a resource with
// another value needs another key, or the claim stays stuck.
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

// unannotated are fields that AWS cannot change in place, and whose schema in Terraform's source does not say so as a
// literal: it is in a variable, or in a function that compares.
var unannotated = map[string]string{
	"acm/Certificate region":            "Terraform replaces a resource whose region changes",
	"ec2/Route destinationCidrBlock":    "ReplaceRoute names the route by it",
	"lambda/Invocation input":           "with CREATE_ONLY the resource is replaced, which a function decides",
	"rds/Instance identifier":           "its endpoint and its log groups have the name",
	"sns/TopicSubscription endpoint":    "the schema is a variable; SNS has no call that changes it",
	"sns/TopicSubscription protocol":    "the schema is a variable; SNS has no call that changes it",
	"sns/TopicSubscription topicArnRef": "the schema is a variable; SNS has no call that changes it",
	"sqs/Queue name":                    "the schema is a variable; SQS has no call that changes it",
	"wafv2/IPSet region":                "Terraform replaces a resource whose region changes",
	"wafv2/WebACL region":               "Terraform replaces a resource whose region changes",
}

// TestImmutableFieldsAreTerraforms: of the fields that the tiers write, Immutable has those whose change replaces the
// resource in Terraform. The provider refuses such a change, and the claim would stay stuck.
func TestImmutableFieldsAreTerraforms(t *testing.T) {
	b, err := os.ReadFile("internal/kinds/provider.json")
	if err != nil {
		t.Fatal(err)
	}
	var source map[string]struct{ ForceNew []string }
	if err := json.Unmarshal(b, &source); err != nil {
		t.Fatal(err)
	}
	for name, c := range ruled(t) {
		t.Run(name, func(t *testing.T) {
			for kind, fields := range fieldsWritten(t, c) {
				i := slices.IndexFunc(kinds.Records, func(r kinds.Record) bool { return r.String() == kind })
				if i < 0 {
					continue // It is none of AWS's.
				}
				r := kinds.Records[i]
				o, _ := r.Object.(interface{ GetTerraformResourceType() string })
				replaces := source[o.GetTerraformResourceType()].ForceNew
				for f := range fields {
					known := slices.Contains(r.Immutable, f)
					want := unannotated[kind+" "+f] != "" ||
						slices.ContainsFunc(replaces, func(a string) bool { return isOf(f, a) })
					if known != want {
						t.Errorf("%s: Immutable has %s: %v; Terraform replaces the resource when it changes: %v",
							kind, f, known, want)
					}
				}
			}
		})
	}
}

// TestImmutableFieldsAreWritten: a field that no claim has is misspelt, or nobody needs it.
func TestImmutableFieldsAreWritten(t *testing.T) {
	written := map[string]bool{}
	for _, c := range ruled(t) {
		for kind, fields := range fieldsWritten(t, c) {
			for f := range fields {
				written[kind+" "+f] = true
			}
		}
	}
	for _, r := range kinds.Records {
		for _, f := range r.Immutable {
			if !written[r.String()+" "+f] {
				t.Errorf("%s: Immutable has %s, which no claim has", r.String(), f)
			}
		}
	}
}

// isOf tells whether a field of spec.forProvider gives an argument of Terraform's, itself or by reference.
func isOf(field, argument string) bool {
	for _, suffix := range []string{"SecretRef", "Refs", "Ref"} {
		field = strings.TrimSuffix(field, suffix)
	}
	parts := strings.Split(argument, "_")
	for i := range parts[1:] {
		parts[i+1] = strings.ToUpper(parts[i+1][:1]) + parts[i+1][1:]
	}
	return field == strings.Join(parts, "")
}

// fieldsWritten are the fields of spec.forProvider that a claim's resources have, by kind.
func fieldsWritten(t *testing.T, c map[string]any) map[string]map[string]bool {
	t.Helper()
	out := map[string]map[string]bool{}
	for _, o := range desired(atRest(t, c)) {
		r := kinds.Of(simulator.Text(o, "apiVersion"), simulator.Text(o, "kind"))
		if out[r.String()] == nil {
			out[r.String()] = map[string]bool{}
		}
		for f := range params(o) {
			out[r.String()][f] = true
		}
	}
	return out
}
