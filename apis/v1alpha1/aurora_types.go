package v1alpha1

// DatabaseEngine is what stores the data.
//
// +kubebuilder:validation:Enum=MySQL;AuroraMySQL
type DatabaseEngine string

// The engines.
const (
	MySQL       DatabaseEngine = "MySQL"
	AuroraMySQL DatabaseEngine = "AuroraMySQL"
)

// Aurora is a cluster of Aurora MySQL: one volume, a writer, and readers that take its place
// when it fails.
//
// +kubebuilder:validation:XValidation:rule="!has(self.readerScaling) || (has(self.readers) && self.readers >= 1 && self.readerScaling.max >= self.readers)",message="cannot scale readers: AWS adds readers to those of the claim, and removes only those that it has added; set readers to 1 or more, and readerScaling.max to readers or more",fieldPath=".readerScaling"
// +kubebuilder:validation:XValidation:rule="!has(self.version) || !has(oldSelf.version) || int(self.version.split('.')[2]) >= int(oldSelf.version.split('.')[2])",message="cannot lower database.aurora.version: AWS has no downgrade; set it to the old version or a later one, or restore a snapshot that the old version wrote",fieldPath=".version"
type Aurora struct {
	// Version of Aurora MySQL, in full: 8.4.10. When empty, the newest that Kasha knew
	// when the cluster was made. AWS applies newer minor versions in the maintenance
	// window, so it is where the cluster starts from: see autoMinorVersionUpgrade.
	// Raising it restarts the cluster. It cannot be lowered.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=10
	// +kubebuilder:validation:XValidation:rule="self.matches('^8[.]4[.][0-9]{1,3}$')",message="cannot use this version: Aurora's version is compatible with MySQL 8.4 and written in full; write for example 8.4.10"
	Version string `json:"version,omitempty"`

	// InstanceClass of the writer and the readers. db.serverless scales up and down in
	// seconds within capacity, and is billed by what it uses; a class like db.r7g.large
	// always has the same size, which costs less where the load is steady. Changing it
	// restarts each node, the writer with a failover. When empty, db.serverless.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^db[.](serverless|(t3|t4g|r[5-9][a-z]*|x2g)[.](small|medium|([1-9][0-9]*x)?large|xlarge))$')",message="cannot use this instance class: it is none of Aurora MySQL's; write db.serverless, or for example db.r7g.large"
	InstanceClass string `json:"instanceClass,omitempty"`

	// Capacity within which each db.serverless node scales. Other classes do not use it.
	// When empty, 2 to 16 units in Production, and 0 to 2 in NonProduction, where a node
	// pauses when nobody uses it; with usageTier Scale, 4 to 64 and 0.5 to 4.
	//
	// +optional
	Capacity *AuroraCapacity `json:"capacity,omitempty"`

	// Readers is the number of further nodes, each in the next zone. Readers share the
	// writer's volume, so they lag by milliseconds, and the first one takes its place
	// within about half a minute when it fails. Each is billed as a node. Lowering it
	// deletes the last ones; no data is lost with them. When empty, 1 in Production (2 with
	// usageTier Scale) and 0 in NonProduction. With 0, AWS makes a new writer when the only one fails, which
	// takes some minutes.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=14
	Readers *int32 `json:"readers,omitempty"`

	// ReaderScaling lets AWS add readers when those of the cluster are busy, and remove
	// them again. AWS alone manages such readers, and a cluster that has one cannot be
	// deleted. So the claim must be protected from deletion for as long as this is set:
	// before you delete the claim, remove this field, wait until the claim is Ready, and
	// then turn deletionProtection off. db.serverless nodes grow without it.
	//
	// +optional
	ReaderScaling *AuroraReaderScaling `json:"readerScaling,omitempty"`

	// Storage is how the volume is billed. Standard: the gigabytes, and each I/O.
	// IOOptimized: no I/O, but about 30 percent more for nodes and twice as much for
	// gigabytes; it pays when more than a fourth of the cluster's bill is I/O. AWS
	// changes to IOOptimized once in 30 days. When empty, Standard.
	//
	// +optional
	Storage AuroraStorage `json:"storage,omitempty"`
}

// AuroraCapacity is a range of Aurora capacity units. A unit is about 2 GiB of memory, with
// the CPU and the network that belong to it, and costs about 88 USD a month in us-east-1.
//
// +kubebuilder:validation:XValidation:rule="[self.minACU, self.maxACU].exists(u, !u.matches('^[0-9.]+$')) || double(self.minACU) <= double(self.maxACU) && double(self.maxACU) >= 1.0 && double(self.maxACU) <= 256.0",message="cannot scale in this range: minACU must not be more than maxACU, which is 1 to 256; write for example minACU 2 and maxACU 16"
// +kubebuilder:validation:XValidation:rule="!has(self.pauseAfterSeconds) || self.minACU == '0'",message="cannot pause: a node pauses only where it may have no capacity at all; set minACU to 0, or remove pauseAfterSeconds",fieldPath=".pauseAfterSeconds"
type AuroraCapacity struct {
	// MinACU is what a node has at least: 0, or 0.5 to 256 in steps of a half. A node that
	// begins with little grows slowly, and has forgotten what it had in memory. AWS
	// advises at least 2, because Performance Insights is on. With 0, a node pauses when no
	// client is connected, and the next connection waits about 15 seconds, after a day
	// about 30. A pool that keeps connections open, and a health check that asks the
	// database, keep it awake.
	//
	// +kubebuilder:validation:MaxLength=5
	// +kubebuilder:validation:XValidation:rule="self.matches('^(0|0[.]5|[1-9][0-9]{0,2}([.]5)?)$')",message="cannot use this capacity: it is counted in halves of a unit; write for example 0.5 or 2"
	MinACU string `json:"minACU"`

	// MaxACU is what a node has at most: 1 to 256 in steps of a half. It limits the bill.
	// MySQL's max_connections follows from it: 8 give 1000, 16 give 2000. AWS applies a
	// new number of connections at the next restart of a node.
	//
	// +kubebuilder:validation:MaxLength=5
	// +kubebuilder:validation:XValidation:rule="self.matches('^(0|0[.]5|[1-9][0-9]{0,2}([.]5)?)$')",message="cannot use this capacity: it is counted in halves of a unit; write for example 16"
	MaxACU string `json:"maxACU"`

	// PauseAfterSeconds is how long no client must be connected until a node pauses, 300 to
	// 86400. When empty and minACU is 0, 300.
	//
	// +optional
	// +kubebuilder:validation:Minimum=300
	// +kubebuilder:validation:Maximum=86400
	PauseAfterSeconds *int32 `json:"pauseAfterSeconds,omitempty"`
}

// AuroraReaderScaling is within which bounds AWS changes the number of readers.
type AuroraReaderScaling struct {
	// Max is the most readers, those of the claim included. Each is billed as a node.
	//
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=15
	Max int32 `json:"max"`

	// CPUPercent is the mean CPU use of the readers that AWS aims at.
	//
	// +optional
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=95
	CPUPercent int32 `json:"cpuPercent,omitempty"`
}

// AuroraStorage is how Aurora bills its volume.
//
// +kubebuilder:validation:Enum=Standard;IOOptimized
type AuroraStorage string

// How Aurora bills its volume.
const (
	StorageStandard    AuroraStorage = "Standard"
	StorageIOOptimized AuroraStorage = "IOOptimized"
)
