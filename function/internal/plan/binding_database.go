package plan

import (
	"slices"
	"strconv"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// secretVariable has the ARN of the secret that a task reads.
const secretVariable = "DB_SECRET_ARN"

// revisionVariable has the revision of the credentials that a task was started with. It
// makes new credentials a new task definition.
const revisionVariable = "DB_SECRET_REVISION"

// A databaseBinding is the database, with its proxy and its secret.
type databaseBinding struct{ p *Plan }

func (databaseBinding) Serves(d Declared) bool { return d.Data }

func (b databaseBinding) spec() v1alpha1.Database { return b.p.Claim.Spec.Database }

func (b databaseBinding) managed() bool { return b.p.Credentials.Mode == credentials.ByRDS }

func (b databaseBinding) rotated() bool { return b.p.Credentials.Mode == credentials.ByApplication }

// Variables contain the revision of the credentials, as soon as these are in Secrets
// Manager. So new credentials lead to a new task definition, which replaces tasks that
// read the credentials only when they start. The secret that RDS keeps has only a user
// name and a password, so the rest of the connection is in variables.
func (b databaseBinding) Variables() []Variable {
	out := []Variable{{secretVariable, b.p.SecretARN()}}
	if !b.managed() || b.p.Credentials.Users.Given.Users {
		out = append(out, Variable{revisionVariable, b.p.Credentials.Told()})
	}
	if !b.managed() {
		return out
	}
	return append(out,
		Variable{"DB_HOST", b.p.Database.Serving.Host()},
		Variable{"DB_PORT", strconv.Itoa(MySQLPort)},
		Variable{"DB_NAME", b.spec().Name},
	)
}

// SecretARN returns a token for the ARN of the secret that holds the workloads' credentials.
func (p *Plan) SecretARN() string {
	if given := p.Credentials.Users.Given; given.Users {
		return stack.ARN(keys.UserSecret(credentials.Slot(given.Generation)))
	}
	return p.MasterSecretARN()
}

// MasterSecretARN is the same for the secret that holds the master user's.
func (p *Plan) MasterSecretARN() string {
	if p.Credentials.Mode == credentials.ByRDS {
		return stack.Await(p.Database.Serving.Holder(), managedSecretARN)
	}
	return stack.ARN(keys.Secret)
}

func (b databaseBinding) Grant() Grant {
	return Grant{Encrypted: []string{"secretsmanager"}, Statements: policy.Document{
		policy.Permit("Secret", b.p.readable(),
			"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
	}}
}

// RolePolicies let the workloads log in without a password. They name each instance by its
// resource ID, which it keeps when it is renamed, or the cluster by its own. It is a separate
// policy, so that the role's other permissions do not wait for the replicas.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
func (b databaseBinding) RolePolicies() []RolePolicy {
	names := slices.Clone(b.spec().IAMUsers)
	for _, u := range b.spec().Users {
		if u.Access == v1alpha1.AccessIAM {
			names = append(names, u.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var users policy.List
	for _, system := range b.p.Database.Systems {
		for _, id := range system.ResourceIDs() {
			for _, u := range names {
				users = append(users, b.p.RegionalARN("rds-db", "dbuser:"+id+"/"+u))
			}
		}
	}
	return []RolePolicy{{
		Key: keys.DatabaseUsersPolicy, Name: "database-users",
		Purpose:  "As whom the backend may log in to the database without a password.",
		Document: policy.Document{policy.Permit("Login", users, "rds-db:connect")},
	}}
}

// Roles are for the monitoring agent on the database's host and for the connection pool,
// which reads the secret to log in. The pool's role has no source condition, because AWS
// documents none: with a condition that RDS does not send, the pool could not read the
// password.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
func (b databaseBinding) Roles() []ServiceRole {
	out := []ServiceRole{{
		Name: keys.RDSMonitoring, Suffix: RoleRDSMonitoring,
		Purpose:   "RDS uses it to write the operating system's metrics.",
		Principal: "monitoring.rds.amazonaws.com",
		Source:    b.p.RegionalARN("rds", "db:*"),
		Managed:   "service-role/AmazonRDSEnhancedMonitoringRole",
	}}
	if !b.p.Credentials.Proxy {
		return out
	}
	through := policy.List{"secretsmanager." + b.p.stack.Region + ".amazonaws.com"}
	secrets := policy.List{stack.ARN(keys.Secret)}
	for _, slot := range b.p.UserSlots() {
		secrets = append(secrets, stack.ARN(keys.UserSecret(slot)))
	}
	return append(out, ServiceRole{
		Name: keys.ProxyRole, Suffix: RoleProxy,
		Purpose:   "The database's connection pool uses it to read the secret.",
		Principal: "rds.amazonaws.com",
		Document: policy.Document{
			policy.Permit("Secret", secrets,
				"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
			DataKeyThrough(through, "kms:Decrypt"),
		},
	})
}

func (b databaseBinding) Groups() []Group {
	out := []Group{{keys.DatabaseGroup, "Database"}}
	if b.p.Credentials.Proxy {
		out = append(out, Group{keys.ProxyGroup, "Connection pool of the database"})
	}
	if b.rotated() {
		out = append(out, Group{keys.RotationGroup, "Rotation of the database password"})
	}
	return out
}

func (b databaseBinding) Paths(user Workload) []Path {
	out := []Path{{user.Group, keys.DatabaseGroup, MySQLPort, user.Title() + " to MySQL"}}
	if b.p.Credentials.Proxy {
		out = append(out, Path{user.Group, keys.ProxyGroup, MySQLPort, user.Title() + " to the connection pool"})
	}
	return out
}

// OwnPaths has no path from the database: it opens no connections.
func (b databaseBinding) OwnPaths() []Path {
	var out []Path
	if b.p.Credentials.Proxy {
		out = append(out, Path{keys.ProxyGroup, keys.DatabaseGroup, MySQLPort, "Connection pool to MySQL"})
	}
	if !b.rotated() {
		return out
	}
	out = append(out,
		Path{keys.RotationGroup, keys.DatabaseGroup, MySQLPort, "Password rotation to MySQL"},
		Path{keys.RotationGroup, keys.Internet, HTTPSPort, "Secrets Manager"},
	)
	if len(b.p.Network.Interface) > 0 {
		out = append(out, Path{keys.RotationGroup, keys.EndpointsGroup, HTTPSPort, "Secrets Manager without NAT"})
	}
	return out
}

// Gates hold back tasks until Secrets Manager has credentials. Without them, tasks would
// fail.
func (b databaseBinding) Gates() []stack.Option {
	return []stack.Option{stack.When(b.p.Credentials.Available, "the database credentials in Secrets Manager")}
}

func (b databaseBinding) LogGroups() []LogGroup {
	var out []LogGroup
	for _, s := range slices.Concat(b.p.Database.Systems, b.p.Database.Leaving) {
		out = append(out, s.LogGroups()...)
	}
	return out
}

func (b databaseBinding) Alarms() []Alarm {
	var out []Alarm
	for _, s := range b.p.Database.Systems {
		out = append(out, s.Alarms()...)
	}
	return out
}

func (b databaseBinding) Graphs() []Graph {
	var out []Graph
	for _, s := range b.p.Database.Systems {
		out = append(out, s.Graphs()...)
	}
	return out
}
