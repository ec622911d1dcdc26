package v1alpha1

// Condition types of a KashaClaim, beside Crossplane's own Synced and Ready:
// one a tier, and the rollout's.
const (
	ConditionNetwork       = "NetworkReady"
	ConditionEdge          = "EdgeReady"
	ConditionIngress       = "IngressReady"
	ConditionFrontend      = "FrontendReady"
	ConditionBackend       = "BackendReady"
	ConditionServices      = "ServicesReady"
	ConditionWorkers       = "WorkersReady"
	ConditionSchedules     = "SchedulesReady"
	ConditionDatabase      = "DatabaseReady"
	ConditionCache         = "CacheReady"
	ConditionTables        = "TablesReady"
	ConditionQueues        = "QueuesReady"
	ConditionSecurity      = "SecurityReady"
	ConditionObservability = "ObservabilityReady"
	ConditionBackup        = "BackupReady"

	// ConditionRollout tells whether all services run what the claim asks for.
	ConditionRollout = "RolloutSucceeded"

	// ConditionGuardrails tells whether the claim is within the platform's bounds. It
	// does not count for Ready.
	ConditionGuardrails = "GuardrailsMet"

	// ConditionValid is a guardrail's own: whether claims are judged by it.
	ConditionValid = "Valid"
)

// OptionalConditions are the conditions of tiers that a claim has only if it asks for them.
var OptionalConditions = []string{
	ConditionServices, ConditionWorkers, ConditionSchedules, ConditionCache, ConditionTables,
}

// TierConditions are the conditions of the tiers, in the order in which a request
// meets them.
var TierConditions = []string{
	ConditionNetwork, ConditionEdge, ConditionIngress,
	ConditionFrontend, ConditionBackend, ConditionServices, ConditionWorkers, ConditionSchedules,
	ConditionDatabase, ConditionCache, ConditionTables, ConditionQueues, ConditionSecurity, ConditionObservability,
	ConditionBackup,
}

// Reasons of the conditions above.
const (
	// ReasonAvailable means that all resources of the tier exist and are ready, as far
	// as AWS reports it.
	ReasonAvailable = "Available"

	// ReasonCreating means that something in the tier is being created or
	// changed, without an error.
	ReasonCreating = "Creating"

	// ReasonWaiting means that a resource of the tier is not created yet, because it
	// needs a value of another resource.
	ReasonWaiting = "Waiting"

	// ReasonFailed means that AWS or the provider rejected a request. Crossplane keeps
	// retrying. The message says what was rejected and why.
	ReasonFailed = "Failed"

	// ReasonDeleting means that a resource of the tier is being deleted although the
	// claim needs it. It will be recreated.
	ReasonDeleting = "Deleting"

	// ReasonRolledOut means that all services run what the claim asks for.
	ReasonRolledOut = "RolledOut"

	// ReasonProgressing means that a service is being rolled out.
	ReasonProgressing = "Progressing"

	// ReasonRolledBack means that a new version of a service did not become healthy.
	// The previous version still serves. The rollout is retried when the claim
	// changes.
	ReasonRolledBack = "RolledBack"

	// ReasonReleasing means that the release of a new image runs or waits. No task of the
	// image starts before it has succeeded.
	ReasonReleasing = "Releasing"

	// ReasonReleaseFailed means that the release of a new image has failed. The previous
	// version still serves. It is not run again until the image or release.attempt
	// changes.
	ReasonReleaseFailed = "ReleaseFailed"

	// ReasonUsersFailed means that the task that makes the database's users has failed. What
	// the workloads connect with goes on working.
	ReasonUsersFailed = "DatabaseUsersFailed"

	// ReasonMet means that the claim is within its guardrail's bounds.
	ReasonMet = "Met"

	// ReasonNoGuardrails means that the cluster has no guardrails.
	ReasonNoGuardrails = "NoGuardrails"

	// ReasonNotCovered means that there are guardrails, but none matches the claim's
	// namespace. The claim is older than the guardrails.
	ReasonNotCovered = "NotCovered"

	// ReasonViolated means that the claim has a value that its guardrail would refuse
	// in a new claim. The message names it.
	ReasonViolated = "Violated"

	// ReasonValid means that claims are judged by the guardrail.
	ReasonValid = "Valid"

	// ReasonInvalid means that something is wrong with the guardrail. The message says
	// what.
	ReasonInvalid = "Invalid"
)
