// Package kinds has one record for each kind of AWS resource that a claim is
// composed of, in one file for each AWS service. A kind that has no record cannot
// be composed. What the function, its tools, the packages and the documentation
// must know of a kind follows from its record.
package kinds

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Kinds that are not AWS's.
var (
	// Secret holds the database's connection string on its way to Secrets Manager.
	Secret = schema.GroupVersionKind{Version: "v1", Kind: "Secret"}

	// Usage keeps one resource alive for as long as another needs it.
	Usage = schema.GroupVersionKind{Group: "protection.crossplane.io", Version: "v1beta1", Kind: "Usage"}
)

// A Record is everything that the code knows about one kind of AWS resource.
type Record struct {
	// GVK is the provider's group, version and kind.
	GVK schema.GroupVersionKind
	// Keys are the keys of the kind's resources, or the beginnings of their keys: see
	// ByKey. The function ignores an observed object of another kind under one of them.
	Keys []string
	// Object is an empty object of the kind's Go type.
	Object runtime.Object

	// Actions are the IAM actions that the provider needs to create, read, change,
	// tag and delete a resource, and those that AWS checks on its behalf.
	// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
	Actions []string
	// PassesRoleTo is the AWS service that a resource hands a role to, if any:
	// ecs-tasks.amazonaws.com.
	PassesRoleTo string

	// Proofs are what AWS says of a resource once it works. A resource is ready when
	// its conditions say so and all proofs hold. The provider reads the status again
	// only every ten minutes, so no proof changes by itself after creation.
	Proofs []Proof
	// NoProof is why the conditions are enough, for a kind without proofs.
	NoProof string

	// Loss is what is lost when a resource is deleted: "the messages in it". It is
	// empty where everything can be created again.
	Loss string
	// RetainedWhileProtected says that AWS keeps a resource whose object is deleted
	// while the claim is protected, but not one that the claim no longer asks for.
	RetainedWhileProtected bool
	// Harms are the fields whose change affects users.
	Harms []Harm
	// Immutable are the fields of spec.forProvider that AWS cannot change in place,
	// as the tiers write them: subnetIdRef where they give a reference. The provider
	// refuses the change, and the resource stays as it was.
	Immutable []string

	// IDPrefix begins the ID that AWS chooses: vpc of vpc-0123456789abcdef0. Empty
	// for kinds whose ID is a name or something else.
	IDPrefix string
	// Simulated adds what AWS reports about a resource beyond its spec, for tests and
	// renders without AWS. It is nil if AWS reports nothing more.
	Simulated func(*Answer)
}

// A Proof is a field of status.atProvider that AWS fills in only once the
// resource does what it is for.
type Proof struct {
	// Field is the dotted path below status.atProvider. Its value is a string.
	Field string
	// OneOf are the values that prove something. Empty: any value does.
	OneOf []string
}

// A Harm is a field of spec.forProvider whose change affects users.
type Harm struct {
	Field string
	// Does says what the change does, after "changing the field": "restarts the
	// instance".
	Does string
	// Lowered says that only a smaller number is a harm.
	Lowered bool
}

// Reasons why a kind needs no proof.
const (
	setting = "It is a setting of another resource, in force once AWS has accepted it."
	atOnce  = "It works as soon as AWS has accepted it."
	waited  = "The provider reports it created only when AWS says that it works."
)

// Records of all kinds, in the order of their groups.
var Records = slices.Concat(
	acmKinds,
	appautoscalingKinds,
	backupKinds,
	budgetsKinds,
	cloudformationKinds,
	cloudfrontKinds,
	cloudwatchKinds,
	cloudwatcheventsKinds,
	cloudwatchlogsKinds,
	dynamodbKinds,
	ec2Kinds,
	ecrKinds,
	ecsKinds,
	elasticacheKinds,
	elbv2Kinds,
	iamKinds,
	kmsKinds,
	lambdaKinds,
	rdsKinds,
	route53Kinds,
	s3Kinds,
	schedulerKinds,
	secretsmanagerKinds,
	serverlessrepoKinds,
	snsKinds,
	sqsKinds,
	wafv2Kinds,
)

// AWS are the records by group, version and kind.
var AWS = index(func(r *Record) schema.GroupVersionKind { return r.GVK })

var byGroupKind = index(func(r *Record) schema.GroupKind { return r.GVK.GroupKind() })

func index[K comparable](key func(*Record) K) map[K]*Record {
	out := make(map[K]*Record, len(Records))
	for i := range Records {
		out[key(&Records[i])] = &Records[i]
	}
	return out
}

// unknown is the record of what is not AWS's.
var unknown = &Record{}

// Of is the record of an object's kind in any version, or an empty record for a kind
// that is not in Records. It must not be changed.
func Of(apiVersion, kind string) *Record {
	group, _, _ := strings.Cut(apiVersion, "/")
	if r := byGroupKind[schema.GroupKind{Group: group, Kind: kind}]; r != nil {
		return r
	}
	return unknown
}

// Observed is the record of an observed object's kind: see Of.
func Observed(o stack.Observed) *Record {
	version, _ := stack.Text(o, "apiVersion")
	kind, _ := stack.Text(o, "kind")
	return Of(version, kind)
}

// IsAWS tells whether the record is of a kind of AWS resource, and not the empty record.
func (r *Record) IsAWS() bool { return r.Object != nil }

// Service is the first part of the group, which also ends the name of the
// provider's package: rds of rds.aws.m.upbound.io.
func (r *Record) Service() string {
	s, _, _ := strings.Cut(r.GVK.Group, ".")
	return s
}

// String is the short name of the kind: rds/Instance.
func (r *Record) String() string { return r.Service() + "/" + r.GVK.Kind }

// Scheme knows the kinds that have a record.
var Scheme = scheme()

func scheme() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, r := range Records {
		s.AddKnownTypeWithName(r.GVK, r.Object)
	}
	return s
}
