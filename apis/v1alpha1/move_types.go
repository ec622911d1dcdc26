package v1alpha1

// DatabaseMove moves the data of a living claim from the engine MySQL to AuroraMySQL. AWS
// copies the database while it is used, and nothing is lost. See docs/growing.md.
//
// +kubebuilder:validation:XValidation:rule="oldSelf.stage != 'Prepare' || self.stage in ['Prepare', 'Copy']",message="cannot skip a stage of the move: each needs the one before; the one after Prepare is Copy, so set database.move.stage to Copy",fieldPath=".stage"
// +kubebuilder:validation:XValidation:rule="oldSelf.stage != 'Copy' || self.stage in ['Prepare', 'Copy', 'Freeze']",message="cannot skip a stage of the move: each needs the one before; the one after Copy is Freeze, and the one before is Prepare, so set database.move.stage to one of them",fieldPath=".stage"
// +kubebuilder:validation:XValidation:rule="oldSelf.stage != 'Freeze' || self.stage in ['Copy', 'Freeze', 'CutOver']",message="cannot skip a stage of the move: each needs the one before; the one after Freeze is CutOver, and the one before is Copy, so set database.move.stage to one of them",fieldPath=".stage"
// +kubebuilder:validation:XValidation:rule="oldSelf.stage != 'CutOver' || self.stage in ['CutOver', 'Retire']",message="cannot leave CutOver: the application has written to Aurora since, and the old database does not have it; go on with Retire",fieldPath=".stage"
// +kubebuilder:validation:XValidation:rule="oldSelf.stage != 'Retire' || self.stage == 'Retire'",message="cannot go back from Retire: the old database is being deleted, and the data is in Aurora; remove database.move when status.database.move says that the old database is gone",fieldPath=".stage"
// +kubebuilder:validation:XValidation:rule="oldSelf.stage != 'Freeze' || self.stage != 'CutOver' || (has(self.caughtUp) && self.caughtUp)",message="cannot cut over: nobody has said that the copy has caught up; look at the alarm db-copy-lag or at AuroraBinlogReplicaLag of the copy's node, and set caughtUp to true while it is 0",fieldPath=".caughtUp"
// +kubebuilder:validation:XValidation:rule="!has(self.caughtUp) || !self.caughtUp || self.stage in ['Freeze', 'CutOver', 'Retire']",message="cannot say that the copy has caught up before writes are frozen: more would follow; set stage to Freeze first",fieldPath=".caughtUp"
type DatabaseMove struct {
	// Stage up to which the move may go. Kasha goes no further, and each step waits until
	// AWS reports what it needs: status.database.move says what is true, what is next, and
	// what going back costs. Prepare: AWS applies no minor versions by itself, so that the
	// database does not become newer than Aurora. Copy: Aurora copies the database and
	// follows it; this takes hours per TiB and costs a node and its storage. Freeze: the
	// database takes no writes, so the application only reads; minutes, if the next step is
	// prepared. CutOver: the copy becomes the database, and the workloads are replaced.
	// Retire: the old database is deleted with a final snapshot. From Prepare and Copy you
	// can go back with engine MySQL and without move, from Freeze with stage Copy, and after
	// that not at all.
	Stage MoveStage `json:"stage"`

	// CaughtUp is your word that the copy has everything: while writes are frozen, the
	// alarm db-copy-lag is not in alarm, or SHOW REPLICA STATUS on the copy says
	// Seconds_Behind_Source: 0. AWS tells the provider neither. CutOver needs it. It counts
	// only if status.database.move had frozenAt before: what is said earlier must be taken
	// back and said again.
	//
	// +optional
	CaughtUp bool `json:"caughtUp,omitempty"`
}

// MoveStage is a stage of a move.
//
// +kubebuilder:validation:Enum=Prepare;Copy;Freeze;CutOver;Retire
type MoveStage string

// The stages of a move, in their order.
const (
	MovePrepare MoveStage = "Prepare"
	MoveCopy    MoveStage = "Copy"
	MoveFreeze  MoveStage = "Freeze"
	MoveCutOver MoveStage = "CutOver"
	MoveRetire  MoveStage = "Retire"
)

// DatabaseMoveStatus is how far a move is.
type DatabaseMoveStatus struct {
	// Stage that is reached: what it is for is done. It is empty until the first one is.
	// +optional
	Stage MoveStage `json:"stage,omitempty"`
	// Now is what is true.
	Now string `json:"now"`
	// WaitsFor is what the next step of the claim's stage waits for.
	// +optional
	WaitsFor string `json:"waitsFor,omitempty"`
	// Next is what you do next.
	Next string `json:"next"`
	// Back is what it costs to go back.
	Back string `json:"back"`
	// Source is the name in AWS of the old database, and SourceVersion its version.
	// +optional
	Source string `json:"source,omitempty"`
	// +optional
	SourceVersion string `json:"sourceVersion,omitempty"`
	// Copy is the name in AWS of the cluster, and CopyVersion its version of MySQL.
	// +optional
	Copy string `json:"copy,omitempty"`
	// +optional
	CopyVersion string `json:"copyVersion,omitempty"`
	// CaughtUpTooEarly tells that caughtUp was set before writes were frozen. It does not
	// count until it is set to false and to true again.
	// +optional
	CaughtUpTooEarly bool `json:"caughtUpTooEarly,omitempty"`
	// FrozenAt is when the old database was first seen to take no writes.
	// +optional
	FrozenAt string `json:"frozenAt,omitempty"`
	// PromotedAt is when the copy was first seen to be a database of its own.
	// +optional
	PromotedAt string `json:"promotedAt,omitempty"`
	// SourceSnapshotID is the name of the final snapshot of the old database.
	// +optional
	SourceSnapshotID string `json:"sourceSnapshotID,omitempty"`
}
