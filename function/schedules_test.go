package function

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const nightly = "spec: {schedules: [{name: nightly, cron: '0 3 * * ? *', command: [bin/report]}]}"

// TestAScheduleAddsFewResources: a claim may have twenty schedules, so each is small. The
// first one brings what all of them share.
func TestAScheduleAddsFewResources(t *testing.T) {
	without := composedKeys(t, "")
	one := composedKeys(t, nightly)
	two := composedKeys(t,
		"spec: {schedules: [{name: nightly, cron: '0 3 * * ? *', command: [bin/report]}, {name: b, every: 1 hour}]}")
	added := func(of, to []string) []string {
		return slices.DeleteFunc(slices.Clone(of), func(k string) bool { return slices.Contains(to, k) })
	}
	if second := added(two, one); len(second) != 3 {
		t.Errorf("a second schedule adds %d resources, want its schedule, task definition and log group: %v",
			len(second), second)
	}
	if first := added(one, without); len(first) != 12 {
		t.Errorf("the first schedule adds %d resources, want its 3 and 9 shared ones: %v", len(first), first)
	}
}

// TestARunHasTheBackendsImageAndPlace: a deployment of the backend is one of its jobs too,
// and a run reaches what the backend reaches.
func TestARunHasTheBackendsImageAndPlace(t *testing.T) {
	w := atRest(t, claim(t, nightly))
	c := only(t, w, "taskdefinition-schedule-nightly-")
	backend := only(t, w, "taskdefinition-backend-")
	_, image, _ := strings.Cut(backend, `"image":"`)
	image, _, _ = strings.Cut(image, `"`)
	if !strings.Contains(c, `"image":"`+image+`"`) || !strings.Contains(c, `"command":["bin/report"]`) {
		t.Errorf("the run does not run its command in the backend's image %s: %s", image, c)
	}
	if !strings.Contains(c, `"name":"DB_SECRET_ARN"`) {
		t.Errorf("the run does not get the database: %s", c)
	}
	network := lookup(desired(w)["schedule-nightly"], "spec", "forProvider", "target", "ecsParameters",
		"networkConfiguration")
	want := map[string]any{
		"assignPublicIp": false, "securityGroups": []any{statusID(w, "sg-backend")},
		"subnets": []any{statusID(w, "subnet-backend-a"), statusID(w, "subnet-backend-b")},
	}
	if diff := cmp.Diff(want, network); diff != "" {
		t.Errorf("the run is elsewhere than the backend:\n-want, +got:\n%s", diff)
	}
}

func statusID(w *simulator.World, key string) any {
	return lookup(w.Observed[key], "status", "atProvider", "id")
}

// TestANewImageIsTheNextRuns: the schedule names the new version as soon as it exists, and
// keeps the old one until AWS has the new one.
func TestANewImageIsTheNextRuns(t *testing.T) {
	w := atRest(t, claim(t, nightly))
	before := scheduled(w)
	spec, _ := w.Composite["spec"].(map[string]any)
	schedules, _ := spec["schedules"].([]any)
	s, _ := schedules[0].(map[string]any)
	s["command"] = []any{"bin/other"}
	if _, err := w.Pass(t.Context(), newFunction()); err != nil {
		t.Fatal(err)
	}
	if got := scheduled(w); got != before {
		t.Errorf("the schedule names %s before the new version exists", got)
	}
	if n := len(keysStarting(w, "taskdefinition-schedule-nightly-")); n != 2 {
		t.Errorf("there are %d versions while the new one is made, want both", n)
	}
	settleMore(t, w)
	if got := scheduled(w); got == before || !strings.Contains(got, "-schedule-nightly:") {
		t.Errorf("the schedule names %s at rest, want the new version", got)
	}
	if n := len(keysStarting(w, "taskdefinition-schedule-nightly-")); n != 1 {
		t.Errorf("there are %d versions at rest, want one", n)
	}
}

func scheduled(w *simulator.World) string {
	arn, _ := lookup(desired(w)["schedule-nightly"], "spec", "forProvider", "target", "ecsParameters",
		"taskDefinitionArn").(string)
	return arn
}

// TestTheRunnerTakesOverASchedule: a living schedule asks the runner only once the runner has its program, and asks
// ECS again before the runner goes. It names its version in each pass, so that the version stays.
func TestTheRunnerTakesOverASchedule(t *testing.T) {
	without := strings.Replace(nightly, "spec: {", "spec: {rollouts: {proof: false}, ", 1)
	w := atRest(t, claim(t, without))
	version := scheduled(w)
	spec, _ := w.Composite["spec"].(map[string]any)
	schedules, _ := spec["schedules"].([]any)
	s, _ := schedules[0].(map[string]any)
	become := func(done func(target string) bool) {
		t.Helper()
		for range 20 {
			if _, err := w.Pass(t.Context(), newFunction()); err != nil {
				t.Fatal(err)
			}
			o := desired(w)["schedule-nightly"]
			target, _ := lookup(o, "spec", "forProvider", "target", "arn").(string)
			input, _ := lookup(o, "spec", "forProvider", "target", "input").(string)
			asks := strings.Contains(target, ":lambda:")
			code, _ := lookup(w.Observed["runner"], "status", "atProvider", "outputs", "Code").(string)
			if asks && code != runner.Code() {
				t.Fatal("the schedule asks a runner that is not there")
			}
			names := scheduled(w)
			if asks {
				names = runner.TaskDefinitionOf(input)
			}
			if asks != (input != "") || names != version {
				t.Fatalf("the schedule asks %s for %q, want %s", target, input, version)
			}
			if done(target) {
				return
			}
		}
		t.Fatal("the schedule does not change")
	}
	s["overlap"] = "Forbid"
	become(func(target string) bool { return strings.Contains(target, ":lambda:") })
	settleMore(t, w)
	if got := len(keysStarting(w, "taskdefinition-schedule-nightly-")); got != 1 {
		t.Errorf("there are %d versions at rest, want one", got)
	}
	delete(s, "overlap")
	become(func(target string) bool {
		if !strings.Contains(target, ":cluster/") {
			return false
		}
		if _, ok := desired(w)["runner"]; !ok {
			t.Error("the runner goes before the schedule in AWS has another target")
		}
		return true
	})
	settleMore(t, w)
	if _, ok := desired(w)["runner"]; ok {
		t.Error("the runner stays although nothing needs it")
	}
}

// TestTheRoleOfARunGoes: also where the runner starts it, a schedule's own role goes with what it was for, once no run
// can have it.
func TestTheRoleOfARunGoes(t *testing.T) {
	const with = "spec: {schedules: [{name: nightly, every: 1 day, overlap: Forbid, command: [bin/report], " +
		"permissions: [{actions: ['ses:SendEmail'], " +
		"resources: ['arn:aws:ses:us-east-1:111122223333:identity/a.example']}]}]}"
	w := atRest(t, claim(t, with))
	if _, has := desired(w)["role-task-schedule-nightly"]; !has {
		t.Fatal("the schedule has no role of its own")
	}
	becomes(t, w, "spec: {schedules: [{name: nightly, every: 1 day, overlap: Forbid, command: [bin/report]}]}")
	settleMore(t, w)
	if _, has := desired(w)["role-task-schedule-nightly"]; has {
		t.Error("the role stays, although no run has it")
	}
}

// TestSchedulesAreInTheStatus: the status says when each runs, and the claim has a condition
// for schedules only if it has some.
func TestSchedulesAreInTheStatus(t *testing.T) {
	if lines := conditionLines(atRest(t, claim(t, ""))); strings.Contains(lines, "SchedulesReady") {
		t.Errorf("a claim without schedules has a condition for them:\n%s", lines)
	}
	w := atRest(t,
		claim(t,
			"spec: {schedules: [{name: nightly, cron: '0 3 * * ? *', timeZone: Europe/Berlin}, {name: poll, every: 1 "+
				"minute, paused: true}]}"))
	if lines := conditionLines(w); !strings.Contains(lines, "SchedulesReady       true") {
		t.Errorf("the claim does not say that its schedules are ready:\n%s", lines)
	}
	status, _ := w.Composite["status"].(map[string]any)
	got, _ := status["schedules"].([]any)
	for _, s := range got {
		delete(s.(map[string]any), "taskDefinition") //nolint:forcetypeassert // The schema says so.
	}
	want := []any{
		map[string]any{
			"name": "nightly", "expression": "cron(0 3 * * ? *)", "timeZone": "Europe/Berlin", "state": "ENABLED",
		},
		map[string]any{"name": "poll", "expression": "rate(1 minutes)", "timeZone": "UTC", "state": "DISABLED"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the schedules in the status:\n-want, +got:\n%s", diff)
	}
}

// TestARunIsOneTask: it runs on demand unless the claim wants all of it on Spot.
func TestARunIsOneTask(t *testing.T) {
	for spot, want := range map[string]string{
		"{}": "FARGATE", "{percent: 100}": "FARGATE", "{onDemandBase: 0, percent: 100}": "FARGATE_SPOT",
		"{onDemandBase: 0, percent: 0}": "FARGATE",
	} {
		w := atRest(t,
			claim(t, "spec: {environment: Production, schedules: [{name: nightly, every: 1 day, spot: "+spot+"}]}"))
		got := lookup(desired(w)["schedule-nightly"], "spec", "forProvider", "target", "ecsParameters",
			"capacityProviderStrategy")
		if diff := cmp.Diff([]any{map[string]any{"capacityProvider": want, "weight": 1.0}}, got); diff != "" {
			t.Errorf("spot %s:\n-want, +got:\n%s", spot, diff)
		}
	}
}

// TestTheLastScheduleTakesAllWithIt: a claim without schedules keeps nothing of them, not
// even the dead-letter queue of a protected claim.
func TestTheLastScheduleTakesAllWithIt(t *testing.T) {
	without := composedKeys(t, "")
	w := atRest(t, claim(t, nightly))
	spec, _ := w.Composite["spec"].(map[string]any)
	delete(spec, "schedules")
	settleMore(t, w)
	for k := range desired(w) {
		if !slices.Contains(without, withoutDigest(k)) {
			t.Errorf("%s is still there", k)
		}
	}
}

// TestTheMessageOfARunThatFailedIsJSON: EventBridge puts JSON values in the place of the
// variables, and drops a message that is not JSON.
func TestTheMessageOfARunThatFailedIsJSON(t *testing.T) {
	w := atRest(t, claim(t, "spec: {schedules: [{name: nightly, every: 1 hour}]}"))
	target, _ := params(desired(w)["ruletarget-run-failed"])["inputTransformer"].(map[string]any)
	text, _ := target["inputTemplate"].(string)
	paths, _ := target["inputPaths"].(map[string]any)
	for name := range paths {
		if !strings.Contains(text, "<"+name+">") {
			t.Errorf("the message does not have %s: %s", name, text)
		}
		text = strings.ReplaceAll(text, "<"+name+">", `["a \"quoted\" value"]`)
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil || len(v) == 0 {
		t.Errorf("the message is not a JSON object: %v: %s", err, text)
	}
}
