package controlplane

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

	"github.com/kasha-platform/kasha/test/e2e/harness"
)

const (
	name        = "shop"
	ours        = "team-a"
	theirs      = "team-b"
	readyIn     = 6 * time.Minute
	deletedIn   = 6 * time.Minute
	quietWindow = 75 * time.Second

	externalName = "crossplane.io/external-name"
	resourceName = "crossplane.io/composition-resource-name"
)

func cli() string { return os.Getenv("KASHA_CLI") }

// A claim's life, with a claim of the same name in another namespace beside it, and
// one of the same namespace and name in another control plane.
func TestALife(t *testing.T) {
	startTwin(t)
	for _, ns := range []string{ours, theirs} {
		need(t, lab.Plane.Namespace(t.Context(), ns))
		_, err := lab.Plane.Create(t.Context(), minimal(t, ns))
		need(t, err)
	}
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"both claims become ready", becomeReady},
		{"everything that render shows is there", everythingIsThere},
		{"no AWS name is used by two", noCollision},
		{"nothing is adopted", nothingIsAdopted},
		{"references are resolved in the spec", resolved},
		{"the status describes the claim", saysHowItIs},
		{"kubectl get shows what matters", columns},
		{"no password is in sight", noPassword},
		{"nothing moves", nothingMoves},
		{"a change is rolled out and moves nothing else", change},
		{"a queue that is not wanted any more goes away", removeQueue},
		{"a protected claim cannot be deleted", isProtected},
		{"nor where the policies are not installed", isLocked},
		{"an unprotected claim is deleted but for what must stay", isDeleted},
		{"the other claim is untouched", otherIsUntouched},
		{"the other control plane's claim is untouched", twinIsUntouched},
		{"the breaker has never opened", breakerStaysClosed},
	} {
		if !t.Run(step.name, step.run) {
			t.Fatal("what follows depends on it")
		}
	}
}

// minimal is the smallest claim.
func minimal(t *testing.T, namespace string) *unstructured.Unstructured {
	t.Helper()
	c, err := harness.ReadClaim(lab.Path("examples", "minimal.yaml"))
	need(t, err)
	c.SetNamespace(namespace)
	return c
}

// before are the other claim's objects before ours is deleted.
var before map[string]*unstructured.Unstructured

func becomeReady(t *testing.T) {
	began := time.Now()
	for _, ns := range []string{ours, theirs} {
		need(t,
			lab.Ready(t.Context(), ns, name, readyIn,
				func(p string) { t.Logf("%s %s: %s", time.Since(began).Round(time.Second), ns, p) }))
	}
	need(t, twin.Ready(t.Context(), ours, name, readyIn, func(string) {}))
	t.Logf("all are ready after %s", time.Since(began).Round(time.Second))
}

func everythingIsThere(t *testing.T) {
	living, err := lab.Claim(t.Context(), ours, name)
	need(t, err)
	// The names in AWS follow from the UID.
	claim := minimal(t, ours)
	claim.SetUID(living.GetUID())
	shown, err := lab.Rendered(t.Context(), cli(), claim)
	need(t, err)
	want := map[string]bool{}
	for _, o := range shown[1:] {
		want[settled(o)] = true
	}
	got := composed(t, ours)
	here := map[string]bool{}
	for id, o := range got {
		here[settled(o)] = true
		if !want[settled(o)] {
			t.Errorf("%s is composed, but not in what render shows", id)
		}
		if o.GetNamespace() != ours || o.GetName() != name+"-"+o.GetAnnotations()[resourceName] {
			t.Errorf("%s/%s is not named after its key %s", o.GetNamespace(), o.GetName(),
				o.GetAnnotations()[resourceName])
		}
	}
	for id := range want {
		if !here[id] {
			t.Errorf("%s is in what render shows, but not composed", id)
		}
	}
	for id, o := range harness.Managed(got) {
		if !harness.Works(o) {
			t.Errorf("the claim is ready, but %s is not: %v", id, harness.Waits(o))
		}
	}
	t.Logf("%d objects, %d of them AWS's", len(got), len(harness.Managed(got)))
}

// uniqueIn are the kinds whose names are unique in an account or in one of its regions.
// The value is the parameter with the name, if the annotation does not have it.
var uniqueIn = map[string]string{
	"Alias.kms": "", "Bucket.s3": "", "CachePolicy.cloudfront": "name", "Cluster.ecs": "",
	"CompositeAlarm.cloudwatch": "", "Dashboard.cloudwatch": "", "Group.cloudwatchlogs": "",
	"Instance.rds": "identifier", "LB.elbv2": "name", "LBTargetGroup.elbv2": "name", "MetricAlarm.cloudwatch": "",
	"ParameterGroup.rds": "", "Plan.backup": "name", "Queue.sqs": "name", "Repository.ecr": "",
	"ResponseHeadersPolicy.cloudfront": "name", "Role.iam": "",
	"Secret.secretsmanager": "name", "SubnetGroup.rds": "", "TaskDefinition.ecs": "family", "Topic.sns": "",
	"Vault.backup": "",
	"WebACL.wafv2": "name",
}

func noCollision(t *testing.T) {
	taken := map[string]string{}
	for whose, objects := range map[string]map[string]*unstructured.Unstructured{
		"their": composed(t, theirs), "the twin's": twinsObjects(t),
	} {
		for id, o := range objects {
			if name := uniqueName(o); name != "" {
				taken[name] = whose + " " + id
			}
		}
	}
	if len(taken) < len(uniqueIn) {
		t.Errorf("only %d names are unique: these kinds have others than this test knows", len(taken))
	}
	for id, o := range composed(t, ours) {
		if name := uniqueName(o); taken[name] != "" {
			t.Errorf("in AWS our %s and %s are both %s", id, taken[name], name)
		}
	}
}

// uniqueName is the kind and the name of an object in AWS, if names of its kind are
// unique.
func uniqueName(o *unstructured.Unstructured) string {
	group, _, _ := strings.Cut(o.GroupVersionKind().Group, ".")
	kind := o.GetKind() + "." + group
	param, isUnique := uniqueIn[kind]
	if !isUnique {
		return ""
	}
	if param == "" {
		return kind + " " + o.GetAnnotations()[externalName]
	}
	n, _, _ := unstructured.NestedString(o.Object, "spec", "forProvider", param)
	return kind + " " + n
}

func resolved(t *testing.T) {
	n := 0
	for id, o := range harness.Managed(composed(t, ours)) {
		params, _, _ := unstructured.NestedMap(o.Object, "spec", "forProvider")
		n += areResolved(t, id, params)
	}
	if n == 0 {
		t.Error("no resource refers to another")
	}
	t.Logf("%d references are resolved", n)
}

// areResolved counts the references in a part of a spec, and checks that the value next
// to each one is set.
func areResolved(t *testing.T, id string, part map[string]any) (n int) {
	t.Helper()
	for field, v := range part {
		switch v := v.(type) {
		case map[string]any:
			base, isRef := strings.CutSuffix(field, "Ref")
			if !isRef {
				n += areResolved(t, id, v)
				continue
			}
			// A Secret is read, not resolved.
			if strings.HasSuffix(base, "Secret") {
				continue
			}
			n++
			if part[base] == nil {
				t.Errorf("%s refers to %v, but has no %s", id, v, base)
			}
		case []any:
			base, isRefs := strings.CutSuffix(field, "Refs")
			if isRefs {
				n += len(v)
				if values, _ := part[base+"s"].([]any); len(values) != len(v) {
					t.Errorf("%s refers to %v, but has %v as %ss", id, v, values, base)
				}
				continue
			}
			for _, e := range v {
				if e, ok := e.(map[string]any); ok {
					n += areResolved(t, id, e)
				}
			}
		}
	}
	return n
}

func saysHowItIs(t *testing.T) {
	c, err := lab.Claim(t.Context(), ours, name)
	need(t, err)
	list, _, _ := unstructured.NestedSlice(c.Object, "status", "conditions")
	for _, e := range list {
		e := e.(map[string]any) //nolint:forcetypeassert // A condition is an object.
		if e["status"] != "True" {
			t.Errorf("the claim is ready, but %v is %v: %v", e["type"], e["status"], e["message"])
		}
		t.Logf("%v=%v %v: %v", e["type"], e["status"], e["reason"], e["message"])
	}
	for _, path := range [][]string{
		{"endpoints", "url"}, {"endpoints", "cdn"}, {"endpoints", "alb"}, {"database", "writer"},
		{"database", "secretARN"}, {"network", "vpcID"}, {"health"},
	} {
		if v, _, _ := unstructured.NestedString(c.Object, append([]string{"status"}, path...)...); v == "" {
			t.Errorf("the status lacks %s", strings.Join(path, "."))
		}
	}
}

func columns(t *testing.T) {
	table := getTable(t)
	var names []string
	cells := map[string]string{}
	for i, c := range table.ColumnDefinitions {
		if c.Priority == 0 {
			names = append(names, strings.ToUpper(c.Name))
		}
		cells[strings.ToUpper(c.Name)] = fmt.Sprint(table.Rows[0].Cells[i])
	}
	t.Logf("%s\n%v", strings.Join(names, "  "), cells)
	for _, want := range []string{"NAME", "URL", "HEALTH", "BLOCKER", "SYNCED", "READY", "COMPOSITION", "AGE"} {
		if !slices.Contains(names, want) {
			t.Errorf("kubectl get has no column %s", want)
		}
	}
	if cells["READY"] != "True" || cells["URL"] == "" || cells["HEALTH"] == "" {
		t.Errorf("kubectl get does not show a ready claim: %v", cells)
	}
}

// getTable sends the request of kubectl get: the server formats the columns.
func getTable(t *testing.T) *metav1.Table {
	t.Helper()
	client, err := rest.HTTPClientFor(lab.Plane.Config)
	need(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		lab.Plane.Config.Host+"/apis/"+harness.Claims.GroupVersion().String()+"/namespaces/"+ours+"/kashaclaims", nil)
	need(t, err)
	req.Header.Set("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
	rsp, err := client.Do(req)
	need(t, err)
	defer rsp.Body.Close()
	body, err := io.ReadAll(rsp.Body)
	need(t, err)
	var table metav1.Table
	need(t, json.Unmarshal(body, &table))
	if len(table.Rows) != 1 {
		t.Fatalf("kubectl get shows %d claims: %s", len(table.Rows), body)
	}
	return &table
}

// password is what the simulated databases have.
const password = "simulated-p@ss/word"

// forms are the ways in which a password can be written.
func forms() []string {
	return []string{
		password, url.QueryEscape(password), url.PathEscape(password),
		base64.StdEncoding.EncodeToString([]byte(password)),
	}
}

func noPassword(t *testing.T) {
	c, err := lab.Claim(t.Context(), ours, name)
	need(t, err)
	objects := composed(t, ours)
	objects["claim"] = c
	isKept := false
	for id, o := range objects {
		has := slices.ContainsFunc(forms(),
			func(form string) bool { return strings.Contains(asJSON(t, o.Object), form) })
		if o.GetKind() == "Secret" && o.GetAPIVersion() == "v1" {
			isKept = isKept || has || strings.Contains(readable(t, o), password)
			continue
		}
		if has {
			t.Errorf("the password is in %s", id)
		}
	}
	if !isKept {
		t.Error("the password is in no Secret either: this test looks for another one")
	}
	log, err := os.ReadFile(lab.Function.LogPath())
	need(t, err)
	for _, form := range forms() {
		if strings.Contains(string(log), form) {
			t.Error("the password is in the function's log")
		}
	}
}

// readable is the whole content of a Secret.
func readable(t *testing.T, secret *unstructured.Unstructured) string {
	t.Helper()
	data, _, _ := unstructured.NestedStringMap(secret.Object, "data")
	var out strings.Builder
	for _, v := range data {
		b, err := base64.StdEncoding.DecodeString(v)
		need(t, err)
		out.Write(b)
	}
	return out.String()
}

func nothingMoves(t *testing.T) {
	was := harness.Generations(composed(t, ours))
	calls, err := lab.Core.Metrics(t.Context(), "function_run_function_request_total")
	need(t, err)
	harness.Pause(t, quietWindow)
	now := harness.Generations(composed(t, ours))
	for id, g := range now {
		if g != was[id] {
			t.Errorf("somebody writes %s: generation %d, %d %s ago", id, g, was[id], quietWindow)
		}
	}
	if !slices.Equal(slices.Sorted(maps.Keys(was)), slices.Sorted(maps.Keys(now))) {
		t.Errorf("the objects are not the same %s later", quietWindow)
	}
	after, err := lab.Core.Metrics(t.Context(), "function_run_function_request_total")
	need(t, err)
	t.Logf("the function was called %v times for two claims in %s", after-calls, quietWindow)
}

func change(t *testing.T) {
	was := composed(t, ours)
	need(t, lab.Change(t.Context(), ours, name, func(spec map[string]any) {
		//nolint:forcetypeassert // It is required.
		spec["backend"].(map[string]any)["image"] = "public.ecr.aws/docker/library/httpd:2.4.65"
		spec["queues"] = []any{map[string]any{"name": "jobs"}, map[string]any{"name": "mail"}}
	}))
	need(t, harness.Eventually(t.Context(), time.Minute, func(ctx context.Context) error {
		objects, err := lab.Composed(ctx, ours)
		if err != nil {
			return err
		}
		if objects["Queue/"+name+"-queue-mail"] == nil || !runs(t, objects, "httpd:2.4.65") {
			return fmt.Errorf("neither the queue nor the image is there")
		}
		return nil
	}))
	need(t, lab.Ready(t.Context(), ours, name, readyIn, func(string) {}))
	now := composed(t, ours)
	for id, o := range was {
		switch n := now[id]; {
		case isRevision(o):
		case n == nil:
			t.Errorf("the change has deleted %s", id)
		case n.GetUID() != o.GetUID():
			t.Errorf("the change has recreated %s", id)
		}
	}
}

// runs tells whether a task definition has an image.
func runs(t *testing.T, objects map[string]*unstructured.Unstructured, image string) bool {
	t.Helper()
	return slices.ContainsFunc(slices.Collect(maps.Values(objects)), func(o *unstructured.Unstructured) bool {
		return o.GetKind() == "TaskDefinition" && strings.Contains(asJSON(t, o.Object), image)
	})
}

// isRevision tells whether AWS cannot change an object, so that a new object replaces it.
func isRevision(o *unstructured.Unstructured) bool { return o.GetKind() == "TaskDefinition" }

// settled is an object's ID without the digest of its content, which depends on
// the claim's UID.
func settled(o *unstructured.Unstructured) string {
	id := harness.ID(o)
	if i := strings.LastIndex(id, "-"); isRevision(o) && i > 0 {
		return id[:i]
	}
	return id
}

func removeQueue(t *testing.T) {
	need(t, lab.Change(t.Context(), ours, name, func(spec map[string]any) {
		// A protected claim keeps what holds messages.
		spec["deletionProtection"] = false
		spec["queues"] = []any{map[string]any{"name": "jobs"}}
	}))
	need(t, harness.Eventually(t.Context(), time.Minute, func(ctx context.Context) error {
		objects, err := lab.Composed(ctx, ours)
		if err != nil {
			return err
		}
		for id := range objects {
			if strings.Contains(id, "mail") {
				return fmt.Errorf("%s is still there", id)
			}
		}
		return nil
	}))
	need(t, lab.Change(t.Context(), ours, name, func(spec map[string]any) { spec["deletionProtection"] = true }))
	need(t, harness.Eventually(t.Context(), time.Minute, func(ctx context.Context) error {
		objects, err := lab.Composed(ctx, ours)
		if err == nil && objects["Usage/"+name+"-usage-claim"] == nil {
			err = fmt.Errorf("the claim is not protected yet")
		}
		return err
	}))
	need(t, lab.Ready(t.Context(), ours, name, readyIn, func(string) {}))
}

func isProtected(t *testing.T) {
	err := lab.Plane.Delete(t.Context(), harness.Claims, ours, name)
	if err == nil {
		t.Fatal("a claim whose deletionProtection is on has been deleted")
	}
	t.Logf("kubectl delete says: %v", err)
	if !strings.Contains(err.Error(), "deletionProtection is on") {
		t.Errorf("the refusal does not say why: %v", err)
	}
	c, err := lab.Claim(t.Context(), ours, name)
	need(t, err)
	if c.GetDeletionTimestamp() != nil {
		t.Error("the refused deletion has begun")
	}
}

// isLocked: Crossplane refuses the deletion too, as long as the claim has the label.
func isLocked(t *testing.T) {
	binding := schema.GroupVersionKind{
		Group: policies.Group, Version: policies.Version, Kind: "ValidatingAdmissionPolicyBinding",
	}
	need(t, lab.Plane.Delete(t.Context(), binding, "", "kasha-deletion"))
	defer func() { need(t, lab.Plane.ApplyFile(t.Context(), lab.Path("docs", "install", "admission.yaml"))) }()
	claims, err := lab.Plane.Of(harness.Claims, ours)
	need(t, err)
	need(t, harness.Eventually(t.Context(), time.Minute, func(ctx context.Context) error {
		err := claims.Delete(ctx, name, metav1.DeleteOptions{DryRun: []string{dryRun}})
		if err == nil ||
			!strings.Contains(err.Error(),
				"deletionProtection is on: set spec.deletionProtection to false first, and wait until the claim is "+
					"Ready") {
			return fmt.Errorf("it is not the lock that refuses: %w", err)
		}
		return nil
	}))
}

// stays are the resources that a deleted claim leaves in AWS, each with the reason.
var stays = map[string]string{
	"Key/shop-key-data":                                    "Without it, nobody can decrypt what it has encrypted.",
	"Vault/shop-vault":                                     "It holds the backups.",
	"Role/shop-role-backup":                                "AWS Backup expires the backups with it.",
	"RolePolicyAttachment/shop-attachment-backup":          "It goes with the role.",
	"RolePolicyAttachment/shop-attachment-backup-restores": "It goes with the role.",
}

func isDeleted(t *testing.T) {
	before, twinBefore = composed(t, theirs), twinsObjects(t)
	need(t, lab.Change(t.Context(), ours, name, func(spec map[string]any) { spec["deletionProtection"] = false }))
	need(t, harness.Eventually(t.Context(), time.Minute, func(ctx context.Context) error {
		c, err := lab.Claim(ctx, ours, name)
		if err == nil && c.GetLabels()["crossplane.io/in-use"] == "true" {
			err = fmt.Errorf("the claim is still protected")
		}
		return err
	}))
	need(t, lab.Ready(t.Context(), ours, name, readyIn, func(string) {}))
	began := time.Now()
	need(t, lab.Plane.Delete(t.Context(), harness.Claims, ours, name))
	need(t,
		lab.Gone(t.Context(), ours, name, deletedIn,
			func(p string) { t.Logf("%s: %s", time.Since(began).Round(time.Second), p) }))
	t.Logf("deleted in %s", time.Since(began).Round(time.Second))
	is := left(t, ours)
	for id := range is {
		if stays[id] == "" {
			t.Errorf("%s is left in AWS", id)
		}
	}
	for id, why := range stays {
		if !is[id] {
			t.Errorf("%s is deleted. %s", id, why)
		}
	}
}

// left are the resources of a namespace that are still in the simulated AWS.
func left(t *testing.T, namespace string) map[string]bool {
	t.Helper()
	f, err := os.Open(lab.JournalPath())
	need(t, err)
	defer f.Close()
	out := map[string]bool{}
	for d := json.NewDecoder(f); ; {
		var e struct{ What, Kind, Namespace, Name string }
		if err := d.Decode(&e); err == io.EOF { //nolint:errorlint // The decoder returns it bare.
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		switch id := e.Kind + "/" + e.Name; {
		case e.Namespace != namespace:
		case e.What == "created":
			out[id] = true
		case e.What == "deleted":
			delete(out, id)
		}
	}
}

func otherIsUntouched(t *testing.T) {
	now := composed(t, theirs)
	for id, o := range before {
		if n := now[id]; n == nil || n.GetUID() != o.GetUID() || n.GetGeneration() != o.GetGeneration() {
			t.Errorf("deleting one claim has changed %s of the other", id)
		}
	}
	c, err := lab.Claim(t.Context(), theirs, name)
	need(t, err)
	need(t, harness.Unready(c))
}

func breakerStaysClosed(t *testing.T) {
	events, err := lab.Core.Metrics(t.Context(), "circuit_breaker_events_total")
	need(t, err)
	if events == 0 {
		t.Error("Crossplane counts no events: its metrics have other names than this test knows")
	}
	opens, err := lab.Core.Metrics(t.Context(), "circuit_breaker_opens_total")
	need(t, err)
	t.Logf("%v events", events)
	if opens > 0 {
		t.Errorf("Crossplane's circuit breaker has opened %v times with the flags that we document", opens)
	}
	if n := lab.Core.Restarts(); n > 0 {
		t.Errorf("Crossplane has ended by itself %d times", n)
	}
}

func composed(t *testing.T, namespace string) map[string]*unstructured.Unstructured {
	t.Helper()
	o, err := lab.Composed(t.Context(), namespace)
	need(t, err)
	return o
}
