package function

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// refusedByAWS is a claim in which AWS refuses to make one resource.
func refusedByAWS(t *testing.T, over, key, says string) *simulator.World {
	t.Helper()
	w := simulator.New(claim(t, over))
	w.Interfere = func(k string, o map[string]any) {
		if !strings.HasPrefix(k, key) {
			return
		}
		clear(at(o))
		setCondition(o, "Ready", "False", "Creating", "")
		setCondition(o, "Synced", "False", "ReconcileError", "create failed: async create failed: "+says)
		setCondition(o, "LastAsyncOperation", "False", "AsyncCreateFailure", "async create failed: "+says)
	}
	for range passes(w.Composite) {
		pass(t, w)
	}
	return w
}

// TestWhatIsInTheWayIsLeftAlone: AWS refuses something because somebody else has it. It may
// be a live site. The claim's condition has AWS's code and says what to do, which is never
// to delete the thing, nor to hand it to the provider, which would change it and delete it
// with the claim.
func TestWhatIsInTheWayIsLeftAlone(t *testing.T) {
	const domain = "spec: {edge: {domain: {name: shop.example.com, hostedZoneID: Z0123456789ABC}}}"
	const sdk = "failed to create the resource: [{0 creating: operation error X: Create, https response error " +
		"StatusCode: 409, RequestID: 1b2c3d4e-0000-1111-2222-333344445555, "
	cases := map[string]struct {
		over, key, error string
		tier             string
		want             []string
	}{
		"AnotherDistributionServesTheName": {
			domain, "distribution",
			"CNAMEAlreadyExists: One or more of the CNAMEs you provided are already associated with a different " +
				"resource.  []}]",
			v1alpha1.ConditionEdge,
			[]string{
				"CNAMEAlreadyExists", "may be a live site", "do not give the provider its ID",
				"docs/moving-a-domain.md",
			},
		},
		"ARecordLeadsToALiveSite": {
			domain, "record-a",
			"InvalidChangeBatch: [Tried to create resource record set [name='shop.example.com.', type='A'] but it " +
				"already exists]  []}]",
			v1alpha1.ConditionEdge,
			[]string{"InvalidChangeBatch", "look where it leads", "docs/moving-a-domain.md"},
		},
		"AnotherAccountHasTheBucket": {
			"", "bucket-app", "BucketAlreadyExists: The requested bucket name is not available.  []}]",
			v1alpha1.ConditionBackend,
			[]string{"BucketAlreadyExists", "another account has this one: leave it"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := refusedByAWS(t, tc.over, tc.key, sdk+tc.error)
			reason, says := conditionOf(w, tc.tier)
			if reason != v1alpha1.ReasonFailed {
				t.Errorf("%s says %s: %s", tc.tier, reason, says)
			}
			for _, want := range tc.want {
				if !strings.Contains(says, want) {
					t.Errorf("the condition does not say %q: %s", want, says)
				}
			}
			if strings.Contains(says, "delete") || strings.Contains(says, "tell the provider") {
				t.Errorf("the condition advises to destroy what may be somebody's production: %s", says)
			}
		})
	}
}

// TestFailureSaysWhatToDo: AWS's own message names its terms and not the claim's.
func TestFailureSaysWhatToDo(t *testing.T) {
	const sdk = "failed to create the resource: [{0 creating: operation error X: Create, https response error " +
		"StatusCode: 400, RequestID: 1b2c3d4e-0000-1111-2222-333344445555, api error "
	cases := map[string]struct{ reason, over, key, error, tier, want string }{
		"SnapshotOfAnOlderVersion": {
			"RDS restores a snapshot of MySQL 8.0 and then refuses the parameter group of 8.4.",
			"spec: {database: {restoreFromSnapshot: legacy-final}}", "db-primary",
			"InvalidParameterCombination: The Parameter Group shop-mysql84 with DBParameterGroupFamily mysql8.4 " +
				"cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily " +
				"mysql8.0  []}]",
			v1alpha1.ConditionDatabase, "upgrade the snapshot to MySQL 8.4 as described in docs/backup.md",
		},
		"ZoneWithoutNATGateways": {
			"A zone's name stands for another place in each account.",
			"spec: {region: ap-northeast-1, availabilityZones: [ap-northeast-1a, ap-northeast-1c]}", "nat-a",
			"NotAvailableInZone: Nat Gateway is not available in this availability zone  []}]",
			v1alpha1.ConditionNetwork, "create a new claim with zones whose IDs have them, as docs/network.md says",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := refusedByAWS(t, tc.over, tc.key, sdk+tc.error)
			if _, says := conditionOf(w, tc.tier); !strings.Contains(says, tc.want) {
				t.Errorf("%s\nthe condition does not say %q: %s", tc.reason, tc.want, says)
			}
		})
	}
}

// TestTasksThatMustRunAreOnDemand: Spot may have no capacity for hours, and ECS does not fall
// back. In Production that never takes a task of the minimum.
func TestTasksThatMustRunAreOnDemand(t *testing.T) {
	t.Parallel()
	strategy := func(over string) map[string]any {
		out := map[string]any{}
		items, _ := params(desired(atRest(t, claim(t, over)))["service-backend"])["capacityProviderStrategy"].([]any)
		for _, i := range items {
			i, _ := i.(map[string]any)
			out[simulator.Text(i, "capacityProvider")] = i["base"]
		}
		return out
	}
	if got := strategy("spec: {backend: {scaling: {min: 3, max: 9}}}"); got["FARGATE"] != 3.0 {
		t.Errorf("Production begins with %v on demand, want the minimum of 3", got["FARGATE"])
	}
	if _, onDemand := strategy("spec: {environment: NonProduction}")["FARGATE"]; onDemand {
		t.Error("NonProduction pays for tasks on demand")
	}
}

// TestTriggerCanBeCreated: with backups on, RDS refuses CREATE TRIGGER with error 1419 unless one
// parameter is set. Every instance gets it, and no instance must be restarted for it.
func TestTriggerCanBeCreated(t *testing.T) {
	t.Parallel()
	all := desired(atRest(t, claim(t, `spec: {database: {parameters: {log_bin_trust_function_creators: "1"}}}`)))
	found := false
	for _, p := range list(params(all["parametergroup-mysql84"])["parameter"]) {
		p, _ := p.(map[string]any)
		found = found || p["name"] == "log_bin_trust_function_creators" && p["value"] == "1" &&
			p["applyMethod"] == "immediate"
	}
	if !found {
		t.Errorf("CREATE TRIGGER ends with error 1419: %v", params(all["parametergroup-mysql84"])["parameter"])
	}
}

// TestBucketSendsToTheQueue: S3 cannot use AWS's own key for SQS, and a queue without a policy
// takes messages of its own account's roles only.
func TestBucketSendsToTheQueue(t *testing.T) {
	t.Parallel()
	const bucket = "arn:aws:s3:::incoming"
	all := desired(atRest(t, claim(t,
		"spec: {queues: [{name: uploads, producers: [{service: S3, sourceARN: '"+bucket+"'}]}]}")))
	queue := params(all["queue-uploads"])
	if key := queue["kmsMasterKeyId"]; queue["sqsManagedSseEnabled"] != true || key != "" {
		t.Errorf("S3 may not use the key %v of the queue", key)
	}
	text, _ := params(all["queuepolicy-uploads"])["policy"].(string)
	for _, part := range []string{"s3.amazonaws.com", bucket, "sqs:SendMessage", "aws:SourceAccount"} {
		if !strings.Contains(text, part) {
			t.Errorf("the queue's policy lacks %s: %s", part, text)
		}
	}
}

// TestPageUploadsToTheBucket: a browser asks S3 before it sends a file to a presigned URL, and
// S3 answers as the bucket says. A bucket without the field keeps what it has.
func TestPageUploadsToTheBucket(t *testing.T) {
	t.Parallel()
	const site = "https://shop.example.com"
	over := "spec: {bucket: {cors: [{origins: [" + site + "], methods: [PUT], exposeHeaders: [etag, x-amz-meta-a]}]}}"
	w := atRest(t, claim(t, over))
	rule, _ := param(forProviderOf(desired(w)["bucket-app-cors"]), "corsRule", "0").(map[string]any)
	for field, want := range map[string][]any{
		"allowedOrigins": {site}, "allowedMethods": {"PUT"}, "allowedHeaders": {"*"},
		"exposeHeaders": {"ETag", "x-amz-meta-a"},
	} {
		if diff := cmp.Diff(want, rule[field]); diff != "" {
			t.Errorf("%s (-want, +got):\n%s", field, diff)
		}
	}
	if _, made := desired(atRest(t, claim(t, "")))["bucket-app-cors"]; made {
		t.Error("a claim without the field replaces the bucket's CORS configuration")
	}
	of := simulator.Text(desired(w)["bucket-app-cors"], "spec", "forProvider", "bucketRef", "name")
	if of != "shop-bucket-app" {
		t.Errorf("the configuration is of %q, not of the application's bucket", of)
	}
}

// TestWorkersAndSchedulesCanWrite: an image with a user of its own writes to /tmp in each kind
// of workload.
func TestWorkersAndSchedulesCanWrite(t *testing.T) {
	t.Parallel()
	for _, example := range []string{"workers", "monolith"} {
		w := atRest(t, examples(t)[example])
		tasks := keysLike(w, "taskdefinition-")
		if len(tasks) < 3 {
			t.Fatalf("%s: want a worker or a schedule beside the services, got %v", example, tasks)
		}
		for _, key := range tasks {
			c, ok := containers.Main(stacktest.Object(desired(w)[key]))
			opens := func(f containers.Tmpfs) bool { return slices.Contains(f.MountOptions, "mode=1777") }
			if !ok || !slices.ContainsFunc(c.LinuxParameters.Tmpfs, opens) {
				t.Errorf("%s of %s: only root can write to %+v", key, example, c.LinuxParameters)
			}
		}
	}
}

// TestTheSampleApplicationRuns: its claim runs commands that the program has, with the variables that each one cannot
// do without.
func TestTheSampleApplicationRuns(t *testing.T) {
	t.Parallel()
	program, err := os.ReadFile("../examples/app/main.go")
	if err != nil {
		t.Fatal(err)
	}
	w := atRest(t, examples(t)["shop"])
	for workload, needs := range map[string][]string{
		"frontend":        {"frontend", "BACKEND_URL"},
		"backend":         {"serve", "DB_SECRET_ARN", "QUEUE_URL_ORDERS"},
		"worker-confirm":  {"worker", "DB_SECRET_ARN", "QUEUE_URL"},
		"schedule-report": {"report", "DB_SECRET_ARN"},
	} {
		c, ok := containers.Main(stacktest.Object(desired(w)[keysLike(w, "taskdefinition-"+workload+"-")[0]]))
		known := strings.Contains(string(program), strconv.Quote(needs[0])+":")
		if !ok || !known || !slices.Equal(c.Command, needs[:1]) {
			t.Errorf("%s runs %v, want the program's %s", workload, c.Command, needs[0])
		}
		for _, name := range needs[1:] {
			if !slices.ContainsFunc(c.Environment, func(v containers.Variable) bool { return v.Name == name }) {
				t.Errorf("%s has no %s", workload, name)
			}
		}
	}
	call := desired(w)[keysLike(w, "release-backend-")[0]]
	if input := simulator.Text(params(call), "input"); !strings.Contains(input, `"command":["migrate"]`) {
		t.Errorf("the release does not migrate: %s", input)
	}
}

// TestImageWithAnInitProcessStarts: s6-overlay ends with "can only run as pid 1" beside another
// init process.
func TestImageWithAnInitProcessStarts(t *testing.T) {
	t.Parallel()
	for over, want := range map[string]bool{"": true, "spec: {frontend: {initProcess: false}}": false} {
		w := atRest(t, claim(t, over))
		tasks := keysLike(w, "taskdefinition-frontend-")
		if len(tasks) != 1 {
			t.Fatalf("want one task definition, got %v", tasks)
		}
		c, ok := containers.Main(stacktest.Object(desired(w)[tasks[0]]))
		if !ok || c.LinuxParameters.InitProcessEnabled != want {
			t.Errorf("%q: want another init process: %v, got %+v", over, want, c.LinuxParameters)
		}
	}
}

func conditionOf(w *simulator.World, kind string) (reason, message string) {
	for _, c := range w.Response.GetConditions() {
		if c.GetType() == kind {
			return c.GetReason(), c.GetMessage()
		}
	}
	return "", ""
}

// TestHostileClaims: claims whose authors are not welcome, within the guardrail that is
// shipped. Each is refused, and the message names the field, the value and who bounds it.
func TestHostileClaims(t *testing.T) {
	cases := map[string]struct {
		reason, spec string
		want         []string
	}{
		"EverythingAtOnce": {
			"The author names other teams' accounts, networks, names, images, secrets, snapshots and vaults.", `
providerConfigRef: {kind: ClusterProviderConfig, name: bank-admin}
tags: {team: bank}
network:
  existing:
    vpcID: vpc-0fedcba9876543210
    publicSubnetIDs: [subnet-0ccccccccccccccc1, subnet-0ccccccccccccccc2]
    frontendSubnetIDs: [subnet-0ccccccccccccccc3, subnet-0ccccccccccccccc4]
    backendSubnetIDs: [subnet-0ccccccccccccccc5, subnet-0ccccccccccccccc6]
    dataSubnetIDs: [subnet-0ccccccccccccccc7, subnet-0ccccccccccccccc8]
edge:
  originPrefixListID: pl-0fedcba98
  domain: {name: login.bank.example.org, hostedZoneID: Z0ANOTHERONE}
  waf: {mode: Count, allowCIDRs: ["0.0.0.0/1"], exemptPaths: [/api/]}
frontend:
  image: 999900001111.dkr.ecr.us-east-1.amazonaws.com/bank/frontend:1
  secrets: {LOOT: {secretARN: "arn:aws:secretsmanager:us-east-1:999900001111:secret:bank/root-AbCdEf"}}
database: {restoreFromSnapshot: "rds:bank-1a2b3c-db-primary-2026-01-02-03-05"}
backup:
  copyTo: {vaultARN: "arn:aws:backup:eu-west-1:222200001111:backup-vault:loot"}
  restoreTest: {enabled: true, providerConfigRef: {name: audit}, subnetGroup: reachable}
alarms: {emails: [somebody@elsewhere.example]}
`,
			[]string{
				"allow.providerConfigs", "allow.tagKeys", "allow.networks", "allow.originPrefixLists", "allow.domains",
				"allow.hostedZones", "require.firewall", "allow.images", "allow.secretARNs", "allow.snapshots",
				"allow.copyVaultARNs", "allow.restoreTestConfigs", "allow.restoreTestSubnetGroups", "allow.emails",
			},
		},
		"SealedNetwork": {
			"Without NAT gateways, nobody sees what another team's image sends through the endpoints.", `
network: {natGateways: None, endpoints: {interface: [ecr.api, ecr.dkr, logs, secretsmanager, sqs]}}
frontend: {image: 999900001111.dkr.ecr.us-east-1.amazonaws.com/bank/frontend:1}
backend: {image: 999900001111.dkr.ecr.us-east-1.amazonaws.com/bank/backend:1}
`,
			[]string{"allow.images"},
		},
		"AnotherTeamsData": {
			"A snapshot of another team's database would be restored with its data.",
			`database: {restoreFromSnapshot: "rds:bank-1a2b3c-db-primary-2026-01-02-03-05"}`,
			[]string{"cannot use rds:bank-1a2b3c-db-primary-2026-01-02-03-05", "allows none (allow.snapshots)"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o, err := schema.Decode([]byte(tc.spec))
			if err != nil {
				t.Fatal(err)
			}
			c := merge(examples(t)["minimal"], map[string]any{"spec": o})
			defaulted(t, c)
			got := settleOrRefuse(t, within(c, exampleGuardrail(t)))
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s\nnothing says %q:\n%s", tc.reason, want, got)
				}
			}
		})
	}
}

// TestNamesThatWereGroundShareNothing: two pairs of claims whose names had one digest under
// v0.1.0. The second of each pair would have taken over everything of the first.
func TestNamesThatWereGroundShareNothing(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2][2]string{
		{{"team-pay", "payments-production-customer-facing"}, {"team-evil", "payments-production-customer-xbljkt"}},
		{{"team-shop", "shop"}, {"team-2lmxs", "shop"}},
	} {
		var names [2][]string
		for i, c := range pair {
			uid := []string{"11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"}[i]
			over := "metadata: {name: " + c[1] + ", namespace: " + c[0] + "}"
			for _, o := range desired(atRest(t, born(claim(t, over), uid))) {
				if id := simulator.Text(o, "metadata", "annotations", "crossplane.io/external-name"); id != "" {
					names[i] = append(names[i], id)
				}
			}
		}
		for _, name := range names[1] {
			own := slices.Contains(perParent, name) || !strings.Contains(name, pair[1][1][:4])
			if !own && slices.Contains(names[0], name) {
				t.Errorf("%v and %v both call something %s", pair[0], pair[1], name)
			}
		}
		if len(names[0]) < 20 || len(names[1]) < 20 {
			t.Fatalf("found only %d and %d names", len(names[0]), len(names[1]))
		}
	}
}

// TestSecondClusterTouchesNothing: two clusters of one account have the claim team-shop/shop,
// and the second one's is new. Its role's policy names nothing of the first's: else the
// first's backend would lose its secret and its bucket within one reconcile.
func TestSecondClusterTouchesNothing(t *testing.T) {
	t.Parallel()
	first := atRest(t, born(claim(t, ""), "11111111-2222-3333-4444-555555555555"))
	second := atRest(t, born(claim(t, ""), "99999999-aaaa-4bbb-8ccc-dddddddddddd"))
	id := simulator.Text(first.Composite, "status", "stackID")
	if id == "" || id == simulator.Text(second.Composite, "status", "stackID") {
		t.Fatalf("both claims have the ID %q", id)
	}
	for key, o := range desired(second) {
		if strings.Contains(toYAML(t, o), id) {
			t.Errorf("%s of the second claim names the first one's %s", key, id)
		}
	}
}

// TestClaimOfAnotherClusterIsNotTakenOver: a claim that has lived here meets objects that
// carry the ID of another cluster's claim of the same name. It stops instead of renaming.
func TestClaimOfAnotherClusterIsNotTakenOver(t *testing.T) {
	t.Parallel()
	first := atRest(t, born(claim(t, ""), "11111111-2222-3333-4444-555555555555"))
	second := copyOf(t, atRest(t, born(claim(t, ""), "99999999-aaaa-4bbb-8ccc-dddddddddddd")))
	for _, key := range []string{"role-task", "rolepolicy-task", "bucket-app"} {
		second.Observed[key] = copyOf(t, first).Observed[key]
	}
	if got := settleOrRefuse(t, second); !strings.Contains(got, "cannot ") {
		t.Errorf("the claim goes on with another one's role and bucket: %q", got)
	}
}

// TestSecondClusterUnderOldNamesIsTold: under v0.1.0 two clusters of one account shared the
// names of a claim, and the second one's provider adopted the first one's role and bucket
// silently. Their names cannot change, so the claim says which they are.
func TestSecondClusterUnderOldNamesIsTold(t *testing.T) {
	t.Parallel()
	w := recall(t, "testdata/compat/v0.1.0/minimal.observed.yaml")
	for key, o := range w.Observed {
		if key == "role-task" || key == "bucket-app" {
			continue
		}
		if annotations, ok := lookup(o, "metadata", "annotations").(map[string]any); ok {
			annotations["crossplane.io/external-create-pending"] = "2026-01-02T03:04:05Z"
		}
	}
	pass(t, w)
	said := ""
	for _, m := range warnings(w.Response) {
		if strings.Contains(m, "existed in AWS before the claim asked for them") {
			said = m
		}
	}
	names, _, _ := strings.Cut(said, ";")
	if strings.Count(names, "shop-") != 2 || !strings.Contains(names, "shop-bucket-app, shop-role-task") {
		t.Errorf("the claim does not name what was somebody else's: %q", said)
	}
	if !strings.Contains(said, "stop the provider") {
		t.Errorf("the claim does not say what to do: %q", said)
	}
}
