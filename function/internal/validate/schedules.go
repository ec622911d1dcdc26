package validate

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // The image of the function has no database of time zones.

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

var interval = regexp.MustCompile(`^[1-9][0-9]{0,3} (minute|hour|day)s?$`)

// SchedulesAreWhole requires schedules with names and times of their own.
func SchedulesAreWhole(p *plan.Plan) []error {
	var errs []error
	var names []string
	for _, w := range p.Schedules {
		s := w.Schedule
		switch {
		case !taskName.MatchString(s.Name):
			errs = append(errs,
				refuse(w.Field+".name", "cannot use %q: a schedule's name begins with a letter and has at "+
					"most 24 lower-case letters, digits and single hyphens; write for example nightly", s.Name))
		case slices.Contains(names, s.Name):
			errs = append(errs,
				refuse("spec.schedules", "cannot use two schedules called %q: a name is listed twice; "+
					"give each schedule a name of its own", s.Name))
		}
		names = append(names, s.Name)
		errs = append(errs, times(w.Field, s)...)
		if plan.NeedsRunner(s) && s.StartAttempts > 3 {
			errs = append(errs,
				refuse(w.Field+".startAttempts", "cannot try %d times: Lambda starts a run that has a timeout or "+
					"must not overlap, and tries 3 times at most; write 3", s.StartAttempts))
		}
		base, percent := ptr.Deref(w.Spot.OnDemandBase, 0), ptr.Deref(w.Spot.Percent, 0)
		if base == 0 && percent > 0 && percent < 100 {
			errs = append(errs,
				refuse(w.Field+".spot.percent", "cannot run %d percent of one task on Spot: a run is one "+
					"task; write 100 for Spot, or 0", percent))
		}
	}
	return errs
}

// times are what is wrong with when a schedule runs.
func times(field string, s *v1alpha1.Schedule) []error {
	var errs []error
	switch {
	case (s.Cron == "") == (s.Every == ""):
		errs = append(errs,
			refuse(field, "cannot tell when to run: a schedule has either cron or every; set one of them"))
	case s.Every != "" && !interval.MatchString(s.Every):
		errs = append(errs,
			refuse(field+".every", "cannot run every %q: an interval is a whole number of minutes, hours "+
				"or days; write for example 15 minutes", s.Every))
	case s.Every != "" && s.TimeZone != "":
		errs = append(errs, refuse(field+".timeZone", "cannot use a time zone with every: an interval has none; "+
			"remove timeZone, or set cron instead of every"))
	case s.Cron != "":
		if wrong := cron(s.Cron); wrong != "" {
			errs = append(errs,
				refuse(field+".cron", "cannot run at %q: %s; write for example 0 3 * * ? *", s.Cron, wrong))
		}
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "Local" {
		errs = append(errs,
			refuse(field+".timeZone", "cannot use the time zone %q: the IANA database has none of that "+
				"name; write for example Europe/Berlin", s.TimeZone))
	}
	return errs
}

// A cronField is one of the six fields of AWS's cron: its name, its numbers, and the words
// that stand for them.
type cronField struct {
	name     string
	from, to int
	words    []string
	special  *regexp.Regexp
}

// cronFields are in AWS's order.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
var cronFields = []cronField{
	{name: "minute", to: 59},
	{name: "hour", to: 23},
	{name: "day of the month", from: 1, to: 31, special: regexp.MustCompile(`^(L|LW|([1-9]|[12][0-9]|3[01])W)$`)},
	{name: "month", from: 1, to: 12,
		words: strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")},
	{name: "day of the week", from: 1, to: 7, words: strings.Fields("SUN MON TUE WED THU FRI SAT"),
		special: regexp.MustCompile(`^([1-7]?L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$`)},
	{name: "year", from: 1970, to: 2199},
}

// cron returns what is wrong with a cron expression, or an empty string.
func cron(text string) string {
	const dayOfMonth, dayOfWeek = 2, 4
	fields := strings.Split(text, " ")
	if len(fields) != len(cronFields) || (fields[dayOfMonth] == "?") == (fields[dayOfWeek] == "?") {
		return "AWS's cron has six fields, minute, hour, day of the month, month, day of " +
			"the week and year, and one of " +
			"the two days is a question mark"
	}
	for i, f := range cronFields {
		if fields[i] == "?" && (i == dayOfMonth || i == dayOfWeek) {
			continue
		}
		for part := range strings.SplitSeq(fields[i], ",") {
			if !f.has(part) {
				return "the " + f.name + " cannot be " + strconv.Quote(part)
			}
		}
	}
	return ""
}

// has tells whether one part of a field is a value, a range or steps of it.
func (f cronField) has(part string) bool {
	if f.special != nil && f.special.MatchString(part) {
		return true
	}
	span, step, stepped := strings.Cut(part, "/")
	if n, err := strconv.Atoi(step); stepped && (err != nil || n < 1 || n > f.to) {
		return false
	}
	if span == "*" {
		return true
	}
	first, last, ranged := strings.Cut(span, "-")
	if !ranged {
		last = first
	}
	a, okA := f.number(first)
	b, okB := f.number(last)
	return okA && okB && a <= b
}

// number is what a number or word of the field stands for.
func (f cronField) number(text string) (int, bool) {
	if i := slices.Index(f.words, text); i >= 0 {
		return i + 1, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= f.from && n <= f.to
}
