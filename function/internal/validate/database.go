package validate

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

var databaseName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)

// takenNames are the schemas that MySQL and RDS create themselves.
var takenNames = []string{"information_schema", "innodb", "mysql", "performance_schema", "rdsadmin", "sys", "tmp"}

// DatabaseNameIsFree requires a name that MySQL and RDS do not use themselves.
func DatabaseNameIsFree(p *plan.Plan) []error {
	c := p.Claim
	switch n := c.Spec.Database.Name; {
	case !databaseName.MatchString(n):
		return one("spec.database.name", "cannot use %q: a schema's name begins with a letter and has at most 64 "+
			"letters, digits and underscores; write for example kasha", n)
	case slices.Contains(takenNames, strings.ToLower(n)):
		return one("spec.database.name", "cannot use %q: MySQL or RDS already has a schema with this name; "+
			"choose another name", n)
	case awsfacts.ReservedInMySQL(n) && !p.HasSchema(n):
		return one("spec.database.name",
			"cannot use %q: it is a reserved word of MySQL, and RDS refuses a schema with "+
				"this name; choose another name, for example %s_db", n, n)
	}
	return nil
}

var instanceClass = regexp.MustCompile(`^db[.][a-z][a-z0-9-]*[0-9][a-z0-9-]*[.]` +
	`(micro|small|medium|([1-9][0-9]*x)?large|xlarge|metal|metal-[0-9]+xl)$`)

// unencrypted are the classes that cannot encrypt their storage:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
var unencrypted = []string{"db.m1.", "db.m2.", "db.t1.", "db.t2.micro"}

// InstanceClassCanEncrypt requires a class that supports encryption, because Kasha
// encrypts every database.
func InstanceClassCanEncrypt(p *plan.Plan) []error {
	c := p.Claim
	const field = "spec.database.instanceClass"
	class := c.Spec.Database.InstanceClass
	if class == "" && c.Spec.Database.Engine == v1alpha1.AuroraMySQL {
		return nil
	}
	if !instanceClass.MatchString(class) {
		return one(field, "cannot use %q: it is not an RDS instance class; write for example db.t4g.medium", class)
	}
	if awsfacts.IsImpossibleClass(class) {
		return one(field, "cannot use %q: only classes of the families db.t have the sizes micro, small and medium, "+
			"and none of these is larger than 2xlarge; write for example db.t4g.medium or db.m7g.large", class)
	}
	for _, prefix := range unencrypted {
		if strings.HasPrefix(class, prefix) {
			return one(field, "cannot use %q: this class cannot encrypt the database; "+
				"choose a newer one, for example db.t4g.medium", class)
		}
	}
	return nil
}

const maxParameters = 50

var (
	parameterName  = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,99}$`)
	parameterValue = regexp.MustCompile(`^[ -~]{1,1000}$`)
)

// keptParameters are the parameters that a claim cannot set, and why.
var keptParameters = map[string]string{
	"slow_query_log":  slowQueryLog,
	"long_query_time": slowQueryLog,
	"general_log":     "Kasha sets it itself; remove the parameter, and set database.generalLog",
	"log_output":      "RDS sends logs to CloudWatch only if MySQL writes them to files; remove the parameter",
	"require_secure_transport": "every connection to the database must use TLS; remove the parameter, and connect " +
		"with TLS",
	"lower_case_table_names": "RDS takes it only when it creates a database, and a later change makes tables " +
		"unreadable; remove the parameter, and write the names of tables as they were created",
	"read_only": "the primary and its replicas share it, so that a replica would take writes or the primary would " +
		"not; remove the parameter",
}

const slowQueryLog = "Kasha writes the slow query log and sets its threshold itself; remove the parameter, and set " +
	"database.slowQuerySeconds"

// ParametersAreTheUsers requires names and values that a parameter can have, and none that
// Kasha sets itself.
func ParametersAreTheUsers(p *plan.Plan) []error {
	const field = "spec.database.parameters"
	params := p.Claim.Spec.Database.Parameters
	var errs []error
	if n := len(params); n > maxParameters {
		errs = append(errs,
			refuse(field, "cannot set %d parameters: Kasha takes at most %d; remove those whose value "+
				"is RDS's default", n, maxParameters))
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		switch why := keptParameters[name]; {
		case why != "":
			errs = append(errs, refuse(field, "cannot set the parameter %q: %s", name, why))
		case !parameterName.MatchString(name):
			errs = append(errs, refuse(field, "cannot set the parameter %q: the name of a parameter has lower-case "+
				"letters, digits, _ and -, and begins with a letter; write it as aws rds "+
				"describe-db-parameters shows it",
				name))
		case !parameterValue.MatchString(string(params[name])):
			errs = append(errs,
				refuse(field, "cannot set the parameter %q: a value has 1 to 1000 printable characters "+
					"of ASCII; write such a value, or remove the parameter to get RDS's default", name))
		}
	}
	return errs
}

const (
	minStorageGiB = 20
	maxStorageGiB = 65536
	// maxStartGiB is the largest size whose maximum, at least a tenth more, is within
	// maxStorageGiB.
	maxStartGiB = 59578
)

// StorageCanGrow requires sizes that a gp3 volume can have, and a maximum that is at
// least a tenth more than the initial size.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
func StorageCanGrow(p *plan.Plan) []error {
	c := p.Claim
	size, limit := c.Spec.Database.StorageGiB, c.Spec.Database.MaxStorageGiB
	if size < minStorageGiB || size > maxStartGiB {
		return one("spec.database.storageGiB", "cannot use %d: a gp3 volume for MySQL that can grow starts with %d "+
			"to %d GiB; use a size between them", size, minStorageGiB, maxStartGiB)
	}
	if limit*10 < size*11 || limit > maxStorageGiB {
		return one("spec.database.maxStorageGiB", "cannot grow storage from %d to %d GiB: "+
			"AWS wants maxStorageGiB to be at least a tenth more than storageGiB, and at most %d; "+
			"use a size between them", size, limit, maxStorageGiB)
	}
	return nil
}

const maxRetentionDays = 35

// ReplicasHaveBackups requires backups: without them, a mistake cannot be undone and RDS
// creates no replicas.
func ReplicasHaveBackups(p *plan.Plan) []error {
	c := p.Claim
	db := c.Spec.Database
	if days := db.BackupRetentionDays; days < 1 || days > maxRetentionDays {
		return one("spec.database.backupRetentionDays", "cannot keep backups for %d days: "+
			"without backups you cannot undo a mistake and RDS cannot create a read replica, and AWS keeps them for "+
			"at most %d days; use 1 to %d", days, maxRetentionDays, maxRetentionDays)
	}
	if n := db.ReadReplicas; n != nil && (*n < 0 || *n > 5) {
		return one("spec.database.readReplicas", "cannot have %d read replicas: Kasha creates at most 5; "+
			"use 0 to 5", *n)
	}
	return nil
}
