package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/schema"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// shards of TestProperties run in parallel, each with this many lives unless
// -rapid.checks says otherwise.
const (
	shards       = 2
	livesByShard = 50
)

func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	// The flag is rapid's. This value applies if the flag is not given.
	if !given {
		if err := flag.Set("rapid.checks", strconv.Itoa(livesByShard)); err != nil {
			panic(err)
		}
	}
	// The tests produce much garbage on a small heap: collecting it less often saves a
	// fourth of their time.
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// A tally counts the updates that the properties draw.
type tally struct{ drawn, refused, returned atomic.Int64 }

// TestProperties draws claims that the API server accepts and drives each through its
// life: it is created, changed and changed back, and in between the cluster forgets
// observed values.
func TestProperties(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	var count tally
	t.Run("Lives", func(t *testing.T) {
		for shard := range shards {
			t.Run(strconv.Itoa(shard), func(t *testing.T) {
				t.Parallel()
				rapid.Check(t, func(t *rapid.T) { live(t, &count) })
			})
		}
	})
	drawn, refused, returned := count.drawn.Load(), count.refused.Load(), count.returned.Load()
	t.Logf("%d updates were drawn, the API server refused %d; %d lives ended with the claim that they began with",
		drawn, refused, returned)
	if refused*4 > drawn {
		t.Errorf(
			"the API server refuses %d of %d drawn updates; let carry in mend_test.go keep what cannot be changed",
			refused, drawn)
	}
	if returned*4 < drawn-refused && !t.Failed() {
		t.Errorf("only %d of %d lives ended with the claim that they began with", returned, drawn-refused)
	}
}

// live is one claim's life: A, then B, then A again, as far as the rules allow a way
// back to A.
func live(t *rapid.T, count *tally) {
	f := newFunction()
	a := aClaim().Draw(t, "A")
	if errs := schema.Validate(a, nil); len(errs) > 0 {
		t.Fatalf("the generator must draw good claims: %v", errs.ToAggregate())
	}
	w := simulator.New(a)
	comesToRest(t, w, f)
	keepsInvariants(t, w)
	first := w.Response

	b := updated(t, a)
	count.drawn.Add(1)
	if len(schema.Validate(b, w.Composite)) > 0 {
		count.refused.Add(1)
		return
	}
	become(t, w, f, b)
	keepsInvariants(t, w)
	equal(t, "the claim B that was A", w, "a new claim B", rest(t, f, asked(w)).Response)

	back := restored(t, a, b)
	leaveProduction(t, w, f, back)
	if errs := schema.Validate(back, w.Composite); len(errs) > 0 {
		t.Fatalf("the claim cannot become A again: %v", errs.ToAggregate())
	}
	become(t, w, f, back)
	if again := asked(w); cmp.Equal(again["spec"], a["spec"]) {
		count.returned.Add(1)
	} else {
		first = rest(t, f, again).Response
	}
	equal(t, "the claim that was B in between", w, "the claim that was always A", first)
}

func keepsInvariants(t *rapid.T, w *simulator.World) {
	for _, broken := range invariants(w) {
		t.Error(broken)
	}
}

// updated draws another spec for a living claim.
func updated(t *rapid.T, from object) object {
	region := from["spec"].(object)["region"].(string) //nolint:forcetypeassert // It is drawn.
	d := &drawer{t: t, region: region, coins: rapid.IntRange(1, 3).Draw(t, "coins")}
	fresh := whole(t, object{}, d.spec())
	to := runtime.DeepCopyJSON(d.mixed("", specSchema(), in(from, "spec"), in(fresh, "spec")))
	carry(in(from, "spec"), to)
	return whole(t, in(from, "metadata"), to)
}

// restored is A once more, except for what cannot change back after B.
func restored(t *rapid.T, a, b object) object {
	spec := runtime.DeepCopyJSON(in(a, "spec"))
	carry(in(b, "spec"), spec)
	return whole(t, in(a, "metadata"), spec)
}

// asked is the claim that a world has now, with its current password generations: an old
// password never comes back.
func asked(w *simulator.World) object {
	c := object{
		"apiVersion": w.Composite["apiVersion"], "kind": w.Composite["kind"], "metadata": w.Composite["metadata"],
	}
	c["spec"] = runtime.DeepCopyJSON(in(w.Composite, "spec"))
	if n, ok := in(w.Composite, "status", "database")["passwordGeneration"].(float64); ok {
		in(c, "spec", "database")["passwordGeneration"] = int64(n)
	}
	if n, ok := in(w.Composite, "status", "database", "users")["generation"].(float64); ok {
		in(c, "spec", "database")["usersGeneration"] = int64(n)
	}
	return c
}

// leaveProduction turns the protection off where the API server refuses to take a protected
// claim out of production, as its message says.
func leaveProduction(t *rapid.T, w *simulator.World, f *Function, to object) {
	errs := schema.Validate(to, w.Composite)
	if len(errs) == 0 || !strings.Contains(errs.ToAggregate().Error(), "set spec.deletionProtection to false first") {
		return
	}
	stopReaders(t, w, f, object{})
	in(w.Composite, "spec")["deletionProtection"] = false
	comesToRest(t, w, f)
}

// become changes the claim as its owner would: if the function refuses to delete data
// of a protected claim, it first turns the protection off. If it refuses a shorter archive
// in a locked vault, it first shortens the archive, and then takes the lock off.
func become(t *rapid.T, w *simulator.World, f *Function, to object) {
	old := runtime.DeepCopyJSON(stopReaders(t, w, f, to))
	if refused(t, w, f, in(to, "spec"), "set deletionProtection to false first") {
		w.Composite["spec"] = runtime.DeepCopyJSON(old)
		old = stopReaders(t, w, f, object{})
		for _, spec := range []object{old, in(to, "spec")} {
			unprotected := runtime.DeepCopyJSON(spec)
			delete(in(unprotected, "database", "aurora"), "readerScaling")
			unprotected["deletionProtection"] = false
			shorten(t, w, f, old, unprotected)
		}
	}
	shorten(t, w, f, old, in(to, "spec"))
}

// stopReaders gives up the scaling of readers, without which the claim can be unprotected, and
// returns the spec that the claim has then.
func stopReaders(t *rapid.T, w *simulator.World, f *Function, to object) object {
	a := in(w.Composite, "spec", "database", "aurora")
	if in(a, "readerScaling") != nil && in(to, "spec", "database", "aurora", "readerScaling") == nil {
		delete(a, "readerScaling")
		comesToRest(t, w, f)
	}
	return in(w.Composite, "spec")
}

// shorten gives the claim a spec. If that is refused, the claim first keeps its lock.
func shorten(t *rapid.T, w *simulator.World, f *Function, old, spec object) {
	if refused(t, w, f, spec, "set lock to None after that") {
		locked := runtime.DeepCopyJSON(spec)
		in(locked, "backup")["lock"] = in(old, "backup")["lock"]
		w.Composite["spec"] = locked
		comesToRest(t, w, f)
	}
	w.Composite["spec"] = runtime.DeepCopyJSON(spec)
	comesToRest(t, w, f)
}

// refused tells whether the function refuses to give the claim a spec, with words about what to do first.
func refused(t *rapid.T, w *simulator.World, f *Function, spec object, first string) bool {
	w.Composite["spec"] = runtime.DeepCopyJSON(spec)
	req, err := w.Request()
	if err != nil {
		t.Fatal(err)
	}
	rsp, err := f.RunFunction(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(simulator.Fatal(rsp), first)
}

// rest settles a claim without flaps.
func rest(t *rapid.T, f *Function, c object) *simulator.World {
	w, err := simulator.Rest(context.Background(), f, c, maxPasses+4)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func step(t rapid.TB, w *simulator.World, f *Function) bool {
	last := w.Response
	changed, err := w.Pass(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	for key, r := range last.GetDesired().GetResources() {
		now := w.Response.GetDesired().GetResources()[key]
		if now != nil && namedAs(r) != "" && namedAs(now) == "" {
			t.Fatalf("%s loses its name in AWS, %s: the provider would make another one", key, namedAs(r))
		}
	}
	return changed
}

// namedAs is the name in AWS that the function gives a resource.
func namedAs(r *fnv1.Resource) string {
	return simulator.Text(r.GetResource().AsMap(), "metadata", "annotations", "crossplane.io/external-name")
}

// comesToRest drives a claim to rest, in a bounded number of passes, with a flap on the
// way and one at rest. At the end the claim is ready, and the function's answer stays
// the same. A change of everything is a version, and passwords that the change makes due
// are two more: each waits for its users in the database, its release and its deployment.
func comesToRest(t *rapid.T, w *simulator.World, f *Function) {
	flapAt := rapid.IntRange(1, maxPasses).Draw(t, "passes before the flap")
	for n := range 3 * maxPasses {
		if n == flapAt {
			flapAndStep(t, w, f, drawn(t))
		} else if !step(t, w, f) {
			isFixed(t, w, f)
			return
		}
	}
	t.Fatalf("the claim still changes after %d passes", w.Passes)
}

// isFixed sends the function the same request again. Its answer must be the same to the
// last byte.
func isFixed(t *rapid.T, w *simulator.World, f *Function) {
	if w.Response.GetDesired().GetComposite().GetReady() != fnv1.Ready_READY_TRUE {
		t.Fatalf("the claim is not ready after %d passes:\n%s", w.Passes, conditionLines(w))
	}
	before := w.Response
	flapAndStep(t, w, f, drawn(t))
	if !slices.Equal(bytesOf(t, before), bytesOf(t, w.Response)) {
		t.Fatalf("the function answers one request in two ways:\n%s",
			cmp.Diff(before, w.Response, protocmp.Transform()))
	}
}

func run(t rapid.TB, f *Function, req *fnv1.RunFunctionRequest) *fnv1.RunFunctionResponse {
	rsp, err := f.RunFunction(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	if m := simulator.Fatal(rsp); m != "" {
		t.Fatal(m)
	}
	return rsp
}

func bytesOf(t rapid.TB, rsp *fnv1.RunFunctionResponse) []byte {
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(rsp)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// flapAndStep removes observed values of some resources, as happens when the provider
// restarts or AWS does not answer, and runs a pass. Nothing that would be desired
// without the flap may disappear or change. It returns whether anything differs from
// before.
func flapAndStep(t rapid.TB, w *simulator.World, f *Function, flaps ...flap) bool {
	req, err := w.Request()
	if err != nil {
		t.Fatal(err)
	}
	var answers []*fnv1.RunFunctionResponse
	for _, forget := range flaps {
		answers = append(answers, run(t, f, forget(req)))
	}
	last := w.Response
	moved := step(t, w, f)
	for _, after := range answers {
		unharmed(t, req, last, w.Response, after)
	}
	return moved
}

// unharmed fails when the answer to a flap lacks or changes what the answer without the
// flap has. A resource may also stay as in the last answer, and change a pass later.
func unharmed(t rapid.TB, req *fnv1.RunFunctionRequest, last, before, after *fnv1.RunFunctionResponse) {
	object := func(rsp *fnv1.RunFunctionResponse, key string) *structpb.Struct {
		return rsp.GetDesired().GetResources()[key].GetResource()
	}
	for _, key := range slices.Sorted(maps.Keys(req.GetObserved().GetResources())) {
		was, is := object(before, key), object(after, key)
		switch {
		case was == nil, is != nil && (sameObject(was, is) || sameObject(object(last, key), is)):
			continue
		case is == nil:
			t.Fatalf("%s disappears because something flapped", key)
		}
		if path := changed(key, was, is, req.GetObserved().GetResources()[key].GetResource()); path != "" {
			t.Fatalf("%s of %s changes because something flapped (-before +after):\n%s", path, key,
				cmp.Diff(was, is, protocmp.Transform()))
		}
	}
	keepsStatus(t, req, before, after)
}

// A flap removes a part of what a request observes.
type flap func(*fnv1.RunFunctionRequest) *fnv1.RunFunctionRequest

func drawn(t *rapid.T) flap {
	return func(req *fnv1.RunFunctionRequest) *fnv1.RunFunctionRequest { return flapped(t, req) }
}

// seeded is a flap that is drawn outside of a property.
func seeded(seed int) flap {
	return func(req *fnv1.RunFunctionRequest) *fnv1.RunFunctionRequest {
		return rapid.Custom(func(t *rapid.T) *fnv1.RunFunctionRequest { return flapped(t, req) }).Example(seed)
	}
}

// flapped is a request without a part of what was observed.
func flapped(t *rapid.T, req *fnv1.RunFunctionRequest) *fnv1.RunFunctionRequest {
	out := &fnv1.RunFunctionRequest{
		Meta:     req.GetMeta(),
		Observed: &fnv1.State{Composite: req.GetObserved().GetComposite(), Resources: map[string]*fnv1.Resource{}},
	}
	out.RequiredResources = req.GetRequiredResources()
	for _, key := range slices.Sorted(maps.Keys(req.GetObserved().GetResources())) {
		r := req.GetObserved().GetResources()[key]
		if how := rapid.SampledFrom(flaps).Draw(t, key); how != "nothing" {
			r = proto.Clone(r).(*fnv1.Resource) //nolint:forcetypeassert // It is a clone.
			blank(t, key, how, r)
		}
		out.Observed.Resources[key] = r
	}
	return out
}

// changed finds a field whose value is neither the one that the function would set
// without the flap nor the one in the cluster.
func changed(key string, was, is, cluster *structpb.Struct) string {
	w, i, c := leaves("", was.AsMap()), leaves("", is.AsMap()), leaves("", cluster.AsMap())
	for _, path := range slices.Sorted(maps.Keys(merged(w, i))) {
		if i[path] != w[path] && i[path] != c[path] && !waitsForOthers(key, path) && !followsVersion(key, path) {
			return path
		}
	}
	return ""
}

// waitsForOthers tells whether a list has elements that another resource must take over
// first. Subnets stay in the default network ACL until all rules of their own ACL are
// ready. When a claim moves its rules from one tier to another, a flap of the new rules
// holds that back, and the list is neither the old one nor the new one.
func waitsForOthers(key, path string) bool {
	return key == "nacl-default" && strings.HasPrefix(path, ".spec.forProvider.subnetIds.")
}

// followsVersion tells whether a field is of the version that a service runs. While something flaps, a service may
// keep the version that it has, and still be registered with a further load balancer, at the port of that version.
func followsVersion(key, path string) bool {
	return strings.HasPrefix(key, "service-") && strings.HasPrefix(path, ".spec.forProvider.loadBalancer.") &&
		strings.HasSuffix(path, ".containerPort")
}

func merged[V any](a, b map[string]V) map[string]V {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// keepsStatus checks that every value of the claim's status that would stay without the
// flap stays with it.
func keepsStatus(t rapid.TB, req *fnv1.RunFunctionRequest, before, after *fnv1.RunFunctionResponse) {
	status := func(r *fnv1.Resource) map[string]any {
		st, _ := r.GetResource().AsMap()["status"].(map[string]any)
		warnings, _ := st["warnings"].([]any)
		return leaves("", merged(st, map[string]any{"warnings": slices.DeleteFunc(warnings, isAboutWhatRuns)}))
	}
	was, stays, is := status(req.GetObserved().GetComposite()), status(before.GetDesired().GetComposite()),
		status(after.GetDesired().GetComposite())
	for _, path := range slices.Sorted(maps.Keys(was)) {
		_, wanted := stays[path]
		if _, ok := is[path]; wanted && !ok && !strings.HasPrefix(path, ".resources") {
			t.Fatalf("status%s is lost because something flapped: %v", path, was[path])
		}
	}
}

// isAboutWhatRuns tells whether a value is the warning about DB_POOL_MAX. It has the numbers that the tasks have been
// told, so it goes for as long as a task definition is not observed.
func isAboutWhatRuns(v any) bool {
	return strings.Contains(fmt.Sprint(v), "what runs has an older DB_POOL_MAX")
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

// flaps are the parts of a resource that may be missing.
var flaps = []string{
	"nothing", "nothing", "everything", "values", "some values", "conditions", "not synced", "connection",
}

// blank removes a part of the observed state of one resource.
func blank(t *rapid.T, key, how string, r *fnv1.Resource) {
	fields := r.GetResource().GetFields()
	status := fields["status"].GetStructValue().GetFields()
	switch how {
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
		map[string]any{
			"type": "Synced", "status": "False", "reason": "ReconcileError",
			"message": "observe failed: api error Throttling: Rate exceeded",
		},
	})
	if err != nil {
		panic(err)
	}
	return v
}
