package stack

import (
	"strconv"
	"strings"
	"time"
)

// maxConditions bounds a walk over conditions. No provider writes more than a
// handful.
const maxConditions = 16

// Now is the latest time that the cluster speaks of: the provider stamps a
// condition of every resource whenever it looks at it, which is every few
// minutes. It stands in for a clock, so that the same request still gets the
// same response. It is a little late, and earlier than it was when the cluster
// goes quiet, so nothing may depend on it never going back. Zero where no time is
// known.
func (s *Stack) Now() time.Time {
	if s.now != nil {
		return *s.now
	}
	var latest time.Time
	for _, o := range s.observed {
		for i := range maxConditions {
			text, ok := Text(o, "status", "conditions", strconv.Itoa(i), "lastTransitionTime")
			if !ok {
				break
			}
			if t, err := time.Parse(time.RFC3339, text); err == nil && t.After(latest) {
				latest = t
			}
		}
	}
	s.now = &latest
	return latest
}

const day = 24 * time.Hour

// rotationIsDue tells whether the password is old enough and this is the hour in
// which the database may be disturbed.
func (s *Stack) rotationIsDue() bool {
	spec := s.Claim.Spec.Database
	changed, err := time.Parse(time.RFC3339, s.Claim.Status.Database.PasswordChangedAt)
	if err != nil || spec.PasswordRotationDays <= 0 {
		return false
	}
	now := s.Now()
	return !now.Before(changed.Add(time.Duration(spec.PasswordRotationDays)*day)) && within(now, spec.MaintenanceWindow)
}

// within tells whether a time is in a weekly window, ddd:hh:mm-ddd:hh:mm in UTC.
func within(t time.Time, window string) bool {
	begin, end, _ := strings.Cut(window, "-")
	from, ok := minuteOfWeek(begin)
	until, ok2 := minuteOfWeek(end)
	if !ok || !ok2 {
		return false
	}
	t = t.UTC()
	now := int(t.Weekday())*minutesPerDay + t.Hour()*60 + t.Minute()
	if from <= until {
		return from <= now && now < until
	}
	return now >= from || now < until
}

const minutesPerDay = 24 * 60

// weekdays in the order of Go's.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func minuteOfWeek(text string) (int, bool) {
	name, clock, _ := strings.Cut(text, ":")
	at, err := time.Parse("15:04", clock)
	for d, w := range weekdays {
		if w == name && err == nil {
			return d*minutesPerDay + at.Hour()*60 + at.Minute(), true
		}
	}
	return 0, false
}
