package v1alpha1

// Backup is the archive of the database. It is kept longer than the database's
// automated backups.
//
// +kubebuilder:validation:XValidation:rule="self.archiveYears > 0 || (!has(self.copyTo) && self.lock == 'None' && !self.restoreTest.enabled)",message="cannot copy, lock or test an archive that is not taken: archiveYears is 0; set it to 1 or more, or remove copyTo, lock and restoreTest",fieldPath=".archiveYears"
// +kubebuilder:validation:XValidation:rule="!has(self.restoreTest.providerConfigRef) || (has(self.copyTo) && has(self.copyTo.vaultARN))",message="cannot test restores in another account: there is no copy of the archive there; set copyTo.vaultARN to a vault of that account, or remove restoreTest.providerConfigRef",fieldPath=".restoreTest"
type Backup struct {
	// ArchiveYears is how many years the monthly snapshot of the database is
	// kept in an AWS Backup vault. 0 takes no monthly snapshot; those already
	// taken stay until they expire. The vault is never deleted with the claim.
	//
	// +kubebuilder:default=7
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=35
	ArchiveYears int32 `json:"archiveYears"`

	// CompletionHours is how long a monthly snapshot and its copy may take. AWS Backup
	// cancels a job that takes longer. A large database that is copied to another region
	// for the first time needs more.
	//
	// +optional
	// +kubebuilder:default=12
	// +kubebuilder:validation:Minimum=2
	// +kubebuilder:validation:Maximum=168
	CompletionHours *int32 `json:"completionHours,omitempty"`

	// CopyTo is where each monthly snapshot is copied to. Copies are kept for
	// archiveYears too. You pay for their storage and transfer in addition.
	//
	// +optional
	CopyTo *BackupCopy `json:"copyTo,omitempty"`

	// Lock prevents the deletion of recovery points in the vault before archiveYears
	// have passed. A principal that may call backup:DeleteBackupVaultLockConfiguration
	// can remove a Governance lock. The lock stays when the claim is deleted or the
	// field is set back to None: remove it in AWS. The vault then rejects recovery
	// points that expire sooner.
	//
	// +kubebuilder:default=None
	// +kubebuilder:validation:Enum=None;Governance
	Lock VaultLock `json:"lock"`

	// RestoreTest restores the newest monthly snapshot once a month.
	//
	// +kubebuilder:default={}
	RestoreTest RestoreTest `json:"restoreTest"`
}

// VaultLock is how a vault is locked.
type VaultLock string

// The locks.
const (
	LockNone       VaultLock = "None"
	LockGovernance VaultLock = "Governance"
)

// BackupCopy is where each monthly snapshot is copied to.
//
// +kubebuilder:validation:XValidation:rule="has(self.region) != has(self.vaultARN)",message="cannot tell where to copy to: region makes a vault and a key in another region of this account, vaultARN names a vault that exists; set exactly one of them"
// +kubebuilder:validation:XValidation:rule="!has(self.pointInTime) || !self.pointInTime || has(self.region)",message="cannot replicate automated backups into a vault: RDS keeps them itself, in another region of this account; set region instead of vaultARN, or remove pointInTime",fieldPath=".pointInTime"
type BackupCopy struct {
	// Region of this account in which the claim creates a vault and a key for the
	// copies. Both stay in AWS when the claim is deleted, and when the region is
	// changed or removed here.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]{2}(-[a-z]+)+-[0-9]$')",message="cannot use this region: it is not the name of an AWS region; write for example eu-central-1"
	Region string `json:"region,omitempty"`

	// PointInTime makes RDS replicate the database's automated backups to the region,
	// so that the database can be restored there to any second of the last
	// backupRetentionDays (the value when it is turned on). Replication is a few
	// minutes behind. You pay for storage and transfer of the backups in addition. It
	// requires region.
	//
	// +optional
	PointInTime bool `json:"pointInTime,omitempty"`

	// VaultARN is an existing vault in another account or region. Its access policy
	// must allow backup:CopyIntoBackupVault to this account, the two accounts must be
	// in one organization in which cross-account backup is on, and the vault in the
	// other account must have a customer managed key.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=150
	// +kubebuilder:validation:XValidation:rule="self.matches('^arn:aws:backup:[a-z0-9-]+:[0-9]{12}:backup-vault:[A-Za-z0-9_-]{2,50}$')",message="cannot use this vault: it is not the ARN of a backup vault; write for example arn:aws:backup:eu-west-1:444455556666:backup-vault:archive"
	VaultARN string `json:"vaultARN,omitempty"`
}

// RestoreTest restores the newest monthly snapshot once a month.
//
// +kubebuilder:validation:XValidation:rule="!has(self.subnetGroup) || has(self.providerConfigRef)",message="cannot use a subnet group for restores in this account: there they go into the database's own; remove subnetGroup, or set providerConfigRef",fieldPath=".subnetGroup"
type RestoreTest struct {
	// Enabled restores the newest monthly snapshot on the third of every month
	// and deletes what was restored after keepHours. Each test costs a database
	// of the same size for that time.
	//
	// +kubebuilder:default=false
	Enabled bool `json:"enabled"`

	// KeepHours is how many hours a restored database is kept for inspection.
	//
	// +kubebuilder:default=4
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=168
	KeepHours int32 `json:"keepHours"`

	// ProviderConfigRef names the configuration of the account that
	// copyTo.vaultARN is in. The tests then run there, from that vault. When
	// empty, they run in the claim's account, from its own vault.
	//
	// +optional
	ProviderConfigRef *ProviderConfigReference `json:"providerConfigRef,omitempty"`

	// SubnetGroup is the DB subnet group in the other account that databases are
	// restored into. When empty, the one of its default VPC.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9][a-z0-9_. -]*$')",message="cannot use this subnet group: its name has lower-case letters, digits, spaces and _ . - and begins with a letter or a digit; write the name that aws rds describe-db-subnet-groups shows"
	SubnetGroup string `json:"subnetGroup,omitempty"`
}
