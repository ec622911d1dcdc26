package validate

import (
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/window"
)

// minWindow is the shortest window that RDS accepts, in minutes:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
const minWindow = 30

// WindowsAreApart requires the daily backup window and the weekly maintenance window to
// be as long as RDS demands and not to overlap. RDS rejects windows that overlap.
func WindowsAreApart(p *plan.Plan) []error {
	c := p.Claim
	const (
		backupField      = "spec.database.backupWindow"
		maintenanceField = "spec.database.maintenanceWindow"
	)
	db := c.Spec.Database
	backup, backupOK := window.Daily(db.BackupWindow)
	maintenance, maintenanceOK := window.Weekly(db.MaintenanceWindow)

	var errs []error
	switch {
	case !backupOK:
		errs = append(errs, refuse(backupField, "cannot use %q: it is not a time of day; "+
			"write hh:mm-hh:mm in UTC, for example 03:00-04:00", db.BackupWindow))
	case backup.Length < minWindow:
		errs = append(errs, refuse(backupField, "cannot use %q: it is %d minutes long, and RDS requires at least %d; "+
			"end it later", db.BackupWindow, backup.Length, minWindow))
	}
	switch {
	case !maintenanceOK:
		errs = append(errs, refuse(maintenanceField, "cannot use %q: it is not a time of the week; "+
			"write ddd:hh:mm-ddd:hh:mm in UTC, for example sun:06:00-sun:07:00", db.MaintenanceWindow))
	case maintenance.Length < minWindow:
		errs = append(errs, refuse(maintenanceField, "cannot use %q: it is %d minutes long, and RDS requires at "+
			"least %d; end it later", db.MaintenanceWindow, maintenance.Length, minWindow))
	}
	if len(errs) == 0 && maintenance.MeetsDaily(backup) {
		errs = append(errs, refuse(maintenanceField, "cannot use %q: it overlaps the daily backup window %s, and RDS "+
			"rejects windows that overlap; choose another time", db.MaintenanceWindow, db.BackupWindow))
	}
	return errs
}
