package kinds

import backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"

var backupKinds = []Record{
	{
		GVK: backup.Plan_GroupVersionKind, Object: &backup.Plan{},
		Keys: []string{"plan"},
		Actions: []string{
			"backup:CreateBackupPlan", "backup:GetBackupPlan", "backup:UpdateBackupPlan", "backup:DeleteBackupPlan",
			"backup:TagResource", "backup:UntagResource", "backup:ListTags",
		},
		Proofs:    []Proof{{Field: "version"}},
		Immutable: []string{"name"},
		Simulated: func(a *Answer) {
			a.At["id"] = a.hash(12)
			a.arn("backup", "backup-plan:"+a.hash(12))
			a.At["version"] = a.hash(12)
		},
	},
	{
		GVK: backup.Selection_GroupVersionKind, Object: &backup.Selection{},
		Keys: []string{"selection", "selection-cluster"},
		Actions: []string{
			"backup:CreateBackupSelection", "backup:GetBackupSelection", "backup:DeleteBackupSelection",
		},
		PassesRoleTo: "backup.amazonaws.com",
		Proofs:       []Proof{{Field: "id"}},
		Immutable:    []string{"name", "planIdRef", "resources", "iamRoleArnRef"},
		Simulated:    func(a *Answer) { a.At["id"] = a.hash(12) },
	},
	{
		GVK: backup.Vault_GroupVersionKind, Object: &backup.Vault{},
		Keys: []string{"vault", "vault-copy-*"},
		Actions: []string{
			"backup:CreateBackupVault", "backup:DescribeBackupVault", "backup:TagResource",
			"backup:UntagResource", "backup:ListTags", "backup-storage:MountCapsule",
			"kms:CreateGrant", "kms:GenerateDataKey", "kms:Decrypt", "kms:RetireGrant", "kms:DescribeKey",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Loss:      "the recovery points in it, unless AWS refuses because there are any",
		Immutable: []string{"kmsKeyArnRef", "kmsKeyArn"},
		Simulated: func(a *Answer) { a.arn("backup", "backup-vault:"+a.External()) },
	},
	{
		GVK: backup.VaultLockConfiguration_GroupVersionKind, Object: &backup.VaultLockConfiguration{},
		Keys: []string{"vaultlock-*"},
		Actions: []string{
			"backup:PutBackupVaultLockConfiguration", "backup:DescribeBackupVault",
		},
		NoProof:   setting,
		Immutable: []string{"backupVaultNameRef", "minRetentionDays"},
	},
}
