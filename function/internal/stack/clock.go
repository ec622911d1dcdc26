package stack

import (
	"strconv"
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
