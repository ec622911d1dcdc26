package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"sigs.k8s.io/yaml"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// An example is a world in which a rule holds, and changes after which it does not.
type example struct {
	// world in YAML: the fields claim, desired, observed and unsettled. See object for how objects are written.
	world string
	// breaks are changes by name, in PascalCase.
	breaks map[string]breakage
}

// A breakage is a JSON merge patch of the world, in YAML, and what the rule must say: the key and a part of the message.
type breakage struct{ patch, want string }

// examples of every rule, by theme.
var examples = []map[string]example{
	schemaExamples, nameExamples, accountExamples, networkExamples, tlsExamples, encryptionExamples, principalExamples,
	iamExamples, bucketExamples, secretExamples, watchExamples, retentionExamples,
}

// TestRules holds each rule against its example: it must hold, and each change must break it.
func TestRules(t *testing.T) {
	all := map[string]example{}
	for _, of := range examples {
		maps.Copy(all, of)
	}
	for _, r := range All() {
		e, ok := all[r.ID]
		delete(all, r.ID)
		t.Run(r.ID, func(t *testing.T) {
			if !ok || len(e.breaks) == 0 {
				t.Fatal("the rule has no example that breaks it; add one to the test of its theme")
			}
			for _, v := range r.Check(world(t, e.world, "")) {
				t.Errorf("the example must pass, but: %s", v)
			}
			for name, b := range e.breaks {
				t.Run(name, func(t *testing.T) { breaks(t, r, e.world, b) })
			}
		})
	}
	for id := range all {
		t.Errorf("there is an example of %s, which is no rule", id)
	}
}

func breaks(t *testing.T, r Rule, of string, b breakage) {
	t.Helper()
	var got []string
	for _, v := range r.Check(world(t, of, b.patch)) {
		got = append(got, v.String())
	}
	if !slices.ContainsFunc(got, func(v string) bool { return strings.HasPrefix(v, b.want) }) {
		t.Errorf("the change does not break the rule: got %q, want one that begins with %q", got, b.want)
	}
}

// TestRulesAreWritten: a rule is read by people who did not write it.
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

// TestTablesNameKinds: a row of a kind that is misspelt would never be looked at.
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

// world reads an example, after a merge patch.
func world(t *testing.T, example, patch string) World {
	t.Helper()
	b := toJSON(t, example)
	if patch != "" {
		var err error
		if b, err = jsonpatch.MergePatch(b, toJSON(t, patch)); err != nil {
			t.Fatal(err)
		}
	}
	var in struct {
		Claim             map[string]any
		Desired, Observed map[string]map[string]any
		Unsettled         bool
	}
	if err := json.Unmarshal(b, &in); err != nil {
		t.Fatal(err)
	}
	w := World{Claim: claimOf(in.Claim), Desired: map[string]map[string]any{}, Observed: map[string]map[string]any{}, Settled: !in.Unsettled}
	for key, o := range in.Desired {
		w.Desired[key] = object(text(w.Claim, "metadata", "name"), key, o)
		if at, ok := o["at"]; ok {
			w.Observed[key] = map[string]any{"status": map[string]any{"atProvider": at}}
		}
	}
	for key, o := range in.Observed {
		w.Observed[key] = map[string]any{"status": map[string]any{"atProvider": map[string]any(o)}}
	}
	return w
}

func toJSON(t *testing.T, text string) []byte {
	t.Helper()
	b, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatalf("cannot read the example: %v\n%s", err, text)
	}
	return b
}

// claimOf is the claim shop, with what an example says of its spec.
func claimOf(spec map[string]any) map[string]any {
	all := map[string]any{"region": "us-east-1", "environment": "NonProduction"}
	maps.Copy(all, spec)
	return map[string]any{"metadata": map[string]any{"name": "shop", "namespace": "team-shop"}, "spec": all}
}

// object writes an object of an example out: aws is its kind (s3/Bucket), with are its parameters, external is its name
// in AWS, policies are its management policies, and at is what AWS says of it. Other fields stay.
func object(claim, key string, short map[string]any) map[string]any {
	o := map[string]any{"metadata": map[string]any{"name": claim + "-" + key}}
	spec := map[string]any{}
	for field, v := range short {
		switch field {
		case "aws":
			service, kind, _ := strings.Cut(v.(string), "/") //nolint:forcetypeassert // Examples are written in this package.
			o["apiVersion"], o["kind"] = service+".aws.m.upbound.io/v1beta1", kind
		case "with":
			spec["forProvider"] = v
		case "external":
			o["metadata"].(map[string]any)["annotations"] = map[string]any{"crossplane.io/external-name": v} //nolint:forcetypeassert // Set above.
		case "policies":
			spec["managementPolicies"] = v
		case "at":
		case "spec":
			maps.Copy(spec, v.(map[string]any)) //nolint:forcetypeassert // As above.
		default:
			o[field] = v
		}
	}
	if len(spec) > 0 {
		o["spec"] = spec
	}
	return o
}
