package function

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// isOfTheKindOfItsKey: an object is trusted only if it has the kind that the table in
// package kinds has for its key.
func isOfTheKindOfItsKey(_ *simulator.World, key string, o map[string]any) string {
	want, ok := kinds.OfKey(key)
	if got := gvkOf(o).GroupKind(); !ok || got != want {
		return fmt.Sprintf("is a %s, and package kinds says %q: its own object would be ignored", got, want)
	}
	return ""
}

// TestEveryKeyIsComposed: some claim composes a resource for every entry of the table
// of keys.
func TestEveryKeyIsComposed(t *testing.T) {
	left := map[string]bool{}
	for entry := range kinds.ByKey {
		left[entry] = true
	}
	claims := examples(t)
	claims["rotation by application"] = claim(t, "spec: {database: {rotation: Application}}")
	claims["everything"] = claim(t, everything)
	claims["every endpoint and ACL"] = claim(t, `
spec:
  network:
    endpoints: {interface: [ecr.api, ecr.dkr, kms, logs, secretsmanager, sqs, ssm, ssmmessages]}
    denyRules:
    - {subnets: public, direction: Ingress, number: 10, cidr: 203.0.113.0/24}
    - {subnets: frontend, direction: Ingress, number: 10, cidr: 203.0.113.0/24}
    - {subnets: backend, direction: Ingress, number: 10, cidr: 203.0.113.0/24}
    - {subnets: data, direction: Ingress, number: 10, cidr: 203.0.113.0/24}
`)
	for _, c := range claims {
		for key := range desired(atRest(t, c)) {
			entry, _ := kinds.Entry(key)
			delete(left, entry)
		}
	}
	// A snapshot is looked at only until the database exists, and a deployment until it has ended.
	first := simulator.New(claim(t, restores))
	for range maxPasses {
		pass(t, first)
		for key := range desired(first) {
			entry, _ := kinds.Entry(key)
			delete(left, entry)
		}
	}
	for entry := range left {
		t.Errorf("%s is in the table of keys but nothing composes it; remove it", entry)
	}
}

// TestReleasedKeysAreKnown: the function trusts what a release left in a cluster.
func TestReleasedKeysAreKnown(t *testing.T) {
	lines := released(t)
	for _, line := range lines {
		key, rest, _ := strings.Cut(line, " ")
		kind, _, _ := strings.Cut(rest, " ")
		if want, ok := kinds.OfKey(key); !ok || want.String() != kind {
			t.Errorf("%s was a %s in a release, and package kinds says %q", key, kind, want)
		}
	}
	if len(lines) < 100 {
		t.Errorf("found only %d released keys", len(lines))
	}
}

// released are the keys of all releases with their kinds, a line each.
func released(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "compat", "*", "*.keys"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.Split(strings.TrimSpace(string(b)), "\n")...)
	}
	return out
}

// victim is the resource that a forged object tries to take over.
const victim = "E1VICTIM"

// A forger makes an object that has false values everywhere, under the key of an honest
// one if there is one.
type forger struct {
	apiVersion, kind string
	// name of the object, where it is not what the claim would call it.
	name string
	// owner is the UID of its controller, if it has one.
	owner string
}

// forge returns the object that replaces an honest one.
func (f forger) forge(key, name string, honest map[string]any) map[string]any {
	meta := map[string]any{
		"name": name, "namespace": "team-shop", "uid": "forged",
		"annotations": map[string]any{
			"crossplane.io/composition-resource-name": key, "crossplane.io/external-name": victim,
		},
	}
	if f.name != "" {
		meta["name"] = f.name
	}
	if f.owner != "" {
		meta["ownerReferences"] = []any{
			map[string]any{"kind": "KashaClaim", "name": "other", "uid": f.owner, "controller": true},
		}
	}
	ready := []any{
		map[string]any{"type": "Ready", "status": "True"}, map[string]any{"type": "Synced", "status": "True"},
	}
	at := map[string]any{
		"id": victim, "arn": "arn:aws:iam::999999999999:role/victim", "ownerId": "999999999999",
		"certificateArn": "arn:aws:acm:us-east-1:999999999999:certificate/1",
		"status":         "Deployed", "domainName": "victim.example.com", "dnsName": "victim.example.com",
		"endpoint": "victim.example.com", "address": "victim.example.com",
	}
	out := map[string]any{
		"apiVersion": f.apiVersion, "kind": f.kind, "metadata": meta,
		"data": map[string]any{
			"secretString": base64.StdEncoding.EncodeToString([]byte(`{"password":"` + victim + `"}`)),
		},
		"spec": map[string]any{
			"forProvider": map[string]any{"name": victim, "region": "eu-central-1"}, "managementPolicies": []any{"*"},
		},
		"status": map[string]any{"atProvider": at, "conditions": ready},
	}
	if spec, ok := honest["spec"]; ok {
		out["spec"] = lie(spec)
		said, _ := lie(lookup(honest, "status", "atProvider")).(map[string]any)
		out["status"] = map[string]any{"atProvider": merge(at, said), "conditions": ready}
	}
	return out
}

// lie replaces every account and name in a value.
func lie(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = lie(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = lie(e)
		}
		return out
	case string:
		return strings.ReplaceAll(strings.ReplaceAll(v, "111122223333", "999999999999"), "shop", "victim")
	default:
		return v
	}
}

// core are kinds that Crossplane may read and users of a namespace may write.
var core = map[string]forger{
	"ConfigMap": {apiVersion: "v1", kind: "ConfigMap"},
	"Secret":    {apiVersion: "v1", kind: "Secret"},
	"Service":   {apiVersion: "v1", kind: "Service"},
}

// alike are kinds with the right name in a wrong group: the cluster-scoped provider's,
// a user's own CRD, and groups that cannot be parsed.
var alike = map[string]forger{
	"SecretOfAnotherGroup": {apiVersion: "secretsmanager.aws.upbound.io/v1beta1", kind: "Secret"},
	"Distribution":         {apiVersion: "cloudfront.example.com/v1beta1", kind: "Distribution"},
	"GroupLikeACore":       {apiVersion: "a/b/v1", kind: "Secret"},
	"NoVersion":            {apiVersion: "", kind: "Secret"},
}

// TestForgedObjects puts objects of other kinds under the keys of a claim at rest, each
// with false values in everything that the function reads. The answer must be the one
// without these objects. Every second object is replaced at a time, so that each lie
// meets the honest objects that use it.
func TestForgedObjects(t *testing.T) {
	for name, c := range examples(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := atRest(t, c)
			for as, f := range core {
				cannotForge(t, w, f, as, everySecond(w, 0))
				cannotForge(t, w, f, as, everySecond(w, 1))
			}
		})
	}
}

// TestForgedAdditions puts objects of other kinds under keys that the claim does
// not have, and that the function would look for.
func TestForgedAdditions(t *testing.T) {
	w := atRest(t, claim(t, ""))
	var keys []string
	for entry := range kinds.ByKey {
		key := strings.Replace(entry, "*", "deadbeef", 1)
		if w.Observed[key] == nil {
			keys = append(keys, key)
		}
	}
	keys = append(keys, "secretversion-g9-deadbeef", "connection-g9-deadbeef", "taskdefinition-backend-deadbeef",
		"sgrule-alb-to-frontend-81", "evil")
	for as, f := range core {
		cannotForge(t, w, f, as, keys)
	}
}

// TestForgedGroups: a kind is trusted in its own group only.
func TestForgedGroups(t *testing.T) {
	w := atRest(t, claim(t, ""))
	for as, f := range alike {
		cannotForge(t, w, f, as, []string{"secret-db", "distribution", "webacl", connectionKey(t, w)})
	}
}

// TestForgedSecrets: a Secret has the right kind for a connection. It must have
// the claim's name too, and nobody else as its controller.
func TestForgedSecrets(t *testing.T) {
	w := atRest(t, claim(t, "spec: {database: {passwordGeneration: 2}}"))
	key := connectionKey(t, w)
	strangers := map[string]forger{
		"AnotherName":       {apiVersion: "v1", kind: "Secret", name: "old-" + key},
		"AnotherController": {apiVersion: "v1", kind: "Secret", owner: "another"},
	}
	for as, f := range strangers {
		t.Run(as, func(t *testing.T) {
			cannotForge(t, w, f, as, []string{key})
			cannotForge(t, w, f, as, []string{"connection-deadbeef"})
		})
	}
}

// TestRestoredSecretsAreBelieved: a restore from a backup loses owners and UIDs.
// What the claim had before must stay, also before the provider publishes details.
func TestRestoredSecretsAreBelieved(t *testing.T) {
	w := atRest(t, claim(t, ""))
	key := connectionKey(t, w)
	before := desired(w)[key]
	w.Composite["metadata"].(map[string]any)["uid"] = "another" //nolint:forcetypeassert // The simulator made it.
	w.Connection = map[string]map[string][]byte{}
	pass(t, w)
	if diff := cmp.Diff(before, desired(w)[key]); diff != "" {
		t.Errorf("a restored Secret is not trusted (-before +after):\n%s", diff)
	}
	if warned := warnings(w.Response); len(warned) > 0 {
		t.Errorf("a restored claim is warned: %v", warned)
	}
}

// TestWritersOfSecrets: a user who may write Secrets in the namespace can write the
// claim's own, or an exact copy of it. That must change nothing but what the Secret
// itself holds.
func TestWritersOfSecrets(t *testing.T) {
	w := atRest(t, claim(t, "spec: {database: {passwordGeneration: 2}}"))
	key := connectionKey(t, w)
	// The provider publishes no details, so the function reads the Secret alone.
	w.Connection = map[string]map[string][]byte{}
	honest := ask(t, requestOf(t, w))
	f := forger{apiVersion: "v1", kind: "Secret", owner: simulator.Text(w.Composite, "metadata", "uid")}
	req := requestOf(t, w)
	for _, k := range []string{key, "connection-deadbeef", "connection-g9-proxy-app-deadbeef"} {
		putObserved(t, req, f.forge(k, "shop-"+k, nil), k)
	}
	got := ask(t, req)
	if text := simulator.Text(got.GetDesired().GetResources()[key].GetResource().AsMap(), "data",
		"secretString"); !strings.Contains(string(unbase64(t, text)), victim) {
		t.Errorf("the test must forge what the function reads: %q", text)
	}
	delete(got.GetDesired().GetResources()[key].GetResource().GetFields(), "data")
	delete(honest.GetDesired().GetResources()[key].GetResource().GetFields(), "data")
	if diff := cmp.Diff(said(honest), said(got), protocmp.Transform()); diff != "" {
		t.Errorf("a Secret decides more than its own content (-without +with):\n%s", diff)
	}
}

// TestForgedStatus: the claim's author may be able to write its status. Names, IDs and
// ARNs in it are for people, and must not reach AWS.
func TestForgedStatus(t *testing.T) {
	w := atRest(t, claim(t, ""))
	honest := desired(w)
	status, _ := lie(w.Composite["status"]).(map[string]any)
	var services []any
	for _, service := range []string{"frontend", "backend"} {
		services = append(services, map[string]any{
			"name": service, "failed": keysLike(w, "taskdefinition-"+service+"-")[0], "image": victim,
			"taskDefinition": "arn:aws:ecs:us-east-1:111122223333:task-definition/payments-1a2b3c-backend:7",
		})
	}
	status["services"] = services
	w.Composite["status"] = status
	pass(t, w)
	if diff := cmp.Diff(honest, desired(w)); diff != "" {
		t.Errorf("the claim's status decides what is composed (-honest +forged):\n%s", diff)
	}
}

// TestIgnoredObjectsAreTold checks the message, and that a thousand objects do not
// cause a thousand events.
func TestIgnoredObjectsAreTold(t *testing.T) {
	w := atRest(t, claim(t, ""))
	req := requestOf(t, w)
	putObserved(t, req, core["ConfigMap"].forge("distribution", "evil", nil), "distribution")
	want := []string{`cannot use ConfigMap evil as "distribution": ` +
		`this claim's resource is of the kind Distribution.cloudfront.aws.m.upbound.io; ` +
		`remove it from spec.crossplane.resourceRefs, which only Crossplane should write (see docs/install.md)`}
	if diff := cmp.Diff(want, warnings(ask(t, req))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for i := range 1000 {
		key := fmt.Sprintf("evil-%d", i)
		putObserved(t, req, core["ConfigMap"].forge(key, key, nil), key)
	}
	if got := warnings(ask(t, req)); len(got) != maxIgnored+1 || !strings.Contains(got[maxIgnored], "991 more") {
		t.Errorf("got %d warnings: %v", len(got), got)
	}
}

// cannotForge compares the answer to a request with forged objects under some keys
// with the answer to the request without anything there.
func cannotForge(t *testing.T, w *simulator.World, f forger, as string, keys []string) {
	t.Helper()
	without, with := requestOf(t, w), requestOf(t, w)
	lies := 0
	for _, key := range keys {
		if want, _ := kinds.OfKey(key); f.name == "" && f.owner == "" && want == kinds.Secret.GroupKind() &&
			f.kind == "Secret" && f.apiVersion == "v1" {
			// That is no forgery. TestForgedSecrets has those.
			continue
		}
		name := simulator.Text(w.Composite, "metadata", "name") + "-" + key
		delete(without.GetObserved().GetResources(), key)
		putObserved(t, with, f.forge(key, name, w.Observed[key]), key)
		lies++
	}
	want, got := ask(t, without), ask(t, with)
	if !proto.Equal(said(want), said(got)) {
		t.Errorf("a %s under %.200v is trusted (-without +with):\n%.2000s", as, keys,
			cmp.Diff(said(want), said(got), protocmp.Transform()))
	}
	if told := len(warnings(got)) - len(warnings(want)); told != min(lies, maxIgnored+1) {
		t.Errorf("%d objects are ignored, and warnings name %d of them: %v", lies, told, warnings(got))
	}
}

// request is what Crossplane would send now.
func requestOf(t *testing.T, w *simulator.World) *fnv1.RunFunctionRequest {
	t.Helper()
	req, err := w.Request()
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// put adds an observed object to a request, with connection details that lie.
func putObserved(t *testing.T, req *fnv1.RunFunctionRequest, o map[string]any, key string) {
	t.Helper()
	s, err := structpb.NewStruct(o)
	if err != nil {
		t.Fatal(err)
	}
	details := map[string][]byte{
		"host": []byte("victim.example.com"), "password": []byte(victim), "attribute.password": []byte(victim),
	}
	req.Observed.Resources[key] = &fnv1.Resource{Resource: s, ConnectionDetails: details}
}

// ask runs the function, and fails the test if it refuses.
func ask(t *testing.T, req *fnv1.RunFunctionRequest) *fnv1.RunFunctionResponse {
	t.Helper()
	rsp, err := newFunction().RunFunction(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	if m := simulator.Fatal(rsp); m != "" {
		t.Fatal(m)
	}
	return rsp
}

// said returns a response without its results.
func said(rsp *fnv1.RunFunctionResponse) *fnv1.RunFunctionResponse {
	return &fnv1.RunFunctionResponse{Desired: rsp.GetDesired(), Conditions: rsp.GetConditions()}
}

// warnings are the messages of a response's warnings.
func warnings(rsp *fnv1.RunFunctionResponse) []string {
	var out []string
	for _, r := range rsp.GetResults() {
		if r.GetSeverity() == fnv1.Severity_SEVERITY_WARNING {
			out = append(out, r.GetMessage())
		}
	}
	return out
}

func everySecond(w *simulator.World, half int) []string {
	var out []string
	for i, key := range slices.Sorted(maps.Keys(w.Observed)) {
		if i%2 == half {
			out = append(out, key)
		}
	}
	return out
}

// connectionKey is the key of the Secret that a claim at rest has.
func connectionKey(t *testing.T, w *simulator.World) string {
	t.Helper()
	keys := keysLike(w, keys.ConnectionPrefix)
	if len(keys) != 1 {
		t.Fatalf("want one connection, got %v", keys)
	}
	return keys[0]
}

func unbase64(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
