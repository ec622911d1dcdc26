package v1alpha1

import "k8s.io/apimachinery/pkg/util/intstr"

// BudgetAuto is the budget that follows the estimate of the cost.
const BudgetAuto = "auto"

// Alarms sets the thresholds of the alarms and who is notified.
type Alarms struct {
	// Emails are subscribed to the alarm topic. AWS sends each address a confirmation
	// link. Alarms are delivered only after it is clicked.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:MaxLength=254
	// +kubebuilder:validation:items:XValidation:rule=`self.matches(r'^[^@\s]+@[^@\s]+[.][^@\s]+$')`,message="cannot use this address: it is not an e-mail address; write for example oncall@example.com"
	Emails []string `json:"emails,omitempty"`

	// Thresholds are the values at which alarms fire.
	//
	// +kubebuilder:default={}
	Thresholds Thresholds `json:"thresholds"`

	// MonthlyBudgetUSD is the monthly budget of the claim. AWS Budgets notifies the
	// alarm topic when 80 percent of it are spent, and when it forecasts that all of
	// it will be. Nothing is stopped. Costs are counted by the tag kasha.io/stack,
	// which must first be activated as a cost allocation tag in the billing account;
	// until then the budget counts nothing. The value auto is a fifth more than
	// status.cost.totalUSD, and follows it; where that begins with >=, the budget lacks
	// the same. When empty, there is no budget.
	//
	// +optional
	// +kubebuilder:validation:XIntOrString
	// +kubebuilder:validation:XValidation:rule="type(self) == int ? self >= 1 && self <= 100000000 : self == 'auto'",message="cannot use this budget: it is neither a number of US dollars from 1 to 100000000 nor auto; write for example 500, or auto"
	MonthlyBudgetUSD *intstr.IntOrString `json:"monthlyBudgetUSD,omitempty"`
}

// Thresholds are the values at which alarms fire. A lower value fires sooner, with
// more false alarms.
type Thresholds struct {
	// ErrorPercent is the percentage of a load balancer's requests that may end with a
	// 5xx, over five minutes. Fewer than 100 requests count as 100.
	//
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	ErrorPercent int32 `json:"errorPercent"`

	// ServiceCPUPercent is the average CPU use of a service's tasks, over 15 minutes.
	// Choose a higher value than the target of scaling, or the alarm never clears.
	//
	// +kubebuilder:default=90
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	ServiceCPUPercent int32 `json:"serviceCPUPercent"`

	// ServiceMemoryPercent is the average memory use of a service's tasks, over 15
	// minutes. Choose a higher value than the target of scaling, or the alarm never
	// clears.
	//
	// +kubebuilder:default=90
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	ServiceMemoryPercent int32 `json:"serviceMemoryPercent"`

	// DatabaseCPUPercent is the CPU use of a database instance, over 15 minutes.
	//
	// +kubebuilder:default=90
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	DatabaseCPUPercent int32 `json:"databaseCPUPercent"`

	// DatabaseFreeStoragePercent is the percentage of the volume that must be free on
	// a database instance. The size of the volume is storageGiB, or what RDS has grown
	// it to. RDS grows the volume when less than 10 percent are free, at most once in
	// six hours and up to maxStorageGiB. A value below 10 therefore fires when the
	// volume can no longer grow.
	//
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=50
	DatabaseFreeStoragePercent int32 `json:"databaseFreeStoragePercent"`

	// DatabaseConnections is how many connections a database instance may have.
	// When empty, about 60 percent of what MySQL allows on the instance class,
	// computed from its memory; 100 for classes whose memory Kasha does not know.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	DatabaseConnections *int32 `json:"databaseConnections,omitempty"`

	// DatabaseFreeMemoryPercent is how many percent of the instance class's memory
	// must be free on a database instance, over 15 minutes. MySQL uses most of the
	// memory as a cache, so a small value is normal: raise it to be warned sooner,
	// and expect more false alarms on small classes. For classes whose memory Kasha
	// does not know, it is a percentage of 16 GiB.
	//
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=50
	DatabaseFreeMemoryPercent int32 `json:"databaseFreeMemoryPercent"`

	// DatabaseCPUCredits is how many CPU credits a database instance must have,
	// over three hours. An instance with fewer uses more CPU than its class earns,
	// and AWS bills the difference. It applies to burstable classes (db.t3,
	// db.t4g); others have no credits and no such alarm. When empty, it is what the
	// class earns in an hour: 12 on db.t3.micro, 24 on db.t4g.medium.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=4608
	DatabaseCPUCredits *int32 `json:"databaseCPUCredits,omitempty"`

	// ReplicaLagSeconds is how many seconds a read replica may be behind the primary,
	// over five minutes.
	//
	// +kubebuilder:default=60
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=86400
	ReplicaLagSeconds int32 `json:"replicaLagSeconds"`

	// BlockedRequests is how many requests the firewall may block in five minutes. It
	// fires on an attack, and on a rule that blocks customers.
	//
	// +kubebuilder:default=1000
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000000
	BlockedRequests int64 `json:"blockedRequests"`
}
