package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
	"pgregory.net/rapid"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// shards of TestProperties run beside each other, of so many claims each, unless
// -rapid.checks says otherwise.
const (
	shards        = 2
	claimsByShard = 250
)

func TestMain(m *testing.M) {
	flag.Parse()
	// The flag is rapid's. This is its default where it was not given.
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set(strconv.Itoa(claimsByShard)); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestProperties generates claims that the API server accepts and drives each
// through its life, with flaps on the way.
func TestProperties(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	for shard := range shards {
		t.Run(strconv.Itoa(shard), func(t *testing.T) {
			t.Parallel()
			checkProperties(t)
		})
	}
}

func checkProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := generatedClaim().Draw(t, "claim")
		if err := schema.Default(c); err != nil {
			t.Fatal(err)
		}
		if errs := schema.Validate(c, nil); len(errs) > 0 {
			t.Fatalf("the generator must make good claims: %v", errs.ToAggregate())
		}
		w := simulator.New(c)
		f := newFunction()
		stop := rapid.IntRange(1, maxPasses).Draw(t, "passes before the flap")
		for w.Passes < stop {
			step(t, w, f)
		}
		flap(t, w, f)
		settles(t, w, f)
		isFixed(t, w, f)
		flap(t, w, f)
		isFixed(t, w, f)
		for _, broken := range invariants(w) {
			t.Error(broken)
		}
	})
}

func step(t *rapid.T, w *simulator.World, f *Function) bool {
	changed, err := w.Pass(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// settles drives a claim to rest: in a bounded number of passes it is ready.
func settles(t *rapid.T, w *simulator.World, f *Function) {
	for range maxPasses + 1 {
		if !step(t, w, f) {
			break
		}
	}
	if w.Response.GetDesired().GetComposite().GetReady() != fnv1.Ready_READY_TRUE {
		t.Fatalf("the claim is not ready after %d passes:\n%s", w.Passes, conditionLines(w))
	}
}

// isFixed runs the function twice over the same world: it must answer the same,
// and the answer must be what is already there.
func isFixed(t *rapid.T, w *simulator.World, f *Function) {
	req, err := w.Request()
	if err != nil {
		t.Fatal(err)
	}
	a, b := run(t, f, req), run(t, f, req)
	if !slices.Equal(bytesOf(t, a), bytesOf(t, b)) {
		t.Fatalf("the function answers one request in two ways:\n%s", cmp.Diff(a, b, protocmp.Transform()))
	}
	if !proto.Equal(a.GetDesired(), w.Response.GetDesired()) {
		t.Fatalf("a claim at rest changes:\n%s", cmp.Diff(w.Response.GetDesired(), a.GetDesired(), protocmp.Transform()))
	}
}

func run(t *rapid.T, f *Function, req *fnv1.RunFunctionRequest) *fnv1.RunFunctionResponse {
	rsp, err := f.RunFunction(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	if m := simulator.Fatal(rsp); m != "" {
		t.Fatal(m)
	}
	return rsp
}

func bytesOf(t *rapid.T, rsp *fnv1.RunFunctionResponse) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(rsp)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// flap takes away what the cluster knows of some resources, as a provider that
// restarts or an AWS that does not answer does. Nothing that was asked for may
// disappear or change.
func flap(t *rapid.T, w *simulator.World, f *Function) {
	req, err := w.Request()
	if err != nil {
		t.Fatal(err)
	}
	before := run(t, f, req)
	flapped := proto.Clone(req).(*fnv1.RunFunctionRequest) //nolint:forcetypeassert // It is a clone.
	for _, key := range slices.Sorted(maps.Keys(flapped.GetObserved().GetResources())) {
		blank(t, key, flapped.GetObserved().GetResources()[key])
	}
	after := run(t, f, flapped)
	for _, key := range slices.Sorted(maps.Keys(req.GetObserved().GetResources())) {
		was, is := before.GetDesired().GetResources()[key], after.GetDesired().GetResources()[key]
		if was == nil {
			continue
		}
		if is == nil {
			t.Fatalf("%s disappears because something flapped", key)
		}
		if path := changed(was.GetResource(), is.GetResource(), req.GetObserved().GetResources()[key].GetResource()); path != "" {
			t.Fatalf("%s of %s changes because something flapped (-before +after):\n%s", path, key, cmp.Diff(was.GetResource(), is.GetResource(), protocmp.Transform()))
		}
	}
	keepsStatus(t, req, after)
}

// changed finds a field that is neither what the function would want without the
// flap nor what the cluster has.
func changed(was, is, cluster *structpb.Struct) string {
	w, i, c := leaves("", was.AsMap()), leaves("", is.AsMap()), leaves("", cluster.AsMap())
	for _, path := range slices.Sorted(maps.Keys(merged(w, i))) {
		if i[path] != w[path] && i[path] != c[path] {
			return path
		}
	}
	return ""
}

func merged(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// keepsStatus checks that no value that the claim's status had is lost.
func keepsStatus(t *rapid.T, req *fnv1.RunFunctionRequest, after *fnv1.RunFunctionResponse) {
	was := leaves("", req.GetObserved().GetComposite().GetResource().AsMap()["status"])
	is := leaves("", after.GetDesired().GetComposite().GetResource().AsMap()["status"])
	for _, path := range slices.Sorted(maps.Keys(was)) {
		if _, ok := is[path]; !ok && !strings.HasPrefix(path, ".resources") {
			t.Fatalf("status%s is lost because something flapped", path)
		}
	}
}

func leaves(path string, v any) map[string]any {
	out := map[string]any{}
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			maps.Copy(out, leaves(path+"."+k, e))
		}
	case []any:
		for i, e := range v {
			maps.Copy(out, leaves(fmt.Sprintf("%s.%d", path, i), e))
		}
	default:
		out[path] = v
	}
	return out
}

// blank takes away a part of what is known of one resource.
func blank(t *rapid.T, key string, r *fnv1.Resource) {
	fields := r.GetResource().GetFields()
	status := fields["status"].GetStructValue().GetFields()
	switch rapid.SampledFrom([]string{"nothing", "nothing", "everything", "values", "some values", "conditions", "not synced", "connection"}).Draw(t, key) {
	case "everything":
		delete(fields, "status")
	case "values":
		delete(status, "atProvider")
	case "some values":
		at := status["atProvider"].GetStructValue().GetFields()
		for _, f := range slices.Sorted(maps.Keys(at)) {
			if rapid.Bool().Draw(t, key+"."+f) {
				delete(at, f)
			}
		}
	case "conditions":
		delete(status, "conditions")
	case "not synced":
		if status != nil {
			status["conditions"] = notSynced()
		}
	case "connection":
		r.ConnectionDetails = nil
	}
}

func notSynced() *structpb.Value {
	v, err := structpb.NewValue([]any{
		map[string]any{"type": "Ready", "status": "True", "reason": "Available"},
		map[string]any{"type": "Synced", "status": "False", "reason": "ReconcileError", "message": "observe failed: api error Throttling: Rate exceeded"},
	})
	if err != nil {
		panic(err)
	}
	return v
}

// generatedClaim draws a claim that a user might write.
func generatedClaim() *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		region := rapid.SampledFrom([]string{"us-east-1", "eu-west-1", "ap-southeast-1"}).Draw(t, "region")
		spec := map[string]any{
			"region":      region,
			"environment": rapid.SampledFrom([]any{"Production", "NonProduction"}).Draw(t, "environment"),
			"network":     generatedNetwork(t),
			"edge":        generatedEdge(t),
			"frontend":    generatedService(t, "frontend"),
			"backend":     generatedService(t, "backend"),
			"database":    generatedDatabase(t),
			"backup":      generatedBackup(t, region),
			"logs":        map[string]any{"retentionDays": rapid.SampledFrom([]any{int64(1), int64(7), int64(365)}).Draw(t, "retention")},
		}
		if zones := rapid.SampledFrom([][]string{nil, {"a", "b"}, {"c", "a"}, {"a", "b", "c"}}).Draw(t, "zones"); zones != nil {
			var names []any
			for _, z := range zones {
				names = append(names, region+z)
			}
			spec["availabilityZones"] = names
		}
		switch rapid.SampledFrom([]string{"own", "own", "own", "existing", "no way out"}).Draw(t, "whose network") {
		case "existing":
			zones, _ := spec["availabilityZones"].([]any)
			spec["network"] = existingNetwork(max(len(zones), 2))
		case "no way out":
			spec["network"] = map[string]any{"natGateways": "None", "endpoints": map[string]any{"interface": []any{"ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs"}}}
			for _, name := range []string{"frontend", "backend"} {
				spec[name].(map[string]any)["image"] = "111122223333.dkr.ecr." + region + ".amazonaws.com/shop/" + name + ":1" //nolint:forcetypeassert // Generated above.
			}
		}
		for _, name := range []string{"frontend", "backend"} {
			if rapid.Bool().Draw(t, name+" secrets") {
				spec[name].(map[string]any)["secrets"] = map[string]any{ //nolint:forcetypeassert // Generated above.
					"TOKEN": map[string]any{"secretARN": "arn:aws:secretsmanager:" + region + ":111122223333:secret:shop/token-AbCdEf", "key": "token"},
				}
			}
		}
		if rapid.Bool().Draw(t, "queues") {
			spec["queues"] = generatedQueues(t)
		}
		if rapid.Bool().Draw(t, "protection") {
			spec["deletionProtection"] = rapid.Bool().Draw(t, "deletionProtection")
		}
		if rapid.Bool().Draw(t, "emails") {
			spec["alarms"] = map[string]any{"emails": []any{"ops@example.org", "boss@example.org"}}
		}
		if rapid.Bool().Draw(t, "alarms") {
			spec["alarms"] = map[string]any{
				"thresholds":       map[string]any{"errorPercent": rapid.Int64Range(1, 100).Draw(t, "errorPercent"), "databaseConnections": rapid.Int64Range(1, 1000).Draw(t, "connections")},
				"monthlyBudgetUSD": rapid.Int64Range(1, 10000).Draw(t, "budget"),
			}
		}
		if rapid.Bool().Draw(t, "boundary") && spec["database"].(map[string]any)["rotation"] == nil { //nolint:forcetypeassert // Set above.
			spec["permissionsBoundaryARN"] = "arn:aws:iam::111122223333:policy/boundary"
		}
		if rapid.Bool().Draw(t, "tags") {
			spec["tags"] = map[string]any{"cost-center": "4711"}
		}
		return map[string]any{
			"apiVersion": "platform.kasha.io/v1alpha1", "kind": "KashaClaim",
			"metadata": map[string]any{
				"name":      rapid.StringMatching(`[a-z]([a-z0-9]{0,12}(-[a-z0-9]{1,12}){0,2})?`).Draw(t, "name"),
				"namespace": rapid.StringMatching(`[a-z]{1,20}`).Draw(t, "namespace"),
			},
			"spec": spec,
		}
	})
}

func generatedNetwork(t *rapid.T) map[string]any {
	n := map[string]any{"cidr": rapid.SampledFrom([]any{"10.0.0.0/16", "172.16.0.0/17", "192.168.0.0/18", "10.20.32.0/19"}).Draw(t, "cidr")}
	if rapid.Bool().Draw(t, "nat") {
		n["natGateways"] = rapid.SampledFrom([]any{"PerZone", "Single"}).Draw(t, "natGateways")
	}
	if rapid.Bool().Draw(t, "deny") {
		n["denyRules"] = []any{
			map[string]any{"subnets": "data", "direction": "Ingress", "number": int64(10), "cidr": "203.0.113.0/24"},
			map[string]any{"subnets": "public", "direction": "Egress", "number": int64(20), "cidr": "198.51.100.0/24", "protocol": "tcp", "fromPort": int64(25), "toPort": int64(25)},
		}
	}
	if rapid.Bool().Draw(t, "endpoints") {
		n["endpoints"] = map[string]any{"interface": []any{"ecr.api", "secretsmanager"}}
	}
	return n
}

func generatedEdge(t *rapid.T) map[string]any {
	waf := map[string]any{
		"rateLimit": rapid.Int64Range(10, 1e6).Draw(t, "rate"),
		"mode":      rapid.SampledFrom([]any{"Block", "Count"}).Draw(t, "mode"),
		"logs":      rapid.SampledFrom([]any{"None", "None", "Matched", "All"}).Draw(t, "waf logs"),
	}
	if rapid.Bool().Draw(t, "addresses") {
		waf["denyCIDRs"] = []any{"198.51.100.0/24", "2001:db8::/32"}
	}
	e := map[string]any{"waf": waf, "accessLogs": rapid.Bool().Draw(t, "accessLogs")}
	if rapid.Bool().Draw(t, "vpc origin") {
		e["origin"] = "VPCOrigin"
	}
	if rapid.Bool().Draw(t, "domain") {
		d := map[string]any{"name": "shop.example.com"}
		if rapid.Bool().Draw(t, "zone") {
			d["hostedZoneID"] = "Z0123456789ABC"
		}
		if rapid.Bool().Draw(t, "more names") {
			d["additionalNames"] = []any{"www.shop.example.com", "a.shop.example.com"}
		}
		e["domain"] = d
	}
	if rapid.Bool().Draw(t, "geo") {
		e["geoRestriction"] = map[string]any{"type": "Deny", "countries": []any{"FR"}}
	}
	return e
}

func existingNetwork(zones int) map[string]any {
	n := map[string]any{"vpcID": "vpc-0123456789abcdef0"}
	for tier, digit := range map[string]string{"public": "a", "frontend": "b", "backend": "b", "data": "c"} {
		var ids []any
		for z := range zones {
			ids = append(ids, fmt.Sprintf("subnet-0123456789abcde%s%d", digit, z))
		}
		n[tier+"SubnetIDs"] = ids
	}
	return map[string]any{"existing": n}
}

func generatedService(t *rapid.T, name string) map[string]any {
	size := rapid.SampledFrom([][2]int64{{256, 512}, {512, 1024}, {1024, 8192}, {4096, 30720}, {16384, 122880}}).Draw(t, name+" size")
	lowest := rapid.Int64Range(1, 10).Draw(t, name+" min")
	s := map[string]any{
		"image":   "registry.example.org/" + name + ":" + rapid.StringMatching(`[0-9]{1,3}`).Draw(t, name+" tag"),
		"port":    rapid.Int64Range(1, 65535).Draw(t, name+" port"),
		"cpu":     size[0],
		"memory":  size[1],
		"scaling": map[string]any{"min": lowest, "max": lowest + rapid.Int64Range(0, 10).Draw(t, name+" more")},
	}
	if rapid.Bool().Draw(t, name+" spot") {
		s["spot"] = map[string]any{"onDemandBase": rapid.Int64Range(0, 3).Draw(t, name+" base"), "percent": rapid.Int64Range(0, 100).Draw(t, name+" percent")}
	}
	if rapid.Bool().Draw(t, name+" env") {
		s["env"] = map[string]any{"LEVEL": rapid.StringMatching(`[a-z ]{0,10}`).Draw(t, name+" level")}
	}
	return s
}

func generatedDatabase(t *rapid.T) map[string]any {
	d := map[string]any{"storageGiB": rapid.Int64Range(20, 1000).Draw(t, "storage"), "maxStorageGiB": int64(2000)}
	if rapid.Bool().Draw(t, "class") {
		d["instanceClass"] = rapid.SampledFrom([]any{"db.t3.micro", "db.t4g.small", "db.r7g.large"}).Draw(t, "instanceClass")
	}
	if rapid.Bool().Draw(t, "replicas") {
		d["readReplicas"] = rapid.Int64Range(0, 5).Draw(t, "readReplicas")
	}
	if rapid.Bool().Draw(t, "users") {
		d["iamUsers"] = []any{"app", "reports"}
	}
	if rapid.Bool().Draw(t, "restored") {
		d["restoreFromSnapshot"] = "awsbackup:job-1"
	}
	switch rapid.SampledFrom([]string{"", "", "generation", "application", "proxy", "managed"}).Draw(t, "credentials") {
	case "generation":
		d["passwordGeneration"] = rapid.Int64Range(1, 20).Draw(t, "generation")
	case "application":
		d["rotation"] = "Application"
	case "proxy":
		d["proxy"] = map[string]any{"enabled": true, "maxConnectionsPercent": rapid.Int64Range(1, 100).Draw(t, "connections")}
	case "managed":
		d["manageMasterUserPassword"], d["readReplicas"] = true, int64(0)
	}
	if rapid.Bool().Draw(t, "multiAZ") {
		d["multiAZ"] = rapid.Bool().Draw(t, "standby")
	}
	return d
}

func generatedBackup(t *rapid.T, region string) map[string]any {
	years := rapid.Int64Range(0, 35).Draw(t, "archiveYears")
	b := map[string]any{"archiveYears": years}
	if years == 0 {
		return b
	}
	copied := rapid.SampledFrom([]string{"", "region", "vault"}).Draw(t, "copy")
	switch copied {
	case "region":
		b["copyTo"] = map[string]any{"region": map[string]any{"us-east-1": "us-west-2"}[region]}
		if region != "us-east-1" {
			b["copyTo"] = map[string]any{"region": "us-east-1", "pointInTime": true}
		}
	case "vault":
		b["copyTo"] = map[string]any{"vaultARN": "arn:aws:backup:eu-north-1:444455556666:backup-vault:archive"}
	}
	if rapid.Bool().Draw(t, "lock") {
		b["lock"] = "Governance"
	}
	if rapid.Bool().Draw(t, "restore test") {
		test := map[string]any{"enabled": true}
		if copied == "vault" && rapid.Bool().Draw(t, "elsewhere") {
			test["providerConfigRef"] = map[string]any{"name": "restore-tests"}
		}
		b["restoreTest"] = test
	}
	return b
}

func generatedQueues(t *rapid.T) []any {
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][a-z0-9]{0,8}`), 0, 4, rapid.ID[string]).Draw(t, "queue names")
	out := []any{}
	for _, n := range names {
		out = append(out, map[string]any{"name": n, "maxReceiveCount": rapid.Int64Range(1, 1000).Draw(t, n+" receives")})
	}
	return out
}
