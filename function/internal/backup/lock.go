package backup

import (
	"k8s.io/utils/ptr"

	backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// lock keeps snapshots from being deleted before their retention ends. It never sets
// changeableForDays, because the lock could then not be removed, not even by AWS.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
func lock(s *stack.Stack) {
	if s.Claim.Spec.Backup.Lock != v1alpha1.LockGovernance {
		keepRetention(s)
		return
	}
	minimum := days(s.Claim.Spec.Backup.ArchiveYears)
	vaultLock(s, keys.VaultLock(minimum), s.Region, keys.Vault, minimum)
	if region := copyRegion(s); region != "" {
		vaultLock(s, keys.CopyVaultLock(region, minimum), region, keys.CopyVault(region), minimum)
	}
}

// keepRetention refuses to turn the lock off and archiveYears down in one step. The lock stays
// in AWS, and the vault would refuse every later snapshot, because it expires too soon.
func keepRetention(s *stack.Stack) {
	years, least := s.Claim.Spec.Backup.ArchiveYears, 0.0
	s.ObservedKeys(keys.VaultLockPrefix, func(_ stack.Key, o stack.Observed) {
		v, _ := o.Lookup("spec", "forProvider", "minRetentionDays")
		locked, _ := v.(float64)
		least = max(least, locked)
	})
	if float64(days(years)) < least {
		s.Refuse("spec.backup.archiveYears",
			"cannot keep snapshots for %d years in a locked vault: the lock stays in AWS and refuses snapshots that "+
				"expire before %.0f days; lower archiveYears while lock is Governance, which lowers the lock too, "+
				"and set lock to None after that", years, least)
	}
}

// vaultLock is one lock. The provider cannot change a lock, so its key carries the
// days. The new lock replaces the old one in AWS, and deleting the old object must not
// remove the new lock.
func vaultLock(s *stack.Stack, key stack.Key, region string, vault stack.Key, minimum int32) {
	s.Add(key, "Keeps recovery points from being deleted early; it stays when the claim is deleted.",
		&backup.VaultLockConfiguration{Spec: backup.VaultLockConfigurationSpec{
			ForProvider: backup.VaultLockConfigurationParameters{
				Region:             &region,
				BackupVaultNameRef: s.Ref(vault),
				MinRetentionDays:   ptr.To(float64(minimum)),
			},
		}}, stack.Retain(), stack.After(vault))
}
