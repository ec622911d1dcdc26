package drawing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// A resource is one object that the claim is composed of.
type Resource struct {
	Key     string `json:"key"`
	Kind    string `json:"kind"`
	Service string `json:"service"`
	Purpose string `json:"purpose"`
	Tier    string `json:"tier"`
	// InAWS is its name in AWS, where it is known.
	InAWS string `json:"inAWS"`
	// Spec is what is asked for, as YAML.
	Spec string `json:"spec"`
	// Needs are the keys of the resources that it names, each once: by reference, ARN, URL,
	// DNS name or name.
	Needs []string `json:"needs"`

	name   string
	object map[string]any
}

// Parse a rendered claim: its name, and its resources in their order.
func Parse(stream []byte) (string, []Resource, error) {
	var claim string
	var out []Resource
	d := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(stream), 4096)
	for {
		var o map[string]any
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", nil, fmt.Errorf("it is not a rendered claim: %w", err)
		}
		annotations, labels := child(o, "metadata", "annotations"), child(o, "metadata", "labels")
		if o["kind"] == "KashaClaim" {
			claim = text(child(o, "metadata"), "name")
		}
		key := text(annotations, "crossplane.io/composition-resource-name")
		if key == "" {
			continue
		}
		asked, err := yaml.Marshal(child(o, "spec"))
		if err != nil {
			return "", nil, fmt.Errorf("cannot show %s: %w", key, err)
		}
		service, _, _ := strings.Cut(text(o, "apiVersion"), ".")
		out = append(out, Resource{
			Key: key, Kind: text(o, "kind"), Service: service, name: text(child(o, "metadata"), "name"),
			Purpose: text(annotations, "platform.kasha.io/purpose"), Tier: text(labels, "platform.kasha.io/tier"),
			InAWS: text(annotations, "crossplane.io/external-name"), Spec: string(asked), object: o,
		})
	}
	connect(out)
	return claim, out, nil
}

func child(o map[string]any, path ...string) map[string]any {
	for _, p := range path {
		o, _ = o[p].(map[string]any)
	}
	return o
}

func text(o map[string]any, field string) string {
	t, _ := o[field].(string)
	return t
}

// connect finds what each resource names.
func connect(resources []Resource) {
	names, owners := map[string]string{}, map[string]*Resource{}
	for i, r := range resources {
		names[r.name] = r.Key
		for id := range identities(r) {
			if other, taken := owners[id]; taken && other != &resources[i] {
				owners[id] = nil // It tells nothing.
				continue
			}
			owners[id] = &resources[i]
		}
	}
	for i, r := range resources {
		found := map[string]bool{}
		for _, name := range references(r.object["spec"]) {
			found[names[name]] = true
		}
		for _, t := range texts(child(r.object, "spec", "forProvider")) {
			for _, key := range t.names(owners) {
				found[key] = true
			}
		}
		delete(found, "")
		delete(found, r.Key)
		resources[i].Needs = append([]string{}, slices.Sorted(maps.Keys(found))...)
	}
}

// answers are the fields of what AWS answers that name the resource itself. Other fields name
// what it refers to.
var answers = []string{
	"arn", "arnSuffix", "id", "url", "dnsName", "domainName", "bucketRegionalDomainName", "repositoryUrl", "endpoint",
	"address", "dbiResourceId", "clusterResourceId",
}

// identities are the values by which others name a resource: what AWS answers about it, and
// its own names.
func identities(r Resource) map[string]bool {
	out := map[string]bool{}
	add := func(t string) {
		if len(t) >= 6 && !strings.HasPrefix(t, "{") {
			out[t] = true
		}
	}
	for _, field := range answers {
		add(text(child(r.object, "status", "atProvider"), field))
	}
	add(r.InAWS)
	for _, field := range []string{"name", "identifier", "family", "bucket", "functionName"} {
		add(text(child(r.object, "spec", "forProvider"), field))
	}
	return out
}

// A said is a text, and the field that it is in.
type said struct{ field, text string }

// names are the keys of the resources that a text names: the text is one of their names, or
// contains an ARN or an address of theirs. A plain word is a name only where its field says
// so, as in ServiceName: backend.
func (t said) names(owners map[string]*Resource) []string {
	if r := owners[t.text]; r != nil {
		plain := !strings.ContainsAny(t.text, "-:./")
		if plain && !strings.Contains(strings.ToLower(t.field), strings.ToLower(r.Kind)) {
			return nil
		}
		return []string{r.Key}
	}
	var out []string
	for id, r := range owners {
		if r == nil || !strings.ContainsAny(id, ":.") || len(id) >= len(t.text) {
			continue
		}
		if before, after, ok := strings.Cut(t.text, id); ok && isEnd(before, len(before)-1) && isEnd(after, 0) {
			out = append(out, r.Key)
		}
	}
	return out
}

// isEnd tells whether a name does not go on at a position of a text.
func isEnd(t string, at int) bool {
	if at < 0 || at >= len(t) {
		return true
	}
	c := t[at]
	return !(c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')
}

// texts are all texts below a value except tags, also those in JSON that is a text itself.
func texts(v any) []said {
	var out []said
	var walk func(field string, v any)
	walk = func(field string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for f, e := range v {
				if f != "tags" && f != "region" && f != "description" {
					walk(f, e)
				}
			}
		case []any:
			for _, e := range v {
				walk(field, e)
			}
		case string:
			var inner any
			if (strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[")) && json.Unmarshal([]byte(v), &inner) == nil {
				walk(field, inner)
				return
			}
			out = append(out, said{field, v})
		}
	}
	walk("", v)
	return out
}

// references are the names in every field whose name ends in Ref or Refs, and in
// the two sides of a usage, each once and in order.
func references(v any) []string {
	var out []string
	var walk func(field string, v any)
	walk = func(field string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if name, ok := v["name"].(string); ok && isReference(field) {
				out = append(out, name)
			}
			for f, e := range v {
				walk(f, e)
			}
		case []any:
			for _, e := range v {
				walk(field, e)
			}
		}
	}
	walk("", v)
	slices.Sort(out)
	return slices.Compact(out)
}

func isReference(field string) bool {
	switch field {
	case "providerConfigRef", "writeConnectionSecretToRef":
		return false
	}
	return strings.HasSuffix(field, "Ref") || strings.HasSuffix(field, "Refs")
}
