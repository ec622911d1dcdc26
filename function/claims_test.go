package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/apis"
	"github.com/kasha-platform/kasha/function/internal/schema"
)

// specSchema is the XRD's schema of a claim's spec.
var specSchema = sync.OnceValue(func() *extv1.JSONSchemaProps {
	var xrd struct {
		Spec struct {
			Versions []struct {
				Schema extv1.CustomResourceValidation `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(apis.Definition, &xrd); err != nil {
		panic(err)
	}
	s := xrd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	return &s
})

// aClaim draws claims that the API server and the function accept. Every field of the
// schema is drawn, also a new one.
func aClaim() *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		return whole(t, map[string]any{
			"name":      rapid.StringMatching(`[a-z]([a-z0-9]{0,12}(-[a-z0-9]{1,12}){0,2})?`).Draw(t, "name"),
			"namespace": rapid.StringMatching(`[a-z]{1,20}`).Draw(t, "namespace"),
		}, (&drawer{t: t, region: rapid.SampledFrom(regions).Draw(t, "region")}).spec())
	})
}

// whole makes a claim of a spec: it fills in the defaults, and corrects fields that
// contradict each other.
func whole(t *rapid.T, meta, spec map[string]any) map[string]any {
	c := map[string]any{
		"apiVersion": "platform.kasha.io/v1alpha1", "kind": "KashaClaim", "metadata": meta, "spec": spec,
	}
	if err := schema.Default(c); err != nil {
		t.Fatal(err)
	}
	mend(spec)
	if err := schema.Default(c); err != nil {
		t.Fatal(err)
	}
	return c
}

// A drawer draws a spec from its schema.
type drawer struct {
	t      *rapid.T
	region string
	// coins must agree for a field of a living claim to change.
	coins int
}

func (d *drawer) spec() map[string]any {
	spec := d.object("", specSchema())
	spec["region"] = d.region
	return spec
}

// object draws each field that must be there, and about half of the others.
func (d *drawer) object(path string, s *extv1.JSONSchemaProps) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p, at := s.Properties[name], strings.TrimPrefix(path+"."+name, ".")
		if neverDrawn[at] != "" {
			continue
		}
		if slices.Contains(s.Required, name) && p.Default == nil || d.chance(max(1, rare[at]), "set "+at) {
			out[name] = d.value(at, &p)
		}
	}
	return out
}

// chance is true with a probability of 1 in 2 to the power of the number of coins.
func (d *drawer) chance(coins int, label string) bool {
	for range coins {
		if !rapid.Bool().Draw(d.t, label) {
			return false
		}
	}
	return true
}

// value draws a value. Samples win over the schema: a schema does not describe texts
// fully, and some values would make most other values invalid.
func (d *drawer) value(path string, s *extv1.JSONSchemaProps) any {
	switch draw, ok := samples[generic(path)]; {
	case ok:
		return draw(d, path)
	case len(s.Enum) > 0:
		return decodeJSON(rapid.SampledFrom(s.Enum).Draw(d.t, path).Raw)
	case s.Type == "boolean":
		return rapid.Bool().Draw(d.t, path)
	case s.Type == "integer" && s.Minimum != nil && s.Maximum != nil:
		return rapid.Int64Range(int64(*s.Minimum), int64(*s.Maximum)).Draw(d.t, path)
	case s.Type == "array":
		return d.list(path, s)
	case s.Type == "object" && s.AdditionalProperties == nil:
		return d.object(path, s)
	case s.Type == "object" && mapKeys[generic(path)] != nil:
		return d.byKey(path, s.AdditionalProperties.Schema)
	}
	d.t.Fatalf(
		"cannot draw spec.%s: its schema does not say which values are good; add it to samples in claims_test.go",
		generic(path))
	return nil
}

// generic is a field of a service for both of them, and a field of a container for all of them.
func generic(path string) string {
	path = ofService(path)
	for _, list := range []string{"service.sidecars[].", "service.initContainers[]."} {
		rest, beside := strings.CutPrefix(path, list)
		switch own := []string{"name", "dependsOn[].container"}; {
		case beside && slices.Contains(own, rest):
			return "beside." + rest
		case beside:
			return "service." + strings.Replace(rest, "healthCheck.", "containerHealthCheck.", 1)
		}
	}
	return path
}

func ofService(path string) string {
	first, rest, nested := strings.Cut(path, ".")
	if nested && (first == "frontend" || first == "backend") {
		return "service." + rest
	}
	if own := []string{"name"}; nested && first == "services[]" && !slices.Contains(own, rest) {
		return "service." + rest
	}
	if own := []string{"name", "queue", "scaling"}; nested && first == "workers[]" && !slices.Contains(own, rest) {
		return "service." + rest
	}
	own := []string{"name", "cron", "every", "timeZone", "paused", "withinMinutes", "startAttempts",
		"overlap", "timeoutSeconds",
	}
	if nested && first == "schedules[]" && !slices.Contains(own, rest) {
		return "service." + rest
	}
	return path
}

func (d *drawer) byKey(path string, s *extv1.JSONSchemaProps) map[string]any {
	out := map[string]any{}
	for _, k := range mapKeys[generic(path)] {
		if rapid.Bool().Draw(d.t, "set "+path+"["+k+"]") {
			out[k] = d.value(path+"{}", s)
		}
	}
	return out
}

func (d *drawer) list(path string, s *extv1.JSONSchemaProps) []any {
	least, most := int64(0), int64(3)
	if s.MinItems != nil {
		least = *s.MinItems
	}
	if s.MaxItems != nil {
		most = min(most, *s.MaxItems)
	}
	out := []any{}
	seen := map[string]bool{}
	for range rapid.Int64Range(least, most).Draw(d.t, path+" length") {
		e := d.value(path+"[]", s.Items.Schema)
		if id := idOf(e, append([]string{"name"}, s.XListMapKeys...)); !seen[id] {
			seen[id] = true
			out = append(out, e)
		}
	}
	return out
}

// idOf identifies an element of a list, which must be unique: the element itself, or
// the fields that name it.
func idOf(e any, fields []string) string {
	o, ok := e.(map[string]any)
	if !ok {
		return fmt.Sprint(e)
	}
	var id []any
	for _, f := range fields {
		if v, named := o[f]; named {
			id = append(id, v)
		}
	}
	if len(id) == 0 {
		return fmt.Sprint(o)
	}
	return fmt.Sprint(id...)
}

func decodeJSON(raw []byte) any {
	var v any
	if err := utiljson.Unmarshal(raw, &v); err != nil {
		panic(err)
	}
	return v
}

// rare are the fields that are set less often, because they exclude others: this many
// coins must agree.
var rare = map[string]int{
	"network.existing": 3, "database.restoreFromSnapshot": 2, "edge.originPrefixListID": 2,
	"permissionsBoundaryARN": 2, "edge.static": 2,
}

// mapKeys are the keys of maps.
var mapKeys = map[string][]string{
	"tags":                {"cost-center", "owner", "Team:Ä"},
	"database.parameters": {"log_bin_trust_function_creators", "performance_schema", "gtid-mode"},
	"service.env":         {"LEVEL", "_a", "SHARED"},
	"service.secrets":     {"TOKEN", "SHARED", "KEY_2"},
}

// regions are, in this order: an ordinary one, one whose zones differ by account, one
// without access logs, and one whose prefix list Kasha does not know.
var regions = []string{"us-east-1", "eu-west-1", "ap-northeast-1", "af-south-1", "mx-central-1"}

// samples draw the values of fields whose schema alone does not say which values are
// good. A field of both services stands below "service".
var samples = map[string]func(d *drawer, path string) any{
	"region":            func(d *drawer, _ string) any { return d.region },
	"availabilityZones": zonesOf,
	"permissionsBoundaryARN": oneOf("arn:aws:iam::111122223333:policy/boundary",
		"arn:aws:iam::aws:policy/PowerUserAccess"),
	"providerConfigRef.name": oneOf("default", "shop-account"),
	"tags{}":                 shortText(`_.:/=+@ é-`),

	"network.cidr":                       oneOf("10.0.0.0/16", "172.16.0.0/17", "192.168.0.0/18", "10.20.32.0/19"),
	"network.existing.vpcID":             oneOf("vpc-0123456789abcdef0", "vpc-01234567"),
	"network.existing.publicSubnetIDs":   subnets("a"),
	"network.existing.frontendSubnetIDs": subnets("b"),
	"network.existing.backendSubnetIDs":  subnets("b"),
	"network.existing.dataSubnetIDs":     subnets("c"),
	"network.denyRules[].cidr":           oneOf("203.0.113.0/24", "198.51.100.7/32", "0.0.0.0/0"),

	"edge.domain.name": oneOf("shop.example.com", "example.org"),
	"edge.domain.additionalNames[]": oneOf("www.shop.example.com", "a.shop.example.com",
		"www.example.org", "elsewhere.example.net"),
	"edge.domain.hostedZoneID":    oneOf("Z0123456789ABC", "Z9999999999"),
	"edge.waf.overrides[].rule":   oneOf("0", "1", "2"),
	"edge.waf.allowCIDRs[]":       oneOf("203.0.113.0/24", "203.0.113.7/32", "2001:db8:1::/48"),
	"edge.waf.denyCIDRs[]":        oneOf("198.51.100.0/24", "192.0.2.1/32", "2001:db8:2::/48"),
	"edge.waf.exemptPaths[]":      oneOf("/hooks/", "/api/save.json", "/a~b"),
	"edge.cachedPaths[]":          oneOf("/static/*", "/favicon.ico", "/a?b&c"),
	"edge.static.paths[]":         oneOf("/assets/*", "/*", "/downloads/a.zip"),
	"edge.static.frontendPaths[]": oneOf("/api/*", "/login"),
	"edge.static.fallback":        oneOf("/index.html", "/app/a~b.html"),
	"edge.static.uploaders[]": oneOf("arn:aws:iam::111122223333:role/ci",
		"arn:aws:iam::444455556666:role/a/b"),
	"edge.geoRestriction.countries[]":            oneOf("DE", "FR", "JP"),
	"edge.originPrefixListID":                    oneOf("pl-0123456789abcdef0", "pl-58a04531"),
	"edge.responseHeaders.contentSecurityPolicy": oneOf("default-src 'self'", `script-src "x" <y> & \z; img-src *`),

	"service.image":                    imageOf,
	"service.healthCheck.successCodes": oneOf("200-399", "200", "200-299,401"),
	"service.healthCheck.path":         oneOf("/", "/healthz?full=1&x=\"y\""),
	"service.env{}":                    shortText(`"\\\\<>&' $/é-`),
	"service.secrets{}.secretARN":      secretARN,
	"service.secrets{}.parameterARN":   parameterARN,
	"service.secrets{}.key":            oneOf("token", "a/b.c"),
	"beside.name":                      oneOf("otel", "proxy", "warm", "a-1"),
	"beside.dependsOn[].container":     oneOf("otel", "proxy", "warm", "a-1"),
	"service.dependsOn[].container":    oneOf("otel", "proxy", "warm", "a-1"),
	"service.writablePaths[]":          oneOf("/tmp", "/var/cache/nginx", "/run", "/data"),
	"database.name":                    oneOf("kasha", "Orders_2", "x"),
	"database.version":                 oneOf("8.4", "8.4.3", "8.4.6"),
	"alarms.monthlyBudgetUSD":          budgets,
	"database.instanceClass":           oneOf("db.t3.micro", "db.t4g.small", "db.r7g.large", "db.x2iedn.xlarge"),
	"database.parameters{}":            oneOf("1", "ON", "{DBInstanceClassMemory*3/4}"),
	"database.backupWindow":            oneOf("03:00-04:00", "23:30-00:30", "12:15-12:45"),
	"database.iamUsers[]":              oneOf("app", "reports", "a.b-c_D"),
	"database.users[].name":            oneOf("app", "reports", "etl", "a_1"),
	"database.clientImage":             imageOf,
	"queues[].name":                    oneOf("jobs", "mail", "a", "orders-eu", "thumbnails-2-x"),
	"queues[].producers[]":             producer,
	"cache.version":                    oneOf("8"),
	"tables[].name":                    oneOf("orders", "sessions", "a", "line-items"),
	"tables[].hashKey.name":            oneOf("pk", "customer"),
	"tables[].rangeKey.name":           oneOf("sk", "at"),
	"tables[].ttlAttribute":            oneOf("expiresAt", "ttl.at"),
	"tables[].indexes[].name":          oneOf("by-day", "By_Customer"),
	"tables[].indexes[].hashKey.name":  oneOf("day", "status"),
	"tables[].indexes[].rangeKey.name": oneOf("sk", "at"),
	"tables[].indexes[].attributes[]":  oneOf("total", "note"),
	"overrides[]":                      anOverride,
	"bucket.cors[].origins[]": oneOf("https://shop.example.com", "https://*.example.org",
		"http://localhost:3000"),
	"bucket.cors[].exposeHeaders[]":          oneOf("ETag", "x-amz-version-id", "x-amz-meta-author"),
	"services[].name":                        oneOf("orders", "cart", "search", "a-b"),
	"service.expose.paths[]":                 oneOf("/api/*", "/api", "/search/*", "/v?/a", "/a/very/long/path/*"),
	"service.expose.hosts[]":                 oneOf("shop.example.com", "www.shop.example.com"),
	"workers[].name":                         oneOf("mail", "jobs", "jobs-cpu", "a"),
	"schedules[].name":                       oneOf("nightly", "jobs", "jobs-cpu", "a"),
	"schedules[].cron":                       oneOf("0 3 * * ? *", "30 8 ? * MON-FRI *", "*/15 0-6 L * ? 2026-2030"),
	"schedules[].every":                      oneOf("15 minutes", "1 hour", "7 days", "1 minutes"),
	"schedules[].timeZone":                   oneOf("UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"),
	"workers[].queue":                        oneOf("jobs", "mail", "a"),
	"backup.copyTo.region":                   oneOf("us-east-1", "us-west-2", "eu-west-1"),
	"backup.copyTo.vaultARN":                 oneOf("arn:aws:backup:eu-north-1:444455556666:backup-vault:archive"),
	"alarms.emails[]":                        oneOf("ops@example.org", "boss@example.org", "o'neil+x@example.org"),
	"service.diskPaths[]":                    oneOf("/var/lib/app", "/srv/files"),
	"service.entryPoint[]":                   shortText(`"\\\\<>&' $/é-`),
	"service.containerHealthCheck.command[]": shortText(`"\\\\<>&' $/é-`),
	"service.command[]":                      shortText(`"\\\\<>&' $/é-`),
	"service.release.command[]":              shortText(`"\\\\<>&' $/é-`),
	"service.release.attempt":                oneOf("1", "again", `"\\\\<>&' $/é-`),
	"service.workingDirectory":               oneOf("/", "/srv/app"),
	"service.user":                           oneOf("10001", "node", "10001:app"),
	"service.slowStartSeconds":               oneOf(int64(0), int64(30), int64(900)),
	"service.scaling.memory":                 oneOf(int64(0), int64(10), int64(80), int64(95)),
	"database.maintenanceWindow": oneOf("sun:06:00-sun:07:00", "tue:20:00-tue:21:30",
		"sat:14:00-sat:14:30"),
	"database.restoreFromSnapshot":              snapshotIn,
	"database.manageMasterUserPassword":         seldom,
	"backup.restoreTest.providerConfigRef.name": oneOf("restore-tests", "default"),
	"backup.restoreTest.subnetGroup":            oneOf("restores", "a_b.c d"),

	"service.permissions[].actions[]": oneOf("ses:SendEmail", "s3:GetObject", "s3:Put*"),
	"service.permissions[].resources[]": oneOf("arn:aws:ses:*:111122223333:identity/example.com",
		"arn:aws:s3:::reports/*", "arn:aws:sqs:us-east-1:444455556666:jobs"),
	"service.permissions[].conditions[].key":      oneOf("ses:FromAddress", "aws:RequestTag/team"),
	"service.permissions[].conditions[].values[]": oneOf("a@example.com", "x y"),
	"service.egress[].cidr":                       oneOf("10.8.0.0/16", "203.0.113.7/32", "0.0.0.0/0"),
	"service.egress[].prefixListID":               oneOf("pl-0123456789abcdef0", "pl-3b927c52"),
	"service.restart":                             oneOf("", "2026-11-27", "again 2"),
}

func oneOf(values ...any) func(*drawer, string) any {
	return func(d *drawer, path string) any { return rapid.SampledFrom(values).Draw(d.t, path) }
}

// anOverride draws an override of something that a claim always, sometimes or never has.
func anOverride(d *drawer, path string) any {
	return rapid.SampledFrom([]map[string]any{
		{"key": "db-primary", "path": "caCertIdentifier", "value": "rds-ca-rsa4096-g1", "reason": "audit"},
		{"key": "db-replica-1", "path": "iops", "value": int64(12000), "reason": "<reports> & more"},
		{"key": "taskdefinition-backend", "path": "pidMode", "value": "task", "reason": "debugger"},
		{"key": "taskdefinition-schedule-nightly", "path": "pidMode", "value": "task", "reason": "debugger"},
		{"key": "alb-public", "path": "accessLogs", "value": map[string]any{"bucket": "a"}, "reason": "x"},
		{"key": "listener-public-https", "path": "routingHttpResponseServerEnabled", "value": false, "reason": "x"},
		{"key": "queue-jobs", "path": "kmsDataKeyReusePeriodSeconds", "value": int64(3600), "reason": "calls"},
		{"key": "distribution", "path": "origin.0.connectionTimeout", "value": int64(3), "reason": "fail fast"},
		{"key": "distribution", "path": "defaultRootObject", "value": "index.html", "reason": "x"},
		{"key": "role-task", "path": "maxSessionDuration", "value": int64(7200), "reason": "x"},
		{"key": "targetgroup-nothing", "path": "targetGroupHealth", "value": map[string]any{}, "reason": "x"},
	}).Draw(d.t, path)
}

func producer(d *drawer, path string) any {
	sources := map[string]string{
		"S3": "arn:aws:s3:::uploads", "SNS": "arn:aws:sns:us-east-1:111122223333:news",
		"EventBridge": "arn:aws:events:us-east-1:111122223333:rule/nightly",
	}
	service := rapid.SampledFrom([]string{"S3", "SNS", "EventBridge"}).Draw(d.t, path)
	return map[string]any{"service": service, "sourceARN": sources[service]}
}

func seldom(d *drawer, path string) any { return d.chance(2, path) }

func zonesOf(d *drawer, path string) any {
	letters := rapid.SampledFrom([]string{"ab", "ca", "abc", "dcb"}).Draw(d.t, path)
	var out []any
	for _, l := range letters {
		out = append(out, d.region+string(l))
	}
	return out
}

// subnets of three zones; mend removes the surplus.
func subnets(digit string) func(*drawer, string) any {
	return func(*drawer, string) any {
		var out []any
		for zone := range 3 {
			out = append(out, fmt.Sprintf("subnet-0123456789abcde%s%d", digit, zone))
		}
		return out
	}
}

func imageOf(d *drawer, path string) any {
	service, _, _ := strings.Cut(path, ".")
	service = strings.TrimSuffix(service, "s[]")
	return rapid.SampledFrom([]string{
		"registry.example.org/shop/" + service + ":1", "registry.example.org/shop/" + service + ":2",
		"localhost:5000/a/b_c/d--e",
		"111122223333.dkr.ecr." + d.region + ".amazonaws.com/shop/" + service + ":1",
		"444455556666.dkr.ecr.us-east-2.amazonaws.com/shop:v1.0",
		"nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	}).Draw(d.t, path)
}

// shortText is a short text of letters and of characters that some format must quote.
func shortText(special string) func(*drawer, string) any {
	return func(d *drawer, path string) any {
		return rapid.StringMatching(`([`+special+`]|[a-z]){0,8}`).Draw(d.t, path)
	}
}

func secretARN(d *drawer, path string) any {
	name := rapid.SampledFrom([]string{"one", "two"}).Draw(d.t, path)
	return "arn:aws:secretsmanager:" + d.region + ":111122223333:secret:shop/" + name + "-AbCdEf"
}

func parameterARN(d *drawer, path string) any {
	name := rapid.SampledFrom([]string{"one", "shop/two_2"}).Draw(d.t, path)
	return "arn:aws:ssm:" + d.region + ":111122223333:parameter/" + name
}

func snapshotIn(d *drawer, path string) any {
	return rapid.SampledFrom(
		[]string{
			"shop-final", "awsbackup:job-1", "arn:aws:rds:" + d.region + ":111122223333:snapshot:rds:shop-2026",
		}).Draw(d.t, path)
}

// mixed is a spec with most fields of the old one and some of the fresh one. Fields
// that the schema calls immutable are the old ones.
func (d *drawer) mixed(path string, s *extv1.JSONSchemaProps, old, fresh map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p, at := s.Properties[name], strings.TrimPrefix(path+"."+name, ".")
		from := old
		if !isImmutable(&p) && d.chance(d.coins, "change "+at) {
			from = fresh
		}
		if v, ok := from[name]; ok {
			out[name] = v
		}
		was, isObject := old[name].(map[string]any)
		is, stays := fresh[name].(map[string]any)
		if len(p.Properties) > 0 && isObject && stays && !isImmutable(&p) {
			out[name] = d.mixed(at, &p, was, is)
		}
	}
	return out
}

func isImmutable(s *extv1.JSONSchemaProps) bool {
	return slices.ContainsFunc(s.XValidations,
		func(r extv1.ValidationRule) bool { return r.Rule == "self == oldSelf" })
}

// budgets are numbers of dollars, and what follows the estimate.
func budgets(d *drawer, path string) any {
	if rapid.Bool().Draw(d.t, path+" auto") {
		return "auto"
	}
	return rapid.Int64Range(1, 100_000_000).Draw(d.t, path)
}
