package v1alpha1

// Database is an RDS for MySQL instance with an optional standby and read
// replicas.
//
// +kubebuilder:validation:XValidation:rule="self.maxStorageGiB * 10 >= self.storageGiB * 11",message="cannot grow storage to this size: AWS wants maxStorageGiB to be at least a tenth more than storageGiB, and at most 65536; use a size between them",fieldPath=".maxStorageGiB"
// +kubebuilder:validation:XValidation:rule="has(self.restoreFromSnapshot) == has(oldSelf.restoreFromSnapshot) && (!has(self.restoreFromSnapshot) || self.restoreFromSnapshot == oldSelf.restoreFromSnapshot)",message="cannot change database.restoreFromSnapshot: AWS reads a snapshot only while it makes a database, and this one may be made; create a new claim that restores from the snapshot",fieldPath=".restoreFromSnapshot"
// +kubebuilder:validation:XValidation:rule="self.rotation != 'Application' || self.passwordGeneration == oldSelf.passwordGeneration",message="cannot change database.passwordGeneration while rotation is Application: Kasha would set a password that Secrets Manager does not have; run aws secretsmanager rotate-secret, or set rotation to Generation, which changes the password too",fieldPath=".passwordGeneration"
// +kubebuilder:validation:XValidation:rule="self.rotation != 'Application' || !self.proxy.enabled",message="cannot rotate by Application behind a proxy: AWS's application tries the new password at the host in the secret before the secret has it, and a proxy knows no password but the secret's; set rotation to Generation, or proxy.enabled to false",fieldPath=".rotation"
// +kubebuilder:validation:XValidation:rule="self.rotation != 'Application' || self.passwordRotationDays > 0",message="cannot rotate by Application every 0 days: its schedule needs a number of days; set passwordRotationDays to 1 or more, or rotation to Generation",fieldPath=".passwordRotationDays"
// +kubebuilder:validation:XValidation:rule="!self.manageMasterUserPassword || !has(self.readReplicas) || self.readReplicas == 0",message="cannot let RDS manage the master password of a database with read replicas: RDS for MySQL makes no replica of such a database, and AWS answers InvalidParameterValue; set readReplicas to 0, or manageMasterUserPassword to false",fieldPath=".manageMasterUserPassword"
// +kubebuilder:validation:XValidation:rule="!self.manageMasterUserPassword || (!self.proxy.enabled && self.rotation == 'Generation')",message="cannot let RDS manage the master password together with a proxy or AWS's rotation application: both are for the secret that Kasha keeps; leave proxy.enabled and rotation at their defaults, or set manageMasterUserPassword to false",fieldPath=".manageMasterUserPassword"
type Database struct {
	// Name of the schema that is created in the database. It cannot be changed
	// later.
	//
	// +kubebuilder:default=kasha
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z][A-Za-z0-9_]{0,63}$')",message="cannot use this name: a schema's name begins with a letter and has at most 64 letters, digits and underscores; write for example kasha"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change database.name: AWS sets it once, at creation; create another schema with SQL instead"
	Name string `json:"name"`

	// Version of MySQL: 8.4, or a full version like 8.4.6. With 8.4 AWS chooses
	// the default minor version, and applies new ones in the maintenance window.
	// Raising it restarts the database; it cannot be lowered.
	//
	// +kubebuilder:default="8.4"
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^8[.]4([.][0-9]{1,3})?$')",message="cannot use this version: the database is MySQL 8.4; write 8.4, or a full version like 8.4.6"
	// +kubebuilder:validation:XValidation:rule="self == '8.4' || oldSelf == '8.4' || int(self.split('.')[2]) >= int(oldSelf.split('.')[2])",message="cannot lower database.version: AWS has no downgrade; set it to the old version or a later one, or restore a snapshot that the old version wrote"
	Version string `json:"version"`

	// InstanceClass of the primary and of its replicas. When empty,
	// db.t4g.medium in Production and db.t3.micro in NonProduction. Changing it
	// restarts the database (with a standby: a failover of one to two minutes).
	//
	// +optional
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^db[.][a-z][a-z0-9-]*[0-9][a-z0-9-]*[.](micro|small|medium|([1-9][0-9]*x)?large|xlarge|metal|metal-[0-9]+xl)$')",message="cannot use this instance class: it is not an RDS instance class; write for example db.t4g.medium"
	InstanceClass string `json:"instanceClass,omitempty"`

	// StorageGiB is the size of the gp3 volume at the start. It can grow, never
	// shrink. Raised later, the replicas' volumes grow too. Within six hours of
	// an instance's creation, or of the last change, AWS refuses another one.
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
	// primary's. Before you set it to 0, let the backend stop using readerHost:
	// the replica goes at once.
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
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$')",message="cannot use this window: it is not a time of day; write hh:mm-hh:mm in UTC, for example 03:00-04:00"
	BackupWindow string `json:"backupWindow"`

	// MaintenanceWindow is the weekly time in which AWS may patch and restart
	// the database, in UTC, at least 30 minutes and apart from the backup
	// window: ddd:hh:mm-ddd:hh:mm.
	//
	// +kubebuilder:default="sun:06:00-sun:07:00"
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$')",message="cannot use this window: it is not a time of the week; write ddd:hh:mm-ddd:hh:mm in UTC, for example sun:06:00-sun:07:00"
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

	// PasswordGeneration counts the master passwords. Raising it to one more than
	// status.database.passwordGeneration changes the password: the provider
	// generates another one, the database takes it, Secrets Manager gets it, and
	// then the backend's tasks are replaced one by one. From the moment at which
	// the database takes it until a task has read the secret again, about three
	// minutes and more, that task can open no new connection; open connections
	// stay. It can never be lowered.
	//
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="cannot lower database.passwordGeneration: an old password never comes back; set it to the old value, or to one more than status.database.passwordGeneration to change the password"
	PasswordGeneration int32 `json:"passwordGeneration"`

	// PasswordRotationDays is how many days a master password lives. With
	// rotation Generation it is changed as raising passwordGeneration does, in
	// the first maintenance window in which it is as old as this; with rotation
	// Application on AWS's schedule; with manageMasterUserPassword on RDS's. 0
	// never changes it by itself.
	//
	// +kubebuilder:default=90
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000
	PasswordRotationDays int32 `json:"passwordRotationDays"`

	// Rotation is who changes the master password. Generation: Kasha, by a new
	// password and a rollout of the backend. Application: the Lambda function
	// that AWS publishes for it in the Serverless Application Repository, so that
	// aws secretsmanager rotate-secret works; Kasha installs it, and the backend
	// must read the secret again whenever the database refuses its password,
	// since nothing restarts its tasks. The secret's url then holds no password.
	// Going back to Generation changes the password.
	//
	// +kubebuilder:default=Generation
	Rotation PasswordRotation `json:"rotation"`

	// ManageMasterUserPassword lets RDS make, keep and rotate the master password
	// in a secret of its own, which holds only a username and a password; the
	// backend gets host, port and schema in DB_HOST, DB_PORT and DB_NAME. Not
	// with read replicas: RDS for MySQL makes none of such a database. It cannot
	// be changed later.
	//
	// +kubebuilder:default=false
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change database.manageMasterUserPassword: the backend's credentials would move to another secret and the old ones stop working while its tasks still have them; create a new claim that restores from a snapshot of this one"
	ManageMasterUserPassword bool `json:"manageMasterUserPassword"`

	// Proxy is a pool of connections in front of the primary.
	//
	// +kubebuilder:default={}
	Proxy DatabaseProxy `json:"proxy"`

	// IAMUsers are the MySQL users that the backend's role may log in as with a
	// token of IAM instead of a password, on the primary and its replicas. The
	// users themselves are made with SQL: CREATE USER name IDENTIFIED WITH
	// AWSAuthenticationPlugin AS 'RDS'.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=32
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[A-Za-z0-9_.-]+$')",message="cannot use this name: the name of a MySQL user that logs in with IAM has letters, digits and _ . -; write for example app"
	IAMUsers []string `json:"iamUsers,omitempty"`

	// RestoreFromSnapshot is the name or the ARN of the snapshot that the database
	// is made from, instead of an empty one. The snapshot must be of MySQL 8.4:
	// upgrade one of 8.0 first, with aws rds modify-db-snapshot --engine-version,
	// since AWS does not restore it with the settings of 8.4. It must be
	// encrypted, and the database keeps its key, its storage size at least, its schemas and its
	// users; the master user gets a new password. Set name to the schema that the
	// snapshot has and storageGiB to no less than its size. It must stay as it is
	// for the life of the claim.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=350
	// +kubebuilder:validation:XValidation:rule="self.matches('^(arn:aws:rds:[a-z0-9-]+:[0-9]{12}:snapshot:)?(rds:|awsbackup:)?[A-Za-z][A-Za-z0-9-]*$')",message="cannot use this snapshot: it is neither the name nor the ARN of an RDS snapshot; write for example shop-1a2b3c-db-primary-final-20260102030405-5f0c1c2e"
	RestoreFromSnapshot string `json:"restoreFromSnapshot,omitempty"`
}

// PasswordRotation is who changes the master password.
//
// +kubebuilder:validation:Enum=Generation;Application
type PasswordRotation string

// Who changes the master password.
const (
	RotationGeneration  PasswordRotation = "Generation"
	RotationApplication PasswordRotation = "Application"
)

// DatabaseProxy is a pool of connections in front of the primary.
type DatabaseProxy struct {
	// Enabled puts an RDS Proxy in front of the primary. The secret's host and url
	// then are the proxy's, which takes TLS only; readerHost stays the replica's.
	// Its certificate is signed by Amazon Trust Services, not by the RDS
	// authority. About 11 USD a month for each vCPU of the primary, at least two.
	// Turning it off waits until no task of the backend uses it.
	//
	// +kubebuilder:default=false
	Enabled bool `json:"enabled"`

	// MaxConnectionsPercent is how many of the connections that the database
	// allows the proxy may use.
	//
	// +kubebuilder:default=80
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	MaxConnectionsPercent int32 `json:"maxConnectionsPercent"`

	// IdleClientSeconds is how long a connection to the proxy may do nothing
	// before it is closed.
	//
	// +kubebuilder:default=1800
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=28800
	IdleClientSeconds int32 `json:"idleClientSeconds"`
}
