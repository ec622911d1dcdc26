package rollout

import (
	stdcmp "cmp"
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
	family = "arn:aws:ecs:us-east-1:111122223333:task-definition/shop-1a2b3c-frontend"
	v1, v2 = family + ":1", family + ":2"
	key1   = stack.Key("taskdefinition-frontend-11111111")
	key2   = stack.Key("taskdefinition-frontend-22222222")

	rolledBack = "async update failed: failed to update the resource: [{0 waiting for ECS Service (shop/frontend) update: Service deployment rolled back because the circuit breaker threshold was exceeded.  []}]"
	// What ECS says of a deployment that failed with nothing to go back to.
	firstFailed = "async create failed: failed to create the resource: [{0 waiting for ECS Service (shop/frontend) create: ECS service deployment failed: tasks failed to start.  []}]"

	timedOut = "async update failed: failed to update the resource: [{0 waiting for ECS Service (shop/frontend) update: timeout while waiting for state to become 'tfSTABLE' (last state: 'tfPENDING', timeout: 20m0s)  []}]"
	refused  = "async update failed: failed to update the resource: [{0 updating ECS Service (shop/frontend): InvalidParameterException: The container frontend does not have a container port 9090  []}]"
)

func taskDefinition(arn string) stacktest.Object {
	return stacktest.Object{
		"spec":   map[string]any{"forProvider": map[string]any{"containerDefinitions": `[{"image":"image` + arn[len(arn)-2:] + `"}]`}},
		"status": map[string]any{"atProvider": map[string]any{"arn": arn}},
	}
}

// service is an observed service, changed by those who need another. It rests at
// v1.
func service(wanted, running string, change ...func(meta map[string]any, synced, last map[string]any)) stacktest.Object {
	meta := map[string]any{
		"generation": 3.0,
		"managedFields": []any{
			map[string]any{"manager": "apiextensions.crossplane.io/composed/abc", "time": "2026-01-01T10:00:00Z"},
			map[string]any{"manager": "provider", "subresource": "status", "time": "2026-01-01T12:00:00Z"},
		},
	}
	synced := map[string]any{"type": "Synced", "status": "True", "reason": "ReconcileSuccess", "observedGeneration": 3.0, "lastTransitionTime": "2026-01-01T10:01:00Z"}
	last := map[string]any{"type": "LastAsyncOperation", "status": "True", "reason": "Success", "lastTransitionTime": "2026-01-01T08:00:00Z"}
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

func newStack(t *testing.T, svc stacktest.Object, asked string) *stack.Stack {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team-shop"
	c.Spec.Region, c.Spec.Network.CIDR = "us-east-1", "10.0.0.0/16"
	c.Spec.Frontend.Image = asked
	o := map[stack.Key]stack.Observed{key1: taskDefinition(v1), key2: taskDefinition(v2)}
	if svc != nil {
		o[keys.Service("frontend")] = svc
	}
	s := stack.New(stack.Input{Claim: c, Observed: o, Ready: func(stack.Key) bool { return true }, Scheme: runtime.NewScheme()})
	return s
}

func TestObserve(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     stacktest.Object
		want   State
	}{
		"None":      {reason: "Nothing is known of a service that is not there.", want: State{Phase: Unknown}},
		"Blank":     {reason: "A service that does not say what it runs is neither well nor ill.", in: service(v1, ""), want: State{Phase: Unknown, Current: key1, Wanted: v1}},
		"AtRest":    {reason: "A service that runs what it was told to has rolled out.", in: service(v1, v1), want: State{Phase: RolledOut, Current: key1, Wanted: v1, Running: v1}},
		"ShortForm": {reason: "A provider without state says family:revision.", in: service(v1, "shop-1a2b3c-frontend:1"), want: State{Phase: RolledOut, Current: key1, Wanted: v1, Running: v1}},
		"JustTold":  {reason: "Until the provider has looked, nothing that it said is about the new version.", in: service(v2, v1, unseen, failed("AsyncUpdateFailure", rolledBack)), want: State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1, Busy: true}},
		"Deploying": {
			reason: "The provider works in the background: all that shows is that the old version still runs. That is no rollback.",
			in:     service(v2, v1), want: State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1, Busy: true},
		},
		"Endless":        {reason: "What takes longer than the provider ever works must not hold up a newer version.", in: service(v2, v1, late), want: State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1}},
		"RolledBack":     {reason: "A deployment that failed while the old version runs was rolled back.", in: service(v2, v1, failed("AsyncUpdateFailure", rolledBack)), want: State{Phase: RolledBack, Current: key2, Wanted: v2, Running: v1, GaveUp: true}},
		"TimedOut":       {reason: "A deployment that only took too long may still succeed.", in: service(v2, v1, failed("AsyncUpdateFailure", timedOut)), want: State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1}},
		"Refused":        {reason: "What AWS refused was never deployed; the next version must be free to repair it.", in: service(v2, v1, failed("AsyncUpdateFailure", refused)), want: State{Phase: Progressing, Current: key2, Wanted: v2, Running: v1}},
		"FirstFailed":    {reason: "A first deployment has nothing to go back to.", in: service(v1, v1, failed("AsyncCreateFailure", firstFailed)), want: State{Phase: Progressing, Current: key1, Wanted: v1, Running: v1, GaveUp: true}},
		"FirstTimedOut":  {reason: "Nothing serves while a first deployment takes too long.", in: service(v1, v1, failed("AsyncCreateFailure", timedOut)), want: State{Phase: Progressing, Current: key1, Wanted: v1, Running: v1, GaveUp: true}},
		"NoGenerations":  {reason: "Where nobody counts generations, the provider is taken at its word.", in: service(v2, v1, func(m, s, _ map[string]any) { delete(m, "generation"); delete(s, "observedGeneration") }, failed("AsyncUpdateFailure", rolledBack)), want: State{Phase: RolledBack, Current: key2, Wanted: v2, Running: v1, GaveUp: true}},
		"UnknownVersion": {reason: "A task definition whose object is gone has no key.", in: service(family+":9", family+":9"), want: State{Phase: RolledOut, Wanted: family + ":9", Running: family + ":9"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Observe(newStack(t, tc.in, "image:1"), "frontend")
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
			reason: "A version that works is remembered, and what failed before it forgotten.",
			in:     service(v2, v2), before: v1alpha1.ServiceStatus{Image: "a", TaskDefinition: v1, Failed: "other"}, image: "image:2", asked: []stack.Key{key2},
			want:   State{Phase: RolledOut, Current: key2, Wanted: v2, Running: v2},
			record: v1alpha1.ServiceStatus{Image: "image:2", TaskDefinition: v2},
		},
		"RolledBack": {
			reason: "A rollback is remembered with what runs now.",
			in:     service(v2, v1, failed("AsyncUpdateFailure", rolledBack)), asked: []stack.Key{key1, key2},
			want: State{Phase: RolledBack, Current: key2, Wanted: v2, Running: v1, GaveUp: true}, record: held,
		},
		"NeverHealthy": {
			reason: "A first version that ECS gave up is remembered as that.",
			in:     service(v1, v1, failed("AsyncCreateFailure", firstFailed)), asked: []stack.Key{key1},
			want:   State{Phase: Failed, Current: key1, Wanted: v1, Running: v1, GaveUp: true},
			record: v1alpha1.ServiceStatus{Failed: string(key1)},
		},
		"FailedBeforeItSaid": {
			reason: "The provider tells that a creation failed before it tells anything of the service.",
			in:     service(v1, "", failed("AsyncCreateFailure", firstFailed)), asked: []stack.Key{key1},
			want:   State{Phase: Failed, Current: key1, Wanted: v1, GaveUp: true},
			record: v1alpha1.ServiceStatus{Failed: string(key1)},
		},
		"StillNeverHealthy": {
			reason: "The provider forgets the failure, since the service is as it was told; no task runs all the same.",
			in:     service(v1, v1), before: v1alpha1.ServiceStatus{Failed: string(key1)}, asked: []stack.Key{key1},
			want:   State{Phase: Failed, Current: key1, Wanted: v1, Running: v1},
			record: v1alpha1.ServiceStatus{Failed: string(key1)},
		},
		"NorTheNext": {
			reason: "A second version can fail as the first did.",
			in:     service(v2, v2, failed("AsyncUpdateFailure", rolledBack)), before: v1alpha1.ServiceStatus{Failed: string(key1)}, image: "image:2", asked: []stack.Key{key2},
			want:   State{Phase: Failed, Current: key2, Wanted: v2, Running: v2, GaveUp: true},
			record: v1alpha1.ServiceStatus{Failed: string(key2)},
		},
		"HealthyAtLast": {
			reason: "Another version gets its chance, and the failure is over once it runs.",
			in:     service(v2, v2), before: v1alpha1.ServiceStatus{Failed: string(key1)}, image: "image:2", asked: []stack.Key{key2},
			want:   State{Phase: RolledOut, Current: key2, Wanted: v2, Running: v2},
			record: v1alpha1.ServiceStatus{Image: "image:2", TaskDefinition: v2},
		},
		"Held": {
			reason: "A service that rests because the new version failed has not rolled out.",
			in:     service(v1, v1), before: held, asked: []stack.Key{key1, key2},
			want: State{Phase: RolledBack, Current: key2, Wanted: v1, Running: v1}, record: held,
		},
		"HeldAMomentAgo": {
			reason: "Nor has one that was told just now to rest.",
			in:     service(v1, v1, unseen), before: held, asked: []stack.Key{key1, key2},
			want: State{Phase: RolledBack, Current: key2, Wanted: v1, Running: v1, Busy: true}, record: held,
		},
		"GivenUp": {
			reason: "When the claim goes back to what runs, the failure is over.",
			in:     service(v1, v1), before: held, asked: []stack.Key{key1},
			want:   State{Phase: RolledOut, Current: key1, Wanted: v1, Running: v1},
			record: v1alpha1.ServiceStatus{Image: "image:1", TaskDefinition: v1},
		},
		"Coming": {
			reason: "A service that runs the old version while a new one is being made has not rolled out.",
			in:     service(v1, v1), asked: []stack.Key{key1, key2},
			want: State{Phase: Progressing, Current: key1, Wanted: v1, Running: v1},
		},
		"Asked": {
			reason: "Nor has one whose new image has no task definition yet; and the image that runs is the old one.",
			in:     service(v1, v1), before: v1alpha1.ServiceStatus{Image: "image:1", TaskDefinition: v1}, image: "image:2", asked: []stack.Key{key1},
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
			got := Judge(s, Asked{Name: "frontend", Image: stdcmp.Or(tc.image, "image:1"), Before: tc.before}, Observe(s, "frontend"))
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
