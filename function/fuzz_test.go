package function

import (
	"context"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// FuzzDecode gives the decoder claims of any shape: it must answer with a claim or an
// error, and never panic.
func FuzzDecode(f *testing.F) {
	f.Fuzz(func(t *testing.T, claim []byte) {
		req, err := claimRequest(claim)
		if err != nil {
			t.Skip()
		}
		if c, err := decode(req); (c == nil) == (err == nil) {
			t.Errorf("decode answers with claim %v and error %v", c, err)
		}
	})
}

func claimRequest(claim []byte) (*fnv1.RunFunctionRequest, error) {
	req := &fnv1.RunFunctionRequest{}
	return req, protojson.Unmarshal([]byte(`{"observed":{"composite":{"resource":`+string(claim)+`}}}`), req)
}

// FuzzRunFunction gives the function whole requests of any shape, as they arrive over
// gRPC: it must answer without a gRPC error, and must desire nothing if it refuses the
// claim.
func FuzzRunFunction(f *testing.F) {
	all := seeds(f)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b, err := proto.Marshal(all[name])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	fn := newFunction()
	f.Fuzz(func(t *testing.T, b []byte) {
		req := &fnv1.RunFunctionRequest{}
		if err := proto.Unmarshal(b, req); err != nil {
			t.Skip()
		}
		rsp, err := fn.RunFunction(context.Background(), req)
		if err != nil {
			t.Fatal(err)
		}
		if m := simulator.Fatal(rsp); m == fault {
			t.Error("the function panicked")
		} else if m != "" && len(rsp.GetDesired().GetResources()) > len(req.GetDesired().GetResources()) {
			t.Errorf("a refused claim (%s) gets resources", m)
		}
	})
}

// seeds are requests that the function accepts, by name: of the examples, at the first
// pass and later, and of claims whose observed resources have unexpected values.
func seeds(t testing.TB) map[string]*fnv1.RunFunctionRequest {
	t.Helper()
	out := map[string]*fnv1.RunFunctionRequest{}
	for name, c := range examples(t) {
		out[name+" at first"] = request(t, simulator.New(c))
		w := atRest(t, c)
		few(w, nil)
		out[name] = request(t, w)
	}
	for name, o := range oddities {
		w := atRest(t, claim(t, o.claim))
		few(w, o.says)
		for where, v := range o.says {
			say(w, strings.Fields(where), v)
		}
		out[name] = request(t, w)
	}
	return out
}

func request(t testing.TB, w *simulator.World) *fnv1.RunFunctionRequest {
	t.Helper()
	req, err := w.Request()
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// few reduces what is observed to the odd resources and to those on which many others
// depend. Large inputs are slow to mutate.
func few(w *simulator.World, odd map[string]any) {
	kept := []string{"vpc", "key-data", "alb-public", "webacl", "db-primary", "service-backend", "secretversion-*"}
	for where := range odd {
		kept = append(kept, strings.Fields(where)[0])
	}
	maps.DeleteFunc(w.Observed, func(key string, _ map[string]any) bool {
		return !slices.ContainsFunc(kept, func(pattern string) bool { return matches(pattern, key) })
	})
}

func matches(pattern, key string) bool {
	ok, err := path.Match(pattern, key)
	return ok && err == nil
}

// say sets a field of each object whose key matches a pattern. If none matches, the
// pattern is the key of a new object. The claim's key is "claim".
func say(w *simulator.World, where []string, v any) {
	pattern, field := where[0], where[1:]
	if pattern == "claim" {
		set(w.Composite, field, v)
		return
	}
	found := false
	for key, o := range w.Observed {
		if matches(pattern, key) {
			found = true
			set(o, field, v)
		}
	}
	if !found {
		w.Observed[pattern] = map[string]any{}
		set(w.Observed[pattern], field, v)
	}
}

func set(o map[string]any, path []string, v any) {
	if len(path) == 1 {
		o[path[0]] = v
		return
	}
	next, ok := o[path[0]].(map[string]any)
	if !ok {
		next = map[string]any{}
		o[path[0]] = next
	}
	set(next, path[1:], v)
}

// oddities are claims with unexpected values in their observed resources, by key and
// field.
var oddities = map[string]struct {
	claim string
	says  map[string]any
}{
	"text for a status": {
		says: map[string]any{"vpc status": "gone", "db-primary status": "gone", "service-backend status": "gone"},
	},
	"a list for values": {
		says: map[string]any{"vpc status atProvider": []any{"vpc-1"}, "alb-public status atProvider": []any{}},
	},
	"a map for conditions": {
		says: map[string]any{
			"key-data status conditions": map[string]any{"Ready": "True"}, "db-primary status conditions": "True",
		},
	},
	"empty conditions": {
		says: map[string]any{
			"db-primary status conditions": []any{
				nil, "Ready", map[string]any{}, map[string]any{"type": 1.0, "status": true},
			},
		},
	},
	"numbers for names": {
		says: map[string]any{
			"alb-public status atProvider arn": 5.0, "key-data status atProvider id": 5.0,
			"db-primary status atProvider endpoint": 5.0,
		},
	},
	"text for numbers": {
		says: map[string]any{
			"db-primary status atProvider allocatedStorage": "much",
			"service-backend spec forProvider desiredCount": "many",
		},
	},
	"no metadata": {
		says: map[string]any{
			"db-primary metadata": nil, "service-backend metadata": "x", "secretversion-* metadata": nil,
		},
	},
	"no spec": {
		says: map[string]any{"db-primary spec": nil, "service-backend spec": []any{}, "secretversion-* spec": nil},
	},
	"deleted meanwhile": {
		says: map[string]any{
			"db-primary metadata deletionTimestamp": "2026-01-03T00:00:00Z", "vpc metadata deletionTimestamp": "soon",
		},
	},
	"times that are none": {
		says: map[string]any{
			"claim status database":                 map[string]any{"passwordChangedAt": "yesterday"},
			"db-primary metadata creationTimestamp": "never",
		},
	},
	"a password of no number": {
		says: map[string]any{
			"db-primary spec forProvider passwordSecretRef name":  "shop-password-g99999999999999999999",
			"secretversion-g99999999999999999999-a metadata name": "x",
		},
	},
	"a negative generation": {
		says: map[string]any{
			"claim status database": map[string]any{"passwordGeneration": -5.0},
			"secretversion--a metadata annotations crossplane.io/external-name": "x",
		},
	},
	"keys without an end": {
		claim: "spec: {deletionProtection: false}",
		says: map[string]any{
			"secretversion- kind": "x", "connection- kind": "x", "taskdefinition-backend- kind": "x",
			"zone- kind": "x", "queue- kind": "x", "dlq- kind": "x", "sgrule- kind": "x", "certificate- kind": "x",
		},
	},
	"text for containers": {
		says: map[string]any{
			"taskdefinition-*-* spec forProvider containerDefinitions": "[{",
			"service-* status atProvider taskDefinition":               1.0,
		},
	},
	"containers of no name": {
		says: map[string]any{
			"taskdefinition-*-* spec forProvider containerDefinitions": `[null, {"environment": {"name": 1}}, ` +
				`{"portMappings": [{}]}, 5]`,
		},
	},
	"a service of nothing": {
		says: map[string]any{
			"service-* spec forProvider taskDefinition": nil, "service-* status atProvider taskDefinition": nil,
		},
	},
	"zones of nobody": {
		says: map[string]any{
			"subnet-data-a status atProvider availabilityZone": 5.0, "nat-* status": nil,
			"route-* status atProvider": nil,
		},
	},
	"a policy of no JSON": {
		says: map[string]any{"rolepolicy-* spec forProvider policy": "{", "repository-* spec forProvider policy": 1.0},
	},
	"values of the claim": {
		says: map[string]any{
			"claim status endpoints": map[string]any{}, "claim status queues": []any{},
			"claim metadata creationTimestamp": "2026-01-02T03:04:05Z", "claim metadata uid": "not-a-uuid",
		},
	},
	"a certificate of no name": {
		claim: "spec: {edge: {domain: {name: shop.example.com}}}",
		says: map[string]any{"certificate-* status atProvider domainValidationOptions": []any{
			nil, map[string]any{}, map[string]any{"domainName": 1.0}, "x",
		},
			"zone-* status atProvider nameServers": "ns-1"},
	},
	"a distribution of no origin": {
		claim: "spec: {edge: {domain: {name: shop.example.com, hostedZoneID: Z0123456789ABC}}}",
		says: map[string]any{
			"distribution status atProvider origin": []any{map[string]any{"customOriginConfig": "http"}},
			"distribution spec forProvider origin":  []any{nil},
		},
	},
	"a secret of nobody": {
		claim: "spec: {database: {manageMasterUserPassword: true, readReplicas: 0}}",
		says:  map[string]any{"db-primary status atProvider masterUserSecret": []any{}},
	},
	"outputs of no text": {
		claim: "spec: {database: {rotation: Application}}",
		says: map[string]any{
			"rotation-* status atProvider outputs": map[string]any{"RotationLambdaARN": 5.0},
			"secretrotation-db status":             nil,
		},
	},
	"an endpoint of nobody": {
		claim: "spec: {database: {proxy: {enabled: true}}}",
		says: map[string]any{
			"db-proxy status atProvider endpoint": "", "db-proxy-target status atProvider": nil,
			"db-primary spec writeConnectionSecretToRef": nil,
		},
	},
}

// TestSeedsReachTheFunction: a seed that does not parse, or that is refused at once,
// tests nothing, and so do the inputs that are derived from it.
func TestSeedsReachTheFunction(t *testing.T) {
	t.Parallel()
	for name, req := range seeds(t) {
		rsp, err := newFunction().RunFunction(t.Context(), req)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := len(rsp.GetDesired().GetResources()); simulator.Fatal(rsp) != "" || n < 20 {
			t.Errorf("%s: want a composed claim, got %d resources: %s", name, n, simulator.Fatal(rsp))
		}
	}
}

// TestCommittedSeedsParse: go test -fuzz writes what it finds into testdata/fuzz. A
// file that does not parse tests nothing.
func TestCommittedSeedsParse(t *testing.T) {
	t.Parallel()
	parse := map[string]func([]byte) error{
		"FuzzDecode":      func(b []byte) error { _, err := claimRequest(b); return err },
		"FuzzRunFunction": func(b []byte) error { return proto.Unmarshal(b, &fnv1.RunFunctionRequest{}) },
	}
	files, err := filepath.Glob("testdata/fuzz/*/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("cannot find seeds: %v", err)
	}
	for _, file := range files {
		target := parse[filepath.Base(filepath.Dir(file))]
		if target == nil {
			t.Errorf("%s is of no fuzz target", file)
		} else if err := target(seed(t, file)); err != nil {
			t.Errorf("%s does not parse; remove it or mend it: %v", file, err)
		}
	}
}

// seed is the one value in a file of go test fuzz v1.
func seed(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, value, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	text, err := strconv.Unquote(strings.TrimSuffix(strings.TrimPrefix(value, "[]byte("), ")"))
	if err != nil {
		t.Fatalf("%s: cannot read %s: %v", file, value, err)
	}
	return []byte(text)
}
