package function

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/override"
	"github.com/kasha-platform/kasha/function/internal/rules"
	"github.com/kasha-platform/kasha/function/internal/simulator"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const overriding = `
spec:
  overrides:
  - {key: db-primary, path: caCertIdentifier, value: rds-ca-rsa4096-g1, reason: audit}
  - {key: taskdefinition-backend, path: pidMode, value: task, reason: debugger}
  - {key: targetgroup-frontend, path: healthCheck.interval, value: 7, reason: faster}
  - {key: targetgroup-fronted, path: healthCheck.interval, value: 7, reason: a typo}
`

// digestAtEnd is at the end of the key of a version.
var digestAtEnd = regexp.MustCompile(`-[0-9a-f]{8}$`)

const mark = "platform.kasha.io/overrides"

// TestOverridesAreTold: the status has every override, what it replaces, and whether it does
// anything, and each object says which of its fields the claim sets.
func TestOverridesAreTold(t *testing.T) {
	w := atRest(t, claim(t, overriding))
	want := []any{
		map[string]any{
			"key": "db-primary", "path": "caCertIdentifier", "applied": true, "instead": `"rds-ca-rsa2048-g1"`,
			"reason": "audit",
		},
		map[string]any{"key": "taskdefinition-backend", "path": "pidMode", "applied": true, "reason": "debugger"},
		map[string]any{
			"key": "targetgroup-frontend", "path": "healthCheck.interval", "applied": true, "instead": "30",
			"reason": "faster",
		},
		map[string]any{
			"key": "targetgroup-fronted", "path": "healthCheck.interval", "applied": false, "reason": "a typo",
		},
	}
	if diff := cmp.Diff(want, lookup(w.Composite, "status", "overrides")); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	warnings := fmt.Sprint(lookup(w.Composite, "status", "warnings"))
	says := "the override of healthCheck.interval of targetgroup-fronted does nothing: the claim has no such " +
		"resource; perhaps you mean targetgroup-frontend"
	if !strings.Contains(warnings, says) {
		t.Errorf("the warnings are %s, want %q among them", warnings, says)
	}
	marks := map[string]string{}
	for k, o := range desired(w) {
		if m, _ := annotations(o)[mark].(string); m != "" {
			marks[digestAtEnd.ReplaceAllString(k, "")] = m
		}
	}
	if diff := cmp.Diff(map[string]string{
		"db-primary": "caCertIdentifier", "taskdefinition-backend": "pidMode",
		"targetgroup-frontend": "healthCheck.interval",
	}, marks); diff != "" {
		t.Errorf("the marked objects: -want, +got:\n%s", diff)
	}
}

// TestOverridesOfVersions: a task definition never changes, so an override makes a new one,
// the old one stays as it is until the service has the new one, and the way back is the same.
func TestOverridesOfVersions(t *testing.T) {
	w := atRest(t, claim(t, ""))
	before := only(t, w, "taskdefinition-backend-")
	old := backendVersion(t, w)
	spec := w.Composite["spec"]
	w.Composite["spec"] = claim(t, overriding)["spec"]
	pass(t, w)
	if backendVersion(t, w) != "" {
		t.Fatal("there is only one version while the service runs the old one")
	}
	for k, o := range desired(w) {
		if k == old && (lookup(o, "spec", "forProvider", "pidMode") != nil || annotations(o)[mark] != nil) {
			t.Errorf("the old version is changed: %v", o)
		}
	}
	settleMore(t, w)
	if k := backendVersion(t, w); k == old || k == "" {
		t.Errorf("the override made no new version of %s: %s", old, k)
	}
	if only(t, w, "taskdefinition-backend-") != before {
		t.Error("the override changes the containers")
	}
	w.Composite["spec"] = spec
	settleMore(t, w)
	if k := backendVersion(t, w); k != old {
		t.Errorf("without the override the version is %s, want %s again", k, old)
	}
}

// backendVersion is the key of the backend's task definition, or empty where there are several.
func backendVersion(t *testing.T, w *simulator.World) string {
	t.Helper()
	var out []string
	for _, k := range keysOf(w) {
		if strings.HasPrefix(k, "taskdefinition-backend-") {
			out = append(out, k)
		}
	}
	if len(out) != 1 {
		return ""
	}
	return out[0]
}

// TestOverridesOfWhatIsKept: a listener that only an old distribution still needs keeps its
// override, and the mark of it.
func TestOverridesOfWhatIsKept(t *testing.T) {
	w := atRest(t, claim(t, "spec: {region: eu-west-1}"))
	on := claim(t, withDomain)
	for _, c := range []map[string]any{w.Composite, on} {
		spec := c["spec"].(map[string]any) //nolint:forcetypeassert // Every claim has a spec.
		spec["overrides"] = []any{map[string]any{
			"key": "listener-public", "path": "routingHttpResponseServerEnabled", "value": false, "reason": "audit",
		}}
	}
	settleMore(t, w)
	w.Composite["spec"] = on["spec"]
	slowly(w, "http-only")
	for range 6 {
		pass(t, w)
	}
	o := desired(w)["listener-public"]
	if o == nil {
		t.Fatal("the listener that CloudFront still uses is gone")
	}
	if lookup(o, "spec", "forProvider", "routingHttpResponseServerEnabled") != false ||
		annotations(o)[mark] != "routingHttpResponseServerEnabled" {
		t.Errorf("the kept listener has lost its override: %v", o)
	}
}

// TestOverridesMeetWhatIsThere: what the types cannot tell is refused when it is applied, and
// nothing changes.
func TestOverridesMeetWhatIsThere(t *testing.T) {
	cases := map[string]struct{ reason, path, value, want string }{
		"NoElement": {
			"An index beyond the list would make a hole.", "origin.1.connectionTimeout", "3",
			"the list has 1 elements, which are counted from 0",
		},
		"NoList": {
			"An element of a list that is not there has no place.", "orderedCacheBehavior.0.compress", "true",
			"",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := simulator.New(claim(t, "spec: {overrides: [{key: distribution, path: "+tc.path+", value: "+tc.value+
				", reason: a test}]}"))
			_, err := w.Pass(t.Context(), newFunction())
			if err == nil || !strings.Contains(err.Error(), tc.want) ||
				!strings.Contains(err.Error(), "cannot override") {
				t.Errorf("%s\ngot %v, want %q", tc.reason, err, tc.want)
			}
		})
	}
}

// protecting are the themes of rules that no override may break. The others are about single
// values that the function would choose otherwise, which is what an override is for.
var protecting = []string{
	"Principals", "Permissions", "Buckets", "Encryption at rest", "Encryption in transit", "Credentials", "Network",
	"Accounts and regions", "Deletion and retention", "Names and tags",
}

// TestNoOverrideBreaksARule changes every field that the function sets, in every way that an
// override could, and looks for rules that protect something.
func TestNoOverrideBreaksARule(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	claims := ruled(t)
	tried, accepted := map[string]bool{}, 0
	for _, name := range []string{
		"production", "everything", "domain", "worker-scaling", "schedules", "static-files",
	} {
		w := rules.Of(atRest(t, claims[name]), true)
		was := violations(w)
		for _, key := range slices.Sorted(maps.Keys(w.Desired)) {
			r := kinds.Of(simulator.Text(w.Desired[key], "apiVersion"), simulator.Text(w.Desired[key], "kind"))
			if !r.IsAWS() {
				continue
			}
			for _, path := range everyPath(params(w.Desired[key]), nil) {
				id := r.String() + " " + strings.Join(path, ".")
				if tried[id] {
					continue
				}
				tried[id] = true
				for _, v := range others(valueAt(params(w.Desired[key]), path)) {
					if !takes(key, path, v) {
						continue
					}
					accepted++
					changed := w
					changed.Desired = maps.Clone(w.Desired)
					changed.Desired[key] = overridden(t, w.Desired[key], path, v)
					if now := violations(changed); !slices.Equal(now, was) {
						t.Errorf("%s of %s may be %v: %v", strings.Join(path, "."), key, v, now)
					}
				}
			}
		}
	}
	if len(tried) < 500 || accepted < 30 {
		t.Errorf("tried only %d fields, of which an override may change %d", len(tried), accepted)
	}
}

// violations of the rules that protect something, in words.
func violations(w rules.World) []string {
	var out []string
	for _, theme := range rules.Themes() {
		if !slices.Contains(protecting, theme.Title) {
			continue
		}
		for _, r := range theme.Rules {
			for _, v := range r.Check(w) {
				out = append(out, v.String())
			}
		}
	}
	slices.Sort(out)
	return out
}

// everyPath are the paths to all values that are no lists or objects, and to these, too.
func everyPath(v any, at []string) [][]string {
	var out [][]string
	if len(at) > 0 {
		out = append(out, slices.Clone(at))
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, everyPath(v[k], append(at, k))...)
		}
	case []any:
		for i, e := range v {
			out = append(out, everyPath(e, append(at, strconv.Itoa(i)))...)
		}
	}
	return out
}

func valueAt(v any, path []string) any {
	for _, p := range path {
		switch c := v.(type) {
		case map[string]any:
			v = c[p]
		case []any:
			i, _ := strconv.Atoi(p)
			v = c[i]
		}
	}
	return v
}

// others are other values of a field.
func others(v any) []any {
	switch v := v.(type) {
	case bool:
		return []any{!v}
	case float64:
		return []any{0.0, v + 1}
	case string:
		return []any{"", "*"}
	case []any:
		return []any{[]any{}}
	default:
		return []any{map[string]any{}}
	}
}

// takes tells whether a claim may have an override.
func takes(key string, path []string, v any) bool {
	c := &v1alpha1.KashaClaim{}
	for i := len(key); i > 0; i-- {
		if i == len(key) || key[i] == '-' {
			c.Spec.Overrides = []v1alpha1.Override{{
				Key: key[:i], Path: strings.Join(path, "."), Reason: "a test",
				Value: extv1.JSON{Raw: []byte(stack.JSON(v))},
			}}
			if len(override.Check(c)) == 0 {
				return true
			}
		}
	}
	return false
}

// overridden is an object with another value of a parameter.
func overridden(t *testing.T, o map[string]any, path []string, v any) map[string]any {
	t.Helper()
	out := runtime.DeepCopyJSON(o)
	at := valueAt(params(out), path[:len(path)-1])
	switch c := at.(type) {
	case map[string]any:
		c[path[len(path)-1]] = v
	case []any:
		i, err := strconv.Atoi(path[len(path)-1])
		if err != nil {
			t.Fatal(err)
		}
		c[i] = v
	}
	return out
}

// TestOpenFieldsPage: the documentation lists what the table has.
func TestOpenFieldsPage(t *testing.T) {
	const page, begin, end = "../docs/overrides.md", "-update -->\n", "<!-- end -->"
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(b), begin)
	got, tail, ends := strings.Cut(rest, end)
	if !found || !ends {
		t.Fatal("the page has no place for the table")
	}
	want := "\n| Kind | Open fields |\n|---|---|\n"
	for i := range kinds.Records {
		if fields := override.Open(kinds.Records[i].String()); len(fields) > 0 {
			want += "| `" + kinds.Records[i].String() + "` | `" + strings.Join(fields, "`, `") + "` |\n"
		}
	}
	want += "\n"
	if *update {
		if err := os.WriteFile(page, []byte(head+begin+want+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("run go test ./function -run TestOpenFieldsPage -update:\n%s", diff)
	}
}
