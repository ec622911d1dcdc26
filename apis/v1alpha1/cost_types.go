package v1alpha1

// Cost is what the estimate of the cost assumes.
type Cost struct {
	// Assumptions are the usage of a month, for status.cost.usageUSD. They change no
	// resource. They are for all resources of a kind together.
	//
	// +kubebuilder:default={}
	Assumptions CostAssumptions `json:"assumptions"`
}

// CostAssumptions are the usage of a month.
type CostAssumptions struct {
	// ViewerRequests are the requests of viewers, which CloudFront, the firewall and
	// the function for static files count. When empty, 10 million in Production and
	// 100,000 in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000000
	ViewerRequests *int64 `json:"viewerRequests,omitempty"`

	// ViewerGB are the gigabytes that CloudFront sends to viewers. When empty, 500 in
	// Production and 5 in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000000
	ViewerGB *int64 `json:"viewerGB,omitempty"`

	// CapacityUnits is how many capacity units (LCU) each load balancer uses on average. When
	// empty, what viewerRequests and viewerGB come to: a unit is 25 new connections a
	// second or a gigabyte an hour.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	CapacityUnits *int64 `json:"capacityUnits,omitempty"`

	// NATGB are the gigabytes that pass the NAT gateways in both directions: calls to
	// the internet, and to the AWS services that have no endpoint. When empty, 100 in
	// Production and 10 in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000000
	NATGB *int64 `json:"natGB,omitempty"`

	// BucketGB are the gigabytes in the buckets: the application's, the static files
	// and the access logs. When empty, 100 in Production and 5 in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000000
	BucketGB *int64 `json:"bucketGB,omitempty"`

	// LogGB are the gigabytes of logs that are written: of the containers, the
	// database, the firewall and the network. They are kept for logs.retentionDays.
	// When empty, 50 in Production and 5 in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000000
	LogGB *int64 `json:"logGB,omitempty"`

	// QueueMessages are the messages that pass the queues. Each is three requests:
	// sent, received and deleted. When empty, a million in Production and 10,000 in
	// NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000000
	QueueMessages *int64 `json:"queueMessages,omitempty"`

	// CacheMB are the megabytes in the cache. AWS bills 100 at least. When empty, 500 in
	// Production and 100 in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000000
	CacheMB *int64 `json:"cacheMB,omitempty"`

	// CacheRequests are the requests to the cache, of 1 KB each. When empty, 100 million in
	// Production and a million in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000000
	CacheRequests *int64 `json:"cacheRequests,omitempty"`

	// TableReadUnits and TableWriteUnits are the read and write units that all tables use
	// together. When empty, 10 million and 2 million in Production, and 100,000 and 20,000
	// in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000000
	TableReadUnits *int64 `json:"tableReadUnits,omitempty"`

	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000000000
	TableWriteUnits *int64 `json:"tableWriteUnits,omitempty"`

	// TableGB are the gigabytes in all tables and their indexes. When empty, 10 in
	// Production and 1 in NonProduction.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000000
	TableGB *int64 `json:"tableGB,omitempty"`

	// ImageGB are the gigabytes in the image repositories that the claim makes.
	//
	// +optional
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=1000000
	ImageGB *int64 `json:"imageGB,omitempty"`

	// ScheduleHours is how many hours a month the runs of each schedule take together,
	// unless it is paused.
	//
	// +optional
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	ScheduleHours *int64 `json:"scheduleHours,omitempty"`

	// ArchiveGB are the gigabytes of monthly snapshots in each backup vault. Each
	// snapshot after the first adds only what has changed. When empty, once
	// database.storageGiB.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000000
	ArchiveGB *int64 `json:"archiveGB,omitempty"`
}
