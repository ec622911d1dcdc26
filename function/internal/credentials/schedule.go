package credentials

import (
	"strings"
	"time"
)

// A Schedule says when the password is changed.
type Schedule struct {
	// Days between two changes. 0 means never.
	Days int
	// Window is the weekly maintenance window of the database, ddd:hh:mm-ddd:hh:mm in UTC. The
	// password is changed only in it.
	Window string
}

const day = 24 * time.Hour

// due tells whether a password that was last changed at this time must be changed now. It
// is false if changed is zero, because the password's age is not known.
func (s Schedule) due(changed, now time.Time) bool {
	if changed.IsZero() || s.Days <= 0 {
		return false
	}
	return !now.Before(changed.Add(time.Duration(s.Days)*day)) && within(now, s.Window)
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

// weekdays in the order of time.Weekday.
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
