package function

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
	"pgregory.net/rapid"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/simulator"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// sticky is what a claim keeps from an earlier spec, and why. Everything else that a
// claim at rest desires follows from its current spec. (A password that was changed
// stays changed; see asked.)
var sticky = []struct {
	// key is a pattern of keys, and field one of spec.forProvider. Without a field the
	// whole object is kept, or another one of the pattern.
	key, field string
	why        string
	// from and to are claims. After a change from one to the other, the claim keeps
	// what key and field name.
	from, to string
}{
	{
		"vault", "", "The snapshots in it stay until they expire.",
		"spec: {}", "spec: {backup: {archiveYears: 0}}",
	},
	{
		"backups-copy-*", "retentionPeriod", "AWS takes another retention only when the replication is turned on.",
		"spec: {backup: {copyTo: {region: eu-west-1, pointInTime: true}}}",
		"spec: {backup: {copyTo: {region: eu-west-1, pointInTime: true}}, database: {backupRetentionDays: 7}}",
	},
	{
		"service-*", "waitForSteadyState", "ECS starts all tasks anew when the setting changes.",
		"spec: {rollouts: {proof: false}}", "spec: {rollouts: {proof: true}}",
	},
	{
		"*-app-*", "",
		"A secret that AWS's application rotates is never written again: its password is the application's.",
		"spec: {database: {rotation: Application}}",
		"spec: {database: {rotation: Application, readReplicas: 0}}",
	},
}

// equal fails when a world at rest does not desire what another one does.
func equal(t rapid.TB, what string, w *simulator.World, other string, want *fnv1.RunFunctionResponse) {
	t.Helper()
	is, was := w.Response.GetDesired().GetResources(), want.GetDesired().GetResources()
	kept, late := false, lateOnly(is, was)
	for _, key := range slices.Sorted(maps.Keys(merged(is, was))) {
		switch a, b := was[key].GetResource(), is[key].GetResource(); {
		case a != nil && b != nil && sameObject(a, b):
		case isSticky(key, a, b) || isLate(late, key, a, b):
			kept = true
		case a == nil:
			t.Errorf("%s has %s, and %s does not", what, key, other)
		case b == nil:
			t.Errorf("%s does not have %s, and %s does", what, key, other)
		default:
			t.Errorf("%s has another %s than %s (-%s +%s):\n%s", what, key, other, other, what,
				cmp.Diff(a.AsMap(), b.AsMap()))
		}
	}
	if kept {
		// The status and the conditions count it too.
		return
	}
	if diff := cmp.Diff(withoutPast(want), withoutPast(w.Response), protocmp.Transform()); diff != "" {
		t.Errorf("%s has another status than %s:\n%s", what, other, diff)
	}
	if diff := cmp.Diff(want.GetConditions(), w.Response.GetConditions(), protocmp.Transform()); diff != "" {
		t.Errorf("%s has other conditions than %s:\n%s", what, other, diff)
	}
}

// withoutPast is the claim of a response without what its last change did, and without the last
// versions of its services, which are about the past.
func withoutPast(rsp *fnv1.RunFunctionResponse) *fnv1.Resource {
	xr, _ := proto.Clone(rsp.GetDesired().GetComposite()).(*fnv1.Resource)
	status := xr.GetResource().GetFields()["status"].GetStructValue().GetFields()
	delete(status, "lastChange")
	for _, s := range status["services"].GetListValue().GetValues() {
		delete(s.GetStructValue().GetFields(), "history")
	}
	return xr
}

// isSticky tells whether all that two objects of a key do not have in common is sticky.
func isSticky(key string, a, b *structpb.Struct) bool {
	for _, s := range sticky {
		if !matches(s.key, key) {
			continue
		}
		if s.field == "" {
			return true
		}
		differ := map[string]bool{}
		addChanges(differ, a, b)
		return len(differ) == 1 && differ[kindOf(a)+" "+s.field]
	}
	return false
}

// TestWhatAClaimKeeps: each entry of sticky is needed.
func TestWhatAClaimKeeps(t *testing.T) {
	t.Parallel()
	for _, s := range sticky {
		w := atRest(t, claim(t, s.from))
		change(t, w, s.to)
		settleMore(t, w)
		kept, fresh := false, desired(atRest(t, claim(t, s.to)))
		for key, o := range desired(w) {
			kept = kept || matches(s.key, key) && !cmp.Equal(o, fresh[key])
		}
		if !kept {
			t.Errorf("the entry %s names nothing that stays when %s becomes %s; take it off the list", s.key, s.from,
				s.to)
		}
	}
}

// lateOnly are the workloads whose versions in two answers differ only in variables that wait
// for a workload's next version.
func lateOnly(is, was map[string]*fnv1.Resource) map[string]bool {
	contents := func(all map[string]*fnv1.Resource) map[string]string {
		out := map[string]string{}
		for key, r := range all {
			if workload, ok := versionOf(key); ok {
				out[workload] += withoutLate(forProvider(r.GetResource())["containerDefinitions"].GetStringValue())
			}
		}
		return out
	}
	out := map[string]bool{}
	a, b := contents(is), contents(was)
	for workload := range a {
		out[workload] = a[workload] == b[workload]
	}
	return out
}

// lateVariable is a variable that waits, in JSON.
var lateVariable = regexp.MustCompile(`\{"name":"[A-Z0-9_]+_URL","value":"https?://internal[^"]+:2[0-9]{4}"\},?|` +
	`\{"name":"DB_POOL_MAX","value":"[0-9]+"\},?`)

func withoutLate(definitions string) string {
	return strings.ReplaceAll(lateVariable.ReplaceAllString(definitions, ""), ",]", "]")
}

func versionOf(key string) (string, bool) {
	rest, ok := strings.CutPrefix(key, "taskdefinition-")
	return rest[:max(strings.LastIndex(rest, "-"), 0)], ok
}

// isLate tells whether two objects of a key differ only in a version that is late.
func isLate(late map[string]bool, key string, a, b *structpb.Struct) bool {
	if workload, ok := versionOf(key); ok {
		return late[workload]
	}
	for workload, is := range late {
		// A call of the runner names the version.
		if _, calls := keys.ReleaseCall(workload, stack.Key(key)); calls {
			return is
		}
	}
	if a == nil || b == nil {
		return false
	}
	differ := map[string]bool{}
	addChanges(differ, a, b)
	workload, ok := strings.CutPrefix(key, "service-")
	field := "ecs/Service taskDefinition"
	if !ok {
		workload, field = key, "scheduler/Schedule target"
	}
	// A service whose version may be an older one is waited for as before, until its next one.
	delete(differ, "ecs/Service waitForSteadyState")
	return late[workload] && len(differ) == 1 && differ[field]
}
