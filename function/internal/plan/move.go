package plan

import "github.com/kasha-platform/kasha/apis/v1alpha1"

// MoveFacts are what a move from MySQL to Aurora is decided by. Each fact that lets the move go on
// is true only where it is known: what flaps holds a move, and never pushes it.
type MoveFacts struct {
	// Engine and Stage are the claim's. The stage is empty where there is no move. CaughtUp is
	// the word of a person, given after writes were frozen.
	Engine   v1alpha1.DatabaseEngine
	Stage    v1alpha1.MoveStage
	CaughtUp bool

	// Primary, Replica, Cluster and Node tell which objects exist.
	Primary, Replica, Cluster, Node bool
	// Source tells whether the cluster's spec names what it copies. A spec never flaps: a cluster
	// without it has been promoted, or was never a copy.
	Source bool
	// Copied tells whether AWS reports that the cluster and its first node work, and follow.
	Copied bool
	// Asked tells whether the spec of the primary's parameter group forbids writes, and Frozen
	// whether AWS reports that it has taken that.
	Asked, Frozen bool
	// Free tells whether AWS reports that the cluster works and follows nobody.
	Free bool
	// Told tells whether anything ever got the cluster as the database.
	Told bool
	// Settled tells whether all workloads run with a password of the cluster's own, and AWS
	// reports that the cluster is protected as the claim wants it.
	Settled bool
	// Unprotected tells whether AWS reports that the primary may be deleted, and Leaving whether
	// it is being deleted.
	Unprotected, Leaving bool
}

// MoveWants is what there shall be at a moment of a move.
type MoveWants struct {
	// MySQL and Replicas tell whether the primary and its replicas stay. MySQLParts are what a
	// primary needs as long as it exists.
	MySQL, Replicas, MySQLParts bool
	// Aurora, FirstNode and Readers tell whether the cluster and its nodes are there, and
	// AuroraParts what a cluster needs.
	Aurora, FirstNode, Readers, AuroraParts bool
	// Copies tells whether the cluster's spec names what it copies.
	Copies bool
	// Serves is the engine that the workloads use.
	Serves v1alpha1.DatabaseEngine
	// HoldVersion stops AWS from applying minor versions, HoldPassword new passwords, and
	// ReadOnly writes to the primary.
	HoldVersion, HoldPassword, ReadOnly bool
	// Unprotect lets AWS delete the primary.
	Unprotect bool
	// Contradicts tells whether the claim asks for something that would lose data: it must be
	// refused, and nothing done.
	Contradicts bool
}

// Promoted tells whether the cluster is a database of its own, or has been asked to be.
func (f MoveFacts) Promoted() bool { return f.Cluster && !f.Source || f.Told }

// Decide is the table of a move: what there shall be, by the stage and what is observed.
func (f MoveFacts) Decide() MoveWants {
	switch {
	case f.Engine != v1alpha1.AuroraMySQL:
		return f.mysql()
	case f.Stage == "" && !f.Primary:
		return MoveWants{
			Aurora: true, FirstNode: true, Readers: true, AuroraParts: true, Serves: v1alpha1.AuroraMySQL,
			Contradicts: f.Cluster && f.Source,
		}
	case f.Stage == v1alpha1.MovePrepare:
		w := f.mysql()
		w.HoldVersion = true
		return w
	case f.Stage == v1alpha1.MoveCopy, f.Stage == v1alpha1.MoveFreeze:
		return f.copying()
	}
	return f.cutOver()
}

// mysql is before the copy, or without one. A copy that there is goes: first its nodes, then the
// cluster, because AWS deletes no cluster that has nodes.
func (f MoveFacts) mysql() MoveWants {
	return MoveWants{
		MySQL: true, Replicas: true, MySQLParts: true, Serves: v1alpha1.MySQL,
		Aurora: f.Cluster && f.Node, AuroraParts: f.Cluster, Copies: true,
		Contradicts: f.Promoted(),
	}
}

// copying is while the cluster follows the primary. Writes are frozen only once there is a copy:
// before that, the application would stand still for hours.
func (f MoveFacts) copying() MoveWants {
	freeze := f.Stage == v1alpha1.MoveFreeze
	return MoveWants{
		MySQL: true, Replicas: true, MySQLParts: true, Serves: v1alpha1.MySQL,
		Aurora: true, FirstNode: true, AuroraParts: true, Copies: true, Readers: freeze && (f.Copied || f.Asked),
		HoldVersion: true, HoldPassword: true,
		ReadOnly:    freeze && (f.Asked || f.Copied),
		Contradicts: f.Promoted(),
	}
}

// cutOver promotes the copy, moves the workloads to it, and then, in the stage Retire, lets the
// primary go. A claim without a stage whose primary is still there is in the stage Retire.
func (f MoveFacts) cutOver() MoveWants {
	w := MoveWants{
		MySQL: true, Replicas: true, MySQLParts: true, Serves: v1alpha1.MySQL,
		Aurora: true, FirstNode: true, Readers: true, AuroraParts: true,
		HoldVersion: true, HoldPassword: true,
		ReadOnly: f.Asked || f.Copied || f.Promoted(),
		// Once it is gone it never comes back: the provider could not make a copy of it again.
		Copies: !f.Promoted() && !(f.CaughtUp && f.Frozen && f.Copied),
		// Without a stage, nobody could give the word any more.
		Contradicts: f.Stage == "" && !f.Promoted(),
	}
	if !f.Told && (!f.Promoted() || !f.Free) {
		return w
	}
	w.Serves, w.HoldPassword = v1alpha1.AuroraMySQL, false
	w.MySQL = f.Primary
	w.Replicas, w.MySQLParts = f.Primary, f.Primary
	if f.Stage == v1alpha1.MoveCutOver || !f.Primary || !f.Leaving && !f.Settled {
		return w
	}
	// The replicas are the first to go: without its primary, one would become a primary.
	w.Replicas = false
	w.Unprotect = f.Leaving || !f.Replica
	w.MySQL = !f.Leaving && !(w.Unprotect && f.Unprotected)
	return w
}
