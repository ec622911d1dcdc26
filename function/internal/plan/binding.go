package plan

import (
	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A Binding is something that a workload can use: a database, a bucket, queues,
// another workload. It answers everything that a tier asks about it, so that no
// tier knows a binding by name.
type Binding interface {
	// Serves tells whether workloads of a kind use it.
	Serves(v1alpha1.WorkloadKind) bool
	// Variables are what a workload finds in its environment. Their names are
	// reserved: a claim cannot set them.
	Variables() []Variable
	// Grant is what a workload's own code may do.
	Grant() Grant
	// RolePolicies are policies of the task role beside the one that holds the
	// grants, for what waits for something else.
	RolePolicies() []RolePolicy
	// Roles are what AWS services act with for it.
	Roles() []ServiceRole
	// Groups are its security groups, and Paths who connects to whom: the workload
	// that is given to it, and its parts to each other.
	Groups() []Group
	Paths(user Workload) []Path
	// OwnPaths are those between its parts.
	OwnPaths() []Path
	// Gates are what a workload's first task waits for.
	Gates() []stack.Option
	// LogGroups are what its logs go to.
	LogGroups() []LogGroup
	// Alarms ring when it is in trouble.
	Alarms() []Alarm
	// Graphs are its row of the dashboard. A binding without a row has none.
	Graphs() []Graph
	// Usage is what AWS bills for it, whether it is used or not.
	Usage() []Usage
}

// bindings are everything that a claim's workloads can use.
func bindings(p *Plan) []Binding {
	return []Binding{
		workloadBinding{p: p},
		bucketBinding{},
		databaseBinding{p: p},
		queueBinding{p: p},
	}
}

// nothing is a binding that asks for nothing. A binding embeds it and says what
// it needs.
type nothing struct{}

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
func (nothing) Usage() []Usage             { return nil }

// A RolePolicy is a policy of the task role of its own.
type RolePolicy struct {
	Key     stack.Key
	Name    string
	Purpose string
	// Document of the policy.
	Document policy.Document
}

// A Grant is what a binding allows.
type Grant struct {
	Statements policy.Document
	// Encrypted are the AWS services through which the data key is used, for
	// example s3.
	Encrypted []string
}

// A ServiceRole is an IAM role that an AWS service acts with.
type ServiceRole struct {
	// Name that its keys end with, and Suffix of its name in AWS.
	Name, Suffix string
	Purpose      string
	// Principal is the service. Source is the ARN pattern of what it acts for; empty
	// where AWS documents none for the role.
	Principal, Source string
	// Document of its own policy, if it has one.
	Document policy.Document
	// Managed is the policy of AWS's that it has, below arn:aws:iam::aws:policy/.
	Managed string
}

// DataKeyThrough allows actions on the data key, and only through AWS services.
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

// Items that AWS bills.
const (
	// ItemInstance begins the item of an RDS instance, before its class.
	ItemInstance = "rds/instance/"
	// ItemStorage is a GiB of a database's storage, ItemProxy a vCPU that a proxy is
	// billed for.
	ItemStorage = "rds/storage"
	ItemProxy   = "rds/proxy"
)

// Usage is a quantity of something that AWS bills.
type Usage struct {
	Item string
	// Quantity for a month.
	Quantity float64
}
