package v1alpha1

// Database is MySQL: an RDS for MySQL instance with an optional standby and read
// replicas, or a cluster of Aurora MySQL.
//
// +kubebuilder:validation:XValidation:rule="self.maxStorageGiB * 10 >= self.storageGiB * 11",message="cannot grow storage to this size: AWS wants maxStorageGiB to be at least a tenth more than storageGiB, and at most 65536; use a size between them",fieldPath=".maxStorageGiB"
// +kubebuilder:validation:XValidation:rule="has(self.restoreFromSnapshot) == has(oldSelf.restoreFromSnapshot) && (!has(self.restoreFromSnapshot) || self.restoreFromSnapshot == oldSelf.restoreFromSnapshot)",message="cannot change database.restoreFromSnapshot: RDS reads a snapshot only when it creates a database, and this one may exist already; create a new claim that restores from the snapshot",fieldPath=".restoreFromSnapshot"
// +kubebuilder:validation:XValidation:rule="self.rotation != 'Application' || self.passwordGeneration == oldSelf.passwordGeneration",message="cannot change database.passwordGeneration while rotation is Application: Kasha would set a password that Secrets Manager does not have; run aws secretsmanager rotate-secret, or set rotation to Generation, which changes the password too",fieldPath=".passwordGeneration"
// +kubebuilder:validation:XValidation:rule="self.rotation != 'Application' || !self.proxy.enabled",message="cannot rotate by Application behind a proxy: AWS's application tries the new password at the host in the secret before the secret has it, and a proxy knows no password but the secret's; set rotation to Generation, or proxy.enabled to false",fieldPath=".rotation"
// +kubebuilder:validation:XValidation:rule="self.rotation != 'Application' || self.passwordRotationDays > 0",message="cannot rotate by Application every 0 days: its schedule needs a number of days; set passwordRotationDays to 1 or more, or rotation to Generation",fieldPath=".passwordRotationDays"
// +kubebuilder:validation:XValidation:rule="!self.manageMasterUserPassword || (!self.proxy.enabled && self.rotation == 'Generation')",message="cannot let RDS manage the master password together with a proxy or AWS's rotation application: both are for the secret that Kasha keeps; leave proxy.enabled and rotation at their defaults, or set manageMasterUserPassword to false",fieldPath=".manageMasterUserPassword"
// +kubebuilder:validation:XValidation:rule="!has(self.move) || !self.proxy.enabled",message="cannot move behind a proxy: its clients would go on writing to the old database; set proxy.enabled to false until the move is done",fieldPath=".move"
// +kubebuilder:validation:XValidation:rule="!has(self.move) || self.rotation == 'Generation'",message="cannot move while AWS's application rotates the password: the copy would not have a password that it sets; set rotation to Generation until the move is done",fieldPath=".move"
// +kubebuilder:validation:XValidation:rule="!has(self.move) || !self.manageMasterUserPassword",message="cannot move a database whose password RDS manages: AWS makes no copy of it; create a new claim that restores from a snapshot of this one",fieldPath=".move"
// +kubebuilder:validation:XValidation:rule="!has(self.aurora) || !has(self.aurora.capacity) || self.aurora.capacity.minACU != '0' || !self.proxy.enabled",message="cannot pause a database behind a proxy: the proxy keeps connections open, so that no node ever pauses; set aurora.capacity.minACU to 0.5 or more, or proxy.enabled to false",fieldPath=".aurora.capacity.minACU"
type Database struct {
	// Engine is what stores the data. MySQL: an RDS instance, with a volume and a standby.
	// AuroraMySQL: a cluster whose volume is in three zones and grows by itself, whose
	// nodes scale in seconds, and whose readers lag by milliseconds; the smallest costs
	// about twice as much. When empty, by usageTier.
	//
	// +optional
	Engine DatabaseEngine `json:"engine,omitempty"`

	// Aurora is about the cluster, where engine is AuroraMySQL. Of the other fields,
	// version, instanceClass, storageGiB, maxStorageGiB, multiAZ and readReplicas are about
	// the engine MySQL only; all others are about both.
	//
	// +optional
	Aurora *Aurora `json:"aurora,omitempty"`

	// Move moves the data of a living claim from MySQL to AuroraMySQL, in stages. Set it
	// together with engine, and remove it when the move is done.
	//
	// +optional
	Move *DatabaseMove `json:"move,omitempty"`

	// Name of the schema that is created in the database. Immutable.
	//
	// +kubebuilder:default=kasha
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z][A-Za-z0-9_]{0,63}$')",message="cannot use this name: a schema's name begins with a letter and has at most 64 letters, digits and underscores; write for example kasha"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change database.name: AWS sets it once, at creation; create another schema with SQL instead"
	Name string `json:"name"`

	// Version of the engine MySQL: 8.4, or a full version like 8.4.6. With 8.4, AWS chooses the
	// default minor version and applies new ones in the maintenance window. Raising it
	// restarts the database. It cannot be lowered.
	//
	// +kubebuilder:default="8.4"
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^8[.]4([.][0-9]{1,3})?$')",message="cannot use this version: the database is MySQL 8.4; write 8.4, or a full version like 8.4.6"
	// +kubebuilder:validation:XValidation:rule="self == '8.4' || oldSelf == '8.4' || int(self.split('.')[2]) >= int(oldSelf.split('.')[2])",message="cannot lower database.version: AWS has no downgrade; set it to the old version or a later one, or restore a snapshot that the old version wrote"
	Version string `json:"version"`

	// InstanceClass of the primary and of its replicas. When empty,
	// db.t4g.medium in Production and db.t3.micro in NonProduction. Changing it
	// restarts the database (with a standby: a failover of one to two minutes). A class
	// that Kasha does not know, because it is new or misspelt, is a warning in the status.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^db[.][a-z][a-z0-9-]*[0-9][a-z0-9-]*[.](micro|small|medium|([1-9][0-9]*x)?large|xlarge|metal|metal-[0-9]+xl)$')",message="cannot use this instance class: it is not an RDS instance class; write for example db.t4g.medium"
	// +kubebuilder:validation:XValidation:rule="!self.matches('^db[.]([^tm]|m[^13])[^.]*[.](micro|small|medium)$') && !self.matches('^db[.]t[^.]*[.](metal.*|(1|[3-9]|[1-9][0-9]+)xlarge)$')",message="cannot use this instance class: only classes of the families db.t have the sizes micro, small and medium, and none of these is larger than 2xlarge; write for example db.t4g.medium or db.m7g.large"
	InstanceClass string `json:"instanceClass,omitempty"`

	// StorageGiB is the initial size of the gp3 volume. It can be raised but not
	// lowered. Raising it grows the replicas' volumes too. AWS rejects a change of
	// storage within six hours of the creation of the instance or of the last change.
	//
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=20
	// +kubebuilder:validation:Maximum=59578
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="cannot shrink database.storageGiB: RDS volumes only grow; set it to the old value or a larger one"
	StorageGiB int64 `json:"storageGiB"`

	// MaxStorageGiB is the size up to which RDS grows the volume when it fills up
	// (storage autoscaling). It must be at least 10 percent more than storageGiB.
	//
	// +kubebuilder:default=100
	// +kubebuilder:validation:Minimum=20
	// +kubebuilder:validation:Maximum=65536
	MaxStorageGiB int64 `json:"maxStorageGiB"`

	// MultiAZ keeps a synchronous standby in a second zone. RDS fails over to it in
	// one to two minutes. It doubles the price of the instance. When empty, on in
	// Production and off in NonProduction.
	//
	// +optional
	MultiAZ *bool `json:"multiAZ,omitempty"`

	// ReadReplicas is the number of read replicas. Each is billed as a further
	// instance. When empty, 1 in Production and 0 in NonProduction. Lowering it
	// deletes the last replicas, without a final snapshot, because the primary has all
	// their data. Before you set it to 0, make sure that the backend no longer uses
	// readerHost: the replica is deleted at once.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=5
	ReadReplicas *int32 `json:"readReplicas,omitempty"`

	// BackupRetentionDays is for how many days the database can be restored to any
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
	// the primary, in UTC, at least 30 minutes and apart from the backup
	// window: ddd:hh:mm-ddd:hh:mm. Each replica has a window of its own before it, of the
	// same length, on the same night as far as the backup window leaves room. So never
	// two instances restart in one window, and the replicas come first.
	//
	// +kubebuilder:default="sun:06:00-sun:07:00"
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]-(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]$')",message="cannot use this window: it is not a time of the week; write ddd:hh:mm-ddd:hh:mm in UTC, for example sun:06:00-sun:07:00"
	MaintenanceWindow string `json:"maintenanceWindow"`

	// ApplyChanges is when RDS applies a change of the claim that interrupts the
	// database or slows it, such as another instanceClass, version, multiAZ or
	// storageGiB. Immediately: at once. MaintenanceWindow: in the next
	// maintenanceWindow; until then the provider repeats its request to RDS, and the
	// database runs as before. RDS does not wait with a new password, security groups
	// or parameters. Going back to Immediately also applies what still waits.
	//
	// +kubebuilder:default=Immediately
	ApplyChanges ApplyChanges `json:"applyChanges"`

	// AutoMinorVersionUpgrade lets AWS apply a new minor version in the maintenance
	// window, which restarts the database. Even a full version in version is then only
	// where the database starts from. When false, you raise version yourself; AWS still
	// upgrades a version that it no longer supports. When empty, true.
	//
	// +optional
	// +kubebuilder:default=true
	AutoMinorVersionUpgrade *bool `json:"autoMinorVersionUpgrade,omitempty"`

	// MonitoringSeconds is how often Enhanced Monitoring measures the operating system
	// below the database. A shorter time writes more to CloudWatch Logs.
	//
	// +optional
	// +kubebuilder:default=60
	// +kubebuilder:validation:Enum=1;5;10;15;30;60
	MonitoringSeconds *int32 `json:"monitoringSeconds,omitempty"`

	// SlowQuerySeconds is the duration in seconds above which a query is written to
	// the slow query log.
	//
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=3600
	SlowQuerySeconds int32 `json:"slowQuerySeconds"`

	// GeneralLog writes every query to the general log. It slows the database, costs
	// log storage, and may log personal data. When empty, off in Production and on in
	// NonProduction.
	//
	// +optional
	GeneralLog *bool `json:"generalLog,omitempty"`

	// Parameters are settings of MySQL, by their names in RDS, for example
	// log_bin_trust_function_creators: "1". A value may be one of RDS's formulas, for
	// example {DBInstanceClassMemory*3/4}. The primary and its replicas share them. A
	// few well-known ones take effect within minutes: docs/compatibility.md lists
	// them. All others, also dynamic ones, take effect at the next restart of each
	// instance, and Kasha does not restart it: run aws rds reboot-db-instance. When
	// you remove a parameter, it gets RDS's default in the same way. RDS refuses a name
	// that it does not know and a value that it does not allow; then the claim is not
	// ready and shows its answer. The parameters that Kasha sets itself are refused.
	//
	// +optional
	// +kubebuilder:validation:MaxProperties=50
	// +kubebuilder:validation:XValidation:rule="self.all(k, k.matches('^[a-z][a-z0-9_-]{0,99}$'))",message="cannot set this parameter: the name of a parameter has lower-case letters, digits, _ and -, and begins with a letter; write it as aws rds describe-db-parameters shows it"
	// +kubebuilder:validation:XValidation:rule="self.all(k, self[k].matches('^[ -~]{1,1000}$'))",message="cannot set this parameter: a value has 1 to 1000 printable characters of ASCII; write such a value, or remove the parameter to get RDS's default"
	// +kubebuilder:validation:XValidation:rule="!('slow_query_log' in self || 'long_query_time' in self)",message="cannot set slow_query_log or long_query_time: Kasha writes the slow query log and sets its threshold itself; remove the parameter, and set database.slowQuerySeconds"
	// +kubebuilder:validation:XValidation:rule="!('general_log' in self)",message="cannot set general_log: Kasha sets it itself; remove the parameter, and set database.generalLog"
	// +kubebuilder:validation:XValidation:rule="!('log_output' in self)",message="cannot set log_output: RDS sends logs to CloudWatch only if MySQL writes them to files; remove the parameter"
	// +kubebuilder:validation:XValidation:rule="!('require_secure_transport' in self)",message="cannot set require_secure_transport: every connection to the database must use TLS; remove the parameter, and connect with TLS"
	// +kubebuilder:validation:XValidation:rule="!('lower_case_table_names' in self)",message="cannot set lower_case_table_names: RDS takes it only when it creates a database, and a later change makes tables unreadable; remove the parameter, and write the names of tables as they were created"
	// +kubebuilder:validation:XValidation:rule="!('read_only' in self)",message="cannot set read_only: the primary and its replicas share it, so that a replica would take writes or the primary would not; remove the parameter"
	Parameters map[string]ParameterValue `json:"parameters,omitempty"`

	// PasswordGeneration counts the master passwords. To change the password, raise it
	// to one more than status.database.passwordGeneration. The provider generates a
	// new password, sets it on the database and writes it to Secrets Manager. Then the
	// backend's tasks are replaced one by one. From the moment at which the database
	// has the new password until a task is replaced, about three minutes or more, that
	// task cannot open new connections; open connections are kept. It cannot be
	// lowered.
	//
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="cannot lower database.passwordGeneration: an old password never comes back; set it to the old value, or to one more than status.database.passwordGeneration to change the password"
	PasswordGeneration int32 `json:"passwordGeneration"`

	// PasswordRotationDays is the age in days at which the master password is changed.
	// With rotation Generation, it is changed in the first maintenance window after
	// that, in the same way as by raising passwordGeneration. With rotation
	// Application, Secrets Manager's schedule changes it, and with
	// manageMasterUserPassword, RDS. 0 turns automatic changes off.
	//
	// +kubebuilder:default=90
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000
	PasswordRotationDays int32 `json:"passwordRotationDays"`

	// Rotation is what changes the master password. Generation: Kasha sets a new
	// password and rolls out the backend. Application: a Lambda function that AWS
	// publishes in the Serverless Application Repository changes it, so that aws
	// secretsmanager rotate-secret works. Kasha installs this function. Nothing
	// restarts the backend's tasks, so the backend must read the secret again when the
	// database rejects its password. The url in the secret then has no password. Going
	// back to Generation changes the password.
	//
	// +kubebuilder:default=Generation
	Rotation PasswordRotation `json:"rotation"`

	// ManageMasterUserPassword lets RDS generate, store and rotate the master password
	// in a secret that RDS owns. That secret has only a username and a password, so
	// the backend gets host, port and schema in DB_HOST, DB_PORT and DB_NAME. It
	// cannot be combined with read replicas: RDS for MySQL does not support them with
	// a managed password. Immutable.
	//
	// +kubebuilder:default=false
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="cannot change database.manageMasterUserPassword: the backend's credentials would move to another secret and the old ones stop working while its tasks still have them; create a new claim that restores from a snapshot of this one"
	ManageMasterUserPassword bool `json:"manageMasterUserPassword"`

	// Proxy is a pool of connections (RDS Proxy) in front of the primary.
	//
	// +kubebuilder:default={}
	Proxy DatabaseProxy `json:"proxy"`

	// IAMUsers are the MySQL users that the backend's role may log in as with an IAM
	// authentication token instead of a password, on the primary and its replicas. You
	// create the users with SQL: CREATE USER name IDENTIFIED WITH
	// AWSAuthenticationPlugin AS 'RDS'.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=32
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[A-Za-z0-9_.-]+$')",message="cannot use this name: the name of a MySQL user that logs in with IAM has letters, digits and _ . -; write for example app"
	IAMUsers []string `json:"iamUsers,omitempty"`

	// Users are MySQL users that Kasha makes, with rights on the schema of this claim
	// and on nothing else. A task that runs once, with clientImage, makes them as the
	// master user. The one with access Password is what the workloads connect as: their
	// secret is then not the master user's. It is two users in MySQL, <name>_1 and
	// <name>_2, which alternate: a new password is always that of the user that no task
	// uses, so a rotation fails no connection. The workloads may log in as the ones with
	// access IAM, with a token. A user that you remove stays in MySQL until you drop it.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=8
	Users []DatabaseUser `json:"users,omitempty"`

	// UsersGeneration counts the passwords of the user with access Password. It is changed
	// at the age of passwordRotationDays, in a maintenance window. To change it before
	// that, set this to one more than status.database.users.generation. Where making the
	// users has failed, a higher number tries again. When empty, 1.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	UsersGeneration int32 `json:"usersGeneration,omitempty"`

	// ClientImage is an image with bash and the mysql client, from which the task that
	// makes the users is started. When empty, Docker's official image of MySQL 8.4.7 in
	// public.ecr.aws, by its digest. A network without a way to it needs a copy of it in
	// ECR.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=500
	// +kubebuilder:validation:XValidation:rule="self.matches('^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:[.][a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$')",message="cannot use this image: it is not an image reference; write registry/repository:tag or registry/repository@sha256:digest, the repository in lower case"
	ClientImage string `json:"clientImage,omitempty"`

	// RestoreFromSnapshot is the name or the ARN of the snapshot that the database
	// is made from, instead of an empty one. With the engine AuroraMySQL, it is the name or
	// the ARN of a snapshot of a cluster, or the ARN of a snapshot of MySQL, whose version
	// must not be newer than aurora.version. The snapshot must be of MySQL 8.4:
	// upgrade one of 8.0 first, with aws rds modify-db-snapshot --engine-version,
	// since AWS does not restore it with the settings of 8.4. It must be
	// encrypted, and the database keeps its key, its storage size at least, its schemas and its
	// users; the master user gets a new password. Set name to the schema that the
	// snapshot has and storageGiB to no less than its size. Before anything is created,
	// the claim is refused if the snapshot's version, encryption or size does not fit.
	// AWS tells nothing of another account's snapshot, which fails only then. The field
	// must stay as it is for the life of the claim; the snapshot may be deleted once the
	// database is Ready.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=350
	// +kubebuilder:validation:XValidation:rule="self.matches('^(arn:aws:rds:[a-z0-9-]+:[0-9]{12}:(cluster-)?snapshot:)?(rds:|awsbackup:)?[A-Za-z][A-Za-z0-9-]*$')",message="cannot use this snapshot: it is neither the name nor the ARN of an RDS snapshot; write for example shop-1a2b3c-db-primary-final-20260102030405-5f0c1c2e"
	RestoreFromSnapshot string `json:"restoreFromSnapshot,omitempty"`
}

// DatabaseUser is a MySQL user that Kasha makes.
type DatabaseUser struct {
	// Name of the user in MySQL. The user with access Password is two users, this name
	// with _1 and with _2 at its end.
	//
	// +kubebuilder:validation:MaxLength=28
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z][a-z0-9_]{0,27}$')",message="cannot use this name: the name of a database user begins with a lower-case letter and has at most 28 lower-case letters, digits and underscores; write for example app"
	Name string `json:"name"`

	// Access is how the user logs in. Password: with the credentials in the secret that
	// the workloads get; at most one user has it. IAM: with a token, as the workloads'
	// role.
	//
	// +optional
	// +kubebuilder:default=Password
	Access DatabaseAccess `json:"access,omitempty"`

	// Privileges of the user on the claim's schema. All: everything that can be granted on
	// a schema, for applications that change their own tables, but not to grant it to
	// others. ReadWrite: to read and change rows and to run procedures. Read: to read.
	//
	// +optional
	// +kubebuilder:default=All
	Privileges DatabasePrivileges `json:"privileges,omitempty"`
}

// DatabaseAccess is how a database user logs in.
//
// +kubebuilder:validation:Enum=Password;IAM
type DatabaseAccess string

// How a database user logs in.
const (
	AccessPassword DatabaseAccess = "Password"
	AccessIAM      DatabaseAccess = "IAM"
)

// DatabasePrivileges are the rights of a database user on the schema.
//
// +kubebuilder:validation:Enum=All;ReadWrite;Read
type DatabasePrivileges string

// Rights of a database user on the schema.
const (
	PrivilegesAll       DatabasePrivileges = "All"
	PrivilegesReadWrite DatabasePrivileges = "ReadWrite"
	PrivilegesRead      DatabasePrivileges = "Read"
)

// ApplyChanges is when RDS applies changes.
//
// +kubebuilder:validation:Enum=Immediately;MaintenanceWindow
type ApplyChanges string

// When RDS applies changes.
const (
	ApplyImmediately         ApplyChanges = "Immediately"
	ApplyInMaintenanceWindow ApplyChanges = "MaintenanceWindow"
)

// ParameterValue is the value of a parameter of MySQL.
//
// +kubebuilder:validation:MaxLength=1000
type ParameterValue string

// PasswordRotation is what changes the master password.
//
// +kubebuilder:validation:Enum=Generation;Application
type PasswordRotation string

// What changes the master password.
const (
	RotationGeneration  PasswordRotation = "Generation"
	RotationApplication PasswordRotation = "Application"
)

// DatabaseProxy is a pool of connections (RDS Proxy) in front of the primary.
type DatabaseProxy struct {
	// Enabled puts an RDS Proxy in front of the primary. The host and url in the
	// secret are then those of the proxy, which accepts only TLS; readerHost is still
	// the replica's. The proxy's certificate is signed by Amazon Trust Services, not
	// by the RDS certificate authority. It costs about 11 USD a month for each vCPU of
	// the primary, for at least two. When it is turned off, the proxy is deleted only
	// after no task of the backend uses it.
	//
	// +kubebuilder:default=false
	Enabled bool `json:"enabled"`

	// MaxConnectionsPercent is the percentage of the database's max_connections that
	// the proxy may use.
	//
	// +kubebuilder:default=80
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	MaxConnectionsPercent int32 `json:"maxConnectionsPercent"`

	// IdleClientSeconds is how long a client connection to the proxy may be idle
	// before the proxy closes it.
	//
	// +kubebuilder:default=1800
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=28800
	IdleClientSeconds int32 `json:"idleClientSeconds"`

	// BorrowSeconds is how long a client waits for a connection while all connections of
	// the pool are busy, before the proxy answers with an error.
	//
	// +optional
	// +kubebuilder:default=120
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=300
	BorrowSeconds *int32 `json:"borrowSeconds,omitempty"`
}
