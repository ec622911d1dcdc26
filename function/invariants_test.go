package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestInvariants checks what must hold for every claim at rest: the examples and
// the claim of every golden. TestProperties checks the same for generated claims.
func TestInvariants(t *testing.T) {
	claims := examples(t)
	files, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		a, err := txtar.ParseFile(f)
		if err != nil {
			t.Fatal(err)
		}
		claims[strings.TrimSuffix(filepath.Base(f), ".txtar")] = claim(t, section(a, "claim.yaml"))
	}
	claims["most-usages"] = claim(t, "spec: {deletionProtection: true, database: {readReplicas: 5}}")
	for name, c := range claims {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, broken := range invariants(atRest(t, c)) {
				t.Error(broken)
			}
		})
	}
}

// TestEveryKindIsComposed keeps the list of kinds from growing stale: every kind
// in it is composed by some example or golden.
func TestEveryKindIsComposed(t *testing.T) {
	left := maps.Clone(kinds.AWS)
	all := examples(t)
	all["everything"] = claim(t, everything)
	all["rotation by application"] = claim(t, "spec: {database: {rotation: Application}}")
	for _, c := range all {
		for _, o := range desired(atRest(t, c)) {
			delete(left, gvkOf(o))
		}
	}
	for gvk := range left {
		t.Errorf("%s is in package kinds but nothing composes it; remove it", gvk)
	}
}

// everything turns on what the examples leave off.
const everything = `
spec:
  network:
    endpoints: {interface: [secretsmanager]}
    denyRules: [{subnets: data, direction: Ingress, number: 10, cidr: 203.0.113.0/24}]
  alarms: {emails: [ops@example.org], monthlyBudgetUSD: 500}
  edge:
    domain: {name: shop.example.com}
    origin: VPCOrigin
    accessLogs: true
    waf: {logs: All, denyCIDRs: [198.51.100.0/24]}
  backup: {copyTo: {region: eu-west-1, pointInTime: true}, lock: Governance, restoreTest: {enabled: true}}
  database: {proxy: {enabled: true}, iamUsers: [app]}
`

// invariants are the ways in which a world at rest breaks a rule. A rule looks at
// one resource or at all of them.
func invariants(w *simulator.World) []string {
	all := desired(w)
	var broken []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		o := all[key]
		for _, rule := range []func(*simulator.World, string, map[string]any) string{
			isNamedByKey, changesNothingOfOthers, hasNothingOfTheClusters, isOfAKnownKind, isOfTheKindOfItsKey, fitsItsSchema, isTagged, isInItsRegion, fitsAWSNames,
			isClosedToTheWorld, refusesStrangers, grantsNoEverything, isEncrypted, keepsSecrets, leavesTheCountToScaling, hasNoReferenceBelowAnAtomicList,
		} {
			if m := rule(w, key, o); m != "" {
				broken = append(broken, fmt.Sprintf("%s: %s", key, m))
			}
		}
	}
	broken = append(broken, referencesResolve(all)...)
	broken = append(broken, usagesAreFew(all)...)
	return append(broken, keysDoNotMeet(all)...)
}

func gvkOf(o map[string]any) schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(simulator.Text(o, "apiVersion"), simulator.Text(o, "kind"))
}

func params(o map[string]any) map[string]any {
	spec, _ := o["spec"].(map[string]any)
	p, _ := spec["forProvider"].(map[string]any)
	return p
}

func isNamedByKey(w *simulator.World, key string, o map[string]any) string {
	want := simulator.Text(w.Composite, "metadata", "name") + "-" + key
	if got := simulator.Text(o, "metadata", "name"); got != want || len(got) > 253 {
		return fmt.Sprintf("is named %q, want %q", got, want)
	}
	return ""
}

func hasNothingOfTheClusters(_ *simulator.World, _ string, o map[string]any) string {
	if _, ok := o["status"]; ok {
		return "has a status, which is the provider's"
	}
	b, err := json.Marshal(o)
	if err != nil {
		return err.Error()
	}
	if strings.Contains(string(b), ":null") {
		return "has nulls, which server-side apply would own"
	}
	if strings.ContainsAny(string(b), "⟦⟧") {
		return "has a value that was never resolved"
	}
	return ""
}

func isOfAKnownKind(_ *simulator.World, _ string, o map[string]any) string {
	gvk := gvkOf(o)
	if kinds.AWS[gvk] == nil && gvk != kinds.Secret && gvk != kinds.Usage {
		return gvk.String() + " is not in package kinds, so it would not be activated"
	}
	return ""
}

// fitsItsSchema asks the provider's own CRD: no unknown field, right types,
// nothing missing that is required.
func fitsItsSchema(_ *simulator.World, _ string, o map[string]any) string {
	if kinds.AWS[gvkOf(o)] == nil {
		return ""
	}
	schemas, err := definitions()
	if err != nil {
		return err.Error()
	}
	return strings.Join(schemas[gvkOf(o)].refusals(o), "; ")
}

// isTagged demands tags of every kind that has them.
func isTagged(_ *simulator.World, _ string, o map[string]any) string {
	schemas, err := definitions()
	if err != nil {
		return err.Error()
	}
	if _, taggable := schemas[gvkOf(o)].forProvider["tags"]; !taggable {
		return ""
	}
	if onlyLooks(o) {
		return ""
	}
	tags, _ := params(o)["tags"].(map[string]any)
	for _, k := range []string{"Name", "kasha.io/claim", "kasha.io/namespace", "kasha.io/stack"} {
		if tags[k] == nil {
			return "lacks the tag " + k
		}
	}
	return ""
}

// onlyLooks tells whether an object is of something that is somebody else's.
func onlyLooks(o map[string]any) bool {
	spec, _ := o["spec"].(map[string]any)
	policies, _ := spec["managementPolicies"].([]any)
	return len(policies) == 1 && policies[0] == "Observe"
}

// changesNothingOfOthers: an object of something that is somebody else's has its
// name and its region, and nothing that could be changed.
func changesNothingOfOthers(_ *simulator.World, _ string, o map[string]any) string {
	if !onlyLooks(o) || simulator.Text(o, "kind") == "SecretVersion" {
		// An old version of the secret is ours, but never written again.
		return ""
	}
	if simulator.Text(o, "metadata", "annotations", "crossplane.io/external-name") == "" {
		return "looks at nothing"
	}
	if len(params(o)) != 1 || params(o)["region"] == nil {
		return fmt.Sprintf("wants something of what is somebody else's: %v", params(o))
	}
	return ""
}

// isInItsRegion keeps what CloudFront uses in us-east-1, and the rest at home.
func isInItsRegion(w *simulator.World, key string, o map[string]any) string {
	want := simulator.Text(w.Composite, "spec", "region")
	if strings.Contains(key, "-copy-") {
		want = simulator.Text(w.Composite, "spec", "backup", "copyTo", "region")
	}
	if key == "restore-test" && lookup(w.Composite, "spec", "backup", "restoreTest", "providerConfigRef") != nil {
		want = strings.Split(simulator.Text(w.Composite, "spec", "backup", "copyTo", "vaultARN"), ":")[3]
	}
	if isCloudFronts(key, o) {
		want = "us-east-1"
	}
	if got, ok := params(o)["region"]; ok && got != want {
		return fmt.Sprintf("is in %v, want %s", got, want)
	}
	return ""
}

func isCloudFronts(key string, o map[string]any) bool {
	return simulator.Text(params(o), "scope") == "CLOUDFRONT" || slices.Contains([]string{"loggroup-waf", "logging-waf", "alarm-waf-blocked"}, key) || strings.HasSuffix(key, "-edge") ||
		strings.HasPrefix(key, "certificate-edge-") || strings.HasPrefix(key, "validation-edge-") || strings.HasPrefix(key, "subscription-edge-")
}

// fitsAWSNames checks names against the lengths that AWS allows.
func fitsAWSNames(_ *simulator.World, _ string, o map[string]any) string {
	external := simulator.Text(o, "metadata", "annotations", "crossplane.io/external-name")
	p := params(o)
	named := map[string]struct {
		name  string
		limit int
	}{
		"LB":             {simulator.Text(p, "name"), plan.LimitLoadBalancer},
		"LBTargetGroup":  {simulator.Text(p, "name"), plan.LimitLoadBalancer},
		"Role":           {external, plan.LimitRole},
		"Instance":       {simulator.Text(p, "identifier"), plan.LimitDatabase},
		"Bucket":         {external, plan.LimitBucket},
		"Vault":          {external, plan.LimitBackup},
		"Proxy":          {external, plan.LimitDatabase},
		"Queue":          {simulator.Text(p, "name"), plan.LimitQueue},
		"SecurityGroup":  {simulator.Text(p, "name"), 255},
		"Cluster":        {external, 255},
		"TaskDefinition": {simulator.Text(p, "family"), 255},
		"SubnetGroup":    {external, 255},
		"ParameterGroup": {external, 255},
		"Group":          {external, 512},
		"Topic":          {external, 256},
		"WebACL":         {simulator.Text(p, "name"), 128},
		"IPSet":          {simulator.Text(p, "name"), 128},

		"ResponseHeadersPolicy": {simulator.Text(p, "name"), 128},
		"Alias":                 {external, 250},
		"Repository":            {external, 256},
		"CompositeAlarm":        {external, 255},
		"Budget":                {external, 100},
		"MetricAlarm":           {external, 255},
		"Dashboard":             {external, 255},
	}
	n, ok := named[simulator.Text(o, "kind")]
	if !ok || strings.HasPrefix(simulator.Text(o, "apiVersion"), "v1") {
		return ""
	}
	if n.name == "" || len(n.name) > n.limit || strings.HasSuffix(n.name, "-") {
		return fmt.Sprintf("has the name %q in AWS; it must have 1 to %d characters and no hyphen at its end", n.name, n.limit)
	}
	return ""
}

// isClosedToTheWorld lets nobody in by address. CloudFront comes in by its prefix
// list, everything else by security group.
func isClosedToTheWorld(_ *simulator.World, _ string, o map[string]any) string {
	p := params(o)
	if simulator.Text(o, "kind") == "SecurityGroupRule" && simulator.Text(p, "type") == "ingress" && (p["cidrBlocks"] != nil || p["ipv6CidrBlocks"] != nil) {
		return "lets addresses in"
	}
	if open, _ := p["publiclyAccessible"].(bool); open {
		return "is publicly accessible"
	}
	return ""
}

// refusesStrangers: what comes to the frontend's load balancer without the header
// that CloudFront sends is answered there.
func refusesStrangers(_ *simulator.World, key string, o map[string]any) string {
	if simulator.Text(o, "kind") != "LBListener" || !strings.HasPrefix(key, "listener-public") {
		return ""
	}
	b, err := json.Marshal(params(o)["defaultAction"])
	if err != nil {
		return err.Error()
	}
	if !strings.Contains(string(b), `"statusCode":"403"`) || strings.Contains(string(b), "forward") {
		return "lets anybody in by default"
	}
	return ""
}

// grantsNoEverything allows a wildcard action or a wildcard resource, never both.
func grantsNoEverything(_ *simulator.World, _ string, o map[string]any) string {
	if simulator.Text(o, "kind") == "Key" {
		// A key's policy speaks of that key alone, which it calls *.
		return ""
	}
	for _, field := range []string{"policy", "assumeRolePolicy"} {
		var doc struct{ Statement []map[string]any }
		text := simulator.Text(params(o), field)
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			return fmt.Sprintf("has a %s that is not JSON: %v", field, err)
		}
		for _, s := range doc.Statement {
			if s["Effect"] == "Allow" && has(s["Resource"], func(r string) bool { return r == "*" }) &&
				has(s["Action"], func(a string) bool { return strings.HasSuffix(a, "*") }) {
				return fmt.Sprintf("allows %v on everything", s["Action"])
			}
		}
	}
	return ""
}

// has tells whether a string or one of a list of strings is so.
func has(v any, is func(string) bool) bool {
	switch v := v.(type) {
	case string:
		return is(v)
	case []any:
		return slices.ContainsFunc(v, func(e any) bool { t, ok := e.(string); return ok && is(t) })
	}
	return false
}

// isEncrypted demands a key of everything that can have one.
func isEncrypted(_ *simulator.World, _ string, o map[string]any) string {
	group, _, _ := strings.Cut(simulator.Text(o, "apiVersion"), ".")
	field := map[string]string{
		"rds/Instance": "kmsKeyIdRef", "sqs/Queue": "kmsMasterKeyId", "sns/Topic": "kmsMasterKeyId",
		"cloudwatchlogs/Group": "kmsKeyId", "secretsmanager/Secret": "kmsKeyIdRef", "backup/Vault": "kmsKeyArnRef",
		"ecr/Repository": "encryptionConfiguration", "s3/BucketServerSideEncryptionConfiguration": "rule",
	}[group+"/"+simulator.Text(o, "kind")]
	if params(o)["replicateSourceDb"] != nil || params(o)["snapshotIdentifier"] != nil {
		// A replica in the region of its source has the source's key, and a restored
		// database its snapshot's.
		return ""
	}
	if field != "" && params(o)[field] == nil && params(o)[strings.TrimSuffix(field, "Ref")] == nil {
		return "is not encrypted: it has no " + field
	}
	return ""
}

// keepsSecrets looks for the database's password everywhere but in the Secret
// that carries it.
func keepsSecrets(_ *simulator.World, _ string, o map[string]any) string {
	if gvkOf(o) == kinds.Secret {
		o = maps.Clone(o)
		delete(o, "data")
	}
	b, err := json.Marshal(o)
	if err != nil {
		return err.Error()
	}
	for _, form := range []string{simulator.Password, url.QueryEscape(simulator.Password), base64.StdEncoding.EncodeToString([]byte(simulator.Password))} {
		if strings.Contains(string(b), form) {
			return "holds the database's password"
		}
	}
	return ""
}

func leavesTheCountToScaling(_ *simulator.World, _ string, o map[string]any) string {
	if _, ok := params(o)["desiredCount"]; ok {
		return "sets desiredCount for good, against the scaling"
	}
	return ""
}

// hasNoReferenceBelowAnAtomicList: Crossplane owns such a list whole, and the
// provider's resolver would write into it, each against the other for ever.
func hasNoReferenceBelowAnAtomicList(_ *simulator.World, _ string, o map[string]any) string {
	schemas, err := definitions()
	if err != nil {
		return err.Error()
	}
	if f := reference(params(o), schemas[gvkOf(o)].forProvider, false); f != "" {
		return "has the reference " + f + " below an atomic list"
	}
	return ""
}

func reference(o, props map[string]any, atomic bool) string {
	for field, v := range o {
		if atomic && (strings.HasSuffix(field, "Ref") || strings.HasSuffix(field, "Refs") || strings.HasSuffix(field, "Selector")) {
			return field
		}
		of, _ := props[field].(map[string]any)
		switch v := v.(type) {
		case map[string]any:
			if f := reference(v, properties(of), atomic); f != "" {
				return field + "." + f
			}
		case []any:
			items, _ := of["items"].(map[string]any)
			for _, e := range v {
				m, ok := e.(map[string]any)
				if !ok || strings.HasSuffix(field, "Refs") {
					continue
				}
				if f := reference(m, properties(items), atomic || of["x-kubernetes-list-type"] != "map"); f != "" {
					return field + "[]." + f
				}
			}
		}
	}
	return ""
}

// referencesResolve finds references to what is not there.
func referencesResolve(all map[string]map[string]any) []string {
	names := map[string]bool{}
	for _, o := range all {
		names[simulator.Text(o, "metadata", "name")] = true
	}
	var broken []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		for _, name := range referred(params(all[key])) {
			if !names[name] {
				broken = append(broken, fmt.Sprintf("%s: refers to %s, which is not composed", key, name))
			}
		}
	}
	return broken
}

// referred are the names that the references below an object name.
func referred(v any) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for field, e := range v {
			if field == "passwordSecretRef" || field == "secretStringSecretRef" {
				continue
			}
			if m, ok := e.(map[string]any); ok && strings.HasSuffix(field, "Ref") {
				out = append(out, simulator.Text(m, "name"))
			} else if l, ok := e.([]any); ok && strings.HasSuffix(field, "Refs") {
				for _, r := range l {
					out = append(out, simulator.Text(r.(map[string]any), "name")) //nolint:forcetypeassert // References are objects.
				}
			} else {
				out = append(out, referred(e)...)
			}
		}
	case []any:
		for _, e := range v {
			out = append(out, referred(e)...)
		}
	}
	return out
}

// maxUsages: Crossplane keeps a watch for each usage and asks at each deletion,
// so there is one only where order decides whether data lives or a deletion
// hangs.
const maxUsages = 12

func usagesAreFew(all map[string]map[string]any) []string {
	n := 0
	for _, o := range all {
		if gvkOf(o) == kinds.Usage {
			n++
		}
	}
	if n > maxUsages {
		return []string{fmt.Sprintf("%d usages are composed, of at most %d", n, maxUsages)}
	}
	return nil
}

// keysDoNotMeet: the objects of claims shop and shop-x in one namespace would
// have one name if a key ended in another key of its kind.
func keysDoNotMeet(all map[string]map[string]any) []string {
	by := map[schema.GroupVersionKind][]string{}
	for key, o := range all {
		by[gvkOf(o)] = append(by[gvkOf(o)], key)
	}
	var broken []string
	for _, keys := range by {
		for _, a := range keys {
			for _, b := range keys {
				if strings.HasSuffix(a, "-"+b) {
					broken = append(broken, fmt.Sprintf("%s: ends in the key %s of its kind", a, b))
				}
			}
		}
	}
	slices.Sort(broken)
	return broken
}
