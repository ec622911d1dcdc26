package stack

import "fmt"

// Refuse makes the whole claim fatal, so that nothing changes: for a claim whose
// fault shows only beside what is observed. The message is for its author, in
// the grammar "cannot X: why; do Y".
func (s *Stack) Refuse(field, message string) {
	s.errs = append(s.errs, fmt.Errorf("%s: %s", field, message))
}
