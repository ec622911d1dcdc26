package judge

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// instance is a database with these conditions and this status.
func instance(generation float64, at map[string]any, conditions ...any) stacktest.Object {
	return stacktest.Object{
		"apiVersion": "rds.aws.m.upbound.io/v1beta1", "kind": "Instance",
		"metadata": map[string]any{"generation": generation},
		"status":   map[string]any{"conditions": conditions, "atProvider": at},
	}
}

func says(kind, status, message string, generation float64) any {
	return map[string]any{
		"type":               kind,
		"status":             status,
		"reason":             "Reason",
		"message":            message,
		"observedGeneration": generation,
	}
}

func TestObserved(t *testing.T) {
	alive := map[string]any{"endpoint": "db.example:3306", "status": "available"}
	ready, synced := says("Ready", "True", "", 2), says("Synced", "True", "", 2)
	cases := map[string]struct {
		reason string
		o      stacktest.Object
		want   Verdict
	}{
		"Works": {
			"All conditions and proofs hold.",
			instance(2, alive, ready, synced),
			Verdict{State: Working},
		},
		"NotReady": {
			"AWS is still creating it.",
			instance(2, alive, says("Ready", "False", "", 2), synced),
			Verdict{State: Creating},
		},
		"NoConditions": {"The provider has not observed it yet.", instance(2, alive), Verdict{State: Creating}},
		"NotSynced": {
			"Ready stays true when a later update fails.",
			instance(2, alive, ready,
				says("Synced", "False", "update failed: api error Throttling: Rate exceeded", 2)),
			Verdict{Failing, "Throttling: Rate exceeded"},
		},
		"AsyncFailed": {
			"The last operation failed in the background.",
			instance(2, alive, ready, synced,
				says("LastAsyncOperation", "False", "x api error DBSubnetGroupNotFoundFault: none []}]", 2)),
			Verdict{Failing, "DBSubnetGroupNotFoundFault: none"},
		},
		"Unresolved": {
			"A resource that it refers to does not exist yet. This resolves itself.",
			instance(2, alive, ready, says("Synced", "False",
				"cannot resolve references: mg.Spec.ForProvider.KMSKeyID: referenced field was empty", 2)),
			Verdict{Creating, "waiting for the resources that it refers to"},
		},
		"Conflict": {
			"Two writes conflict. This resolves itself.",
			instance(2, alive, ready, says("Synced", "False",
				"cannot update: the object has been modified; please apply your changes to the latest version", 2)),
			Verdict{State: Creating},
		},
		"Stale": {
			"The conditions are about an older spec.",
			instance(3, alive, ready, synced),
			Verdict{Creating, "is being changed"},
		},
		"GenerationNot": {
			"Conditions without an observedGeneration count as current.",
			instance(3, alive, says("Ready", "True", "", 0), says("Synced", "True", "", 0)),
			Verdict{State: Working},
		},
		"NoProof": {
			"It is Ready, but AWS has not reported the endpoint.",
			instance(2, map[string]any{"status": "available"}, ready, synced),
			Verdict{Creating, "AWS has not reported its endpoint yet"},
		},
		"Modifying": {
			"A database that is being modified may not answer.",
			instance(2, map[string]any{"endpoint": "e", "status": "modifying"}, ready, synced),
			Verdict{Creating, "is modifying"},
		},
		"BackingUp": {
			"A database that is being backed up answers.",
			instance(2, map[string]any{"endpoint": "e", "status": "backing-up"}, ready, synced),
			Verdict{State: Working},
		},
		"Secret": {
			"Core objects have no conditions.",
			stacktest.Object{"apiVersion": "v1", "kind": "Secret"},
			Verdict{State: Working},
		},
		"Deleted": {
			"An object with a deletionTimestamp is being deleted, whatever its conditions are.",
			stacktest.Object{
				"apiVersion": "rds.aws.m.upbound.io/v1beta1",
				"metadata":   map[string]any{"deletionTimestamp": "2026-01-02T03:04:05Z"},
			},
			Verdict{Deleting, "is being deleted"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Observed(tc.o)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestCause(t *testing.T) {
	cases := map[string]struct{ message, want string }{
		"SDK": {
			"async create failed: failed to create the resource: [{0 creating EC2 NAT Gateway: operation error EC2: " +
				"CreateNatGateway, https response error StatusCode: 400, RequestID: " +
				"5d7c1a52-0c3e-4c55-8a3b-2f1f7a0b9c11, api error NatGatewayLimitExceeded: too many  []}]",
			"NatGatewayLimitExceeded: too many",
		},
		"Typed": {
			"create failed: async create failed: failed to create the resource: " +
				"[{0 creating RDS DB Instance (shop-144b8d-db-primary): operation error RDS: " +
				"CreateDBInstance, https response error StatusCode: 400, RequestID: " +
				"d6ff9105-57ca-44c3-8278-dfbabbcf95b4, InsufficientDBInstanceCapacity: " +
				"Specified DB instance class is not available.  []}]",
			"InsufficientDBInstanceCapacity: Specified DB instance class is not available.",
		},
		"HostID": {
			"operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: 1A2B, HostID: " +
				"xY/z+=, BucketAlreadyExists: taken",
			"BucketAlreadyExists: taken",
		},
		"Encoded": {
			"api error UnauthorizedOperation: You are not authorized. Encoded authorization failure message: " +
				"AbC-123_x []}]",
			"UnauthorizedOperation: You are not authorized",
		},
		"RequestID": {"something failed, request id: 0a1b-2c3d", "something failed"},
		"Plain":     {"cannot find the object", "cannot find the object"},
		"Lines":     {"first\n\tsecond", "first second"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Cause(tc.message); got != tc.want {
				t.Errorf("Cause() = %q, want %q", got, tc.want)
			}
		})
	}
}

// TestAdvice: what a claim advises is about the error's code and the resource's kind.
func TestAdvice(t *testing.T) {
	cases := map[string]struct{ kind, cause, want string }{
		"Quota":      {"EIP", "AddressLimitExceeded: The maximum number of addresses has been reached.", quota},
		"CloudFront": {"Distribution", "TooManyDistributions: Your request would exceed the limit.", quota},
		"Denied":     {"Queue", "AccessDenied: User is not authorized to perform: sqs:CreateQueue", allow},
		"BadKey":     {"VPC", "AuthFailure: AWS was not able to validate the provided access credentials", login},
		"NoKey":      {"Role", "InvalidClientTokenId: The security token included in the request is invalid.", login},
		"Expired": {
			"Role", "ExpiredToken: The security token included in the request is expired",
			"renew the credentials of the provider configuration",
		},
		"NoInstance": {
			"Instance", "InsufficientDBInstanceCapacity: Specified DB instance class is not available.",
			"wait, or choose another database.instanceClass",
		},
		"NoAddress":   {"Subnet", "InsufficientAddressCapacity: Not enough free addresses.", expand},
		"LostGroup":   {"SecurityGroup", "InvalidGroup.Duplicate: The security group already exists.", taken},
		"LostPort":    {"LBListener", "DuplicateListener: A listener already exists on this port.", taken},
		"OwnRoute":    {"Route", "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.", ownRule},
		"EC2Throttle": {"VPC", "RequestLimitExceeded: Request limit exceeded.", again},
		"Throttle":    {"Key", "TooManyRequestsException: Rate exceeded", again},
		"Lost":        {"WebACL", "WAFDuplicateItemException: AWS WAF could not perform the operation.", taken},
		"LostLB":      {"LB", "ELBv2 Load Balancer (shop-a78af5-public) already exists", taken},
		"LostRule":    {"NetworkACLRule", "NetworkAclEntryAlreadyExists: The network acl entry exists.", ownRule},
		"LiveSite": {
			"Distribution", "CNAMEAlreadyExists: One or more of the CNAMEs you provided are already associated.",
			liveSite,
		},
		"LiveRecord": {
			"Record",
			"InvalidChangeBatch: [Tried to create resource record set [name='shop.example.com.', type='A'] " +
				"but it already exists]", liveRecord,
		},
		"LiveCNAME": {
			"Record",
			"InvalidChangeBatch: [RRSet of type A with DNS name shop.example.com. is not permitted because a " +
				"conflicting RRSet of type CNAME with the same DNS name already exists]", liveRecord,
		},
		"OtherBatch": {"Record", "InvalidChangeBatch: [RRSet with DNS name a. is not permitted in zone b.]", ""},
		"LiveZone":   {"Zone", "ConflictingDomainExists: Cannot associate.", otherZone},
		"Foreign":    {"Bucket", "BucketAlreadyExists: The requested bucket name is not available.", otherBucket},
		"Absent":     {"Queue", "AWS.SimpleQueueService.NonExistentQueue: The queue does not exist.", ""},
		"Message":    {"Service", "InvalidParameter: AccessDenied is no action", ""},
		"PartOfCode": {"Service", "NotAccessDeniedAtAll: no", ""},
		"Snapshot": {
			"Instance", "InvalidParameterCombination: The Parameter Group shop-mysql84 with DBParameterGroupFamily " +
				"mysql8.4 cannot be used for this instance.", older,
		},
		"ZoneWithoutNAT": {
			"NATGateway", "NotAvailableInZone: Nat Gateway is not available in this availability zone", noNAT,
		},
		"ZoneWithoutRoom": {
			"Service",
			"waiting for ECS Service: (service shop) was unable to place a task. Reason: Capacity is unavailable at " +
				"this time. Please try again later or in a different availability zone.", noTask,
		},
		"ZoneWithoutEndpoint": {
			"VPCEndpointSubnetAssociation",
			"InvalidParameter: The VPC endpoint service com.amazonaws.us-east-1.sqs does not support the " +
				"availability zone of the subnet: subnet-0de46d7dcc06da2a7.", noEndpoint,
		},
		"ZoneOfOthers": {
			"Subnet",
			"InvalidParameterValue: Value (us-east-1e) for parameter availabilityZone is invalid. Subnets can " +
				"currently only be created in the following availability zones: us-east-1a, us-east-1b.", noSubnet,
		},
		"ZoneWithoutBalancer": {
			"LB", "AvailabilityZoneNotSupported: The specified Availability Zone is not supported.", noBalancer,
		},
		"ZoneWithoutClass": {
			"Instance",
			"InvalidParameterCombination: RDS does not support creating a DB instance with the following " +
				"combination: DBInstanceClass=db.r8g.large, Engine=mysql, EngineVersion=8.4.3", noClass,
		},
		"ZoneWithoutProxy": {
			"Proxy", "DBSubnetGroupDoesNotCoverEnoughAZs: DB Subnet Group doesn't meet availability zone coverage " +
				"requirement. Please add subnets to cover at least 2 availability zones.", noCoverage,
		},
		"QueueOfOldName": {
			"Queue", "AWS.SimpleQueueService.QueueDeletedRecently: You must wait 60 seconds after deleting a queue.",
			pausedQueue,
		},
		"SecretOfOldName": {
			"Secret",
			"InvalidRequestException: You can't create this secret because a secret with this name is already " +
				"scheduled for deletion.", pausedSecret,
		},
		"VolumeThatRests": {
			"Instance",
			"InvalidParameterCombination: You can't currently modify the storage of this DB instance because the " +
				"previous storage change is being optimized.", pausedDisk,
		},
		"Combination": {"Instance", "InvalidParameterCombination: Cannot upgrade mysql from 8.4.3 to 8.4.99", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Advice(tc.kind, tc.cause); got != tc.want {
				t.Errorf("Advice(%q, %q) = %q, want %q", tc.kind, tc.cause, got, tc.want)
			}
		})
	}
}

// TestBlocker: kubectl get shows where to look first.
func TestBlocker(t *testing.T) {
	is := func(name, reason, message string) Condition { return Condition{name, false, reason, message} }
	ready := Condition{v1alpha1.ConditionNetwork, true, v1alpha1.ReasonAvailable, "All 30 resources are ready."}
	waits := is(v1alpha1.ConditionFrontend, v1alpha1.ReasonWaiting,
		"Waiting for arn of shop-service-frontend. 3 of 9 resources are ready.")
	creates := is(v1alpha1.ConditionDatabase, v1alpha1.ReasonCreating,
		"Waiting for Instance shop-db-primary (is modifying). 6 of 7 resources are ready.")
	fails := is(v1alpha1.ConditionQueues, v1alpha1.ReasonFailed,
		"AccessDenied: not allowed: Queue shop-queue-jobs. 1 of 2 resources are ready.")
	rolls := is(v1alpha1.ConditionRollout, v1alpha1.ReasonRolledBack, "The new version of the backend did not start.")
	cases := map[string]struct {
		reason     string
		conditions []Condition
		want       string
	}{
		"Ready": {"Nothing blocks.", []Condition{ready}, ""},
		"First": {
			"Later tiers often wait for earlier ones. The count of resources would only make it longer.",
			[]Condition{ready, waits, creates}, "Frontend: Waiting for arn of shop-service-frontend",
		},
		"Failed": {
			"AWS's refusal needs an action, and other tiers wait for it.",
			[]Condition{waits, creates, fails}, "Queues: AccessDenied: not allowed: Queue shop-queue-jobs",
		},
		"Deleting": {
			"An object that is being deleted will soon be missing.",
			[]Condition{
				waits, is(v1alpha1.ConditionEdge, v1alpha1.ReasonDeleting, "WebACL shop-webacl is being deleted."),
			},
			"Edge: WebACL shop-webacl is being deleted",
		},
		"Rollout": {
			"A claim whose tiers are ready may still run the old version.",
			[]Condition{ready, rolls}, "Rollout: The new version of the backend did not start",
		},
		"Bounds": {
			"The platform's bounds do not count for Ready.",
			[]Condition{ready, is(v1alpha1.ConditionGuardrails, v1alpha1.ReasonViolated, "The claim has too much.")},
			"",
		},
		"Long": {
			"A terminal has no room for the whole message.",
			[]Condition{is(v1alpha1.ConditionEdge, v1alpha1.ReasonFailed, strings.Repeat("é", 300))},
			"Edge: " + strings.Repeat("é", 93) + "…",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := blocker(tc.conditions); got != tc.want {
				t.Errorf("%s\nwant %q\ngot  %q", tc.reason, tc.want, got)
			}
		})
	}
}

// TestAdviceDestroysNothing: the existing resource may be somebody's production. Only
// rules may be deleted, because the claim itself has created their table.
func TestAdviceDestroysNothing(t *testing.T) {
	own := []string{"NetworkACLRule", "SecurityGroupRule", "Route"}
	for _, a := range Advisable() {
		inTheWay := a.Do != quota && strings.Contains(a.Do, "delete")
		if inTheWay && !slices.Equal(a.Kinds, own) {
			t.Errorf("the advice about %v of %v may delete what is not the claim's: %s", a.Codes, a.Kinds, a.Do)
		}
	}
	for _, cause := range []string{
		"CNAMEAlreadyExists: taken", "HostedZoneAlreadyExists: taken", "BucketAlreadyExists: taken",
	} {
		if do := Advice("Distribution", cause); strings.Contains(do, "give the provider its ID as") {
			t.Errorf("%s: with the ID the provider would change what another owns: %s", cause, do)
		}
	}
}
