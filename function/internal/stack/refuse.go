package stack

import "fmt"

// Refuse refuses the claim as it is, for what only shows when it is compared
// with what exists. Nothing changes then, as with a claim that does not pass its
// validation.
func (s *Stack) Refuse(field, format string, args ...any) {
	s.errs = append(s.errs, fmt.Errorf("%s: %s", field, fmt.Sprintf(format, args...)))
}
