package stack

import (
	"strconv"
	"time"
)

// maxConditions limits how many conditions of a resource are read. No provider writes
// that many.
const maxConditions = 16

// Now returns the latest lastTransitionTime of all conditions of the observed resources.
// It replaces a clock, so that the same request gets the same response. The provider
// updates conditions every few minutes, so Now is a little late. It can go back when the
// newest condition disappears, so do not rely on it increasing. It is zero where no
// condition has a time.
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
