package backup

import "strconv"

// days is the number of days in a number of years, rounded up for leap years.
func days(years int32) int32 { return years*365 + (years+3)/4 }

const (
	minutesPerDay = 24 * 60
	preferredHour = 5
)

// hour is the hour, in UTC, at which the snapshot is due. AWS Backup starts none during
// the database's windows and the hour before them.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html
func hour(windows ...string) int {
	for i := range 24 {
		h := (preferredHour + i) % 24
		if free(h*60, windows) {
			return h
		}
	}
	return preferredHour
}

// free tells whether a snapshot that is due at a minute of the day starts outside the
// windows and the hour before them.
func free(start int, windows []string) bool {
	for m := start; m < start+startMinutes; m++ {
		for _, w := range windows {
			begin, end := span(w)
			if modulo(m-begin+60) < modulo(end-begin)+60 {
				return false
			}
		}
	}
	return true
}

// span is the first and the last minute of day of hh:mm-hh:mm or
// ddd:hh:mm-ddd:hh:mm.
func span(window string) (begin, end int) {
	half := len(window) / 2
	return minute(window[:half]), minute(window[half:])
}

func minute(text string) int {
	const clock = len("hh:mm")
	if len(text) < clock {
		return 0
	}
	text = text[len(text)-clock:]
	h, _ := strconv.Atoi(text[:2])
	m, _ := strconv.Atoi(text[3:])
	return h*60 + m
}

func modulo(m int) int { return (m + 2*minutesPerDay) % minutesPerDay }
