package function

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// keysLike are the desired keys with a prefix, in order.
func keysLike(w *simulator.World, prefix string) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(desired(w))) {
		if strings.HasPrefix(k, prefix) {
			out = append(out, k)
		}
	}
	return out
}

func change(t *testing.T, w *simulator.World, over string) {
	t.Helper()
	w.Composite["spec"] = claim(t, over)["spec"]
}

func passwordOf(w *simulator.World) string {
	return simulator.Text(params(desired(w)["db-primary"]), "passwordSecretRef", "name")
}

func policiesOf(w *simulator.World, key string) any {
	return lookup(desired(w)[key], "spec", "managementPolicies")
}

func revisionOf(t *testing.T, w *simulator.World) string {
	t.Helper()
	arn := simulator.Text(params(desired(w)["service-backend"]), "taskDefinition")
	for key, o := range w.Observed {
		if strings.HasPrefix(key, "taskdefinition-backend-") && simulator.Text(at(o), "arn") == arn {
			_, after, found := strings.Cut(simulator.Text(params(o), "containerDefinitions"),
				`"DB_SECRET_REVISION","value":"`)
			revision, _, _ := strings.Cut(after, `"`)
			if !found {
				return ""
			}
			return revision
		}
	}
	t.Fatalf("the backend runs %s, which is not there", arn)
	return ""
}

func is(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// slowDatabase makes the provider report the first password until the test ends that.
func slowDatabase(w *simulator.World) {
	w.Connection["db-primary"]["password"] = []byte(simulator.Password)
	w.Connection["db-primary"]["attribute.password"] = []byte(simulator.Password)
}

// TestRotation: Secrets Manager gets a password only when the database has accepted it,
// and the tasks only when Secrets Manager has it. Until then the old version stays, and
// it is never written again.
func TestRotation(t *testing.T) {
	w := atRest(t, claim(t, ""))
	before := keysLike(w, "secretversion-")
	change(t, w, "spec: {database: {passwordGeneration: 2}}")
	for range 3 {
		pass(t, w)
		slowDatabase(w)
		is(t, "the database gets another password", "shop-db-primary-password-g2", passwordOf(w))
		is(t, "Secrets Manager keeps the old one until the database has accepted the new one", before,
			keysLike(w, "secretversion-"))
		is(t, "the tasks keep the old one", "", revisionOf(t, w))
	}
	is(t, "the old version is only observed", any([]any{"Observe"}), policiesOf(w, before[0]))

	w.Replay()
	pass(t, w)
	is(t, "the new version exists beside the old one", 2, len(keysLike(w, "secretversion-")))
	is(t, "the new version is on its way, so the tasks keep the old one", "", revisionOf(t, w))
	settleMore(t, w)
	after := keysLike(w, "secretversion-")
	if len(after) != 1 || !strings.HasPrefix(after[0], "secretversion-g2-") {
		t.Errorf("at the end there are the versions %v", after)
	}
	is(t, "one connection", 1, len(keysLike(w, "connection-")))
	is(t, "the tasks have the new one", "g2", revisionOf(t, w))
	is(t, "the status says so", any(float64(2)), lookup(w.Composite, "status", "database", "passwordGeneration"))
	for _, broken := range invariants(w) {
		t.Error(broken)
	}
}

// TestRotationHurry: a third password must wait until the second is everywhere.
func TestRotationHurry(t *testing.T) {
	w := atRest(t, claim(t, ""))
	change(t, w, "spec: {database: {passwordGeneration: 2}}")
	pass(t, w)
	slowDatabase(w)
	change(t, w, "spec: {database: {passwordGeneration: 3}}")
	for range 3 {
		pass(t, w)
		slowDatabase(w)
		is(t, "one at a time", "shop-db-primary-password-g2", passwordOf(w))
	}
	w.Replay()
	settleMore(t, w)
	is(t, "then the third", "shop-db-primary-password-g3", passwordOf(w))
	is(t, "the tasks have it", "g3", revisionOf(t, w))
}

// TestForgedStatusDoesNotHurry: a status that somebody wrote cannot begin what the spec cannot. While a change of the
// password is not finished, or AWS's application changes it, it stays the password that it is.
func TestForgedStatusDoesNotHurry(t *testing.T) {
	forge := func(w *simulator.World) {
		in(w.Composite, "status", "database")["passwordGeneration"] = int64(7)
	}
	w := atRest(t, claim(t, ""))
	change(t, w, "spec: {database: {passwordGeneration: 2}}")
	for range 3 {
		pass(t, w)
		slowDatabase(w)
		forge(w)
		pass(t, w)
		is(t, "one at a time", "shop-db-primary-password-g2", passwordOf(w))
		slowDatabase(w)
	}
	w.Replay()
	settleMore(t, w)
	is(t, "the second is finished", "g2", revisionOf(t, w))

	w = atRest(t, claim(t, "spec: {database: {rotation: Application}}"))
	password := passwordOf(w)
	forge(w)
	settleMore(t, w)
	is(t, "only AWS's application changes it", password, passwordOf(w))
}

// TestRotationIsDue: the password is changed in the first maintenance window in which
// it is old enough, once. The time is the provider's newest timestamp.
func TestRotationIsDue(t *testing.T) {
	// The simulated provider looked at everything on a Friday, at 03:04:07.
	const (
		friday = "spec: {database: {backupWindow: '05:00-06:00', maintenanceWindow: 'fri:03:00-fri:03:30'}}"
		sunday = "spec: {database: {backupWindow: '05:00-06:00', maintenanceWindow: 'sun:03:00-sun:03:30'}}"
		never  = "spec: {database: {backupWindow: '05:00-06:00', maintenanceWindow: 'fri:03:00-fri:03:30', " +
			"passwordRotationDays: 0}}"
		old = "2025-10-04T03:00:00Z"
	)
	cases := map[string]struct {
		reason, claim, changed, want string
	}{
		"Due":         {"It is 90 days old, and the window is open.", friday, old, "g2"},
		"Young":       {"It is a minute short of 90 days old.", friday, "2025-10-04T03:05:00Z", ""},
		"OtherDay":    {"The window is shut.", sunday, old, ""},
		"TurnedOff":   {"The claim says never.", never, old, ""},
		"NeverSeen":   {"The password's age is unknown: it counts from now.", friday, "", ""},
		"NoTimeAtAll": {"A value that is not a time is ignored.", friday, "soon", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := atRest(t, claim(t, tc.claim))
			//nolint:forcetypeassert // The function sets it.
			database := lookup(w.Composite, "status", "database").(map[string]any)
			database["passwordChangedAt"] = tc.changed
			settleMore(t, w)
			is(t, tc.reason, tc.want, revisionOf(t, w))
			pass(t, w)
			is(t, "it is changed once", tc.want, revisionOf(t, w))
		})
	}
}

// TestRotationForgotten: a claim whose status is lost, by a restore from a backup of
// the cluster for example, must not change its password.
func TestRotationForgotten(t *testing.T) {
	w := atRest(t, claim(t, "spec: {database: {passwordGeneration: 4}}"))
	delete(w.Composite, "status")
	change(t, w, "")
	settleMore(t, w)
	is(t, "the password that the database has", "shop-db-primary-password-g4", passwordOf(w))
	is(t, "the tasks have it", "g4", revisionOf(t, w))
	is(t, "the status says so", any(float64(4)), lookup(w.Composite, "status", "database", "passwordGeneration"))
}

// TestRotationByApplication: a password that AWS's application has set is never
// overwritten, and a version that AWS forgets must not make the claim unready.
func TestRotationByApplication(t *testing.T) {
	w := atRest(t, claim(t, ""))
	change(t, w, "spec: {database: {rotation: Application}}")
	settleMore(t, w)
	versions := keysLike(w, "secretversion-")
	if len(versions) != 1 || !strings.HasPrefix(versions[0], "secretversion-app-") {
		t.Fatalf("want the version that the application begins with, got %v", versions)
	}
	is(t, "it is only looked at", any([]any{"Observe"}), policiesOf(w, versions[0]))
	is(t, "there is a rotation", 1, len(keysLike(w, "secretrotation-db")))
	is(t, "the tasks are not replaced", "", revisionOf(t, w))

	change(t, w, "spec: {database: {rotation: Application, readReplicas: 0}}")
	settleMore(t, w)
	is(t, "nothing is written again, whatever else changes", versions, keysLike(w, "secretversion-"))
	is(t, "the password stays as it is", "shop-db-primary-password-g1", passwordOf(w))

	setCondition(w.Observed[versions[0]], "Synced", "False", "ReconcileError", "external resource does not exist")
	delete(at(w.Observed[versions[0]]), "versionId")
	req, err := w.Request()
	if err != nil {
		t.Fatal(err)
	}
	rsp, err := newFunction().RunFunction(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	is(t, "AWS may forget it", fnv1.Ready_READY_TRUE, rsp.GetDesired().GetComposite().GetReady())

	change(t, w, "")
	settleMore(t, w)
	is(t, "only AWS knows the old password, so there is a new one", "shop-db-primary-password-g2", passwordOf(w))
	is(t, "the tasks have it", "g2", revisionOf(t, w))
	is(t, "the rotation is gone", 0, len(keysLike(w, "secretrotation-db"))+len(keysLike(w, "rotation-application")))
	is(t, "one version", 1, len(keysLike(w, "secretversion-")))
	settleMore(t, w)
	is(t, "it is changed once", "shop-db-primary-password-g2", passwordOf(w))
}

// TestProxyOff: the proxy must stay until no task has its address.
func TestProxyOff(t *testing.T) {
	w := atRest(t, claim(t, "spec: {database: {proxy: {enabled: true}}}"))
	is(t, "the tasks use it", "proxy", revisionOf(t, w))
	old := at(w.Observed["service-backend"])["taskDefinition"]
	change(t, w, "")
	w.Interfere = func(key string, o map[string]any) {
		if key == "service-backend" {
			at(o)["taskDefinition"] = old
		}
	}
	kept := []string{
		"db-proxy", "db-proxy-group", "db-proxy-target", "role-db-proxy", "rolepolicy-db-proxy", "sg-db-proxy",
		"sgrule-backend-to-db-proxy-3306", "sgrule-db-from-db-proxy-3306",
	}
	for range 5 {
		pass(t, w)
		for _, k := range kept {
			if desired(w)[k] == nil {
				t.Fatalf("%s is deleted while tasks use the proxy", k)
			}
		}
	}
	w.Interfere = nil
	w.Replay()
	settleMore(t, w)
	is(t, "the tasks have left it", "", revisionOf(t, w))
	for _, k := range kept {
		if desired(w)[k] != nil {
			t.Errorf("%s is still there when no task uses the proxy", k)
		}
	}
}

// TestChangesSurviveFlaps: in any pass of a change of the credentials, observed values
// may be missing: nothing may disappear, and the change must finish.
func TestChangesSurviveFlaps(t *testing.T) {
	changes := map[string]string{
		"Plain":       "spec: {}",
		"Generation":  "spec: {database: {passwordGeneration: 2}}",
		"Application": "spec: {database: {rotation: Application}}",
		"Proxy":       "spec: {database: {proxy: {enabled: true}}}",
		"NoReplica":   "spec: {database: {readReplicas: 0}}",
	}
	for from, was := range changes {
		for to, is := range changes {
			if from == to {
				continue
			}
			t.Run(from+"To"+to, func(t *testing.T) {
				t.Parallel()
				changeWithFlaps(t, was, is)
			})
		}
	}
}

// flapsByPass is how many flaps each pass of a change is tried with.
const flapsByPass = 3

func changeWithFlaps(t *testing.T, from, to string) {
	t.Helper()
	f := newFunction()
	w := atRest(t, claim(t, from))
	change(t, w, to)
	for n := range 2 * maxPasses {
		var flaps []flap
		for i := range flapsByPass {
			flaps = append(flaps, seeded(n*flapsByPass+i))
		}
		if !flapAndStep(t, w, f, flaps...) {
			is(t, "ready", fnv1.Ready_READY_TRUE, w.Response.GetDesired().GetComposite().GetReady())
			is(t, "one version", 1, len(keysLike(w, "secretversion-")))
			is(t, "one connection", 1, len(keysLike(w, "connection-")))
			return
		}
	}
	t.Errorf("the change does not finish:\n%s", conditionLines(w))
}
