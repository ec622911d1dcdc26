package stack

import "fmt"

// Refuse rejects the claim because of a mistake that only a comparison with the observed
// resources shows. As with a failed validation, nothing changes.
func (s *Stack) Refuse(field, format string, args ...any) {
	s.errs = append(s.errs, fmt.Errorf("%s: %s", field, fmt.Sprintf(format, args...)))
}
