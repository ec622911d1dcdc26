package validate

import (
	"slices"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// MoveLosesNothing refuses a claim that would lose a database, whatever the API server has let
// through: what the data is in follows from the objects, and not from the claim's history.
func MoveLosesNothing(p *plan.Plan) []error { return append(losing(p), moveFits(p)...) }

// losing is what would lose a database, or cannot begin.
func losing(p *plan.Plan) []error {
	db, m := p.Claim.Spec.Database, p.Database.Move
	f := m.Facts
	switch {
	case m.Wants.Contradicts && f.Promoted() && db.Engine == v1alpha1.MySQL:
		return one("spec.database.engine", "cannot go from AuroraMySQL to MySQL: the data is in Aurora, and AWS "+
			"copies only the other way; set engine to AuroraMySQL, and restore a dump into a new claim")
	case m.Wants.Contradicts && f.Promoted():
		return one("spec.database.move.stage", "cannot go back to %s: the copy is the database, and the old one does "+
			"not have what was written since; set stage to CutOver or Retire", db.Move.Stage)
	case m.Wants.Contradicts && f.Cluster:
		return one("spec.database.move", "cannot do without the move: the cluster is still a copy of a database that "+
			"is not there; set move.stage to Copy, or database.engine to MySQL")
	case m.Wants.Contradicts:
		return one("spec.database.engine", "cannot change database.engine at once: the data is in the other "+
			"database; set engine to AuroraMySQL together with move.stage: Prepare")
	case db.Move != nil && !m.Begun && !f.Promoted():
		return one("spec.database.move", "cannot move: there is no database of MySQL to copy; remove move, and a new "+
			"claim begins with Aurora")
	}
	return nil
}

// moveFits refuses what the move cannot be combined with, and a word that nobody could have given.
func moveFits(p *plan.Plan) []error {
	db := p.Claim.Spec.Database
	if db.Move == nil {
		return nil
	}
	const field = "spec.database.move"
	var errs []error
	if db.Engine != v1alpha1.AuroraMySQL {
		errs = append(errs, refuse(field, "cannot move to %s: a move goes from MySQL to AuroraMySQL; set engine to "+
			"AuroraMySQL, or remove move", db.Engine))
	}
	if db.Proxy.Enabled {
		errs = append(errs, refuse(field, "cannot move behind a proxy: its clients would go on writing to the old "+
			"database; set proxy.enabled to false until the move is done"))
	}
	if db.Rotation == v1alpha1.RotationApplication {
		errs = append(errs, refuse(field, "cannot move while AWS's application rotates the password: the copy would "+
			"not have a password that it sets; set rotation to Generation until the move is done"))
	}
	if db.ManageMasterUserPassword {
		errs = append(errs, refuse(field, "cannot move a database whose password RDS manages: AWS makes no copy of "+
			"it; create a new claim that restores from a snapshot of this one"))
	}
	return append(errs, caughtUp(p)...)
}

// caughtUp refuses a word that would be about the future.
func caughtUp(p *plan.Plan) []error {
	m := p.Claim.Spec.Database.Move
	frozen := []v1alpha1.MoveStage{v1alpha1.MoveFreeze, v1alpha1.MoveCutOver, v1alpha1.MoveRetire}
	if m.CaughtUp && !slices.Contains(frozen, m.Stage) {
		return one("spec.database.move.caughtUp", "cannot say that the copy has caught up before writes are frozen: "+
			"more would follow; set stage to Freeze first")
	}
	return nil
}
