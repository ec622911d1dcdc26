package judge

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	// apiError matches the end of an error of the AWS SDK for Go: the service's own code
	// and message. An error that the service's model has a type for comes without the
	// words "api error".
	apiError = regexp.MustCompile(`(?s)(?:api error |` +
		`https response error StatusCode: \d+,(?: \w+ID: [^,]*,)+ )([A-Za-z0-9._]+): (.*)`)

	// requestID and encoded match texts that differ at every retry. They are removed,
	// because otherwise the message would change at every retry.
	requestID = regexp.MustCompile(`,? ?(?i:request ?id): [0-9A-Za-z-]+,?`)
	encoded   = regexp.MustCompile(`\.? ?Encoded authorization failure message: \S+`)

	// wrapping matches the text that provider-aws puts before an error.
	wrapping = regexp.MustCompile(`^(?:(?:async )?(?:create|update|delete|observe|apply) failed: )?` +
		`(?:cannot run refresh: )?(?:failed to \w+ the resource: )?` +
		`(?:cannot \w+ the resource: )?(?:refresh failed: )?\[\{0 `)
)

// maxCause is the maximum length of a cause, in bytes. kubectl shows the whole error on
// the resource.
const maxCause = 300

// Cause returns the important part of a provider's error. It begins with AWS's own code
// and message, and is the same at every retry.
func Cause(message string) string {
	message = strings.TrimSpace(message)
	if m := apiError.FindStringSubmatch(message); m != nil {
		message = m[1] + ": " + m[2]
	} else {
		message = wrapping.ReplaceAllString(message, "")
	}
	message = encoded.ReplaceAllString(requestID.ReplaceAllString(message, ""), "")
	message = strings.TrimRight(message, " []{}\n")
	message = strings.Join(strings.Fields(message), " ")
	if len(message) > maxCause {
		message = strings.ToValidUTF8(message[:maxCause], "") + "…"
	}
	return message
}

// Advice that fits several errors.
const (
	again  = "nothing to do: Crossplane keeps retrying"
	quota  = "ask AWS to raise the quota, or delete resources that are not needed"
	allow  = "allow the action for the IAM identity of the provider configuration"
	login  = "check the credentials of the provider configuration"
	expand = "wait, or choose another size or zone"

	// taken is the advice when AWS already has a resource with that name. The provider
	// may have created it and lost its ID. But it may also be someone's production, so
	// the advice never says delete.
	// https://github.com/crossplane/upjet/issues/632
	taken = "find out whose it is: if its tag kasha.io/stack names this claim, " +
		"give the provider its ID as described in " +
		"docs/known-issues.md; otherwise leave it, and give the claim another name"

	// ownRule is the advice for rules that exist already. They have no tags. Their table is the
	// claim's own, so they are this claim's.
	ownRule = "the claim's own table has this rule already: delete the rule in AWS, and the provider recreates it"

	liveSite = "another distribution serves this name, which may be a live site: do not give the provider its ID; " +
		"move the name as described in docs/moving-a-domain.md"
	liveRecord = "the zone has such a record already, which may lead to a live " +
		"site: look where it leads; if viewers are to " +
		"reach this claim instead, follow docs/moving-a-domain.md"
	otherZone = "a hosted zone of this name exists: if it holds the domain's records, put its ID into " +
		"edge.domain.hostedZoneID; otherwise leave it"
	otherBucket = "bucket names are unique in all of AWS, and another account has this " +
		"one: leave it, and give the claim " +
		"another name"
)

// An Advised error is one that the claim gives advice about.
type Advised struct {
	// Codes are AWS's own codes. An asterisk stands for a part of a code.
	Codes []string
	// Kinds that the advice is about. Empty are all.
	Kinds []string
	// Says is a part of AWS's message, for codes that have several meanings.
	Says string
	// Do is the advice.
	Do string
}

// older is the advice when RDS has restored a snapshot of another version than the
// parameter group's. The code alone stands for many mistakes.
const older = "upgrade the snapshot to MySQL 8.4 as described in docs/backup.md, and create a new claim that " +
	"restores from it"

// noSnapshot is the advice when the snapshot of a new claim is not there. Nothing else of the
// claim exists then.
const noSnapshot = "the claim's account has no snapshot of this name in the claim's region: aws rds " +
	"describe-db-snapshots lists those that are there; nothing else has been created: create a new claim " +
	"that names another"

// noNAT is the advice when a zone has no NAT gateways. The zone's name does not tell,
// because each account maps the names to zones of its own.
const noNAT = "the zone has no NAT gateways, and a claim's zones cannot be changed: " +
	"set network.natGateways to Single " +
	"if the claim's first zone has them, or create a new claim with zones whose IDs have them, as docs/network.md says"

// Advice about zones. The ID of a zone is the same place in each account.
const (
	zoneIDs = "aws ec2 describe-availability-zones --query 'AvailabilityZones[].[ZoneName,ZoneId]' shows the IDs of " +
		"the zones"
	noTask = "Fargate has no room in the zone now, or never has any: wait, choose another cpu and memory, or set " +
		"spot.percent to 0; if it stays so, compare the zone's ID with docs/network.md: " + zoneIDs
	noEndpoint = "the zone has no endpoint of this service, and a claim's zones cannot be changed: remove the " +
		"service from network.endpoints.interface, or create a new claim with other zones; aws ec2 " +
		"describe-vpc-endpoint-services lists the zones of each service"
	noBalancer = "the zone has no load balancers, and a claim's zones cannot be changed: create a new claim with " +
		"other zones, as docs/network.md says; " + zoneIDs
	noSubnet = "this account cannot use the zone, and a claim's zones cannot be changed: create a new claim with " +
		"the zones that AWS's message lists"
	noClass = "no zone of the claim has this class with this engine: choose another database.instanceClass; aws rds " +
		"describe-orderable-db-instance-options --engine mysql --db-instance-class CLASS lists the zones that have it"
	noCoverage = "the database and its proxy need two zones that support them, and a claim's zones cannot be " +
		"changed: set database.proxy.enabled to false, or create a new claim with other zones; " + zoneIDs
)

// Advice about AWS's pauses.
const (
	pausedQueue = "nothing to do: SQS gives a name again only 60 seconds after its queue is gone, and Crossplane " +
		"keeps retrying"
	pausedDisk = "wait: RDS changes a volume at most once in six hours, and Crossplane keeps retrying; other " +
		"changes of the instance wait too, so set the storage fields back if they are urgent"
	pausedSecret = "a secret of this name is in its recovery window: if its tag kasha.io/stack names this claim, " +
		"restore it with aws secretsmanager restore-secret, and the provider takes it over; otherwise wait until " +
		"the window ends"
)

// advice lists what to do about errors. The first match counts, so what is about one kind
// comes before what is about all. AWS lists its codes with each service's API, for example
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
var advice = []Advised{
	{Codes: []string{
		"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation",
		"WAFAccessDeniedException", "KMSAccessDeniedException", "KMSAccessDeniedFault",
	}, Do: allow},
	{Codes: []string{"AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"}, Do: login},
	{
		Codes: []string{"ExpiredToken", "ExpiredTokenException"},
		Do:    "renew the credentials of the provider configuration",
	},
	{Codes: []string{"InsufficientDBInstanceCapacity*"}, Do: "wait, or choose another database.instanceClass"},
	{Codes: []string{"Insufficient*Capacity", "Insufficient*CapacityException"}, Do: expand},
	{Codes: []string{
		"Throttling", "ThrottlingException", "Throttled", "ThrottledException", "RequestThrottled", "SlowDown",
		"RequestThrottledException", "RequestLimitExceeded", "TooManyRequestsException", "PriorRequestNotComplete",
	}, Do: again},
	{Codes: []string{
		"LimitExceeded", "*LimitExceeded", "*LimitExceededException", "*LimitExceededFault", "*LimitsExceeded*",
		"*QuotaExceeded", "*QuotaExceededException", "*QuotaExceededFault", "TooMany*",
	}, Do: quota},
	{Codes: []string{"CNAMEAlreadyExists"}, Do: liveSite},
	{Codes: []string{"InvalidChangeBatch"}, Kinds: []string{"Record"}, Says: "already exists", Do: liveRecord},
	{Codes: []string{"InvalidChangeBatch"}, Kinds: []string{"Record"}, Says: "conflicting RRSet", Do: liveRecord},
	{Codes: []string{"HostedZoneAlreadyExists", "ConflictingDomainExists"}, Do: otherZone},
	{Codes: []string{"BucketAlreadyExists"}, Do: otherBucket},
	{
		Codes: []string{"NetworkAclEntryAlreadyExists", "InvalidPermission.Duplicate", "RouteAlreadyExists"},
		Kinds: []string{"NetworkACLRule", "SecurityGroupRule", "Route"},
		Do:    ownRule,
	},
	{Codes: []string{
		"*AlreadyExists", "*AlreadyExistsException", "*AlreadyExistsFault", "*AlreadyExistsFault.Message",
		"*ExistsException", "BucketAlreadyOwnedByYou", "QueueNameExists", "WAFDuplicateItemException",
		"Duplicate*Name", "InvalidGroup.Duplicate", "DuplicateListener", "PriorityInUse",
	}, Do: taken},
	{Codes: []string{"NotAvailableInZone"}, Do: noNAT},
	{Codes: []string{"AvailabilityZoneNotSupported", "AvailabilityZoneNotSupportedException"}, Do: noBalancer},
	{
		Codes: []string{"InvalidParameter"}, Kinds: []string{"VPCEndpoint", "VPCEndpointSubnetAssociation"},
		Says: "does not support the availability zone", Do: noEndpoint,
	},
	{
		Codes: []string{"InvalidParameterValue"}, Kinds: []string{"Subnet"},
		Says: "availability zones", Do: noSubnet,
	},
	{
		Codes: []string{"InvalidParameterCombination"}, Kinds: []string{"Instance"},
		Says: "RDS does not support creating a DB instance with the following combination", Do: noClass,
	},
	{
		Codes: []string{"InvalidParameterValue"}, Kinds: []string{"Instance"},
		Says: "not available in this", Do: noClass,
	},
	{Codes: []string{"DBSubnetGroupDoesNotCoverEnoughAZs"}, Do: noCoverage},
	{Codes: []string{"*QueueDeletedRecently"}, Do: pausedQueue},
	{
		Codes: []string{"InvalidRequestException"}, Kinds: []string{"Secret"},
		Says: "scheduled for deletion", Do: pausedSecret,
	},
	{Kinds: []string{"Instance"}, Says: "storage change is being optimized", Do: pausedDisk},
	// The text is ECS's, wherever it comes from.
	{Says: "Capacity is unavailable at this time", Do: noTask},
	{Codes: []string{"InvalidParameterCombination"}, Says: "DBParameterGroupFamily", Do: older},
	// The text is Crossplane's, about what is only observed.
	{Kinds: []string{"Snapshot"}, Says: "does not exist", Do: noSnapshot},
	// Terraform checks before it calls AWS, so its errors have no code.
	{Kinds: []string{"LB", "LBTargetGroup"}, Says: "already exists", Do: taken},
}

// Advice returns what to do about an error of a resource, or an empty string where AWS's
// own message is enough.
func Advice(kind, cause string) string {
	code, message, _ := strings.Cut(cause, ": ")
	for _, a := range advice {
		if a.about(kind, code, message) {
			return a.Do
		}
	}
	return ""
}

// about tells whether the advice is about an error. An error without a code is all message.
func (a Advised) about(kind, code, message string) bool {
	if len(a.Kinds) > 0 && !slices.Contains(a.Kinds, kind) {
		return false
	}
	if len(a.Codes) == 0 {
		return strings.Contains(code+": "+message, a.Says)
	}
	matches := func(pattern string) bool {
		ok, err := path.Match(pattern, code)
		return err == nil && ok
	}
	return slices.ContainsFunc(a.Codes, matches) && strings.Contains(message, a.Says)
}

// Advisable returns all errors that a claim gives advice about, for the reference page.
func Advisable() []Advised { return slices.Clone(advice) }
