package function

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/simulator"
)

const restores = "spec: {database: {restoreFromSnapshot: Legacy-Final}}"

// snapshotIs drives a claim for some passes in a world whose snapshot has these fields. A nil
// map stands for a snapshot that the provider cannot read, for the given reason.
func snapshotIs(t *testing.T, over string, fields map[string]any, reason string) (*simulator.World, string) {
	t.Helper()
	w := simulator.New(claim(t, over))
	w.Interfere = func(key string, o map[string]any) {
		if key != "dbsnapshot-restored" {
			return
		}
		if fields == nil {
			clear(at(o))
			setCondition(o, "Ready", "False", "Unavailable", "")
			setCondition(o, "Synced", "False", "ReconcileError", reason)
			return
		}
		maps.Copy(at(o), fields)
	}
	for range passes(w.Composite) {
		if _, err := w.Pass(context.Background(), newFunction()); err != nil {
			return w, err.Error()
		}
	}
	return w, ""
}

func madeInAWS(w *simulator.World) []string {
	keys := slices.Sorted(maps.Keys(w.Observed))
	return slices.DeleteFunc(keys, func(k string) bool { return k == "dbsnapshot-restored" })
}

// TestSnapshotThatDoesNotFitIsRefusedBeforeAnythingIsMade: RDS restores a snapshot with its own version and key, and
// refuses only then, when the network is made and billed. So Kasha looks first, and says what to do.
func TestSnapshotThatDoesNotFitIsRefusedBeforeAnythingIsMade(t *testing.T) {
	cases := map[string]struct {
		over   string
		fields map[string]any
		want   []string
	}{
		"OfMySQL80": {
			restores, map[string]any{"engineVersion": "8.0.40"},
			[]string{
				"spec.database.restoreFromSnapshot: cannot restore Legacy-Final", "of MySQL 8.0.40",
				"modify-db-snapshot --engine-version", "docs/backup.md",
			},
		},
		"OfAMinorVersionThatOnlyLooksAlike": {
			restores, map[string]any{"engineVersion": "8.40.1"}, []string{"of MySQL 8.40.1"},
		},
		"OfMariaDB": {
			restores, map[string]any{"engine": "mariadb", "engineVersion": "11.4.3"}, []string{"of mariadb"},
		},
		"Unencrypted": {restores, map[string]any{"encrypted": false}, []string{"not encrypted", "--kms-key-id"}},
		"OfALaterVersionThanTheClaims": {
			"spec: {database: {restoreFromSnapshot: legacy-final, version: 8.4.3}}",
			map[string]any{"engineVersion": "8.4.6"},
			[]string{"spec.database.version: cannot run MySQL 8.4.3", "write 8.4, 8.4.6 or a later version"},
		},
		"LargerThanTheVolume": {
			restores, map[string]any{"allocatedStorage": 300.0},
			[]string{"spec.database.storageGiB", "300 GiB", "use 300 or more"},
		},
		"OfMySQL80TakenByRDS": {
			"spec: {database: {restoreFromSnapshot: 'rds:legacy-2026'}}", map[string]any{"engineVersion": "8.0.40"},
			[]string{"cannot restore rds:legacy-2026"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, refusal := snapshotIs(t, tc.over, tc.fields, "")
			for _, want := range tc.want {
				if !strings.Contains(refusal, want) {
					t.Errorf("the refusal does not say %q: %q", want, refusal)
				}
			}
			if made := madeInAWS(w); len(made) > 0 {
				t.Errorf("before the refusal the claim has made %v", made)
			}
		})
	}
}

// TestSnapshotOfAnotherNamespace: RDS copies the database's tags to its snapshots, so the claim sees whose data it is
// to restore. Only the platform lets a claim restore another team's.
func TestSnapshotOfAnotherNamespace(t *testing.T) {
	const says = "cannot restore Legacy-Final: it is a snapshot of a claim in namespace team-pay"
	of := func(field, namespace string) map[string]any {
		return map[string]any{field: map[string]any{"kasha.io/namespace": namespace, "kasha.io/claim": "other"}}
	}
	allowed := guardrail(t, "spec: {allow: {snapshots: [Legacy-Final]}}")
	cases := map[string]struct {
		reason string
		fields map[string]any
		within []map[string]any
		says   string
	}{
		"Another":     {reason: "It is another team's data.", fields: of("tagsAll", "team-pay"), says: says},
		"AnotherTags": {reason: "The provider may tell it there.", fields: of("tags", "team-pay"), says: says},
		"Own":         {reason: "This is how a claim is restored beside another.", fields: of("tagsAll", "team-shop")},
		"Foreign":     {reason: "Kasha did not make it."},
		"Allowed": {
			reason: "The platform team has decided it.", fields: of("tagsAll", "team-pay"),
			within: []map[string]any{allowed},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := within(claim(t, restores), tc.within...)
			w.Interfere = func(key string, o map[string]any) {
				if key == "dbsnapshot-restored" {
					maps.Copy(at(o), tc.fields)
				}
			}
			got := settleOrRefuse(t, w)
			if (got == "") != (tc.says == "") || !strings.Contains(got, tc.says) {
				t.Errorf("%s\nthe function says %q", tc.reason, got)
			}
			if made := madeInAWS(w); (len(made) > 0) != (tc.says == "") {
				t.Errorf("%s\nthe claim has made %d resources", tc.reason, len(made))
			}
		})
	}
}

// TestSnapshotThatIsUpgradedIsRestored: the claim goes on by itself when its snapshot fits.
func TestSnapshotThatIsUpgradedIsRestored(t *testing.T) {
	t.Parallel()
	w, refusal := snapshotIs(t, restores, map[string]any{"engineVersion": "8.0.40"}, "")
	if refusal == "" {
		t.Fatal("the snapshot of MySQL 8.0 is not refused")
	}
	maps.Copy(at(w.Observed["dbsnapshot-restored"]), map[string]any{"engineVersion": "8.4.6", "status": "upgrading"})
	w.Interfere = nil
	for range passes(w.Composite) {
		pass(t, w)
	}
	all := desired(w)
	if got := params(all["db-primary"])["snapshotIdentifier"]; got != "Legacy-Final" {
		t.Errorf("the database is made from %v", got)
	}
	if all["dbsnapshot-restored"] != nil {
		t.Error("the snapshot is still looked at: the claim would fail when somebody deletes it")
	}
}

// TestSnapshotThatIsNotThere: a misspelt name is found out before anything is made.
func TestSnapshotThatIsNotThere(t *testing.T) {
	t.Parallel()
	w, _ := snapshotIs(t, restores, nil, "observe failed: external resource does not exist")
	reason, says := conditionOf(w, v1alpha1.ConditionDatabase)
	if reason != v1alpha1.ReasonFailed || !strings.Contains(says, "has no snapshot of this name") {
		t.Errorf("the claim says %s: %s", reason, says)
	}
	if made := madeInAWS(w); len(made) > 0 {
		t.Errorf("the claim has made %v", made)
	}
	if _, says := conditionOf(w, v1alpha1.ConditionNetwork); !strings.Contains(says, "what AWS says of the snapshot") {
		t.Errorf("the network does not say what it waits for: %s", says)
	}
}

// TestSnapshotThatNobodyCanReadIsRestoredUnseen: AWS tells nothing of another account's snapshot unless a request
// asks for shared ones, which the provider's does not. The claim must not wait permanently.
func TestSnapshotThatNobodyCanReadIsRestoredUnseen(t *testing.T) {
	for name, id := range map[string]string{
		"AnotherAccounts": "arn:aws:rds:us-east-1:999900001111:snapshot:legacy",
		"TakenByRDS":      "rds:legacy-2026",
		"OfAWSBackup":     "awsbackup:job-1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, refusal := snapshotIs(t, "spec: {region: us-east-1, database: {restoreFromSnapshot: '"+id+"'}}", nil,
				"observe failed: external resource does not exist")
			if got := params(desired(w)["db-primary"])["snapshotIdentifier"]; got != id {
				t.Errorf("the database is made from %v %s", got, refusal)
			}
		})
	}
}

// TestSnapshotOfAnotherAccountIsNotMistaken: this account has one of the same name, of another version.
func TestSnapshotOfAnotherAccountIsNotMistaken(t *testing.T) {
	t.Parallel()
	const id = "arn:aws:rds:us-east-1:999900001111:snapshot:legacy"
	w, refusal := snapshotIs(t, "spec: {region: us-east-1, database: {restoreFromSnapshot: '"+id+"'}}",
		map[string]any{"engineVersion": "8.0.40"}, "")
	if got := params(desired(w)["db-primary"])["snapshotIdentifier"]; got != id || refusal != "" {
		t.Errorf("the database is made from %v %s", got, refusal)
	}
}

// TestSnapshotMayBeDeletedAfterwards: a claim whose database exists, or existed, asks for no snapshot. So does one
// whose object of the database is lost: the provider finds the instance by its name.
func TestSnapshotMayBeDeletedAfterwards(t *testing.T) {
	t.Parallel()
	w := atRest(t, claim(t, restores))
	delete(w.Observed, "db-primary")
	pass(t, w)
	if all := desired(w); all["dbsnapshot-restored"] != nil || all["db-primary"] == nil {
		t.Error("the lost database waits for its snapshot")
	}
}
