package plan

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
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
		Variable{"DB_HOST", stack.Await(keys.Primary, "address")},
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
		return stack.Await(keys.Primary, managedSecretARN)
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
// resource ID, which it keeps when it is renamed. It is a separate policy, so that the
// role's other permissions do not wait for the replicas.
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
	for _, k := range b.p.Database.Instances() {
		for _, u := range names {
			users = append(users, b.p.RegionalARN("rds-db", "dbuser:"+stack.Await(k, "resourceId")+"/"+u))
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
	for _, instance := range b.p.Database.Instances() {
		for _, log := range Logs() {
			out = append(out, LogGroup{
				Key:     keys.DatabaseLogGroup(instance, log),
				Name:    "/aws/rds/instance/" + b.p.DatabaseID(instance) + "/" + log,
				Purpose: "The " + log + " log of " + string(instance) + ".",
			})
		}
	}
	return out
}

const (
	// usualShare is the part of MySQL's maximum number of connections above which the alarm
	// rings. unknownConnections is the threshold where the maximum is not known.
	usualShare         = 0.6
	unknownConnections = 100
	// unknownGiB stands for the memory of a class whose memory is not known. Those are the
	// memory-optimized classes, which have at least as much.
	unknownGiB = 16
	gib        = 1 << 30
)

func (b databaseBinding) Alarms() []Alarm {
	var out []Alarm
	for _, k := range b.p.Database.Instances() {
		out = append(out, b.instanceAlarms(k)...)
		if perHour, burstable := awsfacts.CPUCreditsPerHour(b.spec().InstanceClass); burstable {
			out = append(out, b.credits(k, perHour))
		}
	}
	for _, k := range b.p.Database.Replicas {
		out = append(out, b.lag(k))
	}
	return out
}

func (b databaseBinding) of(instance stack.Key) map[string]string {
	return map[string]string{"DBInstanceIdentifier": b.p.DatabaseID(instance)}
}

func (b databaseBinding) instanceAlarms(key stack.Key) []Alarm {
	t, name, writer := b.p.Claim.Spec.Alarms.Thresholds, string(key), key == keys.Primary
	return []Alarm{{
		Name:        name + "-cpu",
		Purpose:     "Fires when " + name + " uses too much CPU for 15 minutes.",
		Do:          "Look at the slow query log; else choose a larger spec.database.instanceClass.",
		Runbook:     "database-cpu",
		Threshold:   Above(float64(t.DatabaseCPUPercent), 5*Minute, 3),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "CPUUtilization", "Average", b.of(key)},
	}, {
		Name:    name + "-storage",
		Purpose: "Fires when " + name + " runs out of storage.",
		Do: "AWS has not grown the volume: raise spec.database.maxStorageGiB, or spec.database.storageGiB at once. " +
			"A full database stops.",
		Runbook:     "database-storage",
		Threshold:   Below(b.storage(key)*float64(t.DatabaseFreeStoragePercent)/100, 5*Minute, 1),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "FreeStorageSpace", "Minimum", b.of(key)},
		Critical:    writer,
	}, {
		Name:    name + "-connections",
		Purpose: "Fires when " + name + " has too many connections for five minutes.",
		Do: "Look for connections that are not closed; else choose smaller pools or " +
			"a larger spec.database.instanceClass.",
		Runbook:     "database-connections",
		Threshold:   Above(b.connections(), Minute, 5),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "DatabaseConnections", "Maximum", b.of(key)},
		Critical:    writer,
	}, {
		Name:    name + "-memory",
		Purpose: "Fires when " + name + " has too little free memory for 15 minutes.",
		Do: "The instance begins to swap, and restarts when no memory is left: choose smaller pools or " +
			"a larger spec.database.instanceClass.",
		Runbook:     "database-memory",
		Threshold:   Below(b.memory()*float64(t.DatabaseFreeMemoryPercent)/100, 5*Minute, 3),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "FreeableMemory", "Average", b.of(key)},
	}}
}

// storage is the size of an instance's volume in bytes. AWS grows the volume, so the claim's
// size is only its first size.
func (b databaseBinding) storage(instance stack.Key) float64 {
	size := float64(b.spec().StorageGiB)
	if o, ok := b.p.stack.Observed(instance); ok {
		v, _ := o.Lookup("status", "atProvider", "allocatedStorage")
		grown, _ := v.(float64)
		size = max(size, grown)
	}
	return size * gib
}

// memory is the memory of the instance class in bytes.
func (b databaseBinding) memory() float64 {
	if size, ok := awsfacts.MemoryGiB(b.spec().InstanceClass); ok {
		return size * gib
	}
	return unknownGiB * gib
}

// credits is the alarm of a burstable instance that uses more CPU than its class earns. The
// default threshold is what the class earns in an hour. A new instance starts without
// credits and is above that after about an hour, so the alarm waits for three.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html
func (b databaseBinding) credits(key stack.Key, perHour float64) Alarm {
	least := perHour
	if n := b.p.Claim.Spec.Alarms.Thresholds.DatabaseCPUCredits; n != nil {
		least = float64(*n)
	}
	return Alarm{
		Name:    string(key) + "-credits",
		Purpose: "Fires when " + string(key) + " has almost no CPU credits for three hours.",
		Do: "AWS bills the CPU above the baseline of the instance class: look at the slow query log; " +
			"else choose a larger spec.database.instanceClass, or one that is not burstable.",
		Runbook:     "database-cpu-credits",
		Threshold:   Below(least, Hour, 3),
		MissingData: MissingIsNone,
		Metric:      Metric{"AWS/RDS", "CPUCreditBalance", "Average", b.of(key)},
	}
}

// connections is the number of connections above which an instance's alarm rings.
func (b databaseBinding) connections() float64 {
	if n := b.p.Claim.Spec.Alarms.Thresholds.DatabaseConnections; n != nil {
		return float64(*n)
	}
	if most, ok := awsfacts.MaxConnections(b.spec().InstanceClass); ok {
		return float64(int(most * usualShare))
	}
	return unknownConnections
}

// lag treats a replica that does not replicate, which AWS reports as -1, as one day behind.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_MySQL.Replication.ReadReplicas.html
func (b databaseBinding) lag(key stack.Key) Alarm {
	return Alarm{
		Name:        string(key) + "-lag",
		Purpose:     "Fires when " + string(key) + " is behind, or does not replicate, for five minutes.",
		Do:          "Readers see old data. Look for long transactions on the primary, and at the replica's load.",
		Runbook:     "replica-lag",
		Threshold:   Above(float64(b.p.Claim.Spec.Alarms.Thresholds.ReplicaLagSeconds), Minute, 5),
		MissingData: MissingIsNone,
		Expression: []Query{
			{ID: "lag", Metric: &Metric{"AWS/RDS", "ReplicaLag", "Maximum", b.of(key)}},
			{ID: "behind", Formula: fmt.Sprintf("IF(lag < 0, %d, lag)", Day), Label: "seconds behind", Result: true},
		},
	}
}

func (b databaseBinding) Graphs() []Graph {
	lines := func(metric string, instances []stack.Key) []Line {
		var out []Line
		for _, k := range instances {
			out = append(out, Line{Namespace: "AWS/RDS", Metric: metric, Label: string(k),
				Dimensions: []string{"DBInstanceIdentifier", b.p.DatabaseID(k)}})
		}
		return out
	}
	all, replicas := b.p.Database.Instances(), b.p.Database.Replicas
	out := []Graph{
		{Title: "Database: CPU, %", Statistic: "Average", Percent: true, Lines: lines("CPUUtilization", all)},
		{Title: "Database: connections", Statistic: "Maximum", Lines: lines("DatabaseConnections", all)},
		{Title: "Database: free storage, bytes", Statistic: "Minimum", Lines: lines("FreeStorageSpace", all)},
		{Title: "Database: free memory, bytes", Statistic: "Average", Lines: lines("FreeableMemory", all)},
	}
	if _, burstable := awsfacts.CPUCreditsPerHour(b.spec().InstanceClass); burstable {
		out = append(out, Graph{
			Title:     "Database: CPU credits",
			Statistic: "Average",
			Lines:     lines("CPUCreditBalance", all),
		})
	}
	if len(replicas) > 0 {
		out = append(out, Graph{
			Title:     "Database: replica lag, seconds",
			Statistic: "Maximum",
			Lines:     lines("ReplicaLag", replicas),
		})
	}
	return out
}
