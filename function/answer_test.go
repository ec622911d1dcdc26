package function

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// TestAnswerIsAboutWhatWasAsked: Crossplane refuses an answer whose composite resource is of another kind.
func TestAnswerIsAboutWhatWasAsked(t *testing.T) {
	g := guardrail(t, "")
	for name, c := range map[string]struct {
		w    *simulator.World
		kind string
	}{
		"Claim":     {simulator.New(claim(t, "")), "KashaClaim"},
		"Guardrail": {&simulator.World{Composite: g, Guardrails: []map[string]any{g}}, "KashaGuardrail"},
	} {
		t.Run(name, func(t *testing.T) {
			o := answer(t, request(t, c.w)).GetDesired().GetComposite().GetResource().AsMap()
			if o["apiVersion"] != "platform.kasha.io/v1alpha1" || o["kind"] != c.kind {
				t.Errorf("the answer is about a %v of %v", o["kind"], o["apiVersion"])
			}
		})
	}
}

// TestReadyWhenAllWorks: a claim is ready when each of its conditions is true, and a resource when it works. At the
// first pass AWS has nothing yet.
func TestReadyWhenAllWorks(t *testing.T) {
	w := simulator.New(claim(t, ""))
	first := answer(t, request(t, w)).GetDesired()
	if first.GetComposite().GetReady() != fnv1.Ready_READY_FALSE {
		t.Error("a claim is ready before AWS has anything of it")
	}
	for key, r := range first.GetResources() {
		if r.GetReady() != fnv1.Ready_READY_FALSE {
			t.Errorf("%s is ready before AWS has it", key)
		}
	}
	for key, r := range atRest(t, claim(t, "")).Response.GetDesired().GetResources() {
		if r.GetReady() != fnv1.Ready_READY_TRUE {
			t.Errorf("%s works and is not ready", key)
		}
	}
}

// TestStatusHasOnlyWhatIsKnown: an empty object in the status informs no reader, and kubectl shows it.
func TestStatusHasOnlyWhatIsKnown(t *testing.T) {
	o := answer(t, request(t, simulator.New(claim(t, "")))).GetDesired().GetComposite().GetResource()
	noneIsEmpty(t, "status", o.GetFields()["status"])
}

func noneIsEmpty(t *testing.T, path string, v *structpb.Value) {
	t.Helper()
	s, ok := v.GetKind().(*structpb.Value_StructValue)
	if !ok {
		return
	}
	if len(s.StructValue.GetFields()) == 0 {
		t.Errorf("%s is empty", path)
	}
	for name, f := range s.StructValue.GetFields() {
		noneIsEmpty(t, path+"."+name, f)
	}
}

// TestCopiesStay: neither the name of a vault with copies nor the retention period of a replication can be changed in
// AWS. A living one keeps what it has.
func TestCopiesStay(t *testing.T) {
	w := atRest(t, claim(t, `
spec:
  backup: {copyTo: {region: eu-west-1, pointInTime: true}}
  database: {backupRetentionDays: 7}
`))
	vault, replication := "", ""
	for key, o := range w.Observed {
		switch {
		case simulator.Text(o, "kind") == "DBInstanceAutomatedBackupsReplication":
			replication = key
		case simulator.Text(o, "kind") == "Vault" && strings.Contains(key, "eu-west-1"):
			vault = key
			annotations(o)["crossplane.io/external-name"] = "made-earlier"
		}
	}
	changeSpec(t, w, "database: {backupRetentionDays: 14}")
	got := answer(t, request(t, w))
	if m := simulator.Fatal(got); m != "" {
		t.Fatal(m)
	}
	of := func(key string) map[string]any { return got.GetDesired().GetResources()[key].GetResource().AsMap() }
	if name := annotations(of(vault))["crossplane.io/external-name"]; name != "made-earlier" {
		t.Errorf("the vault %s gets the name %v", vault, name)
	}
	if days := params(of(replication))["retentionPeriod"]; days != 7.0 {
		t.Errorf("the replication %s gets a retention period of %v days", replication, days)
	}
}

func annotations(o map[string]any) map[string]any {
	a, _ := lookup(o, "metadata", "annotations").(map[string]any)
	return a
}

// TestFinalSnapshotIsOfOneLife: AWS does not delete a database while a snapshot has the name of its last one. Until
// the database is there, the name has the time at which the claim was created, and then that of the database.
func TestFinalSnapshotIsOfOneLife(t *testing.T) {
	name := func(w *simulator.World) any {
		o := answer(t, request(t, w)).GetDesired().GetResources()["db-primary"].GetResource().AsMap()
		return params(o)["finalSnapshotIdentifier"]
	}
	w := simulator.New(claim(t, ""))
	for range maxPasses {
		if name(w) != nil {
			break
		}
		pass(t, w)
	}
	if n, _ := name(w).(string); !strings.HasSuffix(n, "-final-20260102030405") {
		t.Errorf("the last snapshot of a new database is %s", n)
	}
	w = atRest(t, claim(t, ""))
	meta, _ := w.Observed["db-primary"]["metadata"].(map[string]any)
	meta["creationTimestamp"] = "2027-01-02T03:04:05Z"
	if n, _ := name(w).(string); !strings.HasSuffix(n, "-final-20270102030405") {
		t.Errorf("the last snapshot of another database is %s", n)
	}
}
