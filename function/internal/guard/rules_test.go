package guard

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/badclaims"
	"github.com/kasha-platform/kasha/function/internal/defaults"
	"github.com/kasha-platform/kasha/function/internal/manifest"
	"github.com/kasha-platform/kasha/function/internal/schema"
)

// open is a guardrail that allows everything that a claim may name.
const open = `
apiVersion: platform.kasha.io/v1alpha1
kind: KashaGuardrail
metadata: {name: team-shop}
spec:
  namespaces: [team-shop]
  allow:
    providerConfigs: [{name: "*"}, {kind: ProviderConfig, name: "*"}]
    images: ["*"]
    secretARNs: ["*"]
    parameterARNs: ["*"]
    permissions: ["*"]
    egress: ["*"]
    snapshots: ["*"]
    domains: ["*"]
    hostedZones: ["*"]
    networks: ["*"]
    copyRegions: ["*"]
    copyVaultARNs: ["*"]
    restoreTestConfigs: [{name: "*"}, {kind: ProviderConfig, name: "*"}]
    restoreTestSubnetGroups: ["*"]
    originPrefixLists: ["*"]
    uploaders: ["*"]
    overrides: ["*"]
    permissionsBoundaryARNs: ["*"]
    stackIDs: [shop-otjdslhi]
`

// guardrail merges the spec of a guardrail, in YAML, over an open one.
func guardrail(t *testing.T, spec string) map[string]any {
	t.Helper()
	base, err := schema.Decode([]byte(open))
	if err != nil {
		t.Fatal(err)
	}
	patch, err := schema.Decode([]byte("spec: {" + spec + "}"))
	if err != nil {
		t.Fatal(err)
	}
	g := manifest.Merge(base, patch)
	if err := schema.Admit(g, nil); err != nil {
		t.Fatalf("the guardrail of a test must be good: %v", err)
	}
	return g
}

// claim merges the spec of a claim, in YAML, over a good one, and applies defaults and
// presets.
func claim(t *testing.T, spec string) *v1alpha1.KashaClaim {
	t.Helper()
	o, err := badclaims.Spoil([]byte("spec: {" + spec + "}"))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Admit(o, nil); err != nil {
		t.Fatalf("the claim of a test must be good but for the guardrail: %v", err)
	}
	c := &v1alpha1.KashaClaim{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o, c); err != nil {
		t.Fatal(err)
	}
	defaults.Apply(c)
	return c
}

func chosen(t *testing.T, guardrails ...map[string]any) Choice {
	t.Helper()
	choice, err := Choose(guardrails, "team-shop")
	if err != nil {
		t.Fatal(err)
	}
	return choice
}

func judged(t *testing.T, in Input) *Judgement {
	t.Helper()
	j, err := Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// ruleCases has a guardrail for each rule, a claim that the rule refuses, with the words,
// and one that it lets through.
var ruleCases = map[string]struct {
	guardrail string
	refused   string
	want      string
	accepted  string
}{
	"allow.providerConfigs": {
		guardrail: `allow: {providerConfigs: [{name: shop}]}`,
		refused:   `providerConfigRef: {name: payments-prod-admin}`,
		want: "spec.providerConfigRef: cannot use ClusterProviderConfig/payments-prod-admin: " +
			"guardrail team-shop allows " +
			"ClusterProviderConfig/shop (allow.providerConfigs); use one of these, or ask the platform team",
		accepted: `providerConfigRef: {name: shop}`,
	},
	"allow.images": {
		guardrail: `allow: {images: ["registry.example.org/shop/*"]}`,
		refused:   `frontend: {image: "registry.example.org/pay/frontend:1.0.0"}`,
		want: "spec.frontend.image: cannot use registry.example.org/pay/frontend:1.0.0: guardrail team-shop allows " +
			"registry.example.org/shop/* (allow.images); use one of these, or ask the platform team",
		accepted: `frontend: {image: "registry.example.org/shop/a/b@sha256:` + strings.Repeat("0", 64) + `"}`,
	},
	"allow.parameterARNs": {
		guardrail: `allow: {parameterARNs: ["arn:aws:ssm:*:111122223333:parameter/shop/*"]}`,
		refused: `frontend: {sidecars: [{name: otel, image: "registry.example.org/shop/otel:1", secrets: {TOKEN: ` +
			`{parameterARN: "arn:aws:ssm:us-east-1:111122223333:parameter/pay/token"}}}]}`,
		want: "spec.frontend.sidecars[otel].secrets.TOKEN.parameterARN: cannot use " +
			"arn:aws:ssm:us-east-1:111122223333:parameter/pay/token: guardrail team-shop allows " +
			"arn:aws:ssm:*:111122223333:parameter/shop/* (allow.parameterARNs); use one of these, or ask the " +
			"platform team",
		accepted: `backend: {secrets: {TOKEN: {parameterARN: "arn:aws:ssm:us-east-1:111122223333:parameter/shop/a"}}}`,
	},
	"require.noExec": {
		guardrail: `require: {noExec: true}`,
		refused:   `schedules: [{name: a, every: 1 hour, exec: true, readOnlyRootFilesystem: false}]`,
		want: "spec.schedules[a].exec: cannot use true: guardrail team-shop requires false (require.noExec); change " +
			"it, or ask the platform team",
		accepted: `backend: {readOnlyRootFilesystem: false}`,
	},
	"allow.permissions": {
		guardrail: `allow: {permissions: ["s3:Get* on arn:aws:s3:::team-shop-*"]}`,
		refused: `backend: {permissions: [{actions: ["s3:GetObject"], resources: ["arn:aws:s3:::team-shop-a/*", ` +
			`"arn:aws:s3:::team-pay/*"]}]}`,
		want: "spec.backend.permissions[0]: cannot use s3:GetObject on arn:aws:s3:::team-pay/*: guardrail team-shop " +
			"allows s3:Get* on arn:aws:s3:::team-shop-* (allow.permissions); use one of these, or ask the platform " +
			"team",
		accepted: `backend: {permissions: [{actions: ["s3:GetObject", "s3:Get*"], resources: ` +
			`["arn:aws:s3:::team-shop-a/*"]}]}`,
	},
	"allow.egress": {
		guardrail: `allow: {egress: ["10.8.0.0/16 tcp/*"]}`,
		refused:   `workers: [{name: a, egress: [{port: 25, cidr: 0.0.0.0/0}, {port: 5432, cidr: 10.8.0.0/16}]}]`,
		want: "spec.workers[a].egress[0]: cannot use 0.0.0.0/0 tcp/25: guardrail team-shop allows 10.8.0.0/16 tcp/* " +
			"(allow.egress); use one of these, or ask the platform team",
		accepted: `backend: {egress: [{port: 5432, cidr: 10.8.0.0/16}]}`,
	},
	"allow.regions": {
		guardrail: `allow: {regions: ["eu-*"]}`,
		refused:   `region: us-east-2`,
		want: "spec.region: cannot use us-east-2: guardrail team-shop allows eu-* (allow.regions); " +
			"use one of these, or ask the platform team",
		accepted: `region: eu-central-1`,
	},
	"allow.environments": {
		guardrail: `allow: {environments: [NonProduction]}`,
		refused:   `environment: Production`,
		want: "spec.environment: cannot use Production: guardrail team-shop " +
			"allows NonProduction (allow.environments); " +
			"use one of these, or ask the platform team",
		accepted: `environment: NonProduction`,
	},
	"allow.secretARNs": {
		guardrail: `allow: {secretARNs: ["arn:aws:secretsmanager:us-east-1:111122223333:secret:team-shop/*"]}`,
		refused: `backend: {secrets: {LOOT: {secretARN: ` +
			`"arn:aws:secretsmanager:us-east-1:111122223333:secret:platform/root-token-AbCdEf"}}}`,
		want: "spec.backend.secrets.LOOT.secretARN: cannot use " +
			"arn:aws:secretsmanager:us-east-1:111122223333:secret:platform/root-token-AbCdEf: " +
			"guardrail team-shop allows " +
			"arn:aws:secretsmanager:us-east-1:111122223333:secret:team-shop/* (allow.secretARNs); " +
			"use one of these, or ask the platform team",
		accepted: `backend: {secrets: {KEY: {secretARN: ` +
			`"arn:aws:secretsmanager:us-east-1:111122223333:secret:team-shop/key-AbCdEf"}}}`,
	},
	"allow.snapshots": {
		guardrail: `allow: {snapshots: ["shop-*"]}`,
		refused:   `database: {restoreFromSnapshot: "rds:pay-1a2b3c-db-primary-2026-01-02-03-05"}`,
		want: "spec.database.restoreFromSnapshot: cannot use rds:pay-1a2b3c-db-primary-2026-01-02-03-05: " +
			"guardrail team-shop allows shop-* (allow.snapshots); use one of these, or ask the platform team",
		accepted: `database: {restoreFromSnapshot: shop-final}`,
	},
	"allow.domains": {
		guardrail: `allow: {domains: ["shop.example.com", "*.shop.example.com"]}`,
		refused:   `edge: {domain: {name: shop.example.com, additionalNames: [login.bank.example.com]}}`,
		want: "spec.edge.domain.additionalNames: cannot use login.bank.example.com: guardrail team-shop allows " +
			"shop.example.com, *.shop.example.com (allow.domains); use one of these, or ask the platform team",
		accepted: `edge: {domain: {name: shop.example.com, additionalNames: [www.shop.example.com]}}`,
	},
	"allow.hostedZones": {
		guardrail: `allow: {hostedZones: [Z0123456789ABCDEF]}`,
		refused:   `edge: {domain: {name: shop.example.com, hostedZoneID: Z0VICTIMZONE}}`,
		want: "spec.edge.domain.hostedZoneID: cannot use Z0VICTIMZONE: guardrail team-shop allows Z0123456789ABCDEF " +
			"(allow.hostedZones); use one of these, or ask the platform team",
		accepted: `edge: {domain: {name: shop.example.com, hostedZoneID: Z0123456789ABCDEF}}`,
	},
	"allow.networks": {
		guardrail: `allow: {networks: []}`,
		refused: `network: {existing: {vpcID: vpc-0123456789abcdef0,
  publicSubnetIDs: [subnet-0aaaaaaaaaaaaaaa1, subnet-0aaaaaaaaaaaaaaa2],
  frontendSubnetIDs: [subnet-0aaaaaaaaaaaaaaa3, subnet-0aaaaaaaaaaaaaaa4],
  backendSubnetIDs: [subnet-0aaaaaaaaaaaaaaa5, subnet-0aaaaaaaaaaaaaaa6],
  dataSubnetIDs: [subnet-0aaaaaaaaaaaaaaa7, subnet-0aaaaaaaaaaaaaaa8]}}`,
		want: "spec.network.existing.vpcID: cannot use vpc-0123456789abcdef0: guardrail team-shop allows none " +
			"(allow.networks); leave it out, or ask the platform team",
		accepted: `network: {cidr: 10.1.0.0/16}`,
	},
	"allow.stackIDs": {
		guardrail: `allow: {stackIDs: [shop-1a2b3c]}`,
		refused:   `adopt: {stackID: shop-otjdslhi}`,
		want: "spec.adopt.stackID: cannot use shop-otjdslhi: guardrail team-shop allows shop-1a2b3c " +
			"(allow.stackIDs); use one of these, or ask the platform team",
		accepted: `adopt: {stackID: shop-1a2b3c}`,
	},
	"allow.copyRegions": {
		guardrail: `allow: {copyRegions: [eu-west-1]}`,
		refused:   `backup: {copyTo: {region: ap-southeast-1}}`,
		want: "spec.backup.copyTo.region: cannot use ap-southeast-1: guardrail team-shop allows eu-west-1 " +
			"(allow.copyRegions); use one of these, or ask the platform team",
		accepted: `backup: {copyTo: {region: eu-west-1}}`,
	},
	"allow.copyVaultARNs": {
		guardrail: `allow: {copyVaultARNs: ["arn:aws:backup:us-east-1:444455556666:backup-vault:*"]}`,
		refused:   `backup: {copyTo: {vaultARN: "arn:aws:backup:us-east-1:666666666666:backup-vault:loot"}}`,
		want: "spec.backup.copyTo.vaultARN: cannot use arn:aws:backup:us-east-1:666666666666:backup-vault:loot: " +
			"guardrail team-shop allows arn:aws:backup:us-east-1:444455556666:backup-vault:* (allow.copyVaultARNs); " +
			"use one of these, or ask the platform team",
		accepted: `backup: {copyTo: {vaultARN: "arn:aws:backup:us-east-1:444455556666:backup-vault:archive"}}`,
	},
	"allow.restoreTestConfigs": {
		guardrail: `allow: {restoreTestConfigs: [{name: restores}]}`,
		refused: `backup: {copyTo: {vaultARN: "arn:aws:backup:us-east-1:444455556666:backup-vault:archive"},
  restoreTest: {enabled: true, providerConfigRef: {name: security-audit-account}}}`,
		want: "spec.backup.restoreTest.providerConfigRef: cannot use ClusterProviderConfig/security-audit-account: " +
			"guardrail team-shop allows ClusterProviderConfig/restores (allow.restoreTestConfigs); " +
			"use one of these, or ask the platform team",
		accepted: `backup: {copyTo: {vaultARN: "arn:aws:backup:us-east-1:444455556666:backup-vault:archive"},
  restoreTest: {enabled: true, providerConfigRef: {name: restores}}}`,
	},
	"allow.restoreTestSubnetGroups": {
		guardrail: `allow: {restoreTestSubnetGroups: [restores]}`,
		refused: `backup: {copyTo: {vaultARN: "arn:aws:backup:us-east-1:444455556666:backup-vault:archive"},
  restoreTest: {enabled: true, providerConfigRef: {name: restores}, subnetGroup: attacker-reachable}}`,
		want: "spec.backup.restoreTest.subnetGroup: cannot use attacker-reachable: " +
			"guardrail team-shop allows restores " +
			"(allow.restoreTestSubnetGroups); use one of these, or ask the platform team",
		accepted: `backup: {copyTo: {vaultARN: "arn:aws:backup:us-east-1:444455556666:backup-vault:archive"},
  restoreTest: {enabled: true, providerConfigRef: {name: restores}, subnetGroup: restores}}`,
	},
	"allow.originPrefixLists": {
		guardrail: `allow: {originPrefixLists: []}`,
		refused:   `edge: {originPrefixListID: pl-0deadbeef0}`,
		want: "spec.edge.originPrefixListID: cannot use pl-0deadbeef0: guardrail team-shop allows none " +
			"(allow.originPrefixLists); leave it out, or ask the platform team",
		accepted: `edge: {priceClass: PriceClass_All}`,
	},
	"allow.uploaders": {
		guardrail: `allow: {uploaders: ["arn:aws:iam::111122223333:role/ci/*"]}`,
		refused:   `edge: {static: {paths: [/*], uploaders: ["arn:aws:iam::444455556666:role/ci/shop"]}}`,
		want: "spec.edge.static.uploaders: cannot use arn:aws:iam::444455556666:role/ci/shop: guardrail team-shop " +
			"allows arn:aws:iam::111122223333:role/ci/* (allow.uploaders); use one of these, or ask the platform team",
		accepted: `edge: {static: {paths: [/*], uploaders: ["arn:aws:iam::111122223333:role/ci/shop"]}}`,
	},
	"allow.overrides": {
		guardrail: `allow: {overrides: ["db-*:caCertIdentifier", "alb-*:accessLogs*"]}`,
		refused:   `overrides: [{key: db-primary, path: storageType, value: io2, reason: faster}]`,
		want: "spec.overrides: cannot use db-primary:storageType: guardrail team-shop allows db-*:caCertIdentifier, " +
			"alb-*:accessLogs* (allow.overrides); use one of these, or ask the platform team",
		accepted: `overrides: [{key: alb-public, path: accessLogs.bucket, value: logs, reason: audit}]`,
	},
	"allow.permissionsBoundaryARNs": {
		guardrail: `allow: {permissionsBoundaryARNs: ["arn:aws:iam::111122223333:policy/kasha-*"]}`,
		refused:   `permissionsBoundaryARN: "arn:aws:iam::aws:policy/AdministratorAccess"`,
		want: "spec.permissionsBoundaryARN: cannot use arn:aws:iam::aws:policy/AdministratorAccess: " +
			"guardrail team-shop " +
			"allows arn:aws:iam::111122223333:policy/kasha-* (allow.permissionsBoundaryARNs); " +
			"use one of these, or ask the platform team",
		accepted: `permissionsBoundaryARN: "arn:aws:iam::111122223333:policy/kasha-boundary"`,
	},
	"allow.tagKeys": {
		guardrail: `allow: {tagKeys: ["app-*"]}`,
		refused:   `tags: {team: payments}`,
		want: "spec.tags: cannot use team: guardrail team-shop allows app-* (allow.tagKeys); " +
			"use one of these, or ask the platform team",
		accepted: `tags: {app-owner: shop}`,
	},
	"allow.emails": {
		guardrail: `allow: {emails: ["*@example.com"]}`,
		refused:   `alarms: {emails: [evil@attacker.example]}`,
		want: "spec.alarms.emails: cannot use evil@attacker.example: guardrail team-shop allows *@example.com " +
			"(allow.emails); use one of these, or ask the platform team",
		accepted: `alarms: {emails: [oncall@example.com]}`,
	},
	"impose.permissionsBoundaryARN": {
		guardrail: `impose: {permissionsBoundaryARN: "arn:aws:iam::111122223333:policy/kasha-boundary"}`,
		refused:   `database: {rotation: Application}`,
		want: "spec.database.rotation: cannot use Application: guardrail team-shop requires " +
			"Generation, because the role " +
			"of AWS's application takes no permissions boundary (impose.permissionsBoundaryARN); " +
			"change it, or ask the platform team",
		accepted: `permissionsBoundaryARN: "arn:aws:iam::111122223333:policy/kasha-boundary"`,
	},
	"impose.tags": {
		guardrail: `impose: {tags: {a: x, b: x, c: x, d: x}}`,
		refused:   `tags: ` + manyTags(40),
		want: "spec.tags: cannot use 40: guardrail team-shop allows at most 39 (impose.tags); " +
			"use less, or ask the platform team",
		accepted: `tags: ` + manyTags(39),
	},
	"require.deletionProtection": {
		guardrail: `require: {deletionProtection: true}`,
		refused:   `environment: NonProduction`,
		want: "spec.deletionProtection: cannot use false: guardrail team-shop requires true " +
			"(require.deletionProtection); " +
			"change it, or ask the platform team",
		accepted: `environment: Production`,
	},
	"require.firewall": {
		guardrail: `require: {firewall: true}`,
		refused: `edge: {waf: {mode: Count, allowCIDRs: ["0.0.0.0/1"],
  overrides: [{ruleSet: Common, rule: SizeRestrictions_BODY, action: Allow}]}}`,
		want: "spec.edge.waf.allowCIDRs: cannot use 0.0.0.0/1: guardrail team-shop " +
			"requires that none are allowed past " +
			"the rules (require.firewall); change it, or ask the platform team\n" +
			"spec.edge.waf.mode: cannot use Count: guardrail team-shop requires Block (require.firewall); " +
			"change it, or ask the platform team\n" +
			"spec.edge.waf.overrides: cannot use Common/SizeRestrictions_BODY Allow: guardrail team-shop requires " +
			"Block, Captcha or Challenge (require.firewall); change it, or ask the platform team",
		accepted: `edge: {waf: {denyCIDRs: ["203.0.113.0/24"],
  overrides: [{ruleSet: Common, rule: SizeRestrictions_BODY, action: Captcha}]}}`,
	},
	"require.accessLogs": {
		guardrail: `require: {accessLogs: true}`,
		refused:   `edge: {accessLogs: false}`,
		want: "spec.edge.accessLogs: cannot use false: guardrail team-shop requires true (require.accessLogs); " +
			"change it, or ask the platform team",
		accepted: `edge: {accessLogs: true}`,
	},
	"require.vaultLock": {
		guardrail: `require: {vaultLock: true}`,
		refused:   `backup: {lock: None}`,
		want: "spec.backup.lock: cannot use None: guardrail team-shop requires Governance (require.vaultLock); " +
			"change it, or ask the platform team",
		accepted: `backup: {lock: Governance}`,
	},
	"require.endpointPolicy": {
		guardrail: `require: {endpointPolicy: true}`,
		refused:   `network: {endpoints: {policy: Open}}`,
		want: "spec.network.endpoints.policy: cannot use Open: guardrail team-shop requires Account " +
			"(require.endpointPolicy); change it, or ask the platform team",
		accepted: `network: {endpoints: {policy: Account}}`,
	},
	"require.origin": {
		guardrail: `require: {origin: VPCOrigin}`,
		refused:   `edge: {origin: PublicALB}`,
		want: "spec.edge.origin: cannot use PublicALB: guardrail team-shop allows VPCOrigin (require.origin); " +
			"use one of these, or ask the platform team",
		accepted: `edge: {origin: VPCOrigin}`,
	},
	"require.backupRetentionDays": {
		guardrail: `require: {backupRetentionDays: 7}`,
		refused:   `database: {backupRetentionDays: 6}`,
		want: "spec.database.backupRetentionDays: cannot use 6: guardrail team-shop requires at least 7 " +
			"(require.backupRetentionDays); use more, or ask the platform team",
		accepted: `database: {backupRetentionDays: 7}`,
	},
	"require.archiveYears": {
		guardrail: `require: {archiveYears: 1}`,
		refused:   `backup: {archiveYears: 0}`,
		want: "spec.backup.archiveYears: cannot use 0: guardrail team-shop requires at least 1 " +
			"(require.archiveYears); " +
			"use more, or ask the platform team",
		accepted: `backup: {archiveYears: 1}`,
	},
	"require.logRetentionDays": {
		guardrail: `require: {logRetentionDays: 30}`,
		refused:   `logs: {retentionDays: 14}`,
		want: "spec.logs.retentionDays: cannot use 14: guardrail team-shop requires at least 30 " +
			"(require.logRetentionDays); use more, or ask the platform team",
		accepted: `logs: {retentionDays: 30}`,
	},
	"limit.tasks": {
		guardrail: `limit: {tasks: 20}`,
		refused:   `backend: {scaling: {max: 21}}`,
		want: "spec.backend.scaling.max: cannot use 21: guardrail team-shop allows at most 20 (limit.tasks); " +
			"use less, or ask the platform team",
		accepted: `backend: {scaling: {max: 20}}`,
	},
	"limit.taskCPU": {
		guardrail: `limit: {taskCPU: 1024}`,
		refused:   `backend: {cpu: 2048, memory: 4096}`,
		want: "spec.backend.cpu: cannot use 2048: guardrail team-shop allows at most 1024 (limit.taskCPU); " +
			"use less, or ask the platform team",
		accepted: `backend: {cpu: 1024, memory: 4096}`,
	},
	"limit.taskMemoryMiB": {
		guardrail: `limit: {taskMemoryMiB: 4096}`,
		refused:   `frontend: {cpu: 1024, memory: 5120}`,
		want: "spec.frontend.memory: cannot use 5120: guardrail team-shop allows at most 4096 " +
			"(limit.taskMemoryMiB); " +
			"use less, or ask the platform team",
		accepted: `frontend: {cpu: 1024, memory: 4096}`,
	},
	"limit.instanceClasses": {
		guardrail: `limit: {instanceClasses: ["db.t4g.*"]}`,
		refused:   `database: {instanceClass: db.r8g.48xlarge}`,
		want: "spec.database.instanceClass: cannot use db.r8g.48xlarge: guardrail team-shop allows db.t4g.* " +
			"(limit.instanceClasses); use one of these, or ask the platform team",
		accepted: `database: {instanceClass: db.t4g.large}`,
	},
	"limit.storageGiB": {
		guardrail: `limit: {storageGiB: 500}`,
		refused:   `database: {maxStorageGiB: 501}`,
		want: "spec.database.maxStorageGiB: cannot use 501: guardrail team-shop " +
			"allows at most 500 (limit.storageGiB); " +
			"use less, or ask the platform team",
		accepted: `database: {maxStorageGiB: 500}`,
	},
	"limit.readReplicas": {
		guardrail: `limit: {readReplicas: 0}`,
		refused:   `environment: Production`,
		want: "spec.database.readReplicas: cannot use 1: guardrail team-shop allows at most 0 (limit.readReplicas); " +
			"use less, or ask the platform team",
		accepted: `environment: NonProduction`,
	},
	"limit.queues": {
		guardrail: `limit: {queues: 1}`,
		refused:   `queues: [{name: jobs}, {name: mails}]`,
		want: "spec.queues: cannot use 2: guardrail team-shop allows at most 1 (limit.queues); " +
			"use less, or ask the platform team",
		accepted: `queues: [{name: jobs}]`,
	},
	"limit.zones": {
		guardrail: `limit: {zones: 2}`,
		refused:   `availabilityZones: [us-east-1a, us-east-1b, us-east-1c]`,
		want: "spec.availabilityZones: cannot use 3: guardrail team-shop allows at most 2 (limit.zones); " +
			"use less, or ask the platform team",
		accepted: `availabilityZones: [us-east-1b, us-east-1c]`,
	},
	"limit.firewallRateLimit": {
		guardrail: `limit: {firewallRateLimit: 10000}`,
		refused:   `edge: {waf: {rateLimit: 2000000000}}`,
		want: "spec.edge.waf.rateLimit: cannot use 2000000000: guardrail team-shop allows at most 10000 " +
			"(limit.firewallRateLimit); use less, or ask the platform team",
		accepted: `edge: {waf: {rateLimit: 10000}}`,
	},
}

// manyTags returns this many tags.
func manyTags(n int) string {
	out := map[string]string{}
	for i := range n {
		out[fmt.Sprintf("tag-%02d", i)] = "x"
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestRules: each rule refuses one claim, with words that say what to do, and lets one
// through.
func TestRules(t *testing.T) {
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			tc, ok := ruleCases[r.name]
			if !ok {
				t.Fatal("the rule has no claim that it refuses, and none that it lets through")
			}
			choice := chosen(t, guardrail(t, tc.guardrail))
			if got := refusals(judged(t, Input{Claim: claim(t, tc.refused), Choice: choice})); got != tc.want {
				t.Errorf("the claim that it refuses:\n got %s\nwant %s", got, tc.want)
			}
			if got := refusals(judged(t, Input{Claim: claim(t, tc.accepted), Choice: choice})); got != "" {
				t.Errorf("the claim that it lets through is refused: %s", got)
			}
			if got := refusals(
				judged(t, Input{Claim: claim(t, tc.refused), Choice: chosen(t, guardrail(t, ""))})); got != "" {
				t.Errorf("without the bound the claim is refused too: %s", got)
			}
		})
	}
}

func refusals(j *Judgement) string {
	var out []string
	for _, e := range j.Refusals() {
		out = append(out, e.Error())
	}
	return strings.Join(out, "\n")
}

// TestRuleNames: an exemption can name every bound, and nothing else.
func TestRuleNames(t *testing.T) {
	crd, err := schema.GuardrailCRD()
	if err != nil {
		t.Fatal(err)
	}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	exempt := spec.Properties["exempt"].Items.Schema.Properties["rules"].Items.Schema
	var listed []string
	for _, e := range exempt.Enum {
		listed = append(listed, strings.Trim(string(e.Raw), `"`))
	}
	slices.Sort(listed)

	names := []string{monthlyUSD}
	for _, r := range rules {
		if !strings.HasPrefix(r.name, "impose.") {
			names = append(names, r.name)
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, listed); diff != "" {
		t.Errorf("the rules that an exemption may name (-table of rules, +RuleName):\n%s", diff)
	}

	var fields []string
	for _, part := range []string{"allow", "require", "limit"} {
		for f := range spec.Properties[part].Properties {
			fields = append(fields, part+"."+f)
		}
	}
	slices.Sort(fields)
	if diff := cmp.Diff(fields, names); diff != "" {
		t.Errorf("a field of the guardrail is read by no rule (-fields, +rules):\n%s", diff)
	}
}

// judgedFields are the claim's texts that a rule judges.
var judgedFields = map[string]string{
	"adopt.stackID": "allow.stackIDs",
	"region":        "allow.regions", "environment": "allow.environments",
	"providerConfigRef.kind": "allow.providerConfigs", "providerConfigRef.name": "allow.providerConfigs",
	"permissionsBoundaryARN": "allow.permissionsBoundaryARNs",
	"frontend.image":         "allow.images", "backend.image": "allow.images",
	"frontend.secrets{}.secretARN": "allow.secretARNs", "backend.secrets{}.secretARN": "allow.secretARNs",
	"frontend.permissions[].actions[]": "allow.permissions", "frontend.permissions[].resources[]": "allow.permissions",
	"backend.permissions[].actions[]": "allow.permissions", "backend.permissions[].resources[]": "allow.permissions",
	"frontend.egress[].cidr": "allow.egress", "frontend.egress[].prefixListID": "allow.egress",
	"backend.egress[].cidr": "allow.egress", "backend.egress[].prefixListID": "allow.egress",
	"frontend.secrets{}.parameterARN": "allow.parameterARNs", "backend.secrets{}.parameterARN": "allow.parameterARNs",
	"database.clientImage":         "allow.images",
	"database.restoreFromSnapshot": "allow.snapshots", "database.instanceClass": "limit.instanceClasses",
	"database.aurora.instanceClass": "limit.instanceClasses",
	"edge.domain.name":              "allow.domains", "edge.domain.additionalNames[]": "allow.domains",
	"edge.domain.hostedZoneID": "allow.hostedZones", "edge.originPrefixListID": "allow.originPrefixLists",
	"overrides[].key": "allow.overrides", "overrides[].path": "allow.overrides",
	"edge.static.uploaders[]": "allow.uploaders",
	"edge.waf.allowCIDRs[]":   "require.firewall", "edge.waf.overrides[].rule": "require.firewall",
	"edge.waf.exemptPaths[]": "require.firewall",
	"network.existing.vpcID": "allow.networks",
	"backup.copyTo.region":   "allow.copyRegions", "backup.copyTo.vaultARN": "allow.copyVaultARNs",
	"backup.restoreTest.providerConfigRef.kind": "allow.restoreTestConfigs",
	"backup.restoreTest.providerConfigRef.name": "allow.restoreTestConfigs",
	"backup.restoreTest.subnetGroup":            "allow.restoreTestSubnetGroups",
	"alarms.emails[]":                           "allow.emails",
}

// freeFields are the claim's texts that are the author's own, and why.
var freeFields = map[string]string{
	"services[].name":        "a name in the claim's own stack",
	"backend.expose.paths[]": "they are below the claim's own site",
	"backend.expose.hosts[]": "they are names of the claim's domain, which allow.domains judges",
	"workers[].name":         "a name in the claim's own stack", "workers[].queue": "one of the claim's own queues",
	"schedules[].name": "a name in the claim's own stack", "schedules[].cron": "a time", "schedules[].every": "a time",
	"schedules[].timeZone": "a time",
	"availabilityZones[]":  "the region has them, and limit.zones counts them",
	"tags{}":               "a value names nothing, and allow.tagKeys judges the keys",
	"network.cidr":         "it is in the claim's own network", "network.denyRules[].cidr": "it only refuses",
	"network.existing.publicSubnetIDs[]":   "AWS refuses subnets of another VPC",
	"network.existing.frontendSubnetIDs[]": "AWS refuses subnets of another VPC",
	"network.existing.backendSubnetIDs[]":  "AWS refuses subnets of another VPC",
	"network.existing.dataSubnetIDs[]":     "AWS refuses subnets of another VPC",
	"overrides[].reason":                   "it is for readers",
	"edge.static.paths[]":                  "the application's own",
	"edge.static.frontendPaths[]":          "the application's own",
	"edge.static.fallback":                 "the application's own",
	"edge.cachedPaths[]":                   "the application's own", "edge.waf.denyCIDRs[]": "it only refuses",
	"edge.geoRestriction.countries[]":            "it only refuses",
	"edge.responseHeaders.contentSecurityPolicy": "the application's own",
	"frontend.env{}":                             "the application's own",
	"backend.env{}":                              "the application's own",
	"frontend.secrets{}.key":                     "it is in a secret that is allowed",
	"backend.secrets{}.key":                      "it is in a secret that is allowed",
	"backend.sidecars[].name":                    "it is in the claim's own task",
	"backend.sidecars[].dependsOn[].container":   "it is in the claim's own task",
	"backend.dependsOn[].container":              "it is in the claim's own task",
	"frontend.dependsOn[].container":             "it is in the claim's own task",
	"frontend.writablePaths[]":                   "it is in the claim's own container",
	"backend.writablePaths[]":                    "it is in the claim's own container",
	"frontend.diskPaths[]":                       "it is in the claim's own container",
	"backend.diskPaths[]":                        "it is in the claim's own container",
	"frontend.command[]":                         "the application's own",
	"backend.command[]":                          "the application's own",
	"frontend.release.command[]":                 "the application's own",
	"backend.release.command[]":                  "the application's own",
	"frontend.release.attempt":                   "it names nothing",
	"backend.release.attempt":                    "it names nothing",
	"frontend.containerHealthCheck.command[]":    "the application's own",
	"backend.containerHealthCheck.command[]":     "the application's own",
	"frontend.entryPoint[]":                      "the application's own",
	"backend.entryPoint[]":                       "the application's own",
	"frontend.workingDirectory":                  "it is in the claim's own container",
	"backend.workingDirectory":                   "it is in the claim's own container",
	"frontend.user":                              "it is a user in the claim's own container",
	"backend.user":                               "it is a user in the claim's own container",
	"frontend.healthCheck.path":                  "the application's own",
	"backend.healthCheck.path":                   "the application's own",
	"frontend.healthCheck.successCodes":          "the application's own",
	"backend.healthCheck.successCodes":           "the application's own",
	"database.name":                              "it is in the claim's own database",
	"database.version":                           "it names nothing",
	"database.backupWindow":                      "a time", "database.maintenanceWindow": "a time",
	"frontend.permissions[].conditions[].key":      "it only narrows what is allowed",
	"backend.permissions[].conditions[].key":       "it only narrows what is allowed",
	"frontend.permissions[].conditions[].values[]": "they only narrow what is allowed",
	"backend.permissions[].conditions[].values[]":  "they only narrow what is allowed",
	"frontend.restart":                             "the application's own",
	"backend.restart":                              "the application's own",
	"database.iamUsers[]":                          "they are in the claim's own database",
	"database.users[].name":                        "they are in the claim's own database",
	"queues[].name":                                "Kasha puts the stack's ID before it",
	"queues[].producers[].sourceARN":               "it may only send to the claim's own queue",
	"bucket.cors[].origins[]":                      "a page there still needs a URL that the backend signs",
	"bucket.cors[].exposeHeaders[]":                "the application's own",
	"database.aurora.version":                      "AWS's",
	"database.aurora.capacity.minACU":              "limit.monthlyUSD is about what it costs",
	"database.aurora.capacity.maxACU":              "limit.monthlyUSD is about what it costs",
	"database.parameters{}":                        "they set the claim's own database",
}

// TestEveryTextIsJudged: a field in which a claim's author writes a name may name
// another team's resource. A new field needs a rule, or a reason.
func TestEveryTextIsJudged(t *testing.T) {
	crd, err := schema.CRD()
	if err != nil {
		t.Fatal(err)
	}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	delete(spec.Properties, "crossplane")
	fields := textsIn("", &spec)
	for _, f := range fields {
		// The container of a service, a worker or a schedule has the fields of the backend's.
		same := f
		for _, list := range []string{"services[].", "workers[].", "schedules[]."} {
			same = strings.Replace(same, list, "backend.", 1)
		}
		// So have the containers beside the application's, but for their names.
		for _, list := range []string{".sidecars[].", ".initContainers[]."} {
			if _, own, beside := strings.Cut(same, list); beside && freeFields["backend.sidecars[]."+own] != "" {
				same = "backend.sidecars[]." + own
			} else if beside {
				same = strings.Replace("backend."+own, ".healthCheck.", ".containerHealthCheck.", 1)
			}
		}
		if judgedFields[f] == "" && freeFields[f] == "" && judgedFields[same] == "" && freeFields[same] == "" {
			t.Errorf(
				"spec.%s is judged by no rule; add one to the table of rules, or say in freeFields why it needs none",
				f)
		}
	}
	for f, rule := range judgedFields {
		if !slices.Contains(fields, f) && f != "environment" && !strings.HasSuffix(f, ".kind") {
			t.Errorf("spec.%s is no text", f)
		}
		if _, ok := ruleCases[rule]; !ok {
			t.Errorf("spec.%s is judged by %s, which is no rule", f, rule)
		}
	}
	for f := range freeFields {
		if !slices.Contains(fields, f) {
			t.Errorf("spec.%s is no text", f)
		}
	}
}

// textsIn are the paths of all strings below a schema that are not enums.
func textsIn(path string, s *extv1.JSONSchemaProps) []string {
	var out []string
	if s.Type == "string" && len(s.Enum) == 0 {
		out = append(out, path)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		out = append(out, textsIn(strings.TrimPrefix(path+"."+name, "."), &p)...)
	}
	if s.Items != nil {
		out = append(out, textsIn(path+"[]", s.Items.Schema)...)
	}
	if s.AdditionalProperties != nil {
		out = append(out, textsIn(path+"{}", s.AdditionalProperties.Schema)...)
	}
	return out
}
