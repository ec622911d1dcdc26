package stack

import "fmt"

// Refuse rejects the claim because of a mistake that only a comparison with the observed
// resources shows. As with a failed validation, nothing changes.
func (s *Stack) Refuse(field, format string, args ...any) {
	s.errs = append(s.errs, fmt.Errorf("%s: %s", field, fmt.Sprintf(format, args...)))
}

// HoldBack holds back everything that does not exist yet, except for these keys. The text waits
// names what is missing; it follows the words "Waiting for".
func (s *Stack) HoldBack(waits string, but ...Key) { s.hold, s.free = waits, but }
