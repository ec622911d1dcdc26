// Package backup composes the monthly snapshots of the database in an AWS Backup vault,
// which are kept for years and outlive the claim.
package backup

import (
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose archives the database. Without an archive there is no plan, and no vault
// unless one exists already: its recovery points stay until they expire.
func Compose(s *stack.Stack, p *plan.Plan) {
	years := s.Claim.Spec.Backup.ArchiveYears
	if _, exists := s.Observed(keys.Vault); years > 0 || exists {
		vault(s)
	}
	if years == 0 {
		return
	}
	monthly(s)
	selections(s, p)
	copies(s)
	replication(s, p)
	lock(s)
	if s.Claim.Spec.Backup.RestoreTest.Enabled {
		restoreTest(s, p)
	}
}
