package validate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/badclaims"
	"github.com/kasha-platform/kasha/function/internal/defaults"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/validate"
)

// saidOtherwise are the rules for which the function has another message, by the beginning
// of the API server's message, with the reason.
var saidOtherwise = map[string]string{
	"cannot run this size on Fargate": "The rule must list every size; the function lists those of the cpu.",
}

// TestRulesSayTheSame compares the messages of the CEL rules with those of the function. A
// user must read the same reason and the same advice, whichever rejects the claim. The bad
// claims have the messages.
func TestRulesSayTheSame(t *testing.T) {
	cases, err := badclaims.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	otherwise := map[string]bool{}
	for _, r := range rules(t) {
		breaks := func(c badclaims.Case) bool {
			says := func(line string) bool { return strings.HasSuffix(line, r.Message) }
			return slices.ContainsFunc(c.APIServer, says)
		}
		broken := slices.DeleteFunc(slices.Clone(cases), func(c badclaims.Case) bool { return !breaks(c) })
		if len(broken) == 0 {
			t.Errorf("no bad claim breaks this rule; write one to %s: %s", dir, r.Message)
		}
		// The function does not know the claim's previous spec.
		if strings.Contains(r.Rule, "oldSelf") {
			continue
		}
		what, why, _ := strings.Cut(r.Message, ": ")
		if saidOtherwise[what] != "" {
			otherwise[what] = true
			continue
		}
		for _, c := range broken {
			if !slices.ContainsFunc(c.Function, func(line string) bool { return strings.HasSuffix(line, ": "+why) }) {
				t.Errorf("%s: the API server says %q, but no message of the function ends like that:\n%s",
					c.Name, why, strings.Join(c.Function, "\n"))
			}
		}
	}
	for what := range saidOtherwise {
		if !otherwise[what] {
			t.Errorf("no rule says %q any more; remove it from saidOtherwise", what)
		}
	}
}

// rules returns the CEL rules of the claim's schema, each once.
func rules(t *testing.T) []extv1.ValidationRule {
	t.Helper()
	crd, err := schema.CRD()
	if err != nil {
		t.Fatal(err)
	}
	var out []extv1.ValidationRule
	var walk func(*extv1.JSONSchemaProps)
	walk = func(s *extv1.JSONSchemaProps) {
		for _, r := range s.XValidations {
			if !slices.ContainsFunc(out, func(o extv1.ValidationRule) bool { return o.Message == r.Message }) {
				out = append(out, r)
			}
		}
		for _, p := range s.Properties {
			walk(&p)
		}
		if s.Items != nil && s.Items.Schema != nil {
			walk(s.Items.Schema)
		}
		if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
			walk(s.AdditionalProperties.Schema)
		}
	}
	walk(crd.Spec.Versions[0].Schema.OpenAPIV3Schema)
	return out
}

// A pair is a rule that both the API server and the function have.
type pair struct {
	// field is the path at which both report an error, or its beginning.
	field string
	// claim is merged over a good claim. It has a formatting verb for each list of values.
	claim string
	// values has, for each verb, values that are valid and values that are just invalid. Each
	// combination is tested. They are written as JSON.
	values [][]any
}

// pairs are the rules that both have: patterns, ranges, and rules across fields. Values that
// only the function rejects are not here.
var pairs = map[string]pair{
	"Name": {"metadata.name", "metadata: {name: %s}", [][]any{{
		"shop", "a", "a1-b2", "a-b", "a--b", "-a", "a-", "1a", "A", "a.b", "a_b", strings.Repeat("a", 40),
		strings.Repeat("a", 41),
		"sg", "sg-a", "sga", "internal", "internal-a", "internals", "sthree-a", "amzn-a", "a-sg",
	}}},
	"Region": {"spec.region", "spec: {region: %s}", [][]any{{
		"us-east-1", "ap-southeast-2", "us-east-1a", "US-EAST-1", "us-east", "useast-1", "us-east-10", "",
	}}},
	"Zones": {"spec.availabilityZones", "spec: {availabilityZones: %s}", [][]any{{
		[]string{"us-east-1a", "us-east-1b"},
		[]string{"us-east-1c", "us-east-1a", "us-east-1f"}, []string{"us-east-1a"},
		[]string{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"}, []string{"us-east-1a", "us-east-1a"},
		[]string{"us-east-1a", "us-west-2b"},
		[]string{"us-east-1a", "us-east-1bb"}, []string{"us-east-1a", "us-east-1"},
		[]string{"us-east-1a", "us-east-1B"},
	}}},
	"Tags": {"spec.tags", "spec: {tags: %s}", [][]any{{
		map[string]string{"a": "b"}, map[string]string{"a": ""}, map[string]string{"": "b"},
		map[string]string{"aws:a": "b"},
		map[string]string{"kasha.io/a": "b"}, map[string]string{"kasha.ioa": "b"},
		map[string]string{"Kasha.IO/stack": "b"}, map[string]string{"\u212aasha.io/claim": "b"},
		map[string]string{"Name": "b"}, map[string]string{"name": "b"}, map[string]string{"names": "b"},
		map[string]string{"crossplane-name": "b"}, map[string]string{"Crossplane-Kind": "b"},
		map[string]string{"crossplane-providerconfig": "b"}, map[string]string{"crossplane-other": "b"},
		map[string]string{"a": "b", "A": "b"}, map[string]string{"a": "b", "aa": "b"},
		map[string]string{strings.Repeat("é", 128): "b"}, map[string]string{strings.Repeat("a", 129): "b"},
		map[string]string{"a": strings.Repeat("é", 256)}, map[string]string{"a": strings.Repeat("b", 257)}, many(40),
		many(41), bytesOfTags(4096), bytesOfTags(4097),
	}}},
	"CIDR": {"spec.network.cidr", "spec: {network: {cidr: %s}}", [][]any{{
		"10.0.0.0/16", "10.0.0.0/19", "10.0.0.0/15", "10.0.0.0/20", "10.0.0.1/16", "10.0.32.0/19", "10.0.16.0/19",
		"10.0.0.0",
		"10.0.0.0/", "010.0.0.0/16", "256.0.0.0/16", "fd00::/16", "::ffff:10.0.0.0/112", "",
	}}},
	"DenyRulePorts": {
		"spec.network.denyRules",
		"spec: {network: {denyRules: [{subnets: public, direction: Ingress, number: 1, cidr: 0.0.0.0/0, " +
			"protocol: %s, fromPort: %s, toPort: %s}]}}",
		[][]any{{"all", "tcp", "udp", "icmp"}, {nil, -1, 0, 443, 65535}, {nil, 0, 443, 65535, 65536}},
	},
	"DenyRule": {
		"spec.network.denyRules",
		"spec: {network: {denyRules: [{subnets: %s, direction: %s, number: %s, cidr: %s}]}}",
		[][]any{
			{"public", "private"}, {"Ingress", "Both"}, {0, 1, 99, 100},
			{"203.0.113.0/24", "203.0.113.7/32", "203.0.113.7/24", "203.0.113.7", "2001:db8::/32"},
		},
	},
	"DenyRules": {
		"spec.network.denyRules",
		"spec: {network: {denyRules: [{subnets: public, direction: Ingress, number: 1, cidr: 203.0.113.0/24}, " +
			"{subnets: %s, direction: %s, number: %s, cidr: 203.0.113.0/24}]}}",
		[][]any{{"public", "data"}, {"Ingress", "Egress"}, {1, 2}},
	},
	"ExistingNetwork": {
		"spec.network",
		"spec: {network: {natGateways: %s, denyRules: %s, endpoints: {interface: %s}, existing: {vpcID: %s, " +
			"publicSubnetIDs: %s, frontendSubnetIDs: [subnet-00000001, subnet-00000002], " +
			"backendSubnetIDs: [subnet-00000003, subnet-00000004], " +
			"dataSubnetIDs: [subnet-00000005, subnet-00000006]}}}",
		[][]any{
			{nil, "Single"},
			{
				nil,
				[]any{
					map[string]any{"subnets": "public", "direction": "Ingress", "number": 1, "cidr": "203.0.113.0/24"},
				},
			},
			{nil, []string{"sqs"}}, {"vpc-00000001", "vpc-0000000"},
			{
				[]string{"subnet-00000007", "subnet-0123456789abcdef0"}, []string{"subnet-00000007"},
				[]string{"subnet-00000007", "subnet-00000007"},
				[]string{"subnet-00000007", "subnet-00000008", "subnet-00000009"},
				[]string{"subnet-0000000", "subnet-00000008"},
			},
		},
	},
	"Image": {"spec.frontend.image", "spec: {frontend: {image: %s}}", [][]any{{
		"nginx", "nginx:1", "public.ecr.aws/nginx/nginx:1.29", "localhost:5000/shop:1", "Registry.example.org/shop",
		"registry.example.org/Shop",
		"shop@sha256:" + strings.Repeat("0", 64), "shop@sha256:0", "shop:1@sha256:" + strings.Repeat("0", 64), "",
		"shop:", "shop/", "/shop",
		"https://registry.example.org/shop", "a//b", "shop:a b", "a__b", "a___b", "a--b", "-a", "a-",
		"shop:" + strings.Repeat("1", 128),
		"shop:" + strings.Repeat("1", 129),
	}}},
	"Size": {"spec.frontend", "spec: {frontend: {cpu: %s, memory: %s}}", [][]any{
		{128, 256, 300, 512, 1024, 2048, 4096, 8192, 16384},
		{
			256, 512, 768, 1024, 1536, 2048, 3072, 4096, 5120, 8192, 9216, 16384, 17408, 20480, 30720, 31744, 32768,
			36864, 40960,
			61440, 65536, 69632, 122880, 131072,
		},
	}},
	"Scaling": {"spec.backend.scaling", "spec: {backend: {scaling: {min: %s, max: %s}}}", [][]any{
		{0, 1, 4, 5, 1000}, {1, 4, 5, 1000},
	}},
	"MemoryTarget": {"spec.backend.scaling.memory", "spec: {backend: {scaling: {memory: %s}}}", [][]any{{
		-1, 0, 1, 9, 10, 95, 96,
	}}},
	"SuccessCodes": {
		"spec.frontend.healthCheck.successCodes", "spec: {frontend: {healthCheck: {successCodes: %s}}}",
		[][]any{
			{"200", "200-399", "200-299,401", "499", "199", "500", "200-", "200,", "200 ,301", "200-200", "499-200",
				"401,300-299"},
		},
	},
	"HealthCheck": {
		"spec.backend.healthCheck", "spec: {backend: {healthCheck: {intervalSeconds: %s, timeoutSeconds: %s}}}",
		[][]any{{5, 30, 300}, {2, 4, 5, 29, 30, 31, 120}},
	},
	"SecretARN": {"spec.backend.secrets", "spec: {backend: {secrets: {TOKEN: {secretARN: %s}}}}", [][]any{{
		"arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-AbCdEf",
		"arn:aws:secretsmanager:us-east-1:111122223333:secret:shop",
		"arn:aws:secretsmanager:us-east-1:11112222333:secret:shop-AbCdEf",
		"arn:aws-cn:secretsmanager:us-east-1:111122223333:secret:shop-AbCdEf",
		"arn:aws:secretsmanager:us-east-1:111122223333:secret:shop-AbCdEf:key", "shop-AbCdEf", "",
	}}},
	"ParameterARN": {"spec.backend.secrets", "spec: {backend: {secrets: {TOKEN: {parameterARN: %s}}}}", [][]any{{
		"arn:aws:ssm:us-east-1:111122223333:parameter/shop/stripe", "arn:aws:ssm:us-east-1:111122223333:document/shop",
		"arn:aws-cn:ssm:us-east-1:111122223333:parameter/shop", "/shop/stripe", "stripe", "",
	}}},
	"ContainerName": {
		"spec.backend.sidecars", "spec: {backend: {sidecars: [{name: %s, image: 'a:1'}]}}",
		[][]any{{"a", "otel", "a-1", "a--b", "-a", "a-", "A", "1a", "", strings.Repeat("a", 24),
			strings.Repeat("a", 25)}},
	},
	"Shells": {
		"spec.backend.exec", "spec: {backend: {exec: %s, readOnlyRootFilesystem: %s}}",
		[][]any{{true, false}, {true, false}},
	},
	"Egress": {
		"spec.backend.egress", "spec: {backend: {egress: [{port: %s, protocol: %s, cidr: 10.8.0.0/16}]}}",
		[][]any{{0, 1, 65535, 65536}, {"tcp", "udp", "all"}},
	},
	"EgressCIDR": {
		"spec.backend.egress", "spec: {backend: {egress: [{port: 25, cidr: %s}]}}",
		[][]any{{"10.8.0.0/16", "10.8.0.7/16", "10.8.0.7", "2001:db8::/32", "0.0.0.0/0", ""}},
	},
	"EgressPrefixList": {
		"spec.backend.egress", "spec: {backend: {egress: [{port: 25, prefixListID: %s}]}}",
		[][]any{{"pl-3b927c52", "pl-0123456789abcdef0", "pl-3b927c5", "sg-3b927c52"}},
	},
	"Restart": {"spec.backend.restart", "spec: {backend: {restart: %s}}", [][]any{{
		"", "2026-11-27 again", "a_b.c:d/e+f", "$", "é", "a\nb",
	}}},
	"InitContainers": {
		"spec.backend.initContainers",
		"spec: {backend: {initContainers: [{name: a, image: 'a:1'}, {name: %s, image: 'a:1'}]}}",
		[][]any{{"a", "b"}},
	},
	"ContainerSettings": {
		"spec.backend.sidecars",
		"spec: {backend: {sidecars: [{name: a, image: 'a:1', cpu: %s, memory: %s, startTimeoutSeconds: %s}]}}",
		[][]any{{1, 2, 256}, {5, 6, 512}, {1, 2, 120, 121}},
	},
	"ContainerWaits": {
		"spec.backend.dependsOn",
		"spec: {backend: {sidecars: [{name: a, image: 'a:1'}, {name: b, image: 'a:1'}], dependsOn: [{container: a}, " +
			"{container: %s}]}}",
		[][]any{{"a", "b"}},
	},
	"WritablePaths": {"spec.backend.writablePaths", "spec: {backend: {writablePaths: %s}}", [][]any{{
		[]string{}, []string{"/tmp"}, []string{"/var/cache", "/run"}, []string{"/run", "/run"}, []string{"/"},
		[]string{"tmp"}, []string{"/tmp/"},
		[]string{"//tmp"}, []string{"/a b"}, []string{""},
	}}},
	"DiskPaths": {"spec.backend.diskPaths", "spec: {backend: {diskPaths: %s}}", [][]any{{
		[]string{}, []string{"/srv"}, []string{"/srv", "/srv"}, []string{"/"}, []string{"srv"}, []string{"/a b"},
	}}},
	"User": {"spec.backend.user", "spec: {backend: {user: %s}}", [][]any{{
		"", "node", "10001", "10001:10001", "a.b:c-d", ":1", "1:", "a b", "a:b:c",
	}}},
	"WorkingDirectory": {"spec.backend.workingDirectory", "spec: {backend: {workingDirectory: %s}}", [][]any{{
		"", "/", "/srv/app", "srv", "/a b",
	}}},
	"SlowStart": {"spec.backend.slowStartSeconds", "spec: {backend: {slowStartSeconds: %s}}", [][]any{{
		-1, 0, 1, 29, 30, 900, 901,
	}}},
	"TaskSettings": {
		"spec.backend", "spec: {backend: {stopSeconds: %s, ephemeralGiB: %s, openFiles: %s}}",
		[][]any{{1, 2, 120, 121}, {19, 20, 200, 201}, {1023, 1024, 1048576, 1048577}},
	},
	"Deployment": {
		"spec.backend", "spec: {backend: {deployment: {minHealthyPercent: %s, maxPercent: %s}, scaling: {min: %s}}}",
		[][]any{{-1, 0, 50, 100, 101}, {100, 101, 150, 200, 201}, {1, 2, 4}},
	},
	"Pace": {
		"spec.backend.scaling", "spec: {backend: {scaling: {scaleOutSeconds: %s, scaleInSeconds: %s}}}",
		[][]any{{-1, 0, 3600, 3601}, {-1, 0, 3600, 3601}},
	},
	"ContainerHealthCheck": {
		"spec.backend.containerHealthCheck",
		"spec: {backend: {containerHealthCheck: {command: [a], intervalSeconds: %s, timeoutSeconds: %s, retries: " +
			"%s, startSeconds: %s}}}",
		[][]any{{4, 5, 300, 301}, {1, 2, 60, 61}, {0, 1, 10, 11}, {-1, 0, 300, 301}},
	},
	"QueueSettings": {
		"spec.queues", "spec: {queues: [{name: jobs, receiveWaitSeconds: %s, delaySeconds: %s, maxMessageKiB: %s}]}",
		[][]any{{-1, 0, 20, 21}, {-1, 0, 900, 901}, {0, 1, 1024, 1025}},
	},
	"FIFOProducers": {
		"spec.queues", "spec: {queues: [{name: jobs, fifo: {}, producers: [{service: SNS, sourceARN: %s}]}]}",
		[][]any{{"arn:aws:sns:us-east-1:111122223333:news", "arn:aws:sns:us-east-1:111122223333:news.fifo"}},
	},
	"DatabaseName": {"spec.database.name", "spec: {database: {name: %s}}", [][]any{{
		"kasha", "K_1", "1a", "_a", "a-b", strings.Repeat("a", 64), strings.Repeat("a", 65), "",
	}}},
	"InstanceClass": {"spec.database.instanceClass", "spec: {database: {instanceClass: %s}}", [][]any{{
		"db.t3.megahuge", "db.r7i.metal-24xl", "db.t3.0xlarge", "db.x2g.xlarge", "db.large.t3",
		"db.t4g.medium", "db.r6gd.16xlarge", "t4g.medium", "db.t4g", "db.T4G.medium", "db.m7g.micro",
		"db.t3.16xlarge", "db.t3.3xlarge", "db.t3.2xlarge", "db.t3.1xlarge", "db.t4g.metal", "db.r8g.medium",
		"db.r8g.large", "db.t4g.medium.",
	}}},
	"Version": {"spec.database.version", "spec: {database: {version: %s}}", [][]any{{
		"8.4", "8.4.6", "8.4.1234", "8.0", "8.40", "8.4.", "",
	}}},
	"IAMUsers": {"spec.database.iamUsers", "spec: {database: {iamUsers: %s}}", [][]any{{
		[]string{"app", "a.b-c_D"}, []string{"*"}, []string{"a b"}, []string{""},
	}}},
	"Parameters": {"spec.database.parameters", "spec: {database: {parameters: %s}}", [][]any{{
		map[string]string{}, map[string]string{"log_bin_trust_function_creators": "1", "gtid-mode": "ON"},
		map[string]string{"innodb_buffer_pool_size": "{DBInstanceClassMemory*3/4}"},
		map[string]string{"": "1"}, map[string]string{"Sql_mode": "ANSI"}, map[string]string{"sql mode": "ANSI"},
		map[string]string{"1a": "1"}, map[string]string{"_a": "1"}, map[string]string{strings.Repeat("a", 100): "1"},
		map[string]string{strings.Repeat("a", 101): "1"}, map[string]string{"sql_mode": ""},
		map[string]string{"sql_mode": "é"}, map[string]string{"sql_mode": "a\nb"},
		map[string]string{"sql_mode": strings.Repeat("a", 1000)},
		map[string]string{"sql_mode": strings.Repeat("a", 1001)},
		map[string]string{"slow_query_log": "0"}, map[string]string{"long_query_time": "1"},
		map[string]string{"general_log": "1"}, map[string]string{"log_output": "TABLE"},
		map[string]string{"require_secure_transport": "0"}, map[string]string{"lower_case_table_names": "1"},
		map[string]string{"read_only": "0"}, many(50), many(51),
	}}},
	"Emails": {"spec.alarms.emails", "spec: {alarms: {emails: %s}}", [][]any{{
		[]string{"ops@example.org", "o'neil+x@example.org", "ü@example.org"}, []string{"ops"}, []string{"ops@example"},
		[]string{"a@b@example.org"}, []string{"ops @example.org"}, []string{"a@example.org\t"}, []string{""},
	}}},
	"Boundary": {"spec.permissionsBoundaryARN", "spec: {permissionsBoundaryARN: %s}", [][]any{{
		"arn:aws:iam::111122223333:policy/boundary", "arn:aws:iam::aws:policy/PowerUserAccess",
		"arn:aws:iam::111122223333:role/boundary", "boundary",
	}}},
	"Adopt": {"spec.adopt.stackID", "spec: {adopt: {stackID: %s}}", [][]any{{
		"shop-1a2b3c", "shop-otjdslhi", "shop-a-1a2b3c", "shop--1a2b3c", "shop1a2b3c", "shop-", "shop-1A2B3C",
		"payments-1a2b3c", "shop-otjdslh0", "",
	}}},
	"CachedPaths": {"spec.edge.cachedPaths", "spec: {edge: {cachedPaths: %s}}", [][]any{{
		[]string{"/static/*", `/a"b'c?d&e`}, []string{"/"}, []string{"static/*"}, []string{"/a b"}, []string{""},
	}}},
	"StaticPaths": {"spec.edge.static.paths", "spec: {edge: {static: {paths: %s}}}", [][]any{{
		[]string{"/static/*", `/a"b'c?d&e`}, []string{"/"}, []string{"static/*"}, []string{"/a b"}, []string{""},
	}}},
	"StaticFrontendPaths": {
		"spec.edge.static.frontendPaths", "spec: {edge: {static: {paths: [/*], frontendPaths: %s}}}", [][]any{{
			[]string{"/api/*"}, []string{"/"}, []string{"api/*"}, []string{"/a b"}, []string{""},
		}},
	},
	"StaticFallback": {
		"spec.edge.static.fallback", "spec: {edge: {static: {paths: [/*], fallback: %s}}}", [][]any{{
			"/index.html", "/a.b_c~d-e/f", "/", "/app/", "index.html", "/a b", "/${x(1)}", "/a.",
		}},
	},
	"StaticUploaders": {
		"spec.edge.static.uploaders", "spec: {edge: {static: {paths: [/*], uploaders: %s}}}", [][]any{{
			[]string{"arn:aws:iam::111122223333:role/a/b+=,.@_-c"}, []string{"arn:aws:iam::111122223333:root"},
			[]string{"arn:aws:iam::111122223333:user/a"}, []string{"*"}, []string{"arn:aws:iam::1111:role/a"},
			[]string{"arn:aws:iam::111122223333:role/*"},
		}},
	},
	"StaticApart": {
		"spec.edge.static.paths", "spec: {edge: {cachedPaths: %s, static: {paths: %s, frontendPaths: %s}}}", [][]any{
			{[]string{"/a"}, []string{"/b"}}, {[]string{"/a"}, []string{"/c", "/d"}}, {[]string{"/a"}, []string{"/d"}},
		},
	},
	"OverrideKey": {
		"spec.overrides", "spec: {overrides: [{key: %s, path: iops, value: 1, reason: a}]}", [][]any{{
			"db-primary", "Db", "a_b", "a-", "-a", "", "1a",
		}},
	},
	"OverridePath": {
		"spec.overrides", "spec: {overrides: [{key: distribution, path: %s, value: true, reason: a}]}", [][]any{{
			"origin.0.originShield.enabled", ".a", "a.", "a..b", "a/b", "a[0]", "",
		}},
	},
	"ExemptPaths": {"spec.edge.waf.exemptPaths", "spec: {edge: {waf: {exemptPaths: %s}}}", [][]any{{
		[]string{"/hooks/", "/a.b_c~d-e"}, []string{"/"}, []string{"hooks"}, []string{"/a b"}, []string{"/a*"},
		[]string{""},
	}}},
	"PrefixList": {
		"spec.edge.originPrefixListID", "spec: {region: af-south-1, edge: {originPrefixListID: %s}}",
		[][]any{{"pl-3b927c52", "pl-0123456789abcdef0", "pl-3b927c5", "sg-3b927c52"}},
	},
	"HostedZone": {
		"spec.edge.domain.hostedZoneID", "spec: {edge: {domain: {name: example.com, hostedZoneID: %s}}}",
		[][]any{{"Z0123456789ABC", "Z01234", "Z0123", "z0123456789", "example.com"}},
	},
	"OverrideRule": {
		"spec.edge.waf.overrides", "spec: {edge: {waf: {overrides: [{ruleSet: Common, rule: %s, action: Count}]}}}",
		[][]any{{"SizeRestrictions_BODY", "large bodies", "a/b", ""}},
	},
	"Countries": {
		"spec.edge.geoRestriction", "spec: {edge: {geoRestriction: {type: Allow, countries: %s}}}",
		[][]any{{[]string{"DE", "FR"}, []string{"de"}, []string{"D"}, []string{""}}},
	},
	"CORSOrigin": {
		"spec.bucket.cors", "spec: {bucket: {cors: [{methods: [PUT], origins: [%s]}]}}",
		[][]any{{
			"https://shop.example.com", "https://*.example.com", "https://shop.example.com:8443",
			"http://localhost:3000", "http://127.0.0.1:5173", "http://localhost", "*", "https://*", "https://*.",
			"https://shop.example.com/", "https://shop.example.com/a", "https://Shop.example.com",
			"http://shop.example.com", "shop.example.com", "https://a.*.example.com", "null", "",
		}},
	},
	"CORSHeader": {
		"spec.bucket.cors",
		"spec: {bucket: {cors: [{methods: [GET], origins: [https://a.example.com], exposeHeaders: [%s]}]}}",
		[][]any{{"ETag", "x-amz-meta-a", "*", "x-amz-*", "a b", "a_b", ""}},
	},
	"ContentSecurityPolicy": {
		"spec.edge.responseHeaders", "spec: {edge: {responseHeaders: {contentSecurityPolicy: %s}}}",
		[][]any{{"default-src 'self'", "", "default-src ‘self’", "a\tb"}},
	},
	"SecretKey": {
		"spec.backend.secrets", "spec: {backend: {secrets: {TOKEN: {secretARN: " +
			"'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/stripe-AbCdEf', key: %s}}}}",
		[][]any{{"token", "a/b.c@d_e-f", "a:b", "a b"}},
	},
	"HealthCheckPath": {"spec.backend.healthCheck.path", "spec: {backend: {healthCheck: {path: %s}}}", [][]any{{
		"/", "/healthz?full=1", "healthz", "/a b", "/ä",
	}}},
	"VaultARN": {"spec.backup.copyTo.vaultARN", "spec: {backup: {copyTo: {vaultARN: %s}}}", [][]any{{
		"arn:aws:backup:eu-west-1:444455556666:backup-vault:archive", "archive",
		"arn:aws:backup:eu-west-1:444455556666:backup-vault:a", "arn:aws:backup:eu-west-1::backup-vault:archive",
	}}},
	"CopyRegion": {"spec.backup.copyTo.region", "spec: {backup: {copyTo: {region: %s}}}", [][]any{{
		"eu-west-1", "us-east-1", "frankfurt", "eu-west-1a", "EU-WEST-1",
	}}},
	"SubnetGroup": {
		"spec.backup.restoreTest.subnetGroup",
		"spec: {backup: {copyTo: {vaultARN: 'arn:aws:backup:us-east-1:444455556666:backup-vault:archive'}, " +
			"restoreTest: {enabled: true, providerConfigRef: {name: other}, subnetGroup: %s}}}",
		[][]any{{"restores", "a_b.c d", "Restores", "_a"}},
	},
	"Storage": {"spec.database", "spec: {database: {storageGiB: %s, maxStorageGiB: %s}}", [][]any{
		{19, 20, 100, 59578, 59579}, {20, 22, 109, 110, 65535, 65536, 65537},
	}},
	"Backups": {"spec.database", "spec: {database: {backupRetentionDays: %s, readReplicas: %s}}", [][]any{
		{0, 1, 35, 36}, {-1, 0, 5, 6},
	}},
	"BackupWindow": {"spec.database.backupWindow", "spec: {database: {backupWindow: %s}}", [][]any{{
		"03:00-04:00", "23:30-00:30", "3:00-4:00", "24:00-01:00", "03:60-04:00", "03:00", "",
	}}},
	"MaintenanceWindow": {"spec.database.maintenanceWindow", "spec: {database: {maintenanceWindow: %s}}", [][]any{{
		"sun:06:00-sun:07:00", "sat:23:30-sun:00:30", "Sun:06:00-Sun:07:00", "son:06:00-son:07:00", "06:00-07:00", "",
	}}},
	"Snapshot": {"spec.database.restoreFromSnapshot", "spec: {database: {restoreFromSnapshot: %s}}", [][]any{{
		"shop-final", "rds:shop-2026", "awsbackup:job-1", "1shop", "shop_final",
		"arn:aws:rds:us-east-1:111122223333:snapshot:shop",
		"arn:aws:rds:us-east-1:111122223333:cluster-snapshot:shop",
	}}},
	"Password": {
		"spec.database",
		"spec: {permissionsBoundaryARN: %s, database: {manageMasterUserPassword: %s, proxy: {enabled: %s}, " +
			"rotation: %s, passwordRotationDays: %s, readReplicas: %s}}",
		[][]any{
			{nil, "arn:aws:iam::111122223333:policy/boundary"}, {false, true}, {false, true},
			{"Generation", "Application"}, {0, 1}, {0, 1},
		},
	},
	"Cache": {
		"spec.cache", "spec: {cache: {maxGiB: %s, maxECPUPerSecond: %s, snapshotDays: %s, version: %s}}",
		[][]any{{0, 1, 5000, 5001}, {999, 1000, 15_000_000, 15_000_001}, {-1, 0, 35, 36}, {"6", "7", "8", "9"}},
	},
	"TableNames": {"spec.tables", "spec: {tables: [{name: %s, hashKey: {name: pk}}]}", [][]any{{
		"a", "orders", strings.Repeat("a", 40), strings.Repeat("a", 41), "orders-", "1a", "a_b", "Orders", "",
		"a-table-b", "a-alarm-b", "a-index-b", "table-a", "table", "a-tables-b",
	}}},
	"TableSettings": {
		"spec.tables", "spec: {tables: [{name: a, hashKey: {name: pk}, maxReadUnits: %s, maxWriteUnits: %s, " +
			"recoveryDays: %s}]}", [][]any{{0, 1, 1_000_000, 1_000_001}, {0, 1, 1_000_001}, {-1, 0, 35, 36}},
	},
	"TableKeys": {
		"spec.tables", "spec: {tables: [{name: a, hashKey: {name: %s, type: %s}, rangeKey: {name: %s}}]}",
		[][]any{{"pk", "a b", "", "A.b-c_9", strings.Repeat("a", 255), strings.Repeat("a", 256)},
			{"String", "Number", "Binary", "N"}, {"pk", "sk", "a:b"}},
	},
	"TableIndexes": {
		"spec.tables", "spec: {tables: [{name: a, hashKey: {name: pk}, indexes: [{name: %s, hashKey: {name: %s}, " +
			"rangeKey: {name: sk}, projection: %s}]}]}",
		[][]any{{"ab", "abc", "By_Day.1", "a b c", ""}, {"sk", "day"}, {"All", "KeysOnly", "Include"}},
	},
	"TableExpiry": {
		"spec.tables", "spec: {tables: [{name: a, hashKey: {name: pk}, ttlAttribute: %s}]}",
		[][]any{{"expiresAt", "a b", "ttl.at"}},
	},
	"Queue": {"spec.queues", "spec: {queues: [{name: %s}]}", [][]any{{
		"jobs", "a", "a-b", "a--b", "1a", "-a", "a-", "A", "a_b", strings.Repeat("a", 40), strings.Repeat("a", 41), "",
		"jobs-dlq", "jobs-dlqs", "a-dlq-b", "a-queue-b", "a-alarm-b", "queue-a", "dlq",
	}}},
	"Queues": {"spec.queues", "spec: {queues: [{name: jobs}, {name: %s}]}", [][]any{{"jobs", "mail"}}},
	"Producer": {
		"spec.queues", "spec: {queues: [{name: jobs, producers: [{service: %s, sourceARN: %s}]}]}", [][]any{
			{"S3", "SNS", "EventBridge", "SQS"},
			{
				"arn:aws:s3:::uploads", "arn:aws:s3:::Uploads", "arn:aws:s3:::uploads/a", "arn:aws:s3:::ab",
				"arn:aws:s3:::*",
				"arn:aws:sns:us-east-1:111122223333:News_1", "arn:aws:sns:us-east-1:111122223333:news.fifo",
				"arn:aws:sns:us-east-1:1111:news", "arn:aws:sns:us-east-1:111122223333:news:sub",
				"arn:aws:events:us-east-1:111122223333:rule/nightly",
				"arn:aws:events:us-east-1:111122223333:rule/bus/nightly",
				"arn:aws:events:us-east-1:111122223333:event-bus/bus", "arn:aws-cn:s3:::uploads", "uploads", "",
			},
		},
	},
	"Producers": {
		"spec.queues", "spec: {queues: [{name: jobs, producers: [{service: S3, sourceARN: 'arn:aws:s3:::aaa'}, " +
			"{service: S3, sourceARN: %s}]}]}", [][]any{{"arn:aws:s3:::aaa", "arn:aws:s3:::bbb"}},
	},
	"Backup": {
		"spec.backup",
		"spec: {backup: {archiveYears: %s, lock: %s, copyTo: %s, " +
			"restoreTest: {enabled: %s, providerConfigRef: %s, subnetGroup: %s}}}",
		[][]any{
			{0, 1}, {"None", "Governance"},
			{
				nil, map[string]any{},
				map[string]any{"region": "eu-west-1"}, map[string]any{"region": "us-east-1"}, vault(nil),
				vault(map[string]any{"region": "eu-west-1"}), vault(map[string]any{"pointInTime": true}),
				map[string]any{"region": "eu-west-1", "pointInTime": true},
			},
			{false, true}, {nil, map[string]any{"name": "other"}}, {nil, "restores"},
		},
	},
	"Domain": {"spec.edge.domain", "spec: {edge: {domain: {name: %s, additionalNames: %s}}}", [][]any{
		{
			"example.com", "shop.example.com", "Shop.example.com", "example", "-a.example.com", "a-.example.com",
			"a..example.com",
			strings.Repeat("a", 60) + ".com", strings.Repeat("a", 61) + ".com", "example.c", "example.com.",
		},
		{nil},
	}},
	"AdditionalNames": {
		"spec.edge.domain",
		"spec: {edge: {domain: {name: example.com, additionalNames: %s}}}",
		[][]any{{
			[]string{"www.example.com"}, []string{"www.example.com", "www.example.com"}, []string{"WWW.example.com"},
			[]string{"www"},
			[]string{"*.example.com"},
		}},
	},
}

// TestBothRefuseTheSame checks that the API server and the function reject the same values,
// around every limit that both know.
func TestBothRefuseTheSame(t *testing.T) {
	for name, p := range pairs {
		t.Run(name, func(t *testing.T) {
			refused, accepted := 0, 0
			for _, values := range combinations(p.values) {
				claim := fmt.Sprintf(p.claim, values...)
				server, function := refusals(t, claim, p.field)
				switch {
				case len(server) == 0 && len(function) == 0:
					accepted++
				case len(server) > 0 && len(function) > 0:
					refused++
				default:
					t.Errorf("%s\nthe API server says %q,\nthe function says %q", claim, server, function)
				}
			}
			if refused == 0 || accepted == 0 {
				t.Errorf("%d values are rejected and %d accepted; give values on both sides of the limit",
					refused, accepted)
			}
		})
	}
}

// refusals returns the errors of the API server and of the function about a field of a claim.
func refusals(t *testing.T, part, at string) (server, function []string) {
	t.Helper()
	o, err := badclaims.Spoil([]byte(part))
	if err != nil {
		t.Fatalf("%s: %v", part, err)
	}
	if err := schema.Default(o); err != nil {
		t.Fatal(err)
	}
	for _, err := range schema.Validate(o, nil) {
		if strings.HasPrefix(err.Field, at) {
			server = append(server, err.Error())
		}
	}
	c := &v1alpha1.KashaClaim{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o, c); err != nil {
		t.Fatalf("%s: %v", part, err)
	}
	defaults.Apply(c)
	for _, err := range validate.Claim(plan.New(stack.New(stack.Input{Claim: c}))) {
		if e := (&validate.Error{}); errors.As(err, &e) && strings.HasPrefix(e.Field, at) {
			function = append(function, e.Error())
		}
	}
	return server, function
}

// combinations returns all combinations of one value from each list, as JSON.
func combinations(lists [][]any) [][]any {
	out := [][]any{nil}
	for _, list := range lists {
		var longer [][]any
		for _, head := range out {
			for _, v := range list {
				b, err := json.Marshal(v)
				if err != nil { // All values are literals above.
					panic(err)
				}
				longer = append(longer, append(slices.Clone(head), string(b)))
			}
		}
		out = longer
	}
	return out
}

// many returns n tags.
func many(n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		out[fmt.Sprintf("tag%d", i)] = "value"
	}
	return out
}

// vault returns a copyTo with an existing vault and more fields.
func vault(more map[string]any) map[string]any {
	out := map[string]any{"vaultARN": "arn:aws:backup:eu-west-1:444455556666:backup-vault:copies"}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// bytesOfTags are tags whose keys and values have n bytes together. A letter has three.
func bytesOfTags(n int) map[string]string {
	out := map[string]string{}
	for i := 0; n > 0; i++ {
		key := fmt.Sprintf("k%02d", i)
		room := n - len(key)
		value := strings.Repeat("漢", min(room/3, 256))
		if room < 768 {
			value += strings.Repeat("x", room-len(value))
		}
		out[key] = value
		n -= len(key) + len(value)
	}
	return out
}
