package stack

import "time"

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
		for _, c := range Conditions(o) {
			if t := c.Since(); t.After(latest) {
				latest = t
			}
		}
	}
	s.now = &latest
	return latest
}
