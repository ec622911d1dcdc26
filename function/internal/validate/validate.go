// Package validate rejects claims that AWS would reject, or that the user would regret,
// before anything changes.
//
// The XRD's schema and CEL rules catch most mistakes when a claim is applied. The checks
// here are for what these cannot express, and for claims that passed an XRD that is older
// than the function. A rule that both have rejects the same values with the same words;
// tests compare them.
package validate

import (
	"fmt"

	"github.com/kasha-platform/kasha/function/internal/plan"
)

// An Error is one mistake in a claim. Its message has the form "cannot X: why; do Y".
type Error struct {
	// Field is the path of the field that should change.
	Field string
	// Message tells the author of the claim what is wrong and what to write.
	Message string
}

// Error returns the field and the message.
func (e *Error) Error() string { return e.Field + ": " + e.Message }

// Claim returns all mistakes in a claim, in a fixed order. The claim's defaults must be
// filled in.
func Claim(p *plan.Plan) []error {
	var errs []error
	for _, check := range checks {
		errs = append(errs, check(p)...)
	}
	return errs
}

// checks are all checks, in the order of the API's fields.
var checks = []func(*plan.Plan) []error{
	NameFitsAWS,                 // RDS, load balancers and IAM roles are named after the claim
	AdoptedStackIsTheClaims,     // all names in AWS begin with its ID
	RegionHasCloudFront,         // CloudFront and its WAF exist in one partition only
	ZonesAreOfRegion,            // two or three distinct zones of the region
	TextsHaveTheirForm,          // ARNs, IDs, addresses, paths
	TagsAreAllowed,              // number, characters, reserved keys
	CIDRHoldsSubnets,            // an IPv4 network from /16 to /19
	DenyRulesAreDistinct,        // well-formed, and one rule for each number
	ExistingNetworkIsWhole,      // a subnet for each tier and zone, and no field that would change it
	TasksReachAWS,               // without NAT gateways: the endpoints that tasks need
	OriginIsKnown,               // the prefix list that may reach the load balancer
	DomainNamesAreOurs,          // names that a certificate can have, in the hosted zone
	AddressesAreNetworks,        // in AWS's notation, and in one list only
	AddressesAreFew,             // that pass the firewall
	PreloadedHostsStayOnHTTPS,   // as the browsers' lists require
	OverridesHitRules,           // only of rules that exist
	PathsAreApart,               // each pattern in one list only
	AccessLogsHaveARegion,       // a region that CloudFront writes to
	ImagesAreReferences,         // references that a container runtime can parse
	SizesFitFargate,             // the pairs of CPU and memory that Fargate has
	ScalingHasRoom,              // 1 <= min <= max
	MemoryTargetsAreUses,        // off, or 10 to 95 percent
	DeploymentsCanBegin,         // ECS may start one task more, or stop one
	HealthChecksAreInTime,       // a check ends before the next begins
	SuccessCodesAreCodes,        // codes that a load balancer can check for
	IdleTimeoutsOutlast,         // the load balancer waits longer than CloudFront
	EnvIsTheUsers,               // valid names that neither Kasha nor AWS sets
	SecretsAreReadable,          // full ARNs in the claim's region, and one source for each variable
	EnvFitsTaskDefinition,       // at most 64 KiB in total
	WritablePathsAreApart,       // none inside another, none that the system needs
	SlowStartsAreOffered,        // none, or 30 to 900 seconds
	UsersAndDirectoriesAreNamed, // a user and an absolute path
	ShellsCanWrite,              // the agent of ECS Exec must
	TaskSettingsAreOffered,      // within Fargate's bounds
	PermissionsAreBounded,       // that name what they allow, and cannot grow
	EgressLeadsOut,              // to destinations that are not open anyway
	RestartsAreTexts,            // that a variable can have
	ContainersHaveNames,         // names of their own within the workload
	ContainersFitTasks,          // and leave something to the application
	ContainersStart,             // in an order that there is
	ReleasesAreCommands,         // that ECS takes, within a time
	ServicesAreWhole,            // names of their own, and ports of the internal load balancer
	ExposuresAreRules,           // hosts and paths that a rule of the load balancer can have
	ExposuresAreApart,           // none hides another
	WorkersAreWhole,             // names of their own, and queues of the claim
	SchedulesAreWhole,           // names and times of their own
	MessagesOutlastStops,        // a task stops before its message is visible again
	DatabaseNameIsFree,          // no schema of MySQL or RDS
	InstanceClassCanEncrypt,     // old classes cannot
	MoveLosesNothing,            // a move goes on only where the data is
	AuroraIsOffered,             // a version, a class and a range of capacity
	ReadersScaleUnderProtection, // those that AWS adds would block a deletion
	BackupsAreCopiedAsRDSCan,    // clusters have no copies for a point in time
	StorageCanGrow,              // up to a maximum that is at least a tenth more
	ReplicasHaveBackups,         // RDS creates no replica without backups
	ParametersAreTheUsers,       // none that Kasha sets itself
	PasswordIsOneHands,          // owned by Kasha, AWS's application or RDS
	DatabaseUsersAreApart,       // names of their own in MySQL, and one with a password
	SnapshotIsHere,              // RDS restores only in the snapshot's region
	WindowsAreApart,             // long enough, and without overlap
	QueuesAreDistinct,           // names, and the variables named after them
	ProducersAreSources,         // ARNs of buckets, topics and rules
	ProducersKeepOrder,          // a FIFO queue takes messages only from what keeps an order
	QueueSettingsAreOffered,     // within SQS's bounds
	ArchiveIsThere,              // required for copies, a lock or restore tests
	CopiesAreElsewhere,          // in another region or in another vault
	BudgetIsAnAmount,            // of US dollars, or auto
	OverridesAreOpen,            // fields that exist, that a claim may set, and values that they take
	NothingIsAnHCLExpression,    // text that the AWS provider would evaluate
}

// refuse returns the error of one field.
func refuse(field, format string, args ...any) error {
	return &Error{Field: field, Message: fmt.Sprintf(format, args...)}
}

// one is refuse for checks that find at most one mistake.
func one(field, format string, args ...any) []error {
	return []error{refuse(field, format, args...)}
}
