package aws

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

const (
	readyIn   = 20 * time.Minute
	deletedIn = 15 * time.Minute
	// window is how long nothing may change: a little more than two polls.
	window = 150 * time.Second
)

// unsupported are the kinds that do not become ready, and why. An entry fails the test
// once the kind works.
var unsupported = map[string]string{}

// Every claim lives once, one after another: the examples, and the claims of testdata,
// which have the options that no example has.
func TestExamples(t *testing.T) {
	files, all := claims(t)
	met := map[string]bool{}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { live(t, file, met) })
		others, err := lab.Plane.List(t.Context(), harness.Claims, "")
		need(t, err)
		if len(others) > 0 {
			t.Fatalf("%s is still there, so the next would not be alone", others[0].GetName())
		}
	}
	if !all {
		return
	}
	kinds, err := lab.Kinds(t.Context())
	need(t, err)
	for _, k := range kinds {
		if !met[k.GroupKind().String()] && strings.HasSuffix(k.Group, ".aws.m.upbound.io") {
			t.Errorf(
				"no claim composes a %s, so it is not tested with the provider; "+
					"add a claim that does to test/e2e/aws/testdata",
				k.Kind)
		}
	}
}

// claims are the files that make was given, or all that there are.
func claims(t *testing.T) (files []string, all bool) {
	t.Helper()
	if given := strings.Fields(os.Getenv("KASHA_E2E_CLAIMS")); len(given) > 0 {
		return given, false
	}
	for _, directory := range []string{lab.Path("examples"), "testdata"} {
		found, err := filepath.Glob(filepath.Join(directory, "*.yaml"))
		need(t, err)
		files = append(files, found...)
	}
	return files, true
}

// A life is what a test knows about the claim whose life it tests.
type life struct {
	*row

	t         *testing.T
	claim     *unstructured.Unstructured
	namespace string
	region    string
	regions   []string // All regions in which it has resources.
	zone      string   // The hosted zone that the claim expects to exist, if any.
	before    map[string][]string
	began     time.Time
	restarts  int // The provider's, when it began.
	composed  map[string]*unstructured.Unstructured
}

// prepare for the claim of a file, in a namespace of its own since examples may
// share a name.
func prepare(t *testing.T, name, file string, changes ...func(*unstructured.Unstructured)) *life {
	t.Helper()
	claim, err := harness.ReadClaim(file)
	need(t, err)
	for _, change := range changes {
		change(claim)
	}
	l := &life{t: t, row: addRow(name), claim: claim, namespace: "e2e-" + name}
	l.region, _, _ = unstructured.NestedString(claim.Object, "spec", "region")
	if l.region == "" {
		l.region = "us-east-1"
	}
	l.regions = []string{edgeRegion, l.region}
	if copies, given, _ := unstructured.NestedString(claim.Object, "spec", "backup", "copyTo", "region"); given {
		l.regions = append(l.regions, copies)
	}
	claim.SetNamespace(l.namespace)
	l.grant(t)
	need(t, lab.Plane.Namespace(t.Context(), l.namespace))
	l.before = l.inventory(t)
	return l
}

// apply the claim, and begin to measure.
func (l *life) apply(t *testing.T) {
	t.Helper()
	l.begin()
	t.Cleanup(l.end)
	created, err := lab.Plane.Create(t.Context(), l.claim)
	need(t, err)
	// The claim's names in AWS follow from its UID.
	l.claim.SetUID(created.GetUID())
}

func live(t *testing.T, file string, met map[string]bool) {
	l := prepare(t, strings.TrimSuffix(filepath.Base(file), ".yaml"), file)
	l.apply(t)
	for _, step := range []struct {
		name string
		run  func(*testing.T)
		must bool
	}{
		{"becomes ready", l.becomeReady, true},
		{"is what the claim asks for", l.isAsAsked, false},
		{"stands still", l.standStill, false},
		{"scales its workers with their queues", l.scale, false},
		{"follows a change", l.follow, true},
		{"is deleted", l.delete, true},
		{"leaves what must stay, and nothing else", l.leave, false},
	} {
		if !t.Run(step.name, step.run) && step.must {
			t.Fatal("what follows depends on it")
		}
	}
	for _, o := range l.composed {
		met[o.GroupVersionKind().GroupKind().String()] = true
	}
}

// grant creates the hosted zone that the claim expects.
func (l *life) grant(t *testing.T) {
	domain, _, _ := unstructured.NestedMap(l.claim.Object, "spec", "edge", "domain")
	if domain["hostedZoneID"] == nil {
		return
	}
	name, _ := domain["name"].(string)
	r, err := route53.NewFromConfig(cloud(edgeRegion)).CreateHostedZone(t.Context(),
		&route53.CreateHostedZoneInput{Name: &name, CallerReference: &l.namespace})
	need(t, err)
	l.zone = strings.TrimPrefix(*r.HostedZone.Id, "/hostedzone/")
	need(t, unstructured.SetNestedField(l.claim.Object, l.zone, "spec", "edge", "domain", "hostedZoneID"))
}

func (l *life) becomeReady(t *testing.T) {
	seen := map[string]time.Duration{}
	watch := func(ctx context.Context) error {
		objects, err := lab.Composed(ctx, l.namespace)
		if err != nil {
			return err
		}
		managed := harness.Managed(objects)
		for id, o := range managed {
			if seen[id] == 0 && harness.Works(o) {
				seen[id] = time.Since(l.began)
			}
		}
		c, err := lab.Claim(ctx, l.namespace, l.claim.GetName())
		if err != nil {
			return err
		}
		l.progress(t, c, len(seen), len(managed))
		if err := harness.Unready(c); err != nil {
			return fmt.Errorf("%w\n%w", err, l.help(ctx, t))
		}
		l.resources, l.composed = len(managed), managed
		return nil
	}
	err := harness.Eventually(t.Context(), readyIn, watch)
	l.half, l.most, l.all = quantiles(seen)
	l.slowest(t, seen)
	need(t, err)
	l.ready = time.Since(l.began)
	supported(t, l.namespace)
}

func (l *life) progress(t *testing.T, c *unstructured.Unstructured, ready, all int) {
	health, _, _ := unstructured.NestedString(c.Object, "status", "health")
	if now := fmt.Sprintf("%s, %d of %d resources", health, ready, all); now != l.last {
		l.last = now
		t.Logf("%s: %s", time.Since(l.began).Round(time.Second), now)
	}
}

// slowest reports what took longest.
func (l *life) slowest(t *testing.T, seen map[string]time.Duration) {
	ids := slices.SortedFunc(maps.Keys(seen), func(a, b string) int { return int(seen[b] - seen[a]) })
	for _, id := range ids[:min(8, len(ids))] {
		t.Logf("%s was ready after %s", id, seen[id].Round(time.Second))
	}
}

// troubles are the resources that do not work, and what they say.
func troubles(objects map[string]*unstructured.Unstructured) []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(objects)) {
		if o := objects[id]; !harness.Works(o) {
			out = append(out, "  "+id+": "+strings.ReplaceAll(harness.Waits(o), "\n", " |"))
		}
	}
	return out
}

// supported checks that exactly the supported kinds are ready.
func supported(t *testing.T, namespace string) {
	t.Helper()
	objects, err := lab.Composed(t.Context(), namespace)
	need(t, err)
	works := map[string]bool{}
	for id, o := range harness.Managed(objects) {
		if o.GetDeletionTimestamp() != nil {
			continue // A call that has been answered goes.
		}
		works[o.GetKind()] = works[o.GetKind()] || harness.Works(o)
		if !harness.Works(o) && unsupported[o.GetKind()] == "" {
			t.Errorf("%s does not work: %s", id, harness.Waits(o))
		}
	}
	for kind, why := range unsupported {
		if works[kind] {
			t.Errorf("%s works; take it off the list of what does not (%s)", kind, why)
		}
	}
}

func (l *life) standStill(t *testing.T) {
	objects, err := lab.Composed(t.Context(), l.namespace)
	need(t, err)
	was, from, began := harness.Generations(objects), harness.Size(provider.LogPath()), time.Now()
	harness.Pause(t, window)
	objects, err = lab.Composed(t.Context(), l.namespace)
	need(t, err)
	for id, g := range harness.Generations(objects) {
		if g != was[id] {
			t.Errorf("somebody writes %s: generation %d, %d %s ago", id, g, was[id], window)
		}
	}
	differences, err := harness.Differences(provider.LogPath(), from)
	need(t, err)
	for _, d := range differences {
		t.Errorf("the provider finds a difference in %s", d)
	}
	calls, err := emulator.Calls(began)
	need(t, err)
	writes := map[string]int{}
	for _, c := range calls {
		if !c.Reads() {
			writes[c.Service+" "+c.Action]++
		}
	}
	for call, n := range writes {
		t.Errorf("nobody changes anything, but %s is called %d times", call, n)
	}
	t.Logf("%d calls in %s", len(calls), window)
}

// follow makes the most common changes: the image, the size, the queues.
func (l *life) follow(t *testing.T) {
	began, from := time.Now(), harness.Size(provider.LogPath())
	need(t, lab.Change(t.Context(), l.namespace, l.claim.GetName(), func(spec map[string]any) {
		backend := spec["backend"].(map[string]any) //nolint:forcetypeassert // It is required.
		backend["image"] = "public.ecr.aws/docker/library/httpd:2.4.65"
		backend["cpu"], backend["memory"] = int64(1024), int64(3072)
		queues, _ := spec["queues"].([]any)
		if len(queues) == 0 {
			queues = []any{map[string]any{"name": "jobs"}}
		}
		spec["queues"] = append(queues, map[string]any{"name": "added"})
	}))
	err := harness.Eventually(t.Context(), readyIn, func(ctx context.Context) error {
		c, err := lab.Claim(ctx, l.namespace, l.claim.GetName())
		if err != nil {
			return err
		}
		if err := harness.Unready(c); err != nil {
			objects, _ := lab.Composed(ctx, l.namespace) // The first error says more.
			return fmt.Errorf("%w\n%s", err, strings.Join(troubles(harness.Managed(objects)), "\n"))
		}
		return changed(ctx, l)
	})
	need(t, err)
	l.changed = time.Since(began)
	supported(t, l.namespace)
	differences, err := harness.Differences(provider.LogPath(), from)
	need(t, err)
	if len(differences) == 0 {
		t.Error(
			"the provider's log tells of no difference, though there were some: it has other words than this test " +
				"knows, and that nothing differs at rest is not proven")
	}
}

func (l *life) delete(t *testing.T) {
	need(t,
		lab.Change(t.Context(), l.namespace, l.claim.GetName(),
			func(spec map[string]any) { spec["deletionProtection"] = false }))
	need(t, harness.Eventually(t.Context(), readyIn, func(ctx context.Context) error {
		c, err := lab.Claim(ctx, l.namespace, l.claim.GetName())
		if err != nil {
			return err
		}
		if c.GetLabels()["crossplane.io/in-use"] == "true" {
			return fmt.Errorf("the claim is still protected")
		}
		if err := harness.Unready(c); err != nil {
			return err
		}
		return unprotected(ctx, l)
	}))
	began := time.Now()
	need(t, lab.Plane.Delete(t.Context(), harness.Claims, l.namespace, l.claim.GetName()))
	err := lab.Gone(t.Context(), l.namespace, l.claim.GetName(), deletedIn, logTo(t))
	if err != nil {
		objects, _ := lab.Composed(t.Context(), l.namespace) // The first error says more.
		t.Fatalf("%v\n%s", err, strings.Join(troubles(harness.Managed(objects)), "\n"))
	}
	l.deleted = time.Since(began)
}

// now is the claim as it is.
func (l *life) now(t *testing.T) *unstructured.Unstructured {
	t.Helper()
	c, err := lab.Claim(t.Context(), l.namespace, l.claim.GetName())
	need(t, err)
	return c
}
