package v1alpha1

// Cache is a serverless cache of Amazon ElastiCache for Valkey, in the data subnets. It speaks
// the protocol of Redis, always with TLS, and is encrypted with the claim's data key. AWS runs it
// in several zones, patches it and scales it, so there is nothing to size. It is serverless and
// not on nodes because that costs less where a cache holds little: about 6 USD a month for the
// least of 100 MB, where two small nodes cost 19 to 37. From about 0.5 GB on nodes would cost less.
//
// It has no password: workloads log in with IAM, as one user of the cache. What is in a cache
// can be lost at any time, so keep there only what can be computed again.
type Cache struct {
	// MaxGiB is how many gigabytes the cache may hold. Then it evicts what expires soonest,
	// and refuses writes if nothing expires. It bounds the bill: a gigabyte that is used for a
	// whole month costs 61 USD. A smaller number evicts what is too much.
	//
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=5000
	MaxGiB int32 `json:"maxGiB"`

	// MaxECPUPerSecond is how much the cache may do in a second. A simple command on up to
	// 1 KB is one ECPU; a million cost 0.0023 USD. The cache throttles more, and an alarm fires.
	//
	// +kubebuilder:default=5000
	// +kubebuilder:validation:Minimum=1000
	// +kubebuilder:validation:Maximum=15000000
	MaxECPUPerSecond int32 `json:"maxECPUPerSecond"`

	// Version is Valkey's major version. AWS upgrades in place, and never downgrades.
	//
	// +kubebuilder:default="8"
	// +kubebuilder:validation:Enum="7";"8"
	// +kubebuilder:validation:XValidation:rule="int(self) >= int(oldSelf)",message="cannot lower the version of the cache: AWS has no downgrade; keep the version, or remove the cache and add it again, empty"
	Version string `json:"version"`

	// SnapshotDays is for how many days AWS keeps a daily snapshot of the cache, from which a
	// person can make another cache. 0 takes none. Each costs its gigabytes. A smaller number
	// deletes the older ones.
	//
	// +kubebuilder:default=0
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=35
	SnapshotDays int32 `json:"snapshotDays"`
}
