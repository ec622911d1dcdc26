// Package window computes with the daily and weekly windows of a database.
package window

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

const (
	hour = 60
	day  = 24 * hour
	week = 7 * day
	// step is by how many minutes a window moves until it is free.
	step = 5
)

// A Window is a time of the week or of every day.
type Window struct {
	// Start is in minutes from the beginning of the week, on Monday, or of the day. Length is
	// in minutes.
	Start, Length int
}

// MeetsDaily tells whether a weekly window overlaps a daily one. A window may run past
// the end of the week or day.
func (w Window) MeetsDaily(daily Window) bool {
	for d := range week / day {
		if w.Meets(Window{d*day + daily.Start, daily.Length}) {
			return true
		}
	}
	return false
}

// Meets tells whether two weekly windows overlap.
func (w Window) Meets(other Window) bool {
	return (other.Start-w.Start+week)%week < w.Length || (w.Start-other.Start+week)%week < other.Length
}

// Before is the nth window before a weekly window, counted from 0. It has the same length,
// begins at least an hour before the next one and overlaps no daily window. It is the window
// itself if there is no such time.
func (w Window) Before(n int, daily ...Window) Window {
	meets := func(c Window) bool { return slices.ContainsFunc(daily, c.MeetsDaily) }
	back, free := 0, Window{}
	for range n + 1 {
		for back += max(w.Length, hour); ; back += step {
			if back+w.Length > week {
				return w
			}
			if free = (Window{(w.Start - back + week) % week, w.Length}); !meets(free) {
				break
			}
		}
	}
	return free
}

// String is ddd:hh:mm-ddd:hh:mm.
func (w Window) String() string { return text(w.Start) + "-" + text((w.Start+w.Length)%week) }

func text(at int) string {
	return fmt.Sprintf("%s:%02d:%02d", weekdays[at/day], at%day/hour, at%hour)
}

const clock = `([01][0-9]|2[0-3]):([0-5][0-9])`

var (
	weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	daily    = regexp.MustCompile(`^` + clock + `-` + clock + `$`)
	weekly   = regexp.MustCompile(`^([a-z]{3}):` + clock + `-([a-z]{3}):` + clock + `$`)
)

// Daily reads hh:mm-hh:mm.
func Daily(s string) (Window, bool) {
	m := daily.FindStringSubmatch(s)
	if m == nil {
		return Window{}, false
	}
	from, to := minutes(m[1], m[2]), minutes(m[3], m[4])
	return Window{from, (to - from + day) % day}, true
}

// Weekly reads ddd:hh:mm-ddd:hh:mm.
func Weekly(s string) (Window, bool) {
	m := weekly.FindStringSubmatch(s)
	if m == nil {
		return Window{}, false
	}
	first, last := slices.Index(weekdays, m[1]), slices.Index(weekdays, m[4])
	from, to := first*day+minutes(m[2], m[3]), last*day+minutes(m[5], m[6])
	return Window{from, (to - from + week) % week}, first >= 0 && last >= 0
}

// minutes is a time of day in minutes. The arguments must be digits.
func minutes(hh, mm string) int {
	h, _ := strconv.Atoi(hh)
	m, _ := strconv.Atoi(mm)
	return h*hour + m
}
