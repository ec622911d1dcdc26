package validate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// maxDatabaseUsers is how many users one task makes.
const maxDatabaseUsers = 8

var databaseUser = regexp.MustCompile(`^[a-z][a-z0-9_]{0,27}$`)

// takenUsers are the names of the users that RDS and MySQL make, and prefixes the beginnings of
// those that they may make.
var (
	takenUsers    = []string{"admin", "root"}
	takenPrefixes = []string{"rds", "mysql"}
)

// DatabaseUsersAreApart requires users whose names are their own in MySQL, and one that the
// workloads connect as.
func DatabaseUsersAreApart(p *plan.Plan) []error {
	db := p.Claim.Spec.Database
	const field = "spec.database.users"
	var errs []error
	if n := len(db.Users); n > maxDatabaseUsers {
		errs = append(errs, refuse(field, "cannot make %d users: Kasha makes at most %d; remove some, or create them "+
			"with SQL", n, maxDatabaseUsers))
	}
	names, password := map[string]string{}, ""
	for _, u := range db.Users {
		at := field + "[" + u.Name + "]"
		errs = append(errs, userIsMySQLs(at, u)...)
		in := []string{plan.MySQLUser(u, 1), plan.MySQLUser(u, 2)}
		for _, name := range slices.Compact(in) {
			if other, taken := names[name]; taken {
				errs = append(errs, refuse(at+".name", "cannot make the user %s of MySQL for %s and for %s: a user "+
					"with a password is its name with _1 and with _2; give one of them another name",
					name, other, u.Name))
			}
			names[name] = u.Name
		}
		if u.Access == v1alpha1.AccessIAM {
			continue
		}
		if password != "" {
			errs = append(errs, refuse(at+".access", "cannot give the workloads the password of %s and of %s: their "+
				"secret has one user; use access IAM, or create the user with SQL", password, u.Name))
		}
		password = u.Name
	}
	if i := db.ClientImage; i != "" && !image.MatchString(i) {
		errs = append(errs, refuse("spec.database.clientImage", "cannot use %q: it is not an image reference; write "+
			"registry/repository:tag or registry/repository@sha256:digest, the repository in lower case", i))
	}
	return errs
}

func userIsMySQLs(at string, u v1alpha1.DatabaseUser) []error {
	var errs []error
	begins := func(prefix string) bool { return strings.HasPrefix(u.Name, prefix) }
	switch {
	case !databaseUser.MatchString(u.Name):
		errs = append(errs, refuse(at+".name", "cannot use %q: the name of a database user begins with a lower-case "+
			"letter and has at most 28 lower-case letters, digits and underscores; write for example app", u.Name))
	case slices.Contains(takenUsers, u.Name), slices.ContainsFunc(takenPrefixes, begins):
		errs = append(errs, refuse(at+".name", "cannot use %q: admin and root are administrators, and RDS and MySQL "+
			"have users whose names begin with rds and mysql; write for example app", u.Name))
	}
	if !slices.Contains([]v1alpha1.DatabaseAccess{"", v1alpha1.AccessPassword, v1alpha1.AccessIAM}, u.Access) {
		errs = append(errs, refuse(at+".access", "cannot use %q: a user logs in by Password or by IAM; write one of "+
			"them", u.Access))
	}
	all := []v1alpha1.DatabasePrivileges{
		"", v1alpha1.PrivilegesAll, v1alpha1.PrivilegesReadWrite, v1alpha1.PrivilegesRead,
	}
	if !slices.Contains(all, u.Privileges) {
		errs = append(errs, refuse(at+".privileges", "cannot use %q: a user has All, ReadWrite or Read on the "+
			"schema; write one of them", u.Privileges))
	}
	return errs
}
