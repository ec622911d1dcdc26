package backup

import "testing"

func TestDays(t *testing.T) {
	cases := map[string]struct {
		reason string
		years  int32
		want   int32
	}{
		"One":        {reason: "It may be a leap year.", years: 1, want: 366},
		"Four":       {reason: "One of four is a leap year.", years: 4, want: 1461},
		"Seven":      {reason: "Up to two of seven are.", years: 7, want: 2557},
		"ThirtyFive": {reason: "The most that a claim can ask for.", years: 35, want: 12784},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := days(tc.years); got != tc.want {
				t.Errorf("%s want %d, got %d", tc.reason, tc.want, got)
			}
		})
	}
}

func TestHour(t *testing.T) {
	cases := map[string]struct {
		reason              string
		backup, maintenance string
		want                int
	}{
		"Defaults": {
			reason:      "Not in the hour before the maintenance window.",
			backup:      "03:00-04:00",
			maintenance: "sun:06:00-sun:07:00",
			want:        7,
		},
		"Preferred": {
			reason:      "Both windows are far away.",
			backup:      "22:00-23:00",
			maintenance: "sun:20:00-sun:21:00",
			want:        5,
		},
		"Backup": {
			reason:      "Not in the backup window either.",
			backup:      "05:30-06:30",
			maintenance: "sun:20:00-sun:21:00",
			want:        7,
		},
		"JustBefore": {
			reason:      "An hour that ends an hour before a window is free.",
			backup:      "07:00-08:00",
			maintenance: "sun:20:00-sun:21:00",
			want:        5,
		},
		"Midnight": {
			reason:      "A window may end on the next day.",
			backup:      "23:30-05:30",
			maintenance: "mon:05:30-mon:07:15",
			want:        8,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := hour(tc.backup, tc.maintenance); got != tc.want {
				t.Errorf("%s want %d, got %d", tc.reason, tc.want, got)
			}
		})
	}
}
