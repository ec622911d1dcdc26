package plan

import (
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Binding is something that a workload can use: a database, a bucket, queues, or another
// workload. It has everything that a tier needs to know about it, so that no tier knows a
// binding by name.
type Binding interface {
	// Serves tells whether a workload uses it.
	Serves(Declared) bool
	// Variables are environment variables of the workloads. Their names are reserved: a
	// claim cannot set them.
	Variables() []Variable
	// Late are variables, too, but a new value of one waits for the workload's next version.
	Late() []Variable
	// Grant is what the workloads' own code may do in AWS.
	Grant() Grant
	// RolePolicies are additional policies of the task role, for permissions that wait for
	// other resources. The policy with the grants does not wait for them.
	RolePolicies() []RolePolicy
	// Roles are the IAM roles that AWS services assume for it.
	Roles() []ServiceRole
	// Groups are its security groups.
	Groups() []Group
	// Paths are the connections that a workload may open to it.
	Paths(user Workload) []Path
	// OwnPaths are the connections that its parts may open.
	OwnPaths() []Path
	// Gates hold back a workload's first task until the binding is usable.
	Gates() []stack.Option
	// LogGroups are the log groups that AWS services write its logs to.
	LogGroups() []LogGroup
	// Alarms fire when it has a problem.
	Alarms() []Alarm
	// Graphs are its row of the dashboard. A binding without graphs has no row.
	Graphs() []Graph
}

// bindings returns all bindings of a claim.
func bindings(p *Plan) []Binding {
	return []Binding{
		workloadBinding{p: p},
		serviceBinding{p: p},
		workerBinding{p: p},
		scheduleBinding{p: p},
		runnerBinding{p: p},
		bucketBinding{},
		databaseBinding{p: p},
		cacheBinding{p: p},
		queueBinding{p: p},
		tableBinding{p: p},
	}
}

// nothing is a binding without needs. Other bindings embed it and override the methods
// that they need.
type nothing struct{}

func (nothing) Late() []Variable           { return nil }
func (nothing) Grant() Grant               { return Grant{} }
func (nothing) RolePolicies() []RolePolicy { return nil }
func (nothing) Roles() []ServiceRole       { return nil }
func (nothing) Groups() []Group            { return nil }
func (nothing) Paths(Workload) []Path      { return nil }
func (nothing) OwnPaths() []Path           { return nil }
func (nothing) Gates() []stack.Option      { return nil }
func (nothing) LogGroups() []LogGroup      { return nil }
func (nothing) Alarms() []Alarm            { return nil }
func (nothing) Graphs() []Graph            { return nil }

// A RolePolicy is an additional policy of the task role.
type RolePolicy struct {
	Key     stack.Key
	Name    string
	Purpose string
	// Document of the policy.
	Document policy.Document
}

// A Grant is what a binding allows the task role to do.
type Grant struct {
	Statements policy.Document
	// Encrypted are the AWS services that use the data key on the workload's behalf, for
	// example s3.
	Encrypted []string
}

// A ServiceRole is an IAM role that an AWS service assumes.
type ServiceRole struct {
	// Name is the end of its keys, and Suffix the end of its name in AWS.
	Name, Suffix string
	Purpose      string
	// Principal is the AWS service. Source is the ARN pattern of the resources for which the
	// service assumes the role; it is empty where AWS documents none for the role.
	Principal, Source string
	// Document of its inline policy, if it has one.
	Document policy.Document
	// Managed is the AWS managed policy that it has, if any, without the prefix
	// arn:aws:iam::aws:policy/.
	Managed string
}

// DataKeyThrough allows actions on the data key, but only through these AWS services.
func DataKeyThrough(services policy.List, actions ...string) policy.Statement {
	k := policy.Permit("Key", policy.List{stack.ARN(keys.DataKey)}, actions...)
	k.Condition = policy.Condition{"StringEquals": {"kms:ViaService": services}}
	return k
}

// A LogGroup is a CloudWatch log group that an AWS service writes to.
type LogGroup struct {
	Key     stack.Key
	Name    string
	Purpose string
}
