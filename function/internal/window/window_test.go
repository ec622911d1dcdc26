package window

import "testing"

// TestBefore: replicas are maintained in the hours before their primary, one after the other,
// and never during the backup.
func TestBefore(t *testing.T) {
	cases := map[string]struct {
		reason, primary string
		daily           []string
		want            []string
	}{
		"Default": {
			"The backup from 3 to 4 leaves room for two windows after it.",
			"sun:06:00-sun:07:00", []string{"03:00-04:00"},
			[]string{"sun:05:00-sun:06:00", "sun:04:00-sun:05:00", "sun:02:00-sun:03:00"},
		},
		"Monday": {
			"The week has no beginning.", "mon:00:30-mon:01:30", []string{"03:00-04:00"},
			[]string{"sun:23:30-mon:00:30"},
		},
		"Short": {
			"Also the shortest windows begin an hour apart, so that a change has time.",
			"sun:06:00-sun:06:30", []string{"03:00-04:00"}, []string{"sun:05:00-sun:05:30", "sun:04:00-sun:04:30"},
		},
		"Tight": {
			"A backup window that leaves one hour a day puts each replica on an earlier day.",
			"sun:02:00-sun:03:00", []string{"03:00-02:00"}, []string{"sat:02:00-sat:03:00", "fri:02:00-fri:03:00"},
		},
		"Replica": {
			"AWS chose another backup window for the replica.",
			"sun:06:00-sun:07:00", []string{"03:00-04:00", "05:30-06:00"}, []string{"sun:04:30-sun:05:30"},
		},
		"NoRoom": {
			"Two windows that leave nothing: the replica keeps its primary's window.",
			"sun:02:00-sun:03:00", []string{"03:00-02:00", "02:00-03:00"}, []string{"sun:02:00-sun:03:00"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w, ok := Weekly(tc.primary)
			if !ok {
				t.Fatal("not a window")
			}
			var others []Window
			for _, d := range tc.daily {
				o, ok := Daily(d)
				if !ok {
					t.Fatal("not a window")
				}
				others = append(others, o)
			}
			for n, want := range tc.want {
				if got := w.Before(n, others...).String(); got != want {
					t.Errorf("%s: window %d before %s is %s, want %s", tc.reason, n, tc.primary, got, want)
				}
			}
		})
	}
}
