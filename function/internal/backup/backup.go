// Package backup is the monthly snapshot of the database in an AWS Backup vault,
// kept for years and beyond the claim.
package backup

import (
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const ()

// Compose archives the database. Without an archive there is no plan, and no
// vault unless there has been one: what is in it stays until it expires.
func Compose(s *stack.Stack, p *plan.Plan) {
	years := s.Claim.Spec.Backup.ArchiveYears
	if _, exists := s.Observed(keys.Vault); years > 0 || exists {
		vault(s)
	}
	if years == 0 {
		return
	}
	monthly(s)
	selection(s, p)
	copies(s)
	replication(s, p)
	lock(s)
	if s.Claim.Spec.Backup.RestoreTest.Enabled {
		restoreTest(s, p)
	}
}
