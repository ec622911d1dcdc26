package function

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const (
	migrate = `
spec:
  backend:
    release: {command: [bin/migrate]}
  queues: [{name: mail}]
  workers: [{name: mail, queue: mail}, {name: other, image: 'registry.example.org/other:1'}]
  schedules: [{name: nightly, cron: '0 3 * * ? *'}]
`
	secondImage = "spec: {backend: {image: 'registry.example.org/shop/backend:2.0.0'}}"
	thirdImage  = "spec: {backend: {image: 'registry.example.org/shop/backend:3.0.0'}}"
)

// answering lets the runner answer releases, except those of an ID that is in but.
func answering(answer string, but ...string) func(string, map[string]any) {
	return func(key string, o map[string]any) {
		if strings.HasPrefix(key, "release-") && !slices.Contains(but, callIn(o).ID) {
			if answer == "" {
				delete(o, "status")
				return
			}
			at(o)["result"] = answer
		}
	}
}

func callIn(o map[string]any) (c runner.Release) {
	if err := json.Unmarshal([]byte(simulator.Text(params(o), "input")), &c); err != nil {
		panic(err)
	}
	return c
}

// callsIn are the keys of the desired calls of the runner.
func callsIn(w *simulator.World) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(desired(w))),
		func(k string) bool { return !strings.HasPrefix(k, "release-") })
}

func becomes(t *testing.T, w *simulator.World, over string) {
	t.Helper()
	l := &life{t: t, w: w}
	l.change(over)
}

func passesOf(t *testing.T, w *simulator.World, n int) {
	t.Helper()
	for range n {
		pass(t, w)
	}
}

func reasonOf(w *simulator.World) string {
	reason, _ := conditionOf(w, "RolloutSucceeded")
	return reason
}

func messageOf(w *simulator.World) string {
	_, message := conditionOf(w, "RolloutSucceeded")
	return message
}

// releaseOf is what the status says of the backend's release.
func releaseOf(w *simulator.World) map[string]any {
	services, _ := lookup(w.Composite, "status", "services").([]any)
	for _, s := range services {
		if s := s.(map[string]any); s["name"] == "backend" { //nolint:forcetypeassert // It is the function's.
			r, _ := s["release"].(map[string]any)
			return r
		}
	}
	return nil
}

// asksFor are the task definitions that services and schedules ask for.
func asksFor(w *simulator.World) map[string]string {
	out := map[string]string{}
	for key, o := range desired(w) {
		if arn := simulator.Text(params(o), "taskDefinition"); strings.HasPrefix(key, "service-") {
			out[key] = arn
		}
		if arn := simulator.Text(params(o), "target", "ecsParameters", "taskDefinitionArn"); arn != "" {
			out[key] = arn
		}
	}
	return out
}

// TestNoTaskStartsBeforeItsRelease: on the first deployment, what has the release's image waits for it, and nothing
// else does.
func TestNoTaskStartsBeforeItsRelease(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, migrate))
	w.Interfere = answering(`{"status":"RUNNING","task":"arn:aws:ecs:us-east-1:111122223333:task/shop/abc"}`)
	passesOf(t, w, 15)
	is(t, "what runs", []string{"service-frontend", "service-worker-other"}, slices.Sorted(maps.Keys(asksFor(w))))
	reason, message := conditionOf(w, "RolloutSucceeded")
	is(t, "the reason", "Releasing", reason)
	is(t, "the message", "The release of the backend runs. Its output is in the log stream ecs/backend/abc of "+
		"/kasha/shop-otjdslhi/ecs/backend.", message)
	w.Interfere = nil
	passesOf(t, w, 5)
	is(t, "what runs", []string{
		"schedule-nightly", "service-backend", "service-frontend", "service-worker-mail", "service-worker-other",
	}, slices.Sorted(maps.Keys(asksFor(w))))
}

// TestAFailedReleaseChangesNothing: what ran before goes on, and the claim says what to do.
func TestAFailedReleaseChangesNothing(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, migrate))
	before, first := asksFor(w), callIn(desired(w)[callsIn(w)[0]]).ID
	w.Interfere = answering(`{"status":"FAILED","exitCode":3,"reason":"Essential container in task exited",`+
		`"task":"arn:aws:ecs:us-east-1:111122223333:task/shop/abc","finished":"2026-01-02T03:04:05Z"}`, first)
	becomes(t, w, secondImage)
	passesOf(t, w, 6)
	is(t, "what runs", before, asksFor(w))
	reason, message := conditionOf(w, "RolloutSucceeded")
	is(t, "the reason", "ReleaseFailed", reason)
	is(t, "the message", "The release of the backend ended with exit code 3: Essential container in task exited, so "+
		"no task of its image is started, and the version before goes on serving. Its output is in the log stream "+
		"ecs/backend/abc of /kasha/shop-otjdslhi/ecs/backend. Change the image, or spec.backend.release.attempt to "+
		"run it again.", message)
	is(t, "the blocker", true, strings.HasPrefix(simulator.Text(w.Composite, "status", "blocker"),
		"Rollout: The release of the backend ended with exit code 3"))
	st := releaseOf(w)
	is(t, "the status", map[string]any{
		"id": callIn(desired(w)[callsIn(w)[0]]).ID, "image": "registry.example.org/shop/backend:2.0.0",
		"phase": "Failed", "exitCode": 3.0, "reason": "Essential container in task exited",
		"task": "arn:aws:ecs:us-east-1:111122223333:task/shop/abc", "logStream": "ecs/backend/abc",
		"finishedAt": "2026-01-02T03:04:05Z",
	}, st)
	if w.Response.GetDesired().GetComposite().GetReady().String() == "READY_TRUE" {
		t.Error("the claim is ready although its release has failed")
	}

	failed := callIn(desired(w)[callsIn(w)[0]]).ID
	becomes(t, w, "spec: {backend: {release: {attempt: again}}}")
	w.Interfere = nil
	passesOf(t, w, 8)
	again := callIn(desired(w)[callsIn(w)[0]]).ID
	if again == failed || again == first {
		t.Error("another attempt is the same release")
	}
	for key, arn := range asksFor(w) {
		other := strings.Contains(key, "frontend") || strings.Contains(key, "other")
		if other != (arn == before[key]) {
			t.Errorf("%s asks for %s, before %s", key, arn, before[key])
		}
	}
	is(t, "the reason", "RolledOut", reasonOf(w))
}

// TestAReleaseWithoutATask: a release that never started has neither an exit code nor a log.
func TestAReleaseWithoutATask(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, migrate))
	w.Interfere = answering(`{"status":"FAILED","reason":"CannotPullContainerError: not found."}`)
	passesOf(t, w, 15)
	is(t, "the message", "The release of the backend failed: CannotPullContainerError: not found, so no task of its "+
		"image is started, and the version before goes on serving. Change the image, or spec.backend.release.attempt "+
		"to run it again.", messageOf(w))
	w.Interfere = answering(`{"status":"RUNNING","reason":"an earlier release still runs"}`)
	pass(t, w)
	pass(t, w)
	is(t, "the message", "The release of the backend waits: an earlier release still runs.",
		messageOf(w))
	is(t, "the phase", "Running", lookup(releaseOf(w), "phase"))
}

// TestALongReleaseTakesRounds: a call lasts five minutes at most, so the next one asks again.
func TestALongReleaseTakesRounds(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, migrate))
	w.Interfere = answering(`{"status":"RUNNING"}`)
	seen := map[int]bool{}
	for range 20 {
		pass(t, w)
		calls := callsIn(w)
		if len(calls) > 2 {
			t.Fatalf("calls pile up: %v", calls)
		}
		for _, k := range calls {
			c := callIn(desired(w)[k])
			seen[c.Round] = true
			is(t, "the round in the key", fmt.Sprint(c.Round), k[strings.LastIndex(k, "-")+1:])
		}
	}
	if !seen[1] || !seen[2] || !seen[5] {
		t.Errorf("the rounds are %v", seen)
	}
	w.Interfere = nil
	passesOf(t, w, 6)
	if calls := callsIn(w); len(calls) != 1 {
		t.Errorf("after the end there are %v", calls)
	}
	if asksFor(w)["service-backend"] == "" {
		t.Error("the backend still waits")
	}
}

// TestOneReleaseAtATime: a call that is under way may start its task at any moment. Until it has been answered or has
// failed, no other release is asked for.
func TestOneReleaseAtATime(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, migrate))
	first := callIn(desired(w)[callsIn(w)[0]]).ID
	w.Interfere = answering("", first)
	becomes(t, w, secondImage)
	passesOf(t, w, 4)
	second := callsIn(w)
	if len(second) == 0 || callIn(desired(w)[second[len(second)-1]]).ID == first {
		t.Fatalf("the second release is not asked for: %v", second)
	}
	becomes(t, w, thirdImage)
	passesOf(t, w, 4)
	for _, k := range callsIn(w) {
		if !slices.Contains(second, k) {
			t.Errorf("%s is asked for while %v is under way", k, second)
		}
	}
	if len(callsIn(w)) == 0 {
		t.Error("the call that is under way is forgotten")
	}
	w.Interfere = func(key string, o map[string]any) {
		if slices.Contains(second, key) {
			delete(at(o), "result")
			setCondition(o, "LastAsyncOperation", "False", "AsyncCreateFailure", "invoking Lambda Function: no")
		}
	}
	passesOf(t, w, 5)
	calls := callsIn(w)
	if len(calls) != 1 || slices.Contains(second, calls[0]) {
		t.Errorf("after the second call has failed, the calls are %v", calls)
	}
	is(t, "the reason", "RolledOut", reasonOf(w))
}

// TestWhatRunsAgain: an image and an attempt run once, whatever else changes. A claim that is made again has another
// database.
func TestWhatRunsAgain(t *testing.T) {
	t.Parallel()
	id := func(over string, meta ...string) string {
		c := claim(t, migrate)
		l := &life{t: t, w: &simulator.World{Composite: c}}
		l.change(over)
		if len(meta) > 0 {
			c["metadata"].(map[string]any)["uid"] = meta[0] //nolint:forcetypeassert // It is a claim's.
		}
		w := atRest(t, c)
		return callIn(desired(w)[callsIn(w)[0]]).ID
	}
	same := id("{}")
	for _, over := range []string{
		"spec: {backend: {env: {A: b}}}", "spec: {backend: {cpu: 1024, memory: 2048}}",
		"spec: {backend: {release: {timeoutSeconds: 60}}}", "spec: {database: {passwordGeneration: 2}}",
		"spec: {backend: {command: [bin/other]}}",
	} {
		is(t, over, same, id(over))
	}
	ids := map[string]bool{same: true}
	for _, over := range []string{
		secondImage, "spec: {backend: {release: {attempt: '2'}}}",
		"spec: {backend: {release: {command: [bin/other]}}}", "spec: {backend: {entryPoint: [/bin/sh]}}",
	} {
		ids[id(over)] = true
	}
	ids[id("{}", "00000000-7a52-4b8e-9d7c-0123456789ab")] = true
	is(t, "the releases", 6, len(ids))
}

// TestAnswersOutliveChanges: what succeeded stays so while a call with new content is under way, so that a change of
// the environment waits for nobody.
func TestAnswersOutliveChanges(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, migrate))
	old, before := callsIn(w)[0], asksFor(w)["service-backend"]
	w.Interfere = func(key string, o map[string]any) {
		if strings.HasPrefix(key, "release-") && key != old {
			delete(o, "status")
		}
	}
	becomes(t, w, "spec: {backend: {env: {A: b}}}")
	passesOf(t, w, 4)
	is(t, "the calls", 2, len(callsIn(w)))
	if asksFor(w)["service-backend"] == before {
		t.Error("the backend waits for an answer that it has")
	}
	w.Interfere = nil
	passesOf(t, w, 3)
	if calls := callsIn(w); len(calls) != 1 || calls[0] == old {
		t.Errorf("the calls are %v, and the old one was %s", calls, old)
	}
}

// TestACallNeverChanges: the provider refuses to change a call, and makes none for an object with a name in AWS.
func TestACallNeverChanges(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, migrate))
	for range 15 {
		was := map[string]any{}
		for _, k := range callsIn(w) {
			was[k] = params(desired(w)[k])["input"]
		}
		pass(t, w)
		for _, k := range callsIn(w) {
			o := desired(w)[k]
			if was[k] != nil && params(o)["input"] != was[k] {
				t.Errorf("%s changes from %v to %v", k, was[k], params(o)["input"])
			}
			if n := simulator.Text(o, "metadata", "annotations", "crossplane.io/external-name"); n != "" {
				t.Errorf("%s is named %s", k, n)
			}
		}
	}
	becomes(t, w, "spec: {backend: {release: {timeoutSeconds: 61}}}")
	passesOf(t, w, 5)
	is(t, "the timeout", 61, int(callIn(desired(w)[callsIn(w)[0]]).TimeoutSeconds))
}

// TestAReleaseIsAddedAndTakenAway: a living claim keeps running meanwhile.
func TestAReleaseIsAddedAndTakenAway(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t,
		"spec: {rollouts: {proof: false}, queues: [{name: mail}], workers: [{name: mail, queue: mail}]}"))
	before := asksFor(w)
	w.Interfere = answering(`{"status":"FAILED","exitCode":1}`)
	becomes(t, w, "spec: {backend: {release: {command: [bin/migrate], timeoutSeconds: 600}}}")
	for range 8 {
		pass(t, w)
		is(t, "what runs", before, asksFor(w))
	}
	is(t, "the reason", "ReleaseFailed", reasonOf(w))
	delete(in(w.Composite, "spec", "backend"), "release")
	passesOf(t, w, 4)
	is(t, "what runs", before, asksFor(w))
	is(t, "the reason", "RolledOut", reasonOf(w))
	for _, k := range append(callsIn(w), "runner", "role-runner", "rolepolicy-runner", "loggroup-runner") {
		if desired(w)[k] != nil {
			t.Errorf("%s stays without a release", k)
		}
	}
	if releaseOf(w) != nil {
		t.Error("the status tells of a release that the claim does not have")
	}
}

// TestARunnerOfAnOlderProgramIsNotAsked: it would not know what it is told.
func TestARunnerOfAnOlderProgramIsNotAsked(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, migrate))
	w.Interfere = func(key string, o map[string]any) {
		if key == "runner" {
			at(o)["outputs"] = map[string]any{"Code": "00000000"}
		}
	}
	passesOf(t, w, 15)
	is(t, "the calls", 0, len(callsIn(w)))
	w.Interfere = nil
	passesOf(t, w, 2)
	is(t, "the calls", 1, len(callsIn(w)))
}

// TestAMonolithsFrontendWaits: the rule is about images, not about names.
func TestAMonolithsFrontendWaits(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, `
spec:
  frontend: {image: 'registry.example.org/app:1'}
  backend: {image: 'registry.example.org/app:1', release: {command: [bin/migrate]}}
`))
	w.Interfere = answering(`{"status":"FAILED","exitCode":1}`)
	passesOf(t, w, 15)
	is(t, "what runs", 0, len(asksFor(w)))
}
