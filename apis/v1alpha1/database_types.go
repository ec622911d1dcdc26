package v1alpha1

// Database is an RDS for MySQL instance with an optional standby and read
// replicas.
//
// +kubebuilder:validation:XValidation:rule="self.maxStorageGiB * 10 >= self.storageGiB * 11",message="cannot grow storage to this size: AWS wants maxStorageGiB to be at least a tenth more than storageGiB; raise it",fieldPath=".maxStorageGiB"
type Database struct {
	// Name of the schema that is created in the database. It cannot be changed
	// later.
	//
	// +kubebuilder:default=kasha
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[A-Za-z][A-Za-z0-9_]*$`
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change database.name: AWS sets it once, at creation; create another schema with SQL instead"
	Name string `json:"name"`

	// Version of MySQL: 8.4, or a full version like 8.4.6. With 8.4 AWS chooses
	// the default minor version, and applies new ones in the maintenance window.
	// Raising it restarts the database; it cannot be lowered.
	//
	// +kubebuilder:default="8.4"
	// +kubebuilder:validation:MaxLength=10
	// +kubebuilder:validation:Pattern=`^8\.4(\.[0-9]{1,3})?$`
	// +kubebuilder:validation:XValidation:rule="self == '8.4' || oldSelf == '8.4' || int(self.split('.')[2]) >= int(oldSelf.split('.')[2])",message="cannot lower database.version: AWS has no downgrade; set it to the old version or a later one, or restore a snapshot that the old version wrote"
	Version string `json:"version"`

	// InstanceClass of the primary and of its replicas. When empty,
	// db.t4g.medium in Production and db.t3.micro in NonProduction. Changing it
	// restarts the database (with a standby: a failover of one to two minutes).
	//
	// +optional
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:Pattern=`^db\.[a-z0-9-]+\.[a-z0-9]+$`
	InstanceClass string `json:"instanceClass,omitempty"`

	// StorageGiB is the size of the gp3 volume at the start. It can grow, never
	// shrink.
	//
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=20
	// +kubebuilder:validation:Maximum=59578
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="cannot shrink database.storageGiB: RDS volumes only grow; set it to the old value or a larger one"
	StorageGiB int64 `json:"storageGiB"`

	// MaxStorageGiB is how far AWS may grow the volume by itself when it fills up.
	// At least a tenth more than storageGiB.
	//
	// +kubebuilder:default=100
	// +kubebuilder:validation:Minimum=20
	// +kubebuilder:validation:Maximum=65536
	MaxStorageGiB int64 `json:"maxStorageGiB"`

	// MultiAZ keeps a synchronous standby in a second zone, to which AWS fails
	// over by itself in one to two minutes. Doubles the instance's price. When
	// empty, on in Production and off in NonProduction.
	//
	// +optional
	MultiAZ *bool `json:"multiAZ,omitempty"`

	// ReadReplicas is the number of read replicas, each a further instance. When
	// empty, 1 in Production and 0 in NonProduction. Lowering it deletes the last
	// ones; a replica has no final snapshot, since all its data is the
	// primary's.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=5
	ReadReplicas *int32 `json:"readReplicas,omitempty"`

	// BackupRetentionDays is how far back the database can be restored to any
	// second.
	//
	// +kubebuilder:default=30
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=35
	BackupRetentionDays int32 `json:"backupRetentionDays"`

	// BackupWindow is the daily time of the snapshot, in UTC, at least 30
	// minutes: hh:mm-hh:mm.
	//
	// +kubebuilder:default="03:00-04:00"
	// +kubebuilder:validation:MaxLength=11
	// +kubebuilder:validation:Pattern=`^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$`
	BackupWindow string `json:"backupWindow"`

	// MaintenanceWindow is the weekly time in which AWS may patch and restart
	// the database, in UTC, at least 30 minutes and apart from the backup
	// window: ddd:hh:mm-ddd:hh:mm.
	//
	// +kubebuilder:default="sun:06:00-sun:07:00"
	// +kubebuilder:validation:MaxLength=19
	// +kubebuilder:validation:Pattern=`^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$`
	MaintenanceWindow string `json:"maintenanceWindow"`

	// SlowQuerySeconds is how long a query takes before the slow query log has
	// it.
	//
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3600
	SlowQuerySeconds int32 `json:"slowQuerySeconds"`

	// GeneralLog writes every query to the general log. It costs speed and log
	// storage and may write personal data. When empty, off in Production and on
	// in NonProduction.
	//
	// +optional
	GeneralLog *bool `json:"generalLog,omitempty"`
}
