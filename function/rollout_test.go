package function

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// crashed is what the runner says of tasks that end by themselves.
const crashed = "ECS deployment circuit breaker: tasks failed to start.; backend ended with 1"

// telling lets the runner answer calls about a service's deployments. At rest there are none, so the answers are about
// those that come.
func telling(service string, answer func(runner.Rollout) runner.Answer) func(string, map[string]any) {
	return func(key string, o map[string]any) {
		if !strings.HasPrefix(key, "rollout-"+service+"-") {
			return
		}
		b, err := json.Marshal(answer(askedIn(o)))
		if err != nil {
			panic(err)
		}
		at(o)["result"] = string(b)
	}
}

func askedIn(o map[string]any) (c runner.Rollout) {
	if err := json.Unmarshal([]byte(simulator.Text(params(o), "input")), &c); err != nil {
		panic(err)
	}
	return c
}

// running is a deployment that does not end.
func running(runner.Rollout) runner.Answer {
	return runner.Answer{Status: runner.Running, Reason: "1 of 2 tasks run"}
}

// fails is a deployment that fails where ECS has no version to go back to.
func fails(c runner.Rollout) runner.Answer {
	return runner.Answer{Status: runner.Failed, Runs: c.TaskDefinition, Reason: crashed}
}

// backTo is a world in which no version of the backend works but the one that runs: ECS goes back to it.
func backTo(steady string) func(string, map[string]any) {
	tell := telling("backend", func(c runner.Rollout) runner.Answer {
		if c.TaskDefinition == steady {
			return runner.Answer{Status: runner.Succeeded, Runs: steady}
		}
		return runner.Answer{
			Status: runner.Failed, Runs: steady, Reason: crashed,
			Started: "2026-01-02T03:04:05Z", Finished: "2026-01-02T03:14:05Z",
		}
	})
	return func(key string, o map[string]any) {
		tell(key, o)
		if key == "service-backend" && strings.Contains(seenBy(o), simulator.Text(params(o), "taskDefinition")) {
			at(o)["taskDefinition"] = steady
		}
	}
}

// seenBy is what a service has in writing.
func seenBy(o map[string]any) string {
	return simulator.Text(o, "metadata", "annotations", v1alpha1.AnnotationRollout)
}

// proofs are the keys of the desired calls about deployments.
func proofs(w *simulator.World) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(desired(w))),
		func(k string) bool { return !strings.HasPrefix(k, "rollout-") })
}

func backendOf(w *simulator.World) map[string]any { return serviceIn(w, "backend") }

func serviceIn(w *simulator.World, name string) map[string]any {
	services, _ := lookup(w.Composite, "status", "services").([]any)
	for _, s := range services {
		if s := s.(map[string]any); s["name"] == name { //nolint:forcetypeassert // It is the function's.
			return s
		}
	}
	return nil
}

// TestAFirstDeploymentThatFailsIsKnown: the provider forgets it, and ECS has nothing to go back to.
func TestAFirstDeploymentThatFailsIsKnown(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, ""))
	w.Interfere = telling("backend", fails)
	passesOf(t, w, 15)
	for range 3 {
		is(t, "the reason", "Failed", reasonOf(w))
		is(t, "the message", "No version of the backend has become healthy. Change the claim to try again. AWS said: "+
			crashed+".", messageOf(w))
		is(t, "the blocker", "Rollout: No version of the backend has become healthy. Change the claim to try again. "+
			"AWS said: ECS…", simulator.Text(w.Composite, "status", "blocker"))
		is(t, "the calls", 0, len(proofs(w)))
		if w.Response.GetDesired().GetComposite().GetReady().String() == "READY_TRUE" {
			t.Error("the claim is ready")
		}
		// A restore loses the status.
		delete(w.Composite, "status")
		passesOf(t, w, 2)
	}
	first := asksFor(w)["service-backend"]
	w.Interfere = nil
	becomes(t, w, secondImage)
	settleMore(t, w)
	is(t, "the reason", "RolledOut", reasonOf(w))
	if asksFor(w)["service-backend"] == first {
		t.Error("the backend stays with the version that has failed")
	}
}

// TestAChangeOfTheServiceTriesAgain: a health check that needs more time starts the same version anew.
func TestAChangeOfTheServiceTriesAgain(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, ""))
	w.Interfere = telling("backend", fails)
	passesOf(t, w, 15)
	becomes(t, w, "spec: {backend: {healthCheck: {graceSeconds: 300}}}")
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-backend" {
			o["metadata"].(map[string]any)["generation"] = 2.0 //nolint:forcetypeassert // Every object has metadata.
			for _, c := range o["status"].(map[string]any)["conditions"].([]any) {
				c.(map[string]any)["observedGeneration"] = 2.0 //nolint:forcetypeassert // They are the simulator's.
			}
		}
	}
	settleMore(t, w)
	is(t, "the reason", "RolledOut", reasonOf(w))
}

// TestARollbackIsKnown: the service goes back with ECS and does not try again, whatever is lost meanwhile.
func TestARollbackIsKnown(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	steady := asksFor(w)["service-backend"]
	w.Interfere = backTo(steady)
	becomes(t, w, secondImage)
	tried := false
	for range 8 {
		pass(t, w)
		tried = tried || asksFor(w)["service-backend"] != steady
	}
	if !tried {
		t.Fatal("the new version is never tried")
	}
	for n := range 12 {
		is(t, "the reason", "RolledBack", reasonOf(w))
		is(t, "the message", "The new version of the backend did not become healthy, so ECS rolled back to the "+
			"previous version, which still serves requests. Change the claim to try again. AWS said: "+crashed+".",
			messageOf(w))
		is(t, "the calls", 0, len(proofs(w)))
		is(t, "the image", "registry.example.org/shop/backend:1.0.0", backendOf(w)["image"])
		if n%4 == 3 {
			delete(w.Composite, "status")
			pass(t, w)
		}
		flapAndStep(t, w, newFunction(), seeded(n), seeded(100+n))
		is(t, "what the backend is to run", steady, asksFor(w)["service-backend"])
	}

	becomes(t, w, "spec: {backend: {image: 'registry.example.org/shop/backend:1.0.0'}}")
	settleMore(t, w)
	is(t, "the reason", "RolledOut", reasonOf(w))
	if text := seenBy(desired(w)["service-backend"]); strings.Contains(text, "failed") {
		t.Errorf("the failure is not over: %s", text)
	}
	// The cause was elsewhere, and the same version is tried again.
	w.Interfere = nil
	becomes(t, w, secondImage)
	settleMore(t, w)
	is(t, "the reason", "RolledOut", reasonOf(w))
	is(t, "the image", "registry.example.org/shop/backend:2.0.0", backendOf(w)["image"])
}

// historyOf is what the status says of a service's last versions, in a line for each.
func historyOf(w *simulator.World, service string) []string {
	versions, _ := serviceIn(w, service)["history"].([]any)
	var out []string
	for _, v := range versions {
		m, _ := v.(map[string]any)
		_, tag, _ := strings.Cut(simulator.Text(m, "image"), ":")
		out = append(out, strings.Join([]string{
			tag, simulator.Text(m, "outcome"), simulator.Text(m, "startedAt"), simulator.Text(m, "finishedAt"),
			simulator.Text(m, "reason"),
		}, " "))
	}
	return out
}

// TestTheStatusHasTheLastVersions: image, when and outcome, whatever happens between.
func TestTheStatusHasTheLastVersions(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, ""))
	w.Interfere = telling("backend", fails)
	passesOf(t, w, 15)
	is(t, "the versions", []string{"1.0.0 Failed 2026-01-02T03:04:07Z 2026-01-02T03:04:07Z " + crashed},
		historyOf(w, "backend"))
	is(t, "the frontend's versions", []string{"1.0.0 Serving 2026-01-02T03:04:05Z 2026-01-02T03:04:35Z "},
		historyOf(w, "frontend"))

	w.Interfere = nil
	becomes(t, w, secondImage)
	settleMore(t, w)
	w.Interfere = telling("backend", running)
	becomes(t, w, thirdImage)
	passesOf(t, w, 4)
	is(t, "the newest", "3.0.0 Progressing 2026-01-02T03:04:07Z  ", historyOf(w, "backend")[0])
	w.Interfere = backTo(asksFor(w)["service-backend"])
	becomes(t, w, "spec: {backend: {image: 'registry.example.org/shop/backend:4.0.0'}}")
	passesOf(t, w, 8)
	want := []string{
		"4.0.0 RolledBack 2026-01-02T03:04:05Z 2026-01-02T03:14:05Z " + crashed,
		"3.0.0 Serving 2026-01-02T03:04:07Z 2026-01-02T03:04:07Z ",
		"2.0.0 Replaced 2026-01-02T03:04:05Z 2026-01-02T03:04:35Z ",
		"1.0.0 Failed 2026-01-02T03:04:07Z 2026-01-02T03:04:07Z " + crashed,
	}
	for n := range 6 {
		flapAndStep(t, w, newFunction(), seeded(n), seeded(100+n))
		is(t, "the versions", want, historyOf(w, "backend"))
	}
	delete(w.Composite, "status")
	passesOf(t, w, 2)
	is(t, "the versions that are known without the status", []string{want[0], "3.0.0 Serving   "},
		historyOf(w, "backend"))
}

// TestErrorsAreWatchedWhileTheAlarmExists: ECS refuses an alarm that does not exist, and the provider leaves ECS with
// the alarm where a service no longer names one.
func TestErrorsAreWatchedWhileTheAlarmExists(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	before := desired(w)["service-backend"]
	const alarm = "alarm-rollback-backend"
	enabled := func(o map[string]any) any { return lookup(o, "alarms", "enable") }
	w.Interfere = func(key string, o map[string]any) {
		if key == alarm {
			setCondition(o, "Ready", "False", "Creating", "")
		}
	}
	becomes(t, w, "spec: {backend: {rollout: {errorPercent: 5}}}")
	passesOf(t, w, 4)
	is(t, "the service without its alarm", before, desired(w)["service-backend"])
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	is(t, "the service with its alarm", true, enabled(params(desired(w)["service-backend"])))
	is(t, "the threshold", 5.0, params(desired(w)[alarm])["threshold"])
	for n := range 6 {
		flapAndStep(t, w, newFunction(), seeded(n), seeded(100+n))
	}

	becomes(t, w, "spec: {backend: {rollout: {errorPercent: 0}}}")
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-backend" && at(o)["alarms"] != nil {
			at(o)["alarms"].(map[string]any)["enable"] = true //nolint:forcetypeassert // It is a copy of the spec's.
		}
	}
	for range 4 {
		pass(t, w)
		is(t, "the service that is to forget its alarm", false, enabled(params(desired(w)["service-backend"])))
		if desired(w)[alarm] == nil {
			t.Fatal("the alarm goes while ECS watches it")
		}
		is(t, "the alarm's name", "shop-otjdslhi-rollback-backend",
			simulator.Text(desired(w)[alarm], "metadata", "annotations", "crossplane.io/external-name"))
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	is(t, "the service that has forgotten its alarm", nil, params(desired(w)["service-backend"])["alarms"])
	if desired(w)[alarm] != nil {
		t.Error("the alarm stays")
	}
}

// TestAnAlarmIsOneResource: the alarm on which a service rolls back is all that comes with it.
func TestAnAlarmIsOneResource(t *testing.T) {
	t.Parallel()
	without := composedKeys(t, "")
	added := slices.DeleteFunc(composedKeys(t, "spec: {backend: {rollout: {errorPercent: 5}}}"),
		func(k string) bool { return slices.Contains(without, k) })
	is(t, "the resources", []string{"alarm-rollback-backend"}, added)
}

// TestALongDeploymentTakesRounds: a call lasts five minutes at most, so the next one asks again, for four hours.
func TestALongDeploymentTakesRounds(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	becomes(t, w, secondImage)
	w.Interfere = telling("backend", running)
	rounds := map[int]bool{}
	for range 60 {
		pass(t, w)
		calls := proofs(w)
		if len(calls) > 2 {
			t.Fatalf("calls pile up: %v", calls)
		}
		for _, k := range calls {
			rounds[askedIn(desired(w)[k]).Round] = true
		}
	}
	is(t, "the rounds", 48, len(rounds))
	is(t, "the reason", "Progressing", reasonOf(w))
	is(t, "the message", "The backend is being rolled out: 1 of 2 tasks run.", messageOf(w))
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	is(t, "the reason", "RolledOut", reasonOf(w))
	is(t, "the calls", 0, len(proofs(w)))
}

// TestALostAnswerComesAgain: a call under way is waited for, and not followed by another.
func TestALostAnswerComesAgain(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	becomes(t, w, secondImage)
	w.Interfere = func(key string, o map[string]any) {
		if strings.HasPrefix(key, "rollout-") {
			delete(o, "status")
		}
	}
	passesOf(t, w, 8)
	calls := proofs(w)
	is(t, "the calls", 1, len(calls))
	is(t, "the round", 1, askedIn(desired(w)[calls[0]]).Round)
	is(t, "the message", "The backend is being rolled out.", messageOf(w))
}

// TestANewerVersionNeedNotWait: it goes out while the deployment of an older one is under way.
func TestANewerVersionNeedNotWait(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	w.Interfere = telling("backend", running)
	becomes(t, w, secondImage)
	passesOf(t, w, 5)
	second, calls := asksFor(w)["service-backend"], proofs(w)
	becomes(t, w, thirdImage)
	passesOf(t, w, 3)
	if asksFor(w)["service-backend"] == second {
		t.Error("the third version waits for the end of the second")
	}
	passesOf(t, w, 3)
	for _, k := range calls {
		if slices.Contains(proofs(w), k) {
			t.Errorf("%s is still there", k)
		}
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	is(t, "the image", "registry.example.org/shop/backend:3.0.0", backendOf(w)["image"])
}

// TestAnUpgradeChangesNoService: a living service is judged as before until its next version. ECS would start all
// tasks anew.
func TestAnUpgradeChangesNoService(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, "spec: {rollouts: {proof: false}, workers: [{name: w}]}"))
	services := func() map[string]any {
		out := map[string]any{}
		for k, o := range desired(w) {
			if strings.HasPrefix(k, "service-") {
				out[k] = o
			}
		}
		return out
	}
	before := services()
	if desired(w)["runner"] != nil {
		t.Error("without proofs there is a runner")
	}
	becomes(t, w, "spec: {rollouts: {proof: true}}")
	settleMore(t, w)
	is(t, "the services", before, services())
	is(t, "the calls", 0, len(proofs(w)))
	is(t, "the reason", "RolledOut", reasonOf(w))
	if desired(w)["runner"] == nil {
		t.Error("there is no runner for the next version")
	}

	becomes(t, w, secondImage)
	for range maxPasses {
		pass(t, w)
		waits := waitsFor(w, "backend")
		if moved := asksFor(w)["service-backend"] != simulator.Text(params(before["service-backend"].(object)),
			"taskDefinition"); moved == waits {
			t.Fatalf("the backend has its next version: %v, and the provider waits for it: %v", moved, waits)
		}
	}
	settleMore(t, w)
	is(t, "the provider waits for the frontend", true, waitsFor(w, "frontend"))
	is(t, "the provider waits for the worker", false, waitsFor(w, "worker-w"))
	if seenBy(desired(w)["service-backend"]) == "" {
		t.Error("the next version is not proven")
	}

	becomes(t, w, "spec: {rollouts: {proof: false}}")
	settleMore(t, w)
	is(t, "the provider waits for the backend", true, waitsFor(w, "backend"))
	if desired(w)["runner"] != nil || seenBy(desired(w)["service-backend"]) != "" {
		t.Error("without proofs something of them stays")
	}
}

func waitsFor(w *simulator.World, service string) bool {
	waits, _ := params(desired(w)["service-"+service])["waitForSteadyState"].(bool)
	return waits
}

// TestAFailureOutlivesTheUpgrade: a service that is held at the version before, because the provider has seen the new
// one fail, stays there.
func TestAFailureOutlivesTheUpgrade(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, "spec: {rollouts: {proof: false}}"))
	steady := asksFor(w)["service-backend"]
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-backend" && simulator.Text(params(o), "taskDefinition") != steady {
			at(o)["taskDefinition"] = steady
			setCondition(o, "LastAsyncOperation", "False", "AsyncUpdateFailure",
				"async update failed: failed to update the resource: [{0 waiting for ECS Service (backend) update: "+
					"deployment failed: tasks failed to start  []}]")
		}
	}
	becomes(t, w, secondImage)
	passesOf(t, w, 8)
	is(t, "the reason", "RolledBack", reasonOf(w))
	becomes(t, w, "spec: {rollouts: {proof: true}}")
	for range 8 {
		pass(t, w)
		is(t, "what the backend is to run", steady, asksFor(w)["service-backend"])
		is(t, "the reason", "RolledBack", reasonOf(w))
	}
}
