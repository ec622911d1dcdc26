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
		return
	}
	minimum := days(s.Claim.Spec.Backup.ArchiveYears)
	vaultLock(s, keys.VaultLock(minimum), s.Region, keys.Vault, minimum)
	if region := copyRegion(s); region != "" {
		vaultLock(s, keys.CopyVaultLock(region, minimum), region, keys.CopyVault(region), minimum)
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
