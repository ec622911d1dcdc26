package rollout

import (
	stdcmp "cmp"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

const (
	ofFrontend = "arn:aws:ecs:us-east-1:111122223333:task-definition/shop-1a2b3c-frontend"
	v1, v2     = ofFrontend + ":1", ofFrontend + ":2"
	key1       = stack.Key("taskdefinition-frontend-11111111")
	key2       = stack.Key("taskdefinition-frontend-22222222")

	rolledBack = "async update failed: failed to update the resource: " +
		"[{0 waiting for ECS Service (shop/frontend) update: " +
		"Service deployment rolled back because the circuit breaker threshold was exceeded.  []}]"
	// firstFailed is the error of a first deployment, which has no previous version.
	firstFailed = "async create failed: failed to create the resource: " +
		"[{0 waiting for ECS Service (shop/frontend) create: ECS service deployment failed: " +
		"tasks failed to start.  []}]"

	timedOut = "async update failed: failed to update the resource: " +
		"[{0 waiting for ECS Service (shop/frontend) update: " +
		"timeout while waiting for state to become 'tfSTABLE' (last state: 'tfPENDING', timeout: 20m0s)  []}]"
	refused = "async update failed: failed to update the resource: [{0 updating ECS Service (shop/frontend): " +
		"InvalidParameterException: The container frontend does not have a container port 9090  []}]"
)

func taskDefinition(arn string) stacktest.Object {
	return stacktest.Object{
		"spec": map[string]any{
			"forProvider": map[string]any{"containerDefinitions": `[{"image":"image` + arn[len(arn)-2:] + `"}]`},
		},
		"status": map[string]any{"atProvider": map[string]any{"arn": arn}},
	}
}

// service is an observed service at rest with a task definition in its spec and another, or
// the same, running. The change functions modify its metadata and conditions.
func service(
	wanted, running string,
	change ...func(meta map[string]any, synced, last map[string]any),
) stacktest.Object {
	meta := map[string]any{
		"generation": 3.0,
		"managedFields": []any{
			map[string]any{"manager": "apiextensions.crossplane.io/composed/abc", "time": "2026-01-01T10:00:00Z"},
			map[string]any{"manager": "provider", "subresource": "status", "time": "2026-01-01T12:00:00Z"},
		},
	}
	synced := map[string]any{
		"type":               "Synced",
		"status":             "True",
		"reason":             "ReconcileSuccess",
		"observedGeneration": 3.0,
		"lastTransitionTime": "2026-01-01T10:01:00Z",
	}
	last := map[string]any{
		"type":               "LastAsyncOperation",
		"status":             "True",
		"reason":             "Success",
		"lastTransitionTime": "2026-01-01T08:00:00Z",
	}
	for _, f := range change {
		f(meta, synced, last)
	}
	return stacktest.Object{
		"metadata": meta,
		"spec":     map[string]any{"forProvider": map[string]any{"taskDefinition": wanted}},
		"status": map[string]any{
			"atProvider": map[string]any{"taskDefinition": running},
			"conditions": []any{synced, last},
		},
	}
}

func failed(reason, message string) func(_, _, last map[string]any) {
	return func(_, _, last map[string]any) {
		last["status"], last["reason"], last["message"] = "False", reason, message
	}
}

func unseen(_, synced, _ map[string]any) { synced["observedGeneration"] = 2.0 }

func late(_, synced, _ map[string]any) { synced["lastTransitionTime"] = "2026-01-01T11:00:00Z" }

func newStack(
	t *testing.T, svc stacktest.Object, asked string, more ...map[stack.Key]stack.Observed,
) *stack.Stack {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team-shop"
	c.Spec.Region, c.Spec.Network.CIDR = "us-east-1", "10.0.0.0/16"
	c.Spec.Frontend.Image = asked
	o := map[stack.Key]stack.Observed{key1: taskDefinition(v1), key2: taskDefinition(v2)}
	if svc != nil {
		o[keys.Service("frontend")] = svc
	}
	for _, m := range more {
		maps.Copy(o, m)
	}
	ready := func(stack.Key) bool { return true }
	return stack.New(stack.Input{Claim: c, Observed: o, Ready: ready, Scheme: runtime.NewScheme()})
}

func TestObserve(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     stacktest.Object
		want   State
	}{
		"None": {reason: "The service does not exist.", want: State{Phase: Unknown}},
		"Blank": {
			reason: "The service does not report what it runs.",
			in:     service(v1, ""),
			want:   State{Phase: Unknown, Current: key1, Wanted: v1},
		},
		"AtRest": {
			reason: "The service runs the task definition in its spec.",
			in:     service(v1, v1),
			want:   State{Phase: RolledOut, Current: key1, Wanted: v1, Running: v1},
		},
		"ShortForm": {
			reason: "A provider without state reports family:revision.",
			in:     service(v1, "shop-1a2b3c-frontend:1"),
			want:   State{Phase: RolledOut, Current: key1, Wanted: v1, Running: v1},
		},
		"JustTold": {
			reason: "Conditions that are older than the spec are not about the new version.",
			in:     service(v2, v1, unseen, failed("AsyncUpdateFailure", rolledBack)),
			want:   State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1, Busy: true},
		},
		"Deploying": {
			reason: "The provider is still working, so the old version still runs. That is not a rollback.",
			in:     service(v2, v1),
			want:   State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1, Busy: true},
		},
		"Endless": {
			reason: "A change that takes longer than the provider works must not delay a newer version.",
			in:     service(v2, v1, late),
			want:   State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1},
		},
		"RolledBack": {
			reason: "The deployment failed and the old version runs.",
			in:     service(v2, v1, failed("AsyncUpdateFailure", rolledBack)),
			want:   State{Phase: RolledBack, Current: key2, Wanted: v2, Running: v1, GaveUp: true},
		},
		"TimedOut": {
			reason: "A deployment that timed out may still succeed.",
			in:     service(v2, v1, failed("AsyncUpdateFailure", timedOut)),
			want:   State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1},
		},
		"Refused": {
			reason: "AWS rejected the request, so nothing was deployed. The next version must be able to repair it.",
			in:     service(v2, v1, failed("AsyncUpdateFailure", refused)),
			want:   State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1},
		},
		"FirstFailed": {
			reason: "A first deployment has no previous version.",
			in:     service(v1, v1, failed("AsyncCreateFailure", firstFailed)),
			want:   State{Phase: Progressing, Current: key1, Wanted: v1, Running: v1, GaveUp: true},
		},
		"FirstTimedOut": {
			reason: "No version serves while a first deployment takes too long.",
			in:     service(v1, v1, failed("AsyncCreateFailure", timedOut)),
			want:   State{Phase: Progressing, Current: key1, Wanted: v1, Running: v1, GaveUp: true},
		},
		"NoGenerations": {
			reason: "Conditions without a generation count as current.",
			in: service(v2, v1, failed("AsyncUpdateFailure", rolledBack),
				func(m, s, _ map[string]any) { delete(m, "generation"); delete(s, "observedGeneration") }),
			want: State{Phase: RolledBack, Current: key2, Wanted: v2, Running: v1, GaveUp: true},
		},
		"UnknownVersion": {
			reason: "A task definition without an object has no key.",
			in:     service(ofFrontend+":9", ofFrontend+":9"),
			want:   State{Phase: RolledOut, Wanted: ofFrontend + ":9", Running: ofFrontend + ":9"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Observe(newStack(t, tc.in, "image:1"), "frontend", false)
			got.Message, got.Image = "", ""
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nObserve(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	held := v1alpha1.ServiceStatus{Image: "image:1", TaskDefinition: v1, Failed: string(key2)}
	cases := map[string]struct {
		reason string
		in     stacktest.Object
		before v1alpha1.ServiceStatus
		image  string
		asked  []stack.Key
		want   State
		record v1alpha1.ServiceStatus
	}{
		"RolledOut": {
			reason: "The status gets the version that works, and drops the one that failed before it.",
			in:     service(v2, v2),
			before: v1alpha1.ServiceStatus{Image: "a", TaskDefinition: v1, Failed: "other"},
			image:  "image:2",
			asked:  []stack.Key{key2},
			want:   State{Phase: RolledOut, Current: key2, Wanted: v2, Running: v2},
			record: v1alpha1.ServiceStatus{Image: "image:2", TaskDefinition: v2},
		},
		"RolledBack": {
			reason: "The status gets the version that failed and the one that runs.",
			in:     service(v2, v1, failed("AsyncUpdateFailure", rolledBack)),
			asked:  []stack.Key{key1, key2},
			want:   State{Phase: RolledBack, Current: key2, Wanted: v2, Running: v1, GaveUp: true},
			record: held,
		},
		"NeverHealthy": {
			reason: "The status gets the first version, which failed.",
			in:     service(v1, v1, failed("AsyncCreateFailure", firstFailed)),
			asked:  []stack.Key{key1},
			want:   State{Phase: Failed, Current: key1, Wanted: v1, Running: v1, GaveUp: true},
			record: v1alpha1.ServiceStatus{Failed: string(key1)},
		},
		"FailedBeforeItSaid": {
			reason: "The provider reports a failed creation before it reports the service's state.",
			in:     service(v1, "", failed("AsyncCreateFailure", firstFailed)),
			asked:  []stack.Key{key1},
			want:   State{Phase: Failed, Current: key1, Wanted: v1, GaveUp: true},
			record: v1alpha1.ServiceStatus{Failed: string(key1)},
		},
		"StillNeverHealthy": {
			reason: "The provider drops the error, because spec and state agree. Still no task runs.",
			in:     service(v1, v1),
			before: v1alpha1.ServiceStatus{Failed: string(key1)},
			asked:  []stack.Key{key1},
			want:   State{Phase: Failed, Current: key1, Wanted: v1, Running: v1},
			record: v1alpha1.ServiceStatus{Failed: string(key1)},
		},
		"NorTheNext": {
			reason: "A second version can fail as the first did.",
			in:     service(v2, v2, failed("AsyncUpdateFailure", rolledBack)),
			before: v1alpha1.ServiceStatus{Failed: string(key1)},
			image:  "image:2",
			asked:  []stack.Key{key2},
			want:   State{Phase: Failed, Current: key2, Wanted: v2, Running: v2, GaveUp: true},
			record: v1alpha1.ServiceStatus{Failed: string(key2)},
		},
		"HealthyAtLast": {
			reason: "Another version is tried, and the failure is over once it runs.",
			in:     service(v2, v2),
			before: v1alpha1.ServiceStatus{Failed: string(key1)},
			image:  "image:2",
			asked:  []stack.Key{key2},
			want:   State{Phase: RolledOut, Current: key2, Wanted: v2, Running: v2},
			record: v1alpha1.ServiceStatus{Image: "image:2", TaskDefinition: v2},
		},
		"Held": {
			reason: "A service that keeps the old version because the new one failed has not rolled out.",
			in:     service(v1, v1),
			before: held,
			asked:  []stack.Key{key1, key2},
			want:   State{Phase: RolledBack, Current: key2, Wanted: v1, Running: v1},
			record: held,
		},
		"HeldAMomentAgo": {
			reason: "The same holds right after the spec returned to the old version.",
			in:     service(v1, v1, unseen),
			before: held,
			asked:  []stack.Key{key1, key2},
			want:   State{Phase: RolledBack, Current: key2, Wanted: v1, Running: v1, Busy: true},
			record: held,
		},
		"GivenUp": {
			reason: "The failure is over when the claim asks for the running version again.",
			in:     service(v1, v1),
			before: held,
			asked:  []stack.Key{key1},
			want:   State{Phase: RolledOut, Current: key1, Wanted: v1, Running: v1},
			record: v1alpha1.ServiceStatus{Image: "image:1", TaskDefinition: v1},
		},
		"Coming": {
			reason: "A service that runs the old version while a new one is being created has not rolled out.",
			in:     service(v1, v1),
			asked:  []stack.Key{key1, key2},
			want:   State{Phase: Progressing, Current: key1, Wanted: v1, Running: v1},
		},
		"Asked": {
			reason: "A service without a task definition for its new image has not rolled out. " +
				"The status keeps the old image.",
			in:     service(v1, v1),
			before: v1alpha1.ServiceStatus{Image: "image:1", TaskDefinition: v1},
			image:  "image:2",
			asked:  []stack.Key{key1},
			want:   State{Phase: Progressing, Current: key1, Wanted: v1, Running: v1},
			record: v1alpha1.ServiceStatus{Image: "image:1", TaskDefinition: v1},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStack(t, tc.in, stdcmp.Or(tc.image, "image:1"))
			for _, k := range tc.asked {
				s.AddObject(k, "", schema.GroupVersionKind{Version: "v1", Kind: "X"}, map[string]any{})
			}
			got := Judge(
				s,
				Asked{Name: "frontend", Image: stdcmp.Or(tc.image, "image:1"), Before: tc.before},
				Observe(s, "frontend", false),
			)
			seen := got
			seen.Message, seen.Image = "", ""
			if diff := cmp.Diff(tc.want, seen); diff != "" {
				t.Errorf("%s\nJudge(): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.record, Record(tc.before, got)); diff != "" {
				t.Errorf("%s\nRecord(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
