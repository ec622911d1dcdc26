package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

const (
	mysqlEngine  = v1alpha1.MySQL
	auroraEngine = v1alpha1.AuroraMySQL
)

// TestMove is the table of a move, in the order of its life.
func TestMove(t *testing.T) {
	before := MoveWants{MySQL: true, Replicas: true, MySQLParts: true, Serves: mysqlEngine, Copies: true}
	prepared := before
	prepared.HoldVersion = true
	copying := prepared
	copying.Aurora, copying.FirstNode, copying.AuroraParts, copying.HoldPassword = true, true, true, true
	frozen := copying
	frozen.ReadOnly, frozen.Readers = true, true
	promoting := frozen
	promoting.Copies = false
	moved := promoting
	moved.Serves, moved.HoldPassword = auroraEngine, false
	emptied := moved
	emptied.Replicas, emptied.Unprotect = false, true
	gone := emptied
	gone.MySQL = false

	// The facts of a copy that works, and of a cluster that has become the database.
	copied := MoveFacts{
		Engine: auroraEngine, Primary: true, Replica: true, Cluster: true, Node: true, Source: true, Copied: true,
	}
	own := MoveFacts{
		Engine: auroraEngine, CaughtUp: true, Primary: true, Replica: true, Cluster: true, Node: true, Asked: true,
		Frozen: true, Free: true, Told: true,
	}
	with := func(f MoveFacts, change func(*MoveFacts)) MoveFacts { change(&f); return f }
	cases := map[string]struct {
		reason string
		facts  MoveFacts
		want   MoveWants
	}{
		"MySQL": {
			"A claim without a move has its primary.", MoveFacts{Engine: mysqlEngine, Primary: true}, before,
		},
		"Born": {
			"A claim that is made with Aurora has no primary.", MoveFacts{Engine: auroraEngine},
			MoveWants{Aurora: true, FirstNode: true, Readers: true, AuroraParts: true, Serves: auroraEngine},
		},
		"Prepare": {
			"AWS must not upgrade the primary beyond Aurora.",
			MoveFacts{Engine: auroraEngine, Stage: v1alpha1.MovePrepare, Primary: true}, prepared,
		},
		"Copy": {
			"The copy is made, and the password stays.",
			MoveFacts{Engine: auroraEngine, Stage: v1alpha1.MoveCopy, Primary: true}, copying,
		},
		"FreezeTooEarly": {
			"Without a copy, the application would stand still for hours.",
			MoveFacts{Engine: auroraEngine, Stage: v1alpha1.MoveFreeze, Primary: true, Cluster: true, Source: true},
			copying,
		},
		"Freeze": {
			"With a copy, writes stop.",
			with(copied, func(f *MoveFacts) { f.Stage = v1alpha1.MoveFreeze }), frozen,
		},
		"FrozenAndFlapping": {
			"Writes that have stopped stay so, whatever AWS does not report.",
			with(copied, func(f *MoveFacts) { f.Stage, f.Asked, f.Copied = v1alpha1.MoveFreeze, true, false }), frozen,
		},
		"Thawed": {
			"Going back to Copy lets writes through again.",
			with(copied, func(f *MoveFacts) { f.Stage, f.Asked, f.Frozen = v1alpha1.MoveCopy, true, true }), copying,
		},
		"CutOverUnfrozen": {
			"The copy is not promoted before AWS has stopped writes.",
			with(copied, func(f *MoveFacts) { f.Stage, f.CaughtUp, f.Asked = v1alpha1.MoveCutOver, true, true }),
			frozen,
		},
		"CutOverUnsaid": {
			"Nor before somebody says that it has caught up.",
			with(copied, func(f *MoveFacts) { f.Stage, f.Asked, f.Frozen = v1alpha1.MoveCutOver, true, true }), frozen,
		},
		"CutOver": {
			"With all of it, the copy is promoted.",
			with(copied, func(f *MoveFacts) {
				f.Stage, f.CaughtUp, f.Asked, f.Frozen = v1alpha1.MoveCutOver, true, true, true
			}), promoting,
		},
		"Promoting": {
			"While AWS promotes it, the workloads stay, and the source never comes back.",
			with(own, func(f *MoveFacts) {
				f.Stage, f.Free, f.Told, f.Frozen, f.CaughtUp = v1alpha1.MoveCutOver, false, false, false, false
			}), promoting,
		},
		"Promoted": {
			"Then they get the cluster.",
			with(own, func(f *MoveFacts) { f.Stage, f.Told = v1alpha1.MoveCutOver, false }), moved,
		},
		"ToldAndFlapping": {
			"What has been told once is not taken back.",
			with(own, func(f *MoveFacts) { f.Stage, f.Free = v1alpha1.MoveCutOver, false }), moved,
		},
		"RetireTooEarly": {
			"The primary stays until all workloads have left it.",
			with(own, func(f *MoveFacts) { f.Stage, f.Unprotected = v1alpha1.MoveRetire, true }), moved,
		},
		"RetireUntold": {
			"It stays all the more while the copy is none.",
			with(copied, func(f *MoveFacts) {
				f.Stage, f.CaughtUp, f.Settled, f.Unprotected = v1alpha1.MoveRetire, true, true, true
			}), frozen,
		},
		"RetireReplicas": {
			"The replicas go first.",
			with(own, func(f *MoveFacts) { f.Stage, f.Settled, f.Unprotected = v1alpha1.MoveRetire, true, true }),
			wants(moved, func(w *MoveWants) { w.Replicas = false }),
		},
		"RetireProtected": {
			"Then the protection.",
			with(own, func(f *MoveFacts) { f.Stage, f.Settled, f.Replica = v1alpha1.MoveRetire, true, false }),
			emptied,
		},
		"Retire": {
			"Then the primary, which leaves a snapshot.",
			with(own, func(f *MoveFacts) {
				f.Stage, f.Settled, f.Replica, f.Unprotected = v1alpha1.MoveRetire, true, false, true
			}), gone,
		},
		"Leaving": {
			"What is being deleted is not asked for again.",
			with(own, func(f *MoveFacts) { f.Stage, f.Leaving, f.Replica = v1alpha1.MoveRetire, true, false }), gone,
		},
		"WithoutAMove": {
			"A claim whose move was removed too early retires with the same care.",
			with(own, func(f *MoveFacts) { f.Replica = false }), moved,
		},
		"Back": {
			"Of a copy that nobody wants, the nodes go first.",
			with(copied, func(f *MoveFacts) { f.Engine = mysqlEngine }),
			wants(before, func(w *MoveWants) { w.Aurora, w.AuroraParts = true, true }),
		},
		"BackWithoutNodes": {
			"Then the cluster.",
			with(copied, func(f *MoveFacts) { f.Engine, f.Node = mysqlEngine, false }),
			wants(before, func(w *MoveWants) { w.AuroraParts = true }),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.facts.Decide()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func wants(w MoveWants, change func(*MoveWants)) MoveWants { change(&w); return w }

// TestMoveNeverLosesTheOnlyCopy goes through all facts there can be: whatever is observed, a
// database that holds the only copy stays, and a claim that would lose one contradicts itself.
func TestMoveNeverLosesTheOnlyCopy(t *testing.T) {
	stages := []v1alpha1.MoveStage{
		"", v1alpha1.MovePrepare, v1alpha1.MoveCopy, v1alpha1.MoveFreeze, v1alpha1.MoveCutOver, v1alpha1.MoveRetire,
	}
	n := 0
	for _, engine := range []v1alpha1.DatabaseEngine{mysqlEngine, auroraEngine} {
		for _, stage := range stages {
			for bits := range 1 << 14 {
				f := factsOf(bits)
				f.Engine, f.Stage = engine, stage
				if engine == mysqlEngine && stage != "" {
					continue
				}
				n++
				keepsData(t, f, f.Decide())
			}
		}
	}
	t.Logf("%d sets of facts", n)
}

func factsOf(bits int) MoveFacts {
	on := func(i int) bool { return bits&(1<<i) != 0 }
	return MoveFacts{
		CaughtUp: on(0), Primary: on(1), Replica: on(2), Cluster: on(3), Node: on(4), Source: on(5), Copied: on(6),
		Asked: on(7), Frozen: on(8), Free: on(9), Told: on(10), Settled: on(11), Unprotected: on(12), Leaving: on(13),
	}
}

func keepsData(t *testing.T, f MoveFacts, w MoveWants) {
	t.Helper()
	fails := func(why string) { t.Fatalf("%s:\n%+v\n%+v", why, f, w) }
	if w.Contradicts {
		return
	}
	switch {
	case f.Primary && !w.MySQL && !(f.Told || f.Promoted() && f.Free):
		fails("the primary goes before the cluster is the database")
	case f.Primary && !w.MySQL && !f.Leaving && !(f.Settled && f.Unprotected && !f.Replica):
		fails("the primary goes before everything else has left it")
	case f.Primary && !w.MySQL && f.Stage != v1alpha1.MoveRetire && f.Stage != "":
		fails("the primary goes before its stage")
	case f.Promoted() && f.Cluster && !w.Aurora:
		fails("the cluster goes although it is the database")
	case f.Promoted() && w.Copies:
		fails("the cluster becomes a copy again")
	case f.Cluster && f.Source && !w.Copies && !(f.CaughtUp && f.Frozen && f.Copied || f.Told):
		fails("the copy is promoted although something is missing")
	case w.Serves == auroraEngine && w.MySQL && !w.ReadOnly:
		fails("there are two databases that take writes")
	case w.Serves == mysqlEngine && f.Told:
		fails("the workloads go back to the old database")
	case w.Copies && w.Aurora && w.Serves == auroraEngine:
		fails("the workloads use a copy")
	case w.Replicas && !w.MySQL:
		fails("a replica stays without its primary")
	}
}
