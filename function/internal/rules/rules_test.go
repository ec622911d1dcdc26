package rules

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// An example is a world in which a rule holds, and changes after which it does not. It is a file of YAML documents in
// testdata, named after the rule.
type example struct {
	// The world. Same names the rule whose example has the same world.
	Same      string                    `json:"same"`
	Claim     map[string]any            `json:"claim"`
	Desired   map[string]map[string]any `json:"desired"`
	Unsettled bool                      `json:"unsettled"`

	breaks []breakage
}

// A breakage is a JSON merge patch of the world, and how the violation begins: with the key and the message.
type breakage struct {
	Name   string         `json:"name"`
	Breaks string         `json:"breaks"`
	Change map[string]any `json:"change"`
}

// TestRules checks each rule with its example: the rule must hold, and each change must break
// it.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if want := len(All()); len(files) != want {
		t.Errorf("there are %d examples of %d rules", len(files), want)
	}
	for _, r := range All() {
		t.Run(r.ID, func(t *testing.T) {
			e := read(t, r.ID)
			if len(e.breaks) == 0 {
				t.Fatal("nothing breaks the example; add a document that does")
			}
			for _, v := range r.Check(e.world(t, nil)) {
				t.Errorf("the example must pass, but: %s", v)
			}
			for _, b := range e.breaks {
				t.Run(b.Name, func(t *testing.T) { breaks(t, r, e, b) })
			}
		})
	}
}

func breaks(t *testing.T, r Rule, e example, b breakage) {
	t.Helper()
	var got []string
	for _, v := range r.Check(e.world(t, b.Change)) {
		got = append(got, v.String())
	}
	if b.Breaks == "" || !slices.ContainsFunc(got, func(v string) bool { return strings.HasPrefix(v, b.Breaks) }) {
		t.Errorf("the change does not break the rule: got %q, want one that begins with %q", got, b.Breaks)
	}
}

// read reads the example of a rule.
func read(t *testing.T, id string) example {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", id+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	documents := strings.Split(string(b), "\n---\n")
	var e example
	if err := yaml.UnmarshalStrict([]byte(documents[0]), &e); err != nil {
		t.Fatal(err)
	}
	if e.Same != "" {
		e = read(t, e.Same)
	}
	e.breaks = nil
	for _, d := range documents[1:] {
		var b breakage
		if err := yaml.UnmarshalStrict([]byte(d), &b); err != nil {
			t.Fatal(err)
		}
		e.breaks = append(e.breaks, b)
	}
	return e
}

// world is the example after a merge patch.
func (e example) world(t *testing.T, patch map[string]any) World {
	t.Helper()
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if patch != nil {
		p, err := json.Marshal(patch)
		if err != nil {
			t.Fatal(err)
		}
		if b, err = jsonpatch.MergePatch(b, p); err != nil {
			t.Fatal(err)
		}
	}
	var in example
	if err := json.Unmarshal(b, &in); err != nil {
		t.Fatal(err)
	}
	w := World{
		Claim: claimOf(in.Claim), Desired: map[string]map[string]any{}, Observed: map[string]map[string]any{},
		Settled: !in.Unsettled,
	}
	for key, o := range in.Desired {
		w.Desired[key] = object(t, "shop-"+key, o)
		if at, ok := o["at"]; ok {
			w.Observed[key] = map[string]any{"status": map[string]any{"atProvider": at}}
		}
	}
	return w
}

// claimOf is the claim shop, with what an example says of its spec.
func claimOf(spec map[string]any) map[string]any {
	all := map[string]any{"region": "us-east-1", "environment": "NonProduction"}
	maps.Copy(all, spec)
	return map[string]any{"metadata": map[string]any{"name": "shop", "namespace": "team-shop"}, "spec": all}
}

// object writes an object of an example out: aws is its kind (s3/Bucket), with are its parameters, external is its
// name in AWS, policies are its management policies, and at is its status in AWS. Other fields stay.
func object(t *testing.T, name string, short map[string]any) map[string]any {
	t.Helper()
	meta, spec := map[string]any{"name": name}, map[string]any{}
	o := map[string]any{"metadata": meta}
	for field, v := range short {
		switch field {
		case "aws":
			service, kind, _ := strings.Cut(written(v), "/")
			o["apiVersion"], o["kind"] = service+".aws.m.upbound.io/v1beta1", kind
		case "with":
			spec["forProvider"] = inJSON(t, asMap(v))
		case "external":
			meta["annotations"] = map[string]any{"crossplane.io/external-name": v}
		case "policies":
			spec["managementPolicies"] = v
		case "spec":
			maps.Copy(spec, asMap(v))
		case "data":
			o[field] = inBase64(t, asMap(v))
		case "at":
		default:
			o[field] = v
		}
	}
	if len(spec) > 0 {
		o["spec"] = spec
	}
	return o
}

// documentFields are parameters that hold JSON. In an example they are written as YAML.
var documentFields = []string{"policy", "assumeRolePolicy", "containerDefinitions", "templateBody", "input"}

func inJSON(t *testing.T, with map[string]any) map[string]any {
	t.Helper()
	out := maps.Clone(with)
	for _, field := range documentFields {
		if _, plain := out[field].(string); out[field] != nil && !plain {
			out[field] = string(toJSON(t, out[field]))
		}
	}
	return out
}

// inBase64 is the data of a Secret. A value that is no text is written as JSON.
func inBase64(t *testing.T, data map[string]any) map[string]any {
	t.Helper()
	out := map[string]any{}
	for field, v := range data {
		out[field] = v
		if _, plain := v.(string); !plain {
			out[field] = base64.StdEncoding.EncodeToString(toJSON(t, v))
		}
	}
	return out
}

func toJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestRulesAreWritten: every rule has a title, a reason and a source, for readers who
// did not write it.
func TestRulesAreWritten(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range All() {
		if seen[r.ID] {
			t.Errorf("%s is there twice", r.ID)
		}
		seen[r.ID] = true
		for name, sentence := range map[string]string{"title": r.Title, "why": r.Why} {
			if !strings.HasSuffix(sentence, ".") || len(sentence) < 20 {
				t.Errorf("%s has the %s %q, which is no sentence", r.ID, name, sentence)
			}
		}
		if r.Source == "" {
			t.Errorf("%s does not say where it comes from", r.ID)
		}
	}
}

// TestTablesNameKinds: a row with a misspelt kind would never match.
func TestTablesNameKinds(t *testing.T) {
	known := map[string]bool{}
	for gvk := range kinds.AWS {
		known[kindOf(map[string]any{"apiVersion": gvk.GroupVersion().String(), "kind": gvk.Kind})] = true
	}
	for _, kind := range tableKinds() {
		if !known[kind] {
			t.Errorf("%s is in a table and not in package kinds", kind)
		}
	}
}

func tableKinds() []string {
	var out []string
	for _, r := range settings {
		out = append(out, r.kind)
	}
	for _, table := range [][]setting{edgeSettings, computeSettings, dataSettings, networkSettings} {
		for _, r := range table {
			out = append(out, r.kind)
		}
	}
	for _, r := range places {
		out = append(out, r.kind)
	}
	for _, r := range locks {
		out = append(out, r.kind)
	}
	for _, r := range policyFields {
		out = append(out, r.kind)
	}
	for _, r := range trusts {
		out = append(out, r.kind)
	}
	return slices.AppendSeq(out, maps.Keys(awsNames))
}
