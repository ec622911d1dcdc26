package judge

import (
	"time"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// move is how far a move to Aurora is. It is nil where there is none.
func move(s *stack.Stack, p *plan.Plan, before *v1alpha1.DatabaseMoveStatus) *v1alpha1.DatabaseMoveStatus {
	if s.Claim.Spec.Database.Move == nil && !leaves(p) {
		return nil
	}
	was := v1alpha1.DatabaseMoveStatus{}
	if before != nil {
		was = *before
	}
	f := p.Database.Move.Facts
	runs, known := p.RunningVersion(keys.Primary)
	if !known {
		runs = was.SourceVersion
	}
	st := v1alpha1.DatabaseMoveStatus{
		Source: p.DatabaseID(keys.Primary), SourceVersion: runs, Copy: p.DatabaseID(keys.Aurora),
		CopyVersion:      p.AuroraVersion(),
		SourceSnapshotID: s.Sticky(keys.Primary, "finalSnapshotIdentifier", was.SourceSnapshotID),
		FrozenAt:         since(s, was.FrozenAt, f.Frozen), PromotedAt: since(s, was.PromotedAt, f.Free || f.Told),
	}
	if !f.Asked && f.Primary && !f.Promoted() {
		// Writes go on.
		st.FrozenAt = ""
	}
	if m := s.Claim.Spec.Database.Move; m != nil && m.CaughtUp && !f.Promoted() {
		st.CaughtUpTooEarly = was.CaughtUpTooEarly || was.FrozenAt == ""
	}
	st.Stage = reached(p, st, was.Stage)
	st.Now, st.Next, st.Back = tells(st)
	st.WaitsFor = waitsFor(s, p, st)
	return &st
}

// leaves tells whether an old database is still there although the claim has no move any more.
func leaves(p *plan.Plan) bool {
	f := p.Database.Move.Facts
	return f.Primary && f.Engine == v1alpha1.AuroraMySQL
}

// since is when something was first seen.
func since(s *stack.Stack, before string, is bool) string {
	if before == "" && is && !s.Now().IsZero() {
		return s.Now().UTC().Format(time.RFC3339)
	}
	return before
}

// reached is the last stage that is done. What was reached stays so while something flaps.
func reached(p *plan.Plan, st v1alpha1.DatabaseMoveStatus, before v1alpha1.MoveStage) v1alpha1.MoveStage {
	f, w := p.Database.Move.Facts, p.Database.Move.Wants
	switch {
	case w.Serves == v1alpha1.AuroraMySQL && !f.Primary:
		return v1alpha1.MoveRetire
	case w.Serves == v1alpha1.AuroraMySQL:
		return v1alpha1.MoveCutOver
	case st.FrozenAt != "":
		return v1alpha1.MoveFreeze
	case f.Copied, f.Cluster && before == v1alpha1.MoveCopy, f.Cluster && before == v1alpha1.MoveFreeze:
		return v1alpha1.MoveCopy
	case f.Primary:
		return v1alpha1.MovePrepare
	}
	return before
}

// tells is what is true, what a person does next, and what it costs to go back.
func tells(st v1alpha1.DatabaseMoveStatus) (now, next, back string) {
	switch st.Stage {
	case v1alpha1.MovePrepare, "":
		return st.Source + " is the database, and AWS applies no minor versions to it by itself.",
			"When aurora.version is " + st.SourceVersion + " or later, set move.stage to Copy.",
			"Nothing: set engine to MySQL and remove move."
	case v1alpha1.MoveCopy:
		return st.Source + " is the database and takes writes; " + st.Copy + " follows it.",
			"When the alarm db-copy-lag is over, and at an hour with few writes, set move.stage to Freeze: the " +
				"application then only reads, for minutes.",
			"Nothing but the copy: set engine to MySQL and remove move."
	case v1alpha1.MoveFreeze:
		return st.Source + " takes no writes since " + st.FrozenAt + "; the application only reads.",
			"When the alarm db-copy-lag is over, set move.caughtUp to true and move.stage to CutOver.",
			"Nothing: set move.stage to Copy and caughtUp to false, and writes go on."
	case v1alpha1.MoveCutOver:
		return st.Copy + " is the database, and the workloads are moved to it; " + st.Source +
				" is as it was at the cut.",
			"When RolloutSucceeded is true and the application writes, set move.stage to Retire.",
			"All that was written since " + st.PromotedAt + ": there is no way back but by hand."
	}
	return st.Copy + " is the database; " + st.Source + " is gone, but for its snapshot " + st.SourceSnapshotID + ".",
		"Remove move.", "All that was written since " + st.PromotedAt + ", and a restore of the snapshot."
}

// waitsFor is what the next step of the stage waits for, where it is no resource.
func waitsFor(s *stack.Stack, p *plan.Plan, st v1alpha1.DatabaseMoveStatus) string {
	f, w := p.Database.Move.Facts, p.Database.Move.Wants
	stage := f.Stage
	if stage == "" {
		stage = v1alpha1.MoveRetire
	}
	switch {
	case stage == v1alpha1.MovePrepare:
		return ""
	case !f.Cluster:
		return p.CopyWaits()
	case !w.Copies && w.Serves == v1alpha1.MySQL:
		return "AWS to make " + s.ObjectName(keys.Aurora) + " a database of its own"
	case w.Copies && !f.Copied:
		return "AWS to finish the copy and its first node"
	case w.Copies && stage != v1alpha1.MoveCopy && !f.Frozen:
		return "AWS to stop writes to " + s.ObjectName(keys.Primary)
	case w.Copies && st.CaughtUpTooEarly:
		return "your word again: caughtUp was set before writes were frozen, so set it to false, look at the alarm " +
			"db-copy-lag, and set it to true when that is over"
	case w.Copies && (stage == v1alpha1.MoveCutOver || stage == v1alpha1.MoveRetire):
		return "your word that the copy has caught up: look at the alarm db-copy-lag, and set caughtUp to true when " +
			"that is over"
	case stage != v1alpha1.MoveRetire || w.Serves != v1alpha1.AuroraMySQL || !f.Primary:
		return ""
	case w.Replicas:
		return "all workloads to run with the cluster's own password, and the cluster to be protected as the claim " +
			"wants it"
	case !w.Unprotect:
		return "the replicas of " + s.ObjectName(keys.Primary) + " to be gone"
	case w.MySQL:
		return "AWS to take the protection off " + s.ObjectName(keys.Primary)
	}
	return "the final snapshot and the deletion of " + s.ObjectName(keys.Primary)
}
