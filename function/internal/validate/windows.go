package validate

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/kasha-platform/kasha/function/internal/plan"
)

const (
	day  = 24 * 60
	week = 7 * day

	// minWindow is the shortest window that RDS accepts, in minutes:
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
	minWindow = 30
)

// WindowsAreApart requires the daily backup window and the weekly maintenance window to
// be as long as RDS demands and not to overlap. RDS rejects windows that overlap.
func WindowsAreApart(p *plan.Plan) []error {
	c := p.Claim
	const (
		backupField      = "spec.database.backupWindow"
		maintenanceField = "spec.database.maintenanceWindow"
	)
	db := c.Spec.Database
	backup, backupOK := parseBackup(db.BackupWindow)
	maintenance, maintenanceOK := parseMaintenance(db.MaintenanceWindow)

	var errs []error
	switch {
	case !backupOK:
		errs = append(errs, refuse(backupField, "cannot use %q: it is not a time of day; "+
			"write hh:mm-hh:mm in UTC, for example 03:00-04:00", db.BackupWindow))
	case backup.length < minWindow:
		errs = append(errs, refuse(backupField, "cannot use %q: it is %d minutes long, and RDS requires at least %d; "+
			"end it later", db.BackupWindow, backup.length, minWindow))
	}
	switch {
	case !maintenanceOK:
		errs = append(errs, refuse(maintenanceField, "cannot use %q: it is not a time of the week; "+
			"write ddd:hh:mm-ddd:hh:mm in UTC, for example sun:06:00-sun:07:00", db.MaintenanceWindow))
	case maintenance.length < minWindow:
		errs = append(errs, refuse(maintenanceField, "cannot use %q: it is %d minutes long, and RDS requires at "+
			"least %d; end it later", db.MaintenanceWindow, maintenance.length, minWindow))
	}
	if len(errs) == 0 && maintenance.meetsDaily(backup) {
		errs = append(errs, refuse(maintenanceField, "cannot use %q: it overlaps the daily backup window %s, and RDS "+
			"rejects windows that overlap; choose another time", db.MaintenanceWindow, db.BackupWindow))
	}
	return errs
}

// window is a time of the week or of every day. start is in minutes from the beginning of
// the week or day; length is in minutes.
type window struct{ start, length int }

// meetsDaily tells whether a weekly window overlaps a daily one. A window may run past
// the end of the week or day.
func (w window) meetsDaily(daily window) bool {
	for d := range 7 {
		start := d*day + daily.start
		if (start-w.start+week)%week < w.length || (w.start-start+week)%week < daily.length {
			return true
		}
	}
	return false
}

const clock = `([01][0-9]|2[0-3]):([0-5][0-9])`

var (
	weekdays          = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	backupWindow      = regexp.MustCompile(`^` + clock + `-` + clock + `$`)
	maintenanceWindow = regexp.MustCompile(`^([a-z]{3}):` + clock + `-([a-z]{3}):` + clock + `$`)
)

func parseBackup(s string) (window, bool) {
	m := backupWindow.FindStringSubmatch(s)
	if m == nil {
		return window{}, false
	}
	from, to := minutes(m[1], m[2]), minutes(m[3], m[4])
	return window{from, (to - from + day) % day}, true
}

func parseMaintenance(s string) (window, bool) {
	m := maintenanceWindow.FindStringSubmatch(s)
	if m == nil {
		return window{}, false
	}
	first, last := slices.Index(weekdays, m[1]), slices.Index(weekdays, m[4])
	from, to := first*day+minutes(m[2], m[3]), last*day+minutes(m[5], m[6])
	return window{from, (to - from + week) % week}, first >= 0 && last >= 0
}

// minutes is a time of day in minutes. The arguments must be digits.
func minutes(hh, mm string) int {
	h, _ := strconv.Atoi(hh)
	m, _ := strconv.Atoi(mm)
	return h*60 + m
}
