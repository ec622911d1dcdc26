package main

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/schema"
)

// TestOptionsOnAndOff turns each option on in a living claim and off again: the
// keys must be the same as before, so that nothing is left behind and nothing is
// replaced.
func TestOptionsOnAndOff(t *testing.T) {
	options := map[string]string{
		"Single NAT":       "spec: {network: {natGateways: Single}}",
		"Endpoints":        "spec: {network: {endpoints: {interface: [kms, logs]}}}",
		"Deny rules":       "spec: {network: {denyRules: [{subnets: backend, direction: Egress, number: 5, cidr: 192.0.2.0/24}]}}",
		"Flow logs slower": "spec: {network: {flowLogs: {maxAggregationSeconds: 600}}}",
		"Cached paths":     "spec: {edge: {cachedPaths: ['/static/*']}}",
		"Another port":     "spec: {frontend: {port: 3000}}",
		"Another image":    "spec: {backend: {image: 'registry.example.org/shop/backend:2'}}",
		"No Spot":          "spec: {frontend: {spot: {percent: 0}}}",
		"Larger database":  "spec: {database: {instanceClass: db.r7g.large}}",
		"No standby":       "spec: {database: {multiAZ: false}}",
		"More replicas":    "spec: {database: {readReplicas: 3}}",
		"No replica":       "spec: {database: {readReplicas: 0}}",
		"Another queue":    "spec: {queues: [{name: jobs}, {name: mail}]}",
		"No queues":        "spec: {queues: []}",
		"No archive":       "spec: {backup: {archiveYears: 0}}",
		"E-mails":          "spec: {alarms: {emails: [ops@example.org]}}",
		"Longer logs":      "spec: {logs: {retentionDays: 30}}",
		"Unprotected":      "spec: {deletionProtection: false}",
		"NonProduction":    "spec: {environment: NonProduction}",
		"Copies":           "spec: {backup: {copyTo: {region: eu-west-1, pointInTime: true}}}",
		"Copies elsewhere": "spec: {backup: {copyTo: {vaultARN: 'arn:aws:backup:eu-west-1:444455556666:backup-vault:archive'}}}",
		"Vault lock":       "spec: {backup: {lock: Governance}}",
		"Restore tests":    "spec: {backup: {restoreTest: {enabled: true}}}",
		"Proxy":            "spec: {database: {proxy: {enabled: true}}}",
		"IAM users":        "spec: {database: {iamUsers: [app]}}",
		"Boundary":         "spec: {permissionsBoundaryARN: 'arn:aws:iam::111122223333:policy/boundary'}",
		"No rotation":      "spec: {database: {passwordRotationDays: 0}}",
		"Tags":             "spec: {tags: {cost-center: '4711'}}",
	}
	for name, over := range options {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := atRest(t, claim(t, ""))
			before := slices.Sorted(maps.Keys(desired(w)))
			spec := w.Composite["spec"]

			on := claim(t, over)
			if errs := schema.Validate(on, w.Composite); len(errs) > 0 {
				t.Fatalf("the option cannot be turned on in a living claim: %v", errs.ToAggregate())
			}
			w.Composite["spec"] = on["spec"]
			settleMore(t, w)
			w.Composite["spec"] = spec
			settleMore(t, w)
			if diff := cmp.Diff(before, slices.Sorted(maps.Keys(desired(w)))); diff != "" {
				t.Errorf("turning it on and off again leaves other keys (-before +after):\n%s", diff)
			}
		})
	}
}

// TestPortChange: while a rollout to another port goes on, the old tasks must get
// requests and health checks.
func TestPortChange(t *testing.T) {
	w := atRest(t, claim(t, ""))
	old := at(w.Observed["service-frontend"])["taskDefinition"]
	w.Composite["spec"] = claim(t, "spec: {frontend: {port: 3000}}")["spec"]
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-frontend" {
			at(o)["taskDefinition"] = old
		}
	}
	rules := []string{"sgrule-alb-to-frontend-80", "sgrule-frontend-from-alb-80", "sgrule-alb-to-frontend-3000", "sgrule-frontend-from-alb-3000"}
	for range 3 {
		pass(t, w)
		for _, r := range rules {
			if desired(w)[r] == nil {
				t.Fatalf("during the rollout %s is missing", r)
			}
		}
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	for _, r := range rules[:2] {
		if desired(w)[r] != nil {
			t.Errorf("after the rollout %s is still there", r)
		}
	}
}
