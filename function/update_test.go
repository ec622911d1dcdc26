package function

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestOptionsOnAndOff turns each option on in a living claim and off again: then every
// object and the status must be what they were before, so that nothing is left behind,
// replaced or changed. Turned on, an option must change an object.
func TestOptionsOnAndOff(t *testing.T) {
	options := map[string]string{
		"Single NAT": "spec: {network: {natGateways: Single}}",
		"Endpoints":  "spec: {network: {endpoints: {interface: [kms, logs]}}}",
		"Deny rules": "spec: {network: {denyRules: [{subnets: backend, direction: " +
			"Egress, number: 5, cidr: 192.0.2.0/24}]}}",
		"Flow logs slower": "spec: {network: {flowLogs: {maxAggregationSeconds: 600}}}",
		"Overrides": "spec: {overrides: [{key: db-primary, path: caCertIdentifier, value: rds-ca-rsa4096-g1, " +
			"reason: audit}, {key: taskdefinition-backend, path: pidMode, value: task, reason: debugger}]}",
		"Static files": "spec: {edge: {static: {paths: ['/*'], frontendPaths: ['/api/*'], fallback: /index.html, " +
			"uploaders: ['arn:aws:iam::111122223333:role/ci']}}}",
		"Cached paths": "spec: {edge: {cachedPaths: ['/static/*']}}",
		"Domain": "spec: {edge: {domain: {name: shop.example.com, additionalNames: [www.example.com], hostedZoneID: " +
			"Z0123456789ABC}}}",
		"Firewall": "spec: {edge: {waf: {mode: Count, logs: All, allowCIDRs: [203.0.113.0/24], denyCIDRs: " +
			"['2001:db8::/32'], overrides: [{ruleSet: Common, rule: SizeRestrictions_BODY, action: Count}]}}}",
		"Countries": "spec: {edge: {geoRestriction: {type: Deny, countries: [FR]}}}",
		"Headers": "spec: {edge: {responseHeaders: {contentSecurityPolicy: \"default-src 'self'\", frameOptions: " +
			"None, hstsSeconds: 0}}}",
		"Domain to come": "spec: {edge: {domain: {name: shop.example.com, hostedZoneID: Z0123456789ABC, phase: " +
			"Prepare}}}",
		"Records replaced": "spec: {edge: {domain: {name: shop.example.com, hostedZoneID: Z0123456789ABC, " +
			"replaceRecords: true}}}",
		"Exempt paths":    "spec: {edge: {waf: {exemptPaths: [/hooks/]}}}",
		"One attempt":     "spec: {edge: {originAttempts: 1}}",
		"CPU alone":       "spec: {backend: {scaling: {memory: 0}}}",
		"No uploads":      "spec: {edge: {waf: {largeBodies: Block}}}",
		"Slow answers":    "spec: {edge: {originReadTimeoutSeconds: 60, originKeepAliveSeconds: 30}}",
		"Silent sockets":  "spec: {backend: {idleTimeoutSeconds: 3600}}",
		"Sticky":          "spec: {frontend: {stickySeconds: 3600}}",
		"Success codes":   "spec: {frontend: {healthCheck: {successCodes: '200-399,401'}}}",
		"Access logs":     "spec: {edge: {accessLogs: true}}",
		"Release":         "spec: {backend: {release: {command: [bin/migrate]}}}",
		"Another port":    "spec: {frontend: {port: 3000}}",
		"Another image":   "spec: {backend: {image: 'registry.example.org/shop/backend:2'}}",
		"No Spot":         "spec: {frontend: {spot: {percent: 0}}}",
		"Disk":            "spec: {frontend: {diskPaths: [/srv], ephemeralGiB: 50}}",
		"Writable root":   "spec: {frontend: {readOnlyRootFilesystem: false}}",
		"No init process": "spec: {frontend: {initProcess: false}}",
		"Command": "spec: {backend: {entryPoint: [/app], command: [serve], workingDirectory: /srv, " +
			"user: '10001'}}",
		"Sidecar": "spec: {backend: {dependsOn: [{container: otel}], sidecars: [{name: otel, image: 'otel:1', " +
			"cpu: 64, secrets: {A: {parameterARN: 'arn:aws:ssm:us-east-1:111122223333:parameter/a'}}}]}}",
		"Permissions": "spec: {backend: {permissions: [{actions: ['ses:SendEmail'], resources: ['*']}]}}",
		"Permissions of the frontend": "spec: {frontend: {permissions: [{actions: ['sns:Publish'], resources: " +
			"['arn:aws:sns:us-east-1:111122223333:news']}]}}",
		"Egress":         "spec: {frontend: {egress: [{port: 5432, cidr: 10.8.0.0/16}]}}",
		"Shells":         "spec: {frontend: {exec: true, readOnlyRootFilesystem: false}}",
		"Restart":        "spec: {backend: {restart: '2026-11-27'}}",
		"Init container": "spec: {frontend: {initContainers: [{name: warm, image: 'warm:1', command: [warm]}]}}",
		"Parameter": "spec: {backend: {secrets: {A: {parameterARN: 'arn:aws:ssm:us-east-1:111122223333:" +
			"parameter/a'}}}}",
		"Stop timeout":    "spec: {backend: {stopSeconds: 10}}",
		"Open files":      "spec: {backend: {openFiles: 4096}}",
		"Container check": "spec: {backend: {containerHealthCheck: {command: [/app, check], retries: 5}}}",
		"Few new tasks":   "spec: {backend: {deployment: {minHealthyPercent: 50, maxPercent: 150}}}",
		"Slow scaling":    "spec: {frontend: {scaling: {scaleOutSeconds: 180, scaleInSeconds: 900}}}",
		"Late messages": "spec: {queues: [{name: jobs, delaySeconds: 30, receiveWaitSeconds: 0, maxMessageKiB: " +
			"1024}]}",
		"FIFO queue": "spec: {queues: [{name: jobs}, {name: orders, fifo: {contentBasedDeduplication: true, " +
			"highThroughput: true}}]}",
		"No minor upgrade": "spec: {database: {autoMinorVersionUpgrade: false, monitoringSeconds: 15}}",
		"Slow archive":     "spec: {backup: {completionHours: 48}}",
		"Blocking logs":    "spec: {backend: {logMode: Blocking}}",
		"Slow start":       "spec: {frontend: {slowStartSeconds: 60}}",
		"Larger database":  "spec: {database: {instanceClass: db.r7g.large}}",
		"No standby":       "spec: {database: {multiAZ: false}}",
		"More replicas":    "spec: {database: {readReplicas: 3}}",
		"No replica":       "spec: {database: {readReplicas: 0}}",
		"Another queue":    "spec: {queues: [{name: jobs}, {name: mail}]}",
		"Producers": "spec: {queues: [{name: jobs, producers: [{service: S3, sourceARN: 'arn:aws:s3:::uploads'}, " +
			"{service: SNS, sourceARN: 'arn:aws:sns:us-east-1:111122223333:news'}]}]}",
		"No queues":     "spec: {queues: [], deletionProtection: false}",
		"No archive":    "spec: {backup: {archiveYears: 0}}",
		"CORS":          "spec: {bucket: {cors: [{origins: [https://shop.example.com], methods: [PUT]}]}}",
		"E-mails":       "spec: {alarms: {emails: [ops@example.org]}}",
		"Longer logs":   "spec: {logs: {retentionDays: 30}}",
		"Unprotected":   "spec: {deletionProtection: false}",
		"NonProduction": "spec: {environment: NonProduction}",
		"Thresholds": "spec: {alarms: {thresholds: {errorPercent: 1, databaseConnections: 20, " +
			"databaseFreeMemoryPercent: 10, databaseCPUCredits: 50}}}",
		"Budget": "spec: {alarms: {monthlyBudgetUSD: 500}}",
		"Secrets": "spec: {backend: {secrets: {TOKEN: {secretARN: " +
			"'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/token-AbCdEf'}}}}",
		"No NAT": "spec: {network: {natGateways: None, endpoints: {interface: [ecr.api, ecr.dkr, logs, " +
			"secretsmanager, sqs]}}, frontend: {image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/f:1'}, " +
			"backend: {image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/b:1'}}",
		"Endpoint policy": "spec: {network: {endpoints: {policy: Account}}}",
		"Preload":         "spec: {edge: {responseHeaders: {hstsPreload: true, hstsIncludeSubdomains: true}}}",
		"Tags":            "spec: {tags: {cost-center: '4711'}}",
		"Copies":          "spec: {backup: {copyTo: {region: eu-west-1, pointInTime: true}}}",
		"Copies elsewhere": "spec: {backup: {copyTo: {vaultARN: " +
			"'arn:aws:backup:eu-west-1:444455556666:backup-vault:archive'}}}",
		"Vault lock":        "spec: {backup: {lock: Governance}}",
		"Restore tests":     "spec: {backup: {restoreTest: {enabled: true}}}",
		"Proxy":             "spec: {database: {proxy: {enabled: true}}}",
		"IAM users":         "spec: {database: {iamUsers: [app]}}",
		"Database users":    "spec: {database: {users: [{name: app}, {name: reports, access: IAM}]}}",
		"Changes that wait": "spec: {database: {applyChanges: MaintenanceWindow}}",
		"MySQL parameters": "spec: {database: {parameters: {log_bin_trust_function_creators: '1', " +
			"performance_schema: '1'}}}",
		"Rollback":    "spec: {backend: {rollout: {errorPercent: 5}}}",
		"Boundary":    "spec: {permissionsBoundaryARN: 'arn:aws:iam::111122223333:policy/boundary'}",
		"No rotation": "spec: {database: {passwordRotationDays: 0}}",
	}
	// No object says when Kasha changes the password.
	invisible := map[string]bool{"No rotation": true}
	for name, over := range options {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := atRest(t, claim(t, ""))
			before, spec := w.Response, w.Composite["spec"]
			// A protected claim stays in production.
			if name == "NonProduction" {
				w.Composite["spec"] = claim(t, "spec: {deletionProtection: false}")["spec"]
				settleMore(t, w)
			}

			on := claim(t, over)
			if errs := schema.Validate(on, w.Composite); len(errs) > 0 {
				t.Fatalf("the option cannot be turned on in a living claim: %v", errs.ToAggregate())
			}
			w.Composite["spec"] = on["spec"]
			settleMore(t, w)
			if sameObjects(before, w.Response) != invisible[name] {
				t.Errorf("the option changes objects: %v, want %v", invisible[name], !invisible[name])
			}
			// Only an unprotected claim deletes what holds data.
			//nolint:forcetypeassert // Every claim has a spec.
			w.Composite["spec"] = merge(maps.Clone(spec.(map[string]any)), map[string]any{"deletionProtection": false})
			settleMore(t, w)
			w.Composite["spec"] = spec
			settleMore(t, w)
			equal(t, "the claim that had the option", w, "the claim that never had it", before)
		})
	}
}

// TestPortChange: during a rollout to another port, the old tasks still get requests
// and health checks.
func TestPortChange(t *testing.T) {
	w := atRest(t, claim(t, ""))
	old := at(w.Observed["service-frontend"])["taskDefinition"]
	w.Composite["spec"] = claim(t, "spec: {frontend: {port: 3000}}")["spec"]
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-frontend" {
			at(o)["taskDefinition"] = old
		}
	}
	rules := []string{
		"sgrule-alb-to-frontend-80", "sgrule-frontend-from-alb-80", "sgrule-alb-to-frontend-3000",
		"sgrule-frontend-from-alb-3000",
	}
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

// TestGrantsChange: the permission to read a secret or to pull an image exists before
// the first task that needs it starts, and until no task that needs it can start again.
func TestGrantsChange(t *testing.T) {
	cases := map[string]struct{ claim, arn string }{
		"Secret": {
			claim: "spec: {backend: {secrets: {TOKEN: {secretARN: " +
				"'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/token-AbCdEf'}}}}",
			arn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/token-AbCdEf",
		},
		"Image": {
			claim: "spec: {backend: {image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/backend:2'}}",
			arn:   "arn:aws:ecr:us-east-1:111122223333:repository/shop/backend",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			grantChanges(t, tc.claim, tc.arn)
		})
	}
}

func grantChanges(t *testing.T, over, arn string) {
	t.Helper()
	granted := func(o map[string]any) bool {
		return strings.Contains(simulator.Text(params(o), "policy"), strconv.Quote(arn))
	}
	w := atRest(t, claim(t, ""))
	plain, old := w.Composite["spec"], slices.Sorted(maps.Keys(desired(w)))

	w.Composite["spec"] = claim(t, over)["spec"]
	pass(t, w)
	if !granted(desired(w)["rolepolicy-execution"]) {
		t.Fatal("the permission is not asked for in the first pass")
	}
	if got := slices.Sorted(maps.Keys(desired(w))); !slices.Equal(old, got) {
		t.Fatalf("the new version is registered before it has its permission:\n%s", cmp.Diff(old, got))
	}
	settleMore(t, w)

	running := at(w.Observed["service-backend"])["taskDefinition"]
	w.Composite["spec"] = plain
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-backend" {
			at(o)["taskDefinition"] = running
		}
	}
	for range 3 {
		pass(t, w)
		if !granted(desired(w)["rolepolicy-execution"]) {
			t.Fatal("the permission is gone while the version that needs it still runs")
		}
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	if granted(desired(w)["rolepolicy-execution"]) {
		t.Error("the permission stays when nothing needs it any more")
	}
}

// TestAnotherNetwork: if a claim's network is swapped without the API server's
// validation, nothing may change. Otherwise the claim would take over another team's
// VPC.
func TestAnotherNetwork(t *testing.T) {
	existing := func(vpc string) string {
		return "spec: {network: {existing: {vpcID: " + vpc +
			", publicSubnetIDs: [subnet-0aaaaaaa1, subnet-0aaaaaaa2], frontendSubnetIDs: " +
			"[subnet-0bbbbbbb1, subnet-0bbbbbbb2], " +
			"backendSubnetIDs: [subnet-0bbbbbbb1, subnet-0bbbbbbb2], " +
			"dataSubnetIDs: [subnet-0ccccccc1, subnet-0ccccccc2]}}}"
	}
	cases := map[string]struct{ was, is string }{
		"OwnToExisting":     {"", existing("vpc-01234567")},
		"ExistingToOwn":     {existing("vpc-01234567"), ""},
		"ExistingToAnother": {existing("vpc-01234567"), existing("vpc-89abcdef")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := atRest(t, claim(t, tc.was))
			w.Composite["spec"] = claim(t, tc.is)["spec"]
			_, err := w.Pass(t.Context(), newFunction())
			if err == nil ||
				!strings.Contains(err.Error(), "spec.network.existing: cannot change network.existing: ") {
				t.Errorf("want it refused, got %v", err)
			}
		})
	}
}

// TestExistingNetworkIsElsewhere: the function compares the subnets in AWS with the
// claim.
func TestExistingNetworkIsElsewhere(t *testing.T) {
	w := simulator.New(
		claim(t,
			"spec: {network: {existing: {vpcID: vpc-01234567, publicSubnetIDs: [subnet-0aaaaaaa1, subnet-0aaaaaaa2], "+
				"frontendSubnetIDs: [subnet-0bbbbbbb1, subnet-0bbbbbbb2], "+
				"backendSubnetIDs: [subnet-0bbbbbbb1, subnet-0bbbbbbb2], dataSubnetIDs: "+
				"[subnet-0ccccccc1, subnet-0ccccccc2]}}}"))
	w.Interfere = func(key string, o map[string]any) {
		switch key {
		case "subnet-data-a":
			at(o)["vpcId"] = "vpc-89abcdef"
		case "subnet-data-b":
			at(o)["availabilityZone"] = "us-east-1a"
		}
	}
	pass(t, w)
	pass(t, w)
	var got []string
	for _, r := range w.Response.GetResults() {
		got = append(got, r.GetMessage())
	}
	want := []string{
		"cannot rely on subnet-0ccccccc2 as the data subnet of us-east-1b: it is in us-east-1a, so the tier may not " +
			"survive the loss of a zone; create a new claim that lists the subnets in the order of its zones",
		"cannot use subnet-0ccccccc1 as a data subnet: it is in vpc-89abcdef, not in vpc-01234567; create a new " +
			"claim with subnets of one VPC",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings: -want, +got:\n%s", diff)
	}
}

// TestTasksWaitForTheWayOut: a service starts its first tasks when every zone has a
// route out, and stays when a zone loses it.
func TestTasksWaitForTheWayOut(t *testing.T) {
	services := []string{"service-frontend", "service-backend"}
	blocked := func(key string, o map[string]any) {
		if key == "route-private-b" {
			failing("CreateFailure", "async create failed: no")(o)
		}
	}
	w := simulator.New(claim(t, ""))
	w.Interfere = blocked
	for range maxPasses {
		pass(t, w)
		for _, key := range services {
			if desired(w)[key] != nil {
				t.Fatalf("%s starts tasks in a zone without a route out", key)
			}
		}
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	w.Interfere = blocked
	w.Replay()
	pass(t, w)
	for _, key := range services {
		if desired(w)[key] == nil {
			t.Errorf("%s is deleted when a zone loses its route out", key)
		}
	}
}

// TestNATGoesLast: the NAT gateways are deleted only when the endpoints that replace
// them work.
func TestNATGoesLast(t *testing.T) {
	w := atRest(t, claim(t, ""))
	w.Composite["spec"] = claim(t,
		"spec: {network: {natGateways: None, endpoints: {interface: [ecr.api, ecr.dkr, logs, secretsmanager, sqs]}}, "+
			"frontend: {image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/f:1'}, backend: {image: "+
			"'111122223333.dkr.ecr.us-east-1.amazonaws.com/b:1'}}")["spec"]
	way := []string{"eip-a", "nat-a", "route-private-a", "eip-b", "nat-b", "route-private-b"}
	w.Interfere = func(key string, o map[string]any) {
		if key == "endpoint-logs" {
			failing("CreateFailure", "async create failed: no")(o)
		}
	}
	for range maxPasses {
		pass(t, w)
		for _, key := range way {
			if desired(w)[key] == nil {
				t.Fatalf("%s is deleted before the endpoints work", key)
			}
		}
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	for _, key := range way {
		if desired(w)[key] != nil {
			t.Errorf("%s is still there", key)
		}
	}
}

// TestProtectedClaimsKeepQueues: a queue is deleted only after its claim's protection
// was turned off.
func TestProtectedClaimsKeepQueues(t *testing.T) {
	w := atRest(t, claim(t, "spec: {queues: [{name: jobs}, {name: mail}]}"))
	w.Composite["spec"] = claim(t, "spec: {queues: [{name: jobs}]}")["spec"]
	_, err := w.Pass(t.Context(), newFunction())
	const want = "spec.queues: cannot remove the queue mail: its messages, and those in its dead-letter queue, " +
		"would be lost; set deletionProtection to false first, or keep the queue"
	if err == nil || err.Error() != want {
		t.Errorf("the function says %v, want %s", err, want)
	}
	w.Composite["spec"] = claim(t, "spec: {deletionProtection: false, queues: [{name: jobs}]}")["spec"]
	pass(t, w)
	for _, key := range []string{"queue-mail", "dlq-mail"} {
		if o := desired(w)[key]; o == nil || stays(o) {
			t.Errorf(
				"the object of %s is deleted before the provider may delete the resource, which would stay in AWS: %v",
				key, o)
		}
	}
	settleMore(t, w)
	if w.Observed["queue-mail"] != nil {
		t.Error("an unprotected claim keeps a queue that it does not list")
	}
}

// TestProtectedDataStaysInAWS: deleting an object, or the namespace, deletes nothing in
// AWS that holds data of a protected claim.
func TestProtectedDataStaysInAWS(t *testing.T) {
	const domain = "edge: {domain: {name: shop.example.com}}"
	w := atRest(t, claim(t, "spec: {"+domain+"}"))
	check := func(want bool) {
		t.Helper()
		for _, key := range []string{"queue-jobs", "dlq-jobs", "zone-951623a2"} {
			if got := stays(desired(w)[key]); got != want {
				t.Errorf("%s stays in AWS without its object: %v, want %v", key, got, want)
			}
		}
	}
	check(true)
	w.Composite["spec"] = claim(t, "spec: {deletionProtection: false, "+domain+"}")["spec"]
	pass(t, w)
	check(false)
	settleMore(t, w)

	w.Composite["spec"] = claim(t, "spec: {"+domain+"}")["spec"]
	settleMore(t, w)
	check(true)
	w.Composite["spec"] = claim(t, "spec: {deletionProtection: false}")["spec"]
	pass(t, w)
	if o := desired(w)["zone-951623a2"]; o == nil || stays(o) {
		t.Errorf(
			"the object of the zone is deleted before the provider may delete the zone, which would stay in AWS: %v",
			o)
	}
	settleMore(t, w)
	if w.Observed["zone-951623a2"] != nil {
		t.Error("an unprotected claim keeps a zone that it does not need")
	}
}
