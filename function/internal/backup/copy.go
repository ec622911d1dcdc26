package backup

import (
	"k8s.io/utils/ptr"

	backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"
	kms "github.com/upbound/provider-aws/v2/apis/namespaced/kms/v1beta1"
	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// copyRegion is the region of the copies, where Kasha creates their vault.
func copyRegion(s *stack.Stack) string {
	if c := s.Claim.Spec.Backup.CopyTo; c != nil {
		return c.Region
	}
	return ""
}

// copies adds the vault in the other region, and a key for it, because a KMS key works
// in one region only. Both outlive the claim, as the vault's content does.
func copies(s *stack.Stack) {
	region := copyRegion(s)
	if region == "" {
		return
	}
	key, vault := keys.CopyKey(region), keys.CopyVault(region)
	purpose := "Encrypts the copies of the database's monthly snapshots. It outlives the claim, since they do."
	s.Add(key, purpose, &kms.Key{Spec: kms.KeySpec{ForProvider: kms.KeyParameters{
		Region:               &region,
		Description:          ptr.To(s.ID + ": " + purpose),
		EnableKeyRotation:    ptr.To(true),
		RotationPeriodInDays: ptr.To(365.0),
		DeletionWindowInDays: ptr.To(30.0),
		KeyUsage:             ptr.To("ENCRYPT_DECRYPT"),
		Policy:               ptr.To(copyKeyPolicy(s).String()),
		Tags:                 s.Tags(key),
	}}}, stack.Retain())
	s.Add(vault, "Holds copies of the database's monthly snapshots; it stays when the claim is deleted.",
		&backup.Vault{Spec: backup.VaultSpec{ForProvider: backup.VaultParameters{
			Region: &region,
			// An ARN, not a reference, so that the vault waits for the key. The vault's
			// name has a digest of this ARN.
			KMSKeyArn:    ptr.To(stack.ARN(key)),
			ForceDestroy: ptr.To(false),
			Tags:         s.Tags(vault),
		}}}, stack.ExternalName(copyVaultName(s, region)), stack.Retain())
}

// replication makes RDS keep the automated backups in the other region too. RDS cannot
// change it, so the retention period stays what it was at first.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
func replication(s *stack.Stack, p *plan.Plan) {
	region := copyRegion(s)
	if region == "" || !s.Claim.Spec.Backup.CopyTo.PointInTime {
		return
	}
	key := keys.BackupsCopy(region)
	retention := float64(s.Claim.Spec.Database.BackupRetentionDays)
	if o, ok := s.Observed(key); ok {
		if v, ok := o.Lookup("spec", "forProvider", "retentionPeriod"); ok {
			retention, _ = v.(float64)
		}
	}
	s.Add(key, "Copies the automated backups to another region, for point-in-time recovery there.",
		&rds.DBInstanceAutomatedBackupsReplication{Spec: rds.DBInstanceAutomatedBackupsReplicationSpec{
			ForProvider: rds.DBInstanceAutomatedBackupsReplicationParameters{
				Region: &region,
				// An ARN, because a reference yields the key's ID, and RDS returns the ARN.
				KMSKeyID:            ptr.To(stack.ARN(keys.CopyKey(region))),
				SourceDBInstanceArn: ptr.To(p.RegionalARN("rds", "db:"+p.DatabaseID(keys.Primary))),
				RetentionPeriod:     &retention,
			},
		}}, stack.After(keys.Primary))
}

// copyKeyPolicy leaves it to IAM in the account who may use the key.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func copyKeyPolicy(s *stack.Stack) policy.Document {
	return policy.Document{{
		Sid:       "Account",
		Effect:    policy.Allow,
		Principal: &policy.Principal{AWS: policy.List{plan.RootARN()}},
		Action:    policy.List{"kms:*"},
		Resource:  policy.List{"*"},
	}}
}

// copyVaultName carries the claim's life and a digest of the key: copies that are
// turned off and on again get another key, and the vault of the old key stays.
func copyVaultName(s *stack.Stack, region string) string {
	if o, ok := s.Observed(keys.CopyVault(region)); ok {
		if name, ok := stack.Text(o, "metadata", "annotations", "crossplane.io/external-name"); ok {
			return name
		}
	}
	const digits = 4
	arn, _ := s.Known(stack.ARN(keys.CopyKey(region)))
	return s.Name(s.Lived("copy")+"-"+stack.Digest(arn)[:digits], plan.LimitBackup)
}

// copyActions lists the vaults that each monthly snapshot is copied to.
func copyActions(s *stack.Stack) []backup.CopyActionParameters {
	c := s.Claim.Spec.Backup.CopyTo
	if c == nil {
		return nil
	}
	arn := c.VaultARN
	if c.Region != "" {
		arn = stack.ARN(keys.CopyVault(c.Region))
	}
	return []backup.CopyActionParameters{{
		DestinationVaultArn: &arn,
		Lifecycle: &backup.LifecycleParameters{
			DeleteAfter: ptr.To(float64(days(s.Claim.Spec.Backup.ArchiveYears))),
		},
	}}
}
