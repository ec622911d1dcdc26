// Package validate refuses claims that AWS would refuse later, or worse, accept
// and regret.
//
// The XRD's schema and CEL rules catch most mistakes when a claim is applied.
// The checks here are for what they cannot express, and for what would do harm
// should a claim have come past them: an XRD can be older than the function. What
// both state, they state in the same words and for the same values: tests hold them
// to each other.
package validate

import (
	"fmt"

	"github.com/kasha-platform/kasha/function/internal/plan"
)

// An Error is one thing that is wrong with a claim, in the grammar "cannot X:
// why; do Y".
type Error struct {
	// Field is the path of the field that should change.
	Field string
	// Message is for the person who wrote the claim.
	Message string
}

// Error returns the field and the message.
func (e *Error) Error() string { return e.Field + ": " + e.Message }

// Claim returns all that is wrong with a claim whose defaults are filled in, in
// an order that is always the same.
func Claim(p *plan.Plan) []error {
	var errs []error
	for _, check := range checks {
		errs = append(errs, check(p)...)
	}
	return errs
}

// checks is the chain, in the order of the API's fields.
var checks = []func(*plan.Plan) []error{
	NameFitsAWS,              // RDS, load balancers and IAM are named after the claim
	RegionHasCloudFront,      // CloudFront and its WAF exist in one partition only
	ZonesAreOfRegion,         // two or three, each once, each of the region
	TagsAreAllowed,           // count, characters, reserved keys
	CIDRHoldsSubnets,         // an IPv4 network from /16 to /19
	DenyRulesAreDistinct,     // well-formed, and one rule a number
	ExistingNetworkIsWhole,   // a subnet for each tier and zone, and nothing that would change it
	TasksReachAWS,            // without NAT: what tasks need to start
	OriginIsKnown,            // the prefix list that may reach the load balancer
	DomainNamesAreOurs,       // names for a certificate, in their zone
	AddressesAreNetworks,     // as AWS writes them, and in one list
	OverridesHitRules,        // of rules that exist
	AccessLogsHaveARegion,    // that CloudFront writes to
	ImagesAreReferences,      // what a container runtime can pull
	SizesFitFargate,          // the pairs of CPU and memory that exist
	ScalingHasRoom,           // 1 <= min <= max
	HealthChecksAreInTime,    // a check ends before the next begins
	EnvIsTheUsers,            // names that are names, and not Kasha's or AWS's
	SecretsAreReadable,       // variables of Secrets Manager, each with one origin
	EnvFitsTaskDefinition,    // 64 KiB in all
	WritablePathsAreApart,    // none inside another, none the system's
	DatabaseNameIsFree,       // MySQL's own schemas and reserved words
	InstanceClassCanEncrypt,  // old classes cannot
	StorageCanGrow,           // up to a maximum that is not below the start
	ReplicasHaveBackups,      // a replica is made from a backup
	PasswordIsOneHands,       // Kasha's, AWS's application's or RDS's
	SnapshotIsHere,           // RDS restores in the snapshot's region
	WindowsAreApart,          // long enough, and not at the same time
	QueuesAreDistinct,        // names, and the variables made from them
	ArchiveIsThere,           // to be copied, locked or tested
	CopiesAreElsewhere,       // in another region, or in a vault of somebody else
	NothingIsAnHCLExpression, // the AWS provider evaluates some strings
}

// refuse makes the error of one field.
func refuse(field, format string, args ...any) error {
	return &Error{Field: field, Message: fmt.Sprintf(format, args...)}
}

// one is refuse for checks that find at most one thing.
func one(field, format string, args ...any) []error {
	return []error{refuse(field, format, args...)}
}
