// Package backup is the monthly snapshot of the database in an AWS Backup vault,
// kept for years and beyond the claim.
package backup

import "github.com/kasha-platform/kasha/function/internal/stack"

const (
	vaultKey     = stack.Key("vault")
	planKey      = stack.Key("plan")
	selectionKey = stack.Key("selection")
)

// Compose archives the database. Without an archive there is no plan, and no
// vault unless there has been one: what is in it stays until it expires.
func Compose(s *stack.Stack) {
	years := s.Claim.Spec.Backup.ArchiveYears
	if _, exists := s.Observed(vaultKey); years > 0 || exists {
		vault(s)
	}
	if years == 0 {
		return
	}
	plan(s)
	selection(s)
	copies(s)
	replication(s)
	lock(s)
	if s.Claim.Spec.Backup.RestoreTest.Enabled {
		restoreTest(s)
	}
}
