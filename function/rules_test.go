package function

import (
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/rules"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// A bite is one field of one object of a claim at rest, and a value that breaks a rule. The path ! removes the object,
// and = puts the value in its place.
type bite struct {
	claim, key, path string
	value            any
}

// bites break each rule in what is really composed. The examples in package rules do the same for objects that
// are written by hand; the bites show that each rule looks at objects that exist.
var bites = map[string]bite{
	"schema-known-kind": {"production", "vpc", "kind", "Network"},
	"schema-crd":        {"production", "vpc", "spec.forProvider.cidrBlok", "10.0.0.0/16"},
	"schema-required": {
		"production", "listener-internal", "spec.forProvider.loadBalancerArnRef", nil,
	},
	"schema-no-status": {"production", "vpc", "status", map[string]any{}},
	"schema-no-reference-in-atomic-list": {
		"production", "listenerrule-public-origin", "spec.forProvider.action.0.targetGroupArnRef",
		map[string]any{"name": "a"},
	},
	"schema-references-resolve": {
		"production", "igw", "spec.forProvider.vpcIdRef.name", "shop-production-vpd",
	},

	"name-of-object":        {"production", "vpc", "metadata.name", "vpc"},
	"name-keys-do-not-meet": {"production", "association-subnet-data-a", "kind", "Subnet"},
	"name-in-aws":           {"production", "alb-public", "spec.forProvider.name", strings.Repeat("a", 33)},
	"name-tags":             {"production", "db-primary", "spec.forProvider.tags", nil},

	"account-provider-config": {"production", "db-primary", "spec.providerConfigRef.name", "other"},
	"account-region":          {"production", "db-primary", "spec.forProvider.region", "us-east-1"},

	"network-placement": {"production", "db-primary", "spec.forProvider.vpcSecurityGroupIdRefs", nil},
	"network-paths":     {"production", "sgrule-db-from-backend-3306", "spec.forProvider.fromPort", 0.0},
	"network-no-open-ingress": {
		"production", "sgrule-db-from-backend-3306", "spec.forProvider.cidrBlocks", []any{"0.0.0.0/0"},
	},
	"network-no-public-addresses": {
		"production", "service-backend", "spec.forProvider.networkConfiguration.assignPublicIp", true,
	},
	"network-routes": {
		"production", "association-subnet-data-a", "spec.forProvider.routeTableIdRef.name",
		"shop-production-routetable-public",
	},
	"network-origin-header": {
		"production", "listener-public", "spec.forProvider.defaultAction.0.type", "forward",
	},
	"network-default-group":     {"production", "sg-default", "!", nil},
	"network-endpoint-policies": {"production", "endpoint-s3", "spec.forProvider.policy", nil},

	"tls-database": {"production", "db-replica-1", "spec.forProvider.parameterGroupNameRef", nil},
	"tls-proxy":    {"everything", "db-proxy", "spec.forProvider.requireTls", false},
	"tls-listener": {
		"domain", "listener-public-https", "spec.forProvider.sslPolicy", "ELBSecurityPolicy-2016-08",
	},
	"tls-viewer": {
		"domain", "distribution", "spec.forProvider.viewerCertificate.minimumProtocolVersion", "TLSv1",
	},
	"tls-origin": {
		"domain", "distribution", "spec.forProvider.origin.0.customOriginConfig.originProtocolPolicy", "http-only",
	},
	"tls-connection-string": {"production", "connection-*", "data.secretString", "e30="},

	"encryption-right-key":   {"production", "loggroup-backend", "spec.forProvider.kmsKeyId", nil},
	"encryption-on":          {"production", "db-primary", "spec.forProvider.storageEncrypted", false},
	"encryption-key-policy":  {"production", "key-telemetry", "spec.forProvider.policy", "{}"},
	"encryption-same-region": {"production", "vault", "spec.forProvider.region", "us-east-1"},

	"principal-no-everybody": {
		"production", "bucket-app-policy", "spec.forProvider.policy",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*"}]}`,
	},
	"principal-known": {
		"production", "role-task", "spec.forProvider.assumeRolePolicy",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
			`"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
	},
	"principal-known-policies": {
		"production", "queue-orders", "spec.forProvider.policy", `{"Statement":[{"Effect":"Allow"}]}`,
	},

	"iam-actions-exist": {
		"production", "rolepolicy-task", "spec.forProvider.policy",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get","Resource":"*"}]}`,
	},
	"iam-resources-are-composed": {
		"production", "rolepolicy-task", "spec.forProvider.policy",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
			`"Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}]}`,
	},
	"iam-no-star": {
		"production", "rolepolicy-task", "spec.forProvider.policy",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`,
	},
	"iam-trust":            {"production", "role-rds-monitoring", "spec.forProvider.assumeRolePolicy", "{}"},
	"iam-tasks-start":      {"production", "rolepolicy-execution", "!", nil},
	"iam-backend-bindings": {"production", "rolepolicy-task", "!", nil},
	"iam-permissions":      {"permissions", "rolepolicy-backend-permissions", "!", nil},
	"iam-services-act":     {"production", "rolepolicy-flowlogs", "!", nil},
	"iam-restore-test-role": {
		"another-account", "restore-test", "spec.forProvider.templateBody",
		`{"Resources":{"Role":{"Type":"AWS::IAM::Role"}}}`,
	},
	"setting-runner":     {"monolith", "runner", "spec.forProvider.onFailure", "ROLLBACK"},
	"runner-calls":       {"monolith", "release-backend-*", "spec.forProvider.functionName", "other"},
	"runner-permissions": {"monolith", "rolepolicy-runner", "!", nil},
	"runner-looks":       {"production", "service-backend", "spec.forProvider.waitForSteadyState", true},

	"iam-boundary": {
		"production", "role-task", "spec.forProvider.permissionsBoundary", "arn:aws:iam::111122223333:policy/other",
	},

	"bucket-public-access": {"production", "bucket-app-public-access", "spec.forProvider.blockPublicAcls", false},
	"bucket-tls":           {"everything", "bucket-accesslogs-policy", "!", nil},
	"bucket-encryption":    {"production", "bucket-app-encryption", "spec.forProvider.rule.0.bucketKeyEnabled", false},
	"bucket-ownership": {
		"production", "bucket-app-ownership", "spec.forProvider.rule.objectOwnership", "ObjectWriter",
	},
	"bucket-versioning": {
		"production", "bucket-app-versioning", "spec.forProvider.versioningConfiguration.status", "Suspended",
	},

	"secret-password-nowhere": {"production", "vpc", "spec.forProvider.tags.password", "simulated-p@ss/word"},
	"secret-connection":       {"production", "db-primary", "spec.forProvider.identifier", "other"},
	"secret-version-source": {
		"production", "secretversion-*", "spec.forProvider.secretStringSecretRef.name", "other",
	},

	"watch-alarms": {
		"domain", "alarm-certificate-edge", "spec.forProvider.comparisonOperator", "GreaterThanThreshold",
	},
	"watch-rollback":      {"rollback", "service-backend", "spec.forProvider.alarms.rollback", false},
	"watch-critical":      {"production", "alarm-critical", "spec.forProvider.alarmRule", `ALARM("other")`},
	"watch-budget":        {"production", "budget", "spec.forProvider.costFilter", nil},
	"watch-topic-policy":  {"production", "topicpolicy-alarms", "!", nil},
	"watch-subscriptions": {"production", "subscription-*", "spec.forProvider.endpoint", "else@example.org"},
	"watch-log-groups":    {"production", "loggroup-db-primary-error", "!", nil},

	"setting-edge": {"production", "distribution", "spec.forProvider.defaultCacheBehavior.compress", false},
	"setting-paths": {
		"static-files", "distribution", "spec.forProvider.orderedCacheBehavior.3.functionAssociation", nil,
	},
	"setting-compute": {"production", "targetgroup-frontend", "spec.forProvider.healthCheck.interval", 7.0},
	"setting-workers": {
		"worker-scaling", "scalingpolicy-backlog-worker-mail", "spec.forProvider.policyType", "StepScaling",
	},
	"setting-services":  {"services", "listener-svc-orders", "spec.forProvider.protocol", "HTTPS"},
	"setting-schedules": {"schedules", "schedule-nightly", "spec.forProvider.state", "DISABLED"},
	"setting-containers": {
		"sidecars", "taskdefinition-backend-*", "spec.forProvider.containerDefinitions", `[{"name":"backend"}]`,
	},
	"watch-failed-runs": {"schedules", "rule-run-failed", "spec.forProvider.eventPattern", "{}"},
	"schedule-run":      {"schedules", "schedule-tidy", "spec.forProvider.target.input", "{}"},
	"setting-data":      {"production", "db-primary", "spec.forProvider.backupRetentionPeriod", 1.0},
	"setting-network":   {"production", "vpc", "spec.forProvider.enableDnsHostnames", false},
	"setting-dashboard": {
		"production", "dashboard", "spec.forProvider.dashboardBody", `{"widgets": [{"type": "text"}]}`,
	},
	"setting-role-actions": {
		"production", "rolepolicy-flowlogs", "spec.forProvider.policy",
		`{"Statement":[{"Sid":"Groups","Effect":"Allow","Action":"logs:*"}]}`,
	},

	"retention-policies":       {"production", "key-data", "spec.managementPolicies", nil},
	"retention-no-force":       {"production", "bucket-app", "spec.forProvider.forceDestroy", true},
	"retention-settings":       {"production", "db-primary", "spec.forProvider.deleteAutomatedBackups", true},
	"retention-final-snapshot": {"production", "db-primary", "spec.forProvider.skipFinalSnapshot", true},
	"retention-usages":         {"production", "usage-key-data-by-db-primary", "!", nil},
	"retention-usages-are-few": {
		"most-usages", "vpc", "=", map[string]any{"apiVersion": "protection.crossplane.io/v1beta1", "kind": "Usage"},
	},
	"retention-others":  {"existing-network", "vpc", "spec.forProvider.tags", map[string]any{"Name": "a"}},
	"retention-archive": {"production", "selection", "spec.forProvider.resources", []any{"*"}},
	"retention-images": {
		"production", "lifecycle-backend", "spec.forProvider.policy", `{"rules":[{"selection":{"tagStatus":"any"}}]}`,
	},
}

// TestRulesBite breaks each rule in a rendered claim.
func TestRulesBite(t *testing.T) {
	claims := ruled(t)
	worlds := map[string]func() rules.World{}
	for _, b := range bites {
		if worlds[b.claim] == nil {
			w := atRest(t, claims[b.claim])
			worlds[b.claim] = func() rules.World { return rules.Of(w, true) }
		}
	}
	for _, r := range rules.All() {
		t.Run(r.ID, func(t *testing.T) {
			b, ok := bites[r.ID]
			if !ok {
				t.Fatal("nothing shows that the rule looks at what is composed; add it to bites")
			}
			w := worlds[b.claim]()
			key := keyOf(t, w, b.key)
			switch b.path {
			case "!":
				delete(w.Desired, key)
			case "=":
				w.Desired[key] = b.value.(map[string]any) //nolint:forcetypeassert // It is an object.
			default:
				put(t, w.Desired[key], strings.Split(b.path, "."), b.value)
			}
			if got := r.Check(w); len(got) == 0 {
				t.Errorf("the rule accepts %s of %s with %s = %v", key, b.claim, b.path, b.value)
			}
		})
	}
}

// keyOf is the key of a pattern with a star at its end.
func keyOf(t *testing.T, w rules.World, pattern string) string {
	t.Helper()
	prefix, open := strings.CutSuffix(pattern, "*")
	for key := range w.Desired {
		if key == pattern || open && strings.HasPrefix(key, prefix) {
			return key
		}
	}
	t.Fatalf("%s is not composed", pattern)
	return ""
}

// put sets a field, or removes it for the value nil.
func put(t *testing.T, v any, path []string, value any) {
	t.Helper()
	name := path[0]
	switch c := v.(type) {
	case map[string]any:
		switch {
		case len(path) > 1:
			put(t, c[name], path[1:], value)
		case value == nil:
			delete(c, name)
		default:
			c[name] = value
		}
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil || i >= len(c) {
			t.Fatalf("there is no element %s", name)
		}
		put(t, c[i], path[1:], value)
	default:
		t.Fatalf("there is no %s", name)
	}
}

// TestRulesTablesAreUsed: every row of the rules' tables matches something that some claim composes.
func TestRulesTablesAreUsed(t *testing.T) {
	claims := ruled(t)
	keys := map[string]bool{}
	for _, name := range []string{
		"production", "everything", "domain", "another-account", "existing-network", "backup-copy", "vault-lock",
		"services", "service-protocols", "worker-scaling", "schedules", "static-files", "sidecars", "parameters",
		"permissions", "monolith", "egress", "exec", "rollback",
		"rotation-application", "managed-password", "alarms-elsewhere", "firewall-logs",
		"firewall", "vpc-origin", "restore-test", "response-headers", "roles",
	} {
		for key := range desired(atRest(t, claims[name])) {
			keys[key] = true
		}
	}
	// A snapshot is looked at only until the database exists, and a deployment until it has ended.
	first := simulator.New(claims["restore-from-snapshot"])
	for range maxPasses {
		pass(t, first)
		for key := range desired(first) {
			keys[key] = true
		}
	}
	for table, patterns := range rules.Patterns() {
		for _, p := range patterns {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(keys)),
				func(key string) bool { ok, err := path.Match(p, key); return ok && err == nil }) {
				t.Errorf("no key is of the pattern %s in the table %s", p, table)
			}
		}
	}
}
