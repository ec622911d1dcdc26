package function

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const (
	appUser    = "spec: {database: {users: [{name: app}, {name: reports, access: IAM, privileges: Read}]}}"
	secondUser = "spec: {database: {users: [{name: app}, {name: reports, access: IAM, privileges: Read}], " +
		"usersGeneration: 2}}"
	thirdUser = "spec: {database: {users: [{name: app}, {name: reports, access: IAM, privileges: Read}], " +
		"usersGeneration: 3}}"
)

// making lets the runner answer calls about users, except those of generations in but. An empty answer is none.
func making(answer string, but ...string) func(string, map[string]any) {
	return func(key string, o map[string]any) {
		kept := func(b string) bool { return strings.HasPrefix(key, b) }
		if !strings.HasPrefix(key, "users-") || slices.ContainsFunc(but, kept) {
			return
		}
		if answer == "" {
			delete(o, "status")
			return
		}
		at(o)["result"] = answer
	}
}

// reads is what the backend's tasks are told to read, by the key of the secret.
func reads(t *testing.T, w *simulator.World) string {
	t.Helper()
	for key, o := range w.Observed {
		if strings.HasPrefix(key, "taskdefinition-backend-") &&
			simulator.Text(at(o), "arn") == simulator.Text(params(desired(w)["service-backend"]), "taskDefinition") {
			for _, secret := range []string{"secret-db", "secret-user-1", "secret-user-2"} {
				arn := simulator.Text(w.Observed[secret], "status", "atProvider", "arn")
				if arn != "" && strings.Contains(simulator.Text(params(o), "containerDefinitions"), `"`+arn+`"`) {
					return secret
				}
			}
		}
	}
	return ""
}

// makes is the newest call about users.
func makes(w *simulator.World) (c runner.Users) {
	for _, k := range keysLike(w, "users-") {
		if err := json.Unmarshal([]byte(simulator.Text(params(desired(w)[k]), "input")), &c); err != nil {
			panic(err)
		}
	}
	return c
}

func sound(t *testing.T, w *simulator.World) {
	t.Helper()
	for _, broken := range invariants(w) {
		t.Error(broken)
	}
}

// TestUsersOfANewClaim: nothing that uses the database starts with the master user's credentials, and nothing may
// read them.
func TestUsersOfANewClaim(t *testing.T) {
	t.Parallel()
	w := simulator.New(claim(t, appUser))
	w.Interfere = making("")
	passesOf(t, w, 12)
	is(t, "the backend waits", true, desired(w)["service-backend"] == nil)
	is(t, "the frontend does not", false, desired(w)["service-frontend"] == nil)
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	is(t, "the tasks read", "secret-user-1", reads(t, w))
	is(t, "the revision", "users", revisionOf(t, w))
	call := makes(w)
	is(t, "the user", "app_1", call.Connection.Username)
	is(t, "the generation", 1, call.Generation)
	master := simulator.Text(w.Observed["secret-db"], "status", "atProvider", "arn")
	is(t, "the tasks may read the master user's", false,
		strings.Contains(simulator.Text(params(desired(w)["rolepolicy-task"]), "policy"), master))
	is(t, "the status", any(float64(1)), lookup(w.Composite, "status", "database", "users", "generation"))
	sound(t, w)
}

// TestALivingClaimMovesOver: until the users are there, the tasks keep the master user's credentials.
func TestALivingClaimMovesOver(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, ""))
	before := asksFor(w)
	change(t, w, appUser)
	w.Interfere = making("")
	for range 10 {
		pass(t, w)
		is(t, "the tasks read", "secret-db", reads(t, w))
		is(t, "what runs", before, asksFor(w))
	}
	is(t, "the runner is asked", "app_1", makes(w).Connection.Username)
	w.Interfere = making(`{"status":"FAILED","exitCode":1,"reason":"Essential container in task exited",` +
		`"task":"arn:aws:ecs:us-east-1:111122223333:task/shop/abc"}`)
	passesOf(t, w, 4)
	is(t, "what runs", before, asksFor(w))
	reason, message := conditionOf(w, "RolloutSucceeded")
	is(t, "the reason", "DatabaseUsersFailed", reason)
	is(t, "the message", "The task that makes the database's users ended with exit code 1: Essential container in "+
		"task exited, so the credentials that the workloads have go on working. Its output is in the log stream "+
		"ecs/users/abc of /kasha/shop-otjdslhi/ecs/users. Change what is wrong, and set "+
		"spec.database.usersGeneration to 2 to run it again.", message)
	failed := makes(w)
	change(t, w, secondUser)
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	again := makes(w)
	if again.ID == failed.ID {
		t.Error("a higher generation is the same call")
	}
	is(t, "the user", "app_2", again.Connection.Username)
	is(t, "the tasks read", "secret-user-2", reads(t, w))
	is(t, "the reason", "RolledOut", reasonOf(w))
	sound(t, w)
}

// TestUsersRotate: the next password is that of the other user, and is made only when every workload has the current
// one.
func TestUsersRotate(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, appUser))
	change(t, w, thirdUser)
	old := at(w.Observed["service-backend"])["taskDefinition"]
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-backend" {
			at(o)["taskDefinition"] = old
		}
	}
	for range 8 {
		pass(t, w)
		is(t, "the third waits for the second", true, makes(w).Generation <= 2)
	}
	is(t, "the second user", "app_2", makes(w).Connection.Username)
	is(t, "the tasks will read", "secret-user-2", reads(t, w))
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	is(t, "the third generation", 3, makes(w).Generation)
	is(t, "the first user", "app_1", makes(w).Connection.Username)
	is(t, "the tasks read", "secret-user-1", reads(t, w))
	is(t, "the revision", "g3-users", revisionOf(t, w))
	is(t, "one call", 1, len(keysLike(w, "users-")))
	sound(t, w)

	// The master user's password changes without them.
	before := asksFor(w)
	change(t, w, strings.Replace(thirdUser, "usersGeneration", "passwordGeneration: 2, usersGeneration", 1))
	settleMore(t, w)
	is(t, "the master user's", "shop-db-primary-password-g2", passwordOf(w))
	is(t, "what runs", before, asksFor(w))
	sound(t, w)
}

// TestUsersRotationIsDue: it begins in the maintenance window, and goes on when that is over.
func TestUsersRotationIsDue(t *testing.T) {
	t.Parallel()
	window := func(day string) string {
		return "spec: {database: {backupWindow: '05:00-06:00', maintenanceWindow: '" + day + ":03:00-" + day +
			":03:30', users: [{name: app}]}}"
	}
	w := atRest(t, claim(t, window("fri")))
	old := func() {
		//nolint:forcetypeassert // The function sets it.
		lookup(w.Composite, "status", "database", "users").(map[string]any)["changedAt"] = "2025-10-04T03:00:00Z"
	}
	old()
	w.Interfere = making("", "users-users-")
	passesOf(t, w, 3)
	is(t, "the second generation is asked for", true, slices.ContainsFunc(keysLike(w, "users-"), func(k string) bool {
		return strings.HasPrefix(k, "users-g2-users-")
	}))
	is(t, "the tasks keep theirs", "secret-user-1", reads(t, w))
	change(t, w, window("sun"))
	passesOf(t, w, 3)
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	is(t, "the tasks read", "secret-user-2", reads(t, w))
	settleMore(t, w)
	is(t, "once", 2, makes(w).Generation)
	sound(t, w)
}

// TestUsersGo: the tasks get the master user's credentials again, and the secrets stay until no task may read them.
func TestUsersGo(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, appUser))
	old := at(w.Observed["service-backend"])["taskDefinition"]
	change(t, w, "")
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-backend" {
			at(o)["taskDefinition"] = old
		}
	}
	for range 6 {
		pass(t, w)
		is(t, "the secret stays", false, desired(w)["secret-user-1"] == nil)
	}
	is(t, "the tasks will read", "secret-db", reads(t, w))
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	is(t, "the secrets", 0, len(keysLike(w, "secret-user-")))
	is(t, "the tasks read", "secret-db", reads(t, w))
	sound(t, w)
}

// TestUsersBehindAProxy: the proxy accepts a user before its secret says the proxy's host.
func TestUsersBehindAProxy(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, appUser))
	first := makes(w)
	change(t, w, strings.Replace(appUser, "users:", "proxy: {enabled: true}, users:", 1))
	settleMore(t, w)
	after := makes(w)
	is(t, "the generation", first.Generation, after.Generation)
	is(t, "the secret", first.Secret, after.Secret)
	is(t, "the host", at(w.Observed["db-proxy"])["endpoint"], any(after.Connection.Host))
	is(t, "the revision", "proxy-users", revisionOf(t, w))
	sound(t, w)
}

// TestUsersSurviveFlaps: in any pass, observed values may be missing. The tasks never get other credentials than
// those that they have or that are ready.
func TestUsersSurviveFlaps(t *testing.T) {
	for name, change := range map[string][2]string{
		"On": {"", appUser}, "Rotation": {appUser, secondUser}, "Off": {appUser, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changeWithFlaps(t, change[0], change[1])
		})
	}
}

// TestUsersWithLostAnswers: the calls' objects and the status are lost, by a restore for example. The tasks keep what
// they have, and no password changes.
func TestUsersWithLostAnswers(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, secondUser))
	before := asksFor(w)
	for _, k := range keysLike(w, "users-") {
		delete(w.Observed, k)
	}
	delete(w.Composite, "status")
	change(t, w, appUser)
	for range 4 {
		pass(t, w)
		is(t, "the generation", 2, makes(w).Generation)
		is(t, "what runs", before["service-backend"], asksFor(w)["service-backend"])
	}
	settleMore(t, w)
	is(t, "the tasks read", "secret-user-2", reads(t, w))
	is(t, "ready", fnv1.Ready_READY_TRUE, w.Response.GetDesired().GetComposite().GetReady())
}

// TestUsersOnlyByIAM: the workloads keep the master user's credentials, and may log in with a token, too.
func TestUsersOnlyByIAM(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, "spec: {rollouts: {proof: false}, database: {users: [{name: reports, access: IAM}]}}"))
	is(t, "the tasks read", "secret-db", reads(t, w))
	is(t, "no secret", "", makes(w).Secret)
	is(t, "the secrets", 0, len(keysLike(w, "secret-user-")))
	sound(t, w)
}

// TestEachIAMUserOnEachInstance: whatever names it, a user may log in once on each instance, and nobody else may.
func TestEachIAMUserOnEachInstance(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, "spec: {database: {readReplicas: 2, iamUsers: [app, reports], "+
		"users: [{name: reports, access: IAM}, {name: a, access: IAM}]}}"))
	policy := simulator.Text(params(desired(w)["rolepolicy-task-database"]), "policy")
	names := map[string]int{}
	for _, m := range regexp.MustCompile(`dbuser:db-[A-Z0-9]+/([^"]*)"`).FindAllStringSubmatch(policy, -1) {
		names[m[1]]++
	}
	if diff := cmp.Diff(map[string]int{"a": 3, "app": 3, "reports": 3}, names); diff != "" {
		t.Errorf("who may log in on how many instances (-want +got):\n%s", diff)
	}
}
