package validate

import (
	"regexp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// PasswordIsOneHands allows only one owner of the master password, and rejects features
// that do not work with that owner.
func PasswordIsOneHands(p *plan.Plan) []error {
	c := p.Claim
	db := c.Spec.Database
	application := db.Rotation == v1alpha1.RotationApplication
	replicas := db.Engine != v1alpha1.AuroraMySQL && db.ReadReplicas != nil && *db.ReadReplicas > 0

	var errs []error
	if db.ManageMasterUserPassword && replicas {
		errs = append(errs, refuse("spec.database.manageMasterUserPassword", "cannot let RDS manage the master "+
			"password of a database with %d read replicas: RDS for MySQL makes no replica of such a database, and "+
			"AWS answers InvalidParameterValue; "+
			"set readReplicas to 0, or manageMasterUserPassword to false", *db.ReadReplicas))
	}
	if db.ManageMasterUserPassword && (db.Proxy.Enabled || application) {
		errs = append(errs, refuse("spec.database.manageMasterUserPassword", "cannot let RDS manage the master "+
			"password together with a proxy or AWS's rotation application: both are for the secret that Kasha keeps; "+
			"leave proxy.enabled and rotation at their defaults, or set manageMasterUserPassword to false"))
	}
	if application && db.Proxy.Enabled {
		errs = append(errs, refuse("spec.database.rotation", "cannot rotate by Application behind a proxy: "+
			"AWS's application tries the new password at the host in the secret before the secret has it, and a "+
			"proxy knows no password but the secret's; set rotation to Generation, or proxy.enabled to false"))
	}
	if application && db.PasswordRotationDays < 1 {
		errs = append(errs, refuse("spec.database.passwordRotationDays", "cannot rotate by Application every %d "+
			"days: its schedule needs a number of days; set passwordRotationDays to 1 or more, or rotation to "+
			"Generation", db.PasswordRotationDays))
	}
	if application && c.Spec.PermissionsBoundaryARN != "" {
		errs = append(errs, refuse("spec.database.rotation", "cannot rotate by Application within a permissions "+
			"boundary: AWS's application makes a role of its own, which takes none; "+
			"set database.rotation to Generation"))
	}
	return errs
}

var snapshot = regexp.MustCompile(`^(arn:aws:rds:([a-z0-9-]+):[0-9]{12}:(cluster-)?snapshot:)?` +
	`(rds:|awsbackup:)?[A-Za-z][A-Za-z0-9-]*$`)

// SnapshotIsHere requires a snapshot in the claim's region: RDS cannot restore from
// another region.
func SnapshotIsHere(p *plan.Plan) []error {
	c := p.Claim
	const field = "spec.database.restoreFromSnapshot"
	id := c.Spec.Database.RestoreFromSnapshot
	if id == "" {
		return nil
	}
	m := snapshot.FindStringSubmatch(id)
	if m == nil {
		return one(field, "cannot use %q: it is neither the name nor the ARN of an RDS snapshot; "+
			"write for example shop-1a2b3c-db-primary-final-20260102030405-5f0c1c2e", id)
	}
	if m[3] != "" && c.Spec.Database.Engine != v1alpha1.AuroraMySQL {
		return one(field, "cannot restore MySQL from a snapshot of an Aurora cluster: AWS copies only the other way; "+
			"set database.engine to AuroraMySQL in a new claim")
	}
	if m[2] != "" && m[2] != c.Spec.Region {
		return one(field, "cannot restore from a snapshot in %s: RDS restores a snapshot only in its own region; "+
			"copy it to %s and write the name of the copy", m[2], c.Spec.Region)
	}
	return nil
}
