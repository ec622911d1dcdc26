package backup

import (
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

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

// TestKeepRetention: a vault that was locked refuses snapshots that expire too soon, also after
// the claim has no lock any more.
func TestKeepRetention(t *testing.T) {
	cases := map[string]struct {
		reason   string
		years    int32
		locked   float64
		isLocked bool
		refused  bool
	}{
		"Shorter":  {"Snapshots would expire before the vault lets them.", 1, 2557, true, true},
		"Same":     {"Snapshots stay as long as the vault wants.", 7, 2557, true, false},
		"Longer":   {"Snapshots stay longer.", 10, 2557, true, false},
		"Unlocked": {"No lock was ever there.", 1, 0, false, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := &v1alpha1.KashaClaim{}
			c.Name, c.Spec.Backup.ArchiveYears = "shop", tc.years
			observed := map[stack.Key]stack.Observed{}
			if tc.isLocked {
				observed["vaultlock-2557"] = stacktest.Object{
					"spec": map[string]any{"forProvider": map[string]any{"minRetentionDays": tc.locked}},
				}
			}
			s := stack.New(stack.Input{Claim: c, Observed: observed, Scheme: kinds.Scheme})
			keepRetention(s)
			_, err := s.Resources()
			if refused := err != nil && strings.Contains(err.Error(), "in a locked vault"); refused != tc.refused {
				t.Errorf("%s want refused %v, got %v", tc.reason, tc.refused, err)
			}
		})
	}
}
