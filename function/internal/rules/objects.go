package rules

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// text is a string field of an object, or nothing.
func text(o map[string]any, at ...string) string { return simulator.Text(o, at...) }

func gvkOf(o map[string]any) schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(text(o, "apiVersion"), text(o, "kind"))
}

// kindOf is the AWS service and the kind of an object, such as rds/Instance. It is empty for other
// objects.
func kindOf(o map[string]any) string {
	service, _, found := strings.Cut(text(o, "apiVersion"), ".aws.m.upbound.io/")
	if !found {
		return ""
	}
	return service + "/" + text(o, "kind")
}

// isAWS tells whether an object is of one of the provider's kinds.
func isAWS(o map[string]any) bool { return kinds.AWS[gvkOf(o)] != nil }

// params are spec.forProvider.
func params(o map[string]any) map[string]any {
	p, _ := lookup(o, "spec", "forProvider").(map[string]any)
	return p
}

// externalName is the name or ID of an object's AWS resource.
func externalName(o map[string]any) string {
	return text(o, "metadata", "annotations", "crossplane.io/external-name")
}

// lookup walks fields, and lists by index.
func lookup(v any, at ...string) any {
	for _, p := range at {
		switch c := v.(type) {
		case map[string]any:
			v = c[p]
		case []any:
			i, err := strconv.Atoi(p)
			if err != nil || i < 0 || i >= len(c) {
				return nil
			}
			v = c[i]
		default:
			return nil
		}
	}
	return v
}

// in is lookup by a dotted path, as text: numbers and flags as YAML writes them, lists joined by commas.
func in(o map[string]any, dotted string) string {
	return written(lookup(o, strings.Split(dotted, ".")...))
}

func written(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		return strings.Join(texts(v), ",")
	default:
		return fmt.Sprint(v)
	}
}

// texts are the elements of a list as text.
func texts(v any) []string {
	list, _ := v.([]any)
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = written(e)
	}
	return out
}

// maps of a list of objects, or of an object alone.
func objects(v any) []map[string]any {
	if m, ok := v.(map[string]any); ok {
		return []map[string]any{m}
	}
	list, _ := v.([]any)
	var out []map[string]any
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// number is a number of the claim or of an object, by a dotted path. The API server gives integers.
func number(o map[string]any, dotted string) (float64, bool) {
	switch n := lookup(o, strings.Split(dotted, ".")...).(type) {
	case float64:
		return n, true
	case int64:
		return float64(n), true
	case int32:
		return float64(n), true
	}
	return 0, false
}

// matches tells whether a key matches a pattern, in which * matches any text.
func matches(pattern, key string) bool {
	ok, err := path.Match(pattern, key)
	return ok && err == nil
}

// region is the claim's.
func (w World) region() string { return text(w.Claim, "spec", "region") }

// stack is the beginning of the claim's names in AWS: its name and 40 bits of its UID. A claim that v0.1.0 composed
// first has 24 bits of its namespace and name instead, and only such a claim may say so in its status.
func (w World) stack() string {
	name := text(w.Claim, "metadata", "name")
	sum := sha256.Sum256([]byte(text(w.Claim, "metadata", "namespace") + "/" + name))
	legacy := name + "-" + hex.EncodeToString(sum[:3])
	if text(w.Claim, "status", "stackID") == legacy {
		return legacy
	}
	sum = sha256.Sum256([]byte("kasha.io/stack\x00" + text(w.Claim, "metadata", "uid")))
	return name + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

// account is the claim's AWS account. It is empty until AWS reports it as the VPC's owner.
func (w World) account() string { return text(w.Observed["vpc"], "status", "atProvider", "ownerId") }

// at is status.atProvider of the object with a key.
func (w World) at(key string) map[string]any {
	at, _ := lookup(w.Observed[key], "status", "atProvider").(map[string]any)
	return at
}

// arn is the ARN that AWS gave the object behind a key. A target of an EventBridge rule has none: what it calls so is
// what it notifies.
func (w World) arn(key string) string {
	if w.Desired[key] != nil && kindOf(w.Desired[key]) == "cloudwatchevents/Target" {
		return ""
	}
	return text(w.at(key), "arn")
}

// byARN is the key of the observed object with an ARN, or nothing.
func (w World) byARN(arn string) string { return w.arns[arn] }

// byName is the key of the object with a name in the cluster, or nothing where the name is not the claim's. The object
// may be held back still.
func (w World) byName(name string) string {
	key, ok := strings.CutPrefix(name, text(w.Claim, "metadata", "name")+"-")
	if !ok {
		return ""
	}
	return key
}

// ref is the key of the object that a reference in an object names, by the field beside it: vpcId looks at vpcIdRef.
func (w World) ref(o map[string]any, field string) string {
	return w.byName(text(o, field+"Ref", "name"))
}

// refs are the sorted keys of the objects that a list of references names.
func (w World) refs(o map[string]any, field string) []string {
	var out []string
	for _, r := range objects(o[field]) {
		out = append(out, w.byName(text(r, "name")))
	}
	slices.Sort(out)
	return out
}

// keys are the sorted keys of desired objects of a kind: rds/Instance.
func (w World) keys(kind string) []string { return w.kinds[kind] }

// matching are the sorted keys of desired objects of a pattern.
func (w World) matching(pattern string) []string {
	return slices.DeleteFunc(slices.Clone(w.sorted), func(key string) bool { return !matches(pattern, key) })
}

// An index has the lookups that many rules need.
type index struct {
	// sorted keys of the desired objects.
	sorted []string
	// kinds are the sorted keys of the desired objects, by kind.
	kinds map[string][]string
	// arns are the keys of the observed objects, by ARN.
	arns map[string]string
	// policies of the desired objects, and what is wrong with those that cannot be read.
	policies   []policyOf
	unreadable []Violation
}

// prepare returns a world with its index, and a claim with its environment's presets.
func prepare(w World) World {
	w.Claim = withWorkers(preset(w.Claim))
	w.index = &index{
		sorted: slices.Sorted(maps.Keys(w.Desired)), kinds: map[string][]string{}, arns: map[string]string{},
	}
	for _, key := range w.sorted {
		if kind := kindOf(w.Desired[key]); kind != "" {
			w.kinds[kind] = append(w.kinds[kind], key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(w.Observed)) {
		if arn := w.arn(key); arn != "" && w.arns[arn] == "" {
			w.arns[arn] = key
		}
	}
	w.policies, w.unreadable = readPolicies(w)
	return w
}
