package service

import (
	"testing"

	"github.com/kasha-platform/kasha/function/internal/keys"
)

// TestReleasesRunOneAtATime: a release waits for another one that may be running, and never for itself.
func TestReleasesRunOneAtATime(t *testing.T) {
	ended := call{Call: keys.Call{Release: "old"}}
	running := call{Call: keys.Call{Release: "old"}, underway: true}
	own := call{Call: keys.Call{Release: "new"}, underway: true}
	for name, tc := range map[string]struct {
		calls calls
		waits bool
	}{
		"Nothing":         {nil, false},
		"AnotherEnded":    {calls{ended}, false},
		"AnotherRuns":     {calls{ended, running}, true},
		"ItsOwnCallRuns":  {calls{own}, false},
		"BothAreUnderway": {calls{own, running}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.calls.underway("new"); got != tc.waits {
				t.Errorf("waits for another release: %v, want %v", got, tc.waits)
			}
		})
	}
}
