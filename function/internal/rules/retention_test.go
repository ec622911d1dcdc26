package rules

const usagesOfAClaim = `
claim: {deletionProtection: true}
desired:
  key-data: {aws: kms/Key}
  db-primary: {aws: rds/Instance}
  db-replica-1: {aws: rds/Instance}
  usage-claim: {apiVersion: protection.crossplane.io/v1beta1, kind: Usage, spec: {of: {kind: KashaClaim, resourceRef: {name: shop}}}}
  usage-key-data-by-db-primary:
    apiVersion: protection.crossplane.io/v1beta1
    kind: Usage
    spec:
      of: {apiVersion: kms.aws.m.upbound.io/v1beta1, kind: Key, resourceRef: {name: shop-key-data}}
      by: {apiVersion: rds.aws.m.upbound.io/v1beta1, kind: Instance, resourceRef: {name: shop-db-primary}}
      replayDeletion: true
  usage-db-primary-by-db-replica-1:
    apiVersion: protection.crossplane.io/v1beta1
    kind: Usage
    spec:
      of: {apiVersion: rds.aws.m.upbound.io/v1beta1, kind: Instance, resourceRef: {name: shop-db-primary}}
      by: {apiVersion: rds.aws.m.upbound.io/v1beta1, kind: Instance, resourceRef: {name: shop-db-replica-1}}
`

const archive = `
claim: {backup: {archiveYears: 5}}
desired:
  vault: {aws: backup/Vault, external: shop-archive}
  db-primary: {aws: rds/Instance, at: {arn: 'arn:db'}}
  plan: {aws: backup/Plan, with: {rule: [{targetVaultName: shop-archive, enableContinuousBackup: false, lifecycle: {deleteAfter: 1827}, copyAction: [{lifecycle: {deleteAfter: 1827}}]}]}}
  selection: {aws: backup/Selection, with: {resources: ['arn:db']}}
  vaultlock-1827: {aws: backup/VaultLockConfiguration, with: {minRetentionDays: 1827}}
`

var retentionExamples = map[string]example{
	"retention-policies": {`
claim: {deletionProtection: true}
desired:
  vpc: {aws: ec2/VPC}
  key-data: {aws: kms/Key, policies: [Observe, Create, Update, LateInitialize]}
  queue-jobs: {aws: sqs/Queue, policies: [Observe, Create, Update, LateInitialize]}
  service-backend: {aws: ecs/Service, policies: [Observe, Create, Update, Delete]}
`, map[string]breakage{
		"KeyGoes":          {"desired: {key-data: {policies: null}}", `key-data has the management policies "", want "Observe,Create,Update,LateInitialize": final snapshots`},
		"EverythingStays":  {"desired: {vpc: {policies: [Observe, Create, Update, LateInitialize]}}", `vpc has the management policies "Observe,Create,Update,LateInitialize", want ""`},
		"LateInitializes":  {"desired: {service-backend: {policies: null}}", `service-backend has the management policies "", want "Observe,Create,Update,Delete"`},
		"QueueGoes":        {"desired: {queue-jobs: {policies: null}}", `queue-jobs has the management policies ""`},
		"QueueOfUnlocked":  {"claim: {deletionProtection: false}", `queue-jobs has the management policies "Observe,Create,Update,LateInitialize", want ""`},
		"SomebodysNetwork": {"claim: {network: {existing: {vpcID: vpc-1}}}", `vpc has the management policies "", want "Observe"`},
	}},
	"retention-no-force": {`
desired:
  bucket-app: {aws: s3/Bucket, with: {forceDestroy: false}}
  repository-backend: {aws: ecr/Repository, with: {forceDelete: false}}
`, map[string]breakage{
		"Bucket":     {"desired: {bucket-app: {with: {forceDestroy: true}}}", "bucket-app has forceDestroy true, want false"},
		"Default":    {"desired: {bucket-app: {with: {forceDestroy: null}}}", "bucket-app has forceDestroy <nil>, want false"},
		"Repository": {"desired: {repository-backend: {with: {forceDelete: true}}}", "repository-backend has forceDelete true, want false"},
	}},
	"retention-settings": {`
claim: {deletionProtection: true}
desired:
  db-primary: {aws: rds/Instance, with: {deleteAutomatedBackups: false, copyTagsToSnapshot: true, applyImmediately: true}}
  key-data: {aws: kms/Key, with: {deletionWindowInDays: 30, enableKeyRotation: true}}
  alb-public: {aws: elbv2/LB, with: {enableDeletionProtection: true}}
  vaultlock-1827: {aws: backup/VaultLockConfiguration, with: {minRetentionDays: 1827}}
`, map[string]breakage{
		"Backups":     {"desired: {db-primary: {with: {deleteAutomatedBackups: null}}}", `db-primary has deleteAutomatedBackups "", want "false"`},
		"ShortWindow": {"desired: {key-data: {with: {deletionWindowInDays: 7}}}", `key-data has deletionWindowInDays "7", want "30"`},
		"NoRotation":  {"desired: {key-data: {with: {enableKeyRotation: false}}}", `key-data has enableKeyRotation "false"`},
		"LockForGood": {"desired: {vaultlock-1827: {with: {changeableForDays: 3}}}", `vaultlock-1827 has changeableForDays "3", want ""`},
		"Unprotected": {"desired: {alb-public: {with: {enableDeletionProtection: false}}}", "alb-public has enableDeletionProtection false, unlike the claim"},
		"OfUnlocked":  {"claim: {deletionProtection: false}", "alb-public has enableDeletionProtection true, unlike the claim"},
	}},
	"retention-final-snapshot": {`
claim: {deletionProtection: true}
desired:
  db-primary: {aws: rds/Instance, with: {identifier: shop-db, skipFinalSnapshot: false, finalSnapshotIdentifier: shop-db-final-1, deletionProtection: true}}
  db-replica-1: {aws: rds/Instance, with: {replicateSourceDb: 'arn:db', skipFinalSnapshot: true}}
`, map[string]breakage{
		"Skipped":     {"desired: {db-primary: {with: {skipFinalSnapshot: true}}}", "db-primary has skipFinalSnapshot true, want false"},
		"NoName":      {"desired: {db-primary: {with: {finalSnapshotIdentifier: null}}}", `db-primary leaves a final snapshot of the name ""`},
		"OthersName":  {"desired: {db-primary: {with: {finalSnapshotIdentifier: final}}}", `db-primary leaves a final snapshot of the name "final"`},
		"HyphenAtEnd": {"desired: {db-primary: {with: {finalSnapshotIdentifier: shop-db-final-}}}", "db-primary leaves a final snapshot of the name"},
		"Unprotected": {"desired: {db-primary: {with: {deletionProtection: false}}}", "db-primary has deletionProtection false, unlike the claim"},
	}},
	"retention-usages": {usagesOfAClaim, map[string]breakage{
		"KeyFirst":      {"desired: {usage-key-data-by-db-primary: null}", "key-data can be deleted while db-primary needs it"},
		"OtherWay":      {"desired: {usage-key-data-by-db-primary: {spec: {of: {resourceRef: {name: shop-key-telemetry}}}}}", "key-data can be deleted while db-primary needs it"},
		"OtherKind":     {"desired: {usage-key-data-by-db-primary: {spec: {of: {kind: Alias}}}}", "key-data can be deleted while db-primary needs it"},
		"ReplaysData":   {"desired: {usage-db-primary-by-db-replica-1: {spec: {replayDeletion: true}}}", "usage-db-primary-by-db-replica-1 is not one of the usages"},
		"NoReplay":      {"desired: {usage-key-data-by-db-primary: {spec: {replayDeletion: null}}}", "usage-key-data-by-db-primary is not one of the usages"},
		"NoneOfClaim":   {"desired: {usage-claim: null}", "usage-claim is composed: false, and the claim is protected: true"},
		"OfUnlocked":    {"claim: {deletionProtection: false}", "usage-claim is composed: true, and the claim is protected: false"},
		"OfAnother":     {"desired: {usage-claim: {spec: {of: {resourceRef: {name: other}}}}}", "usage-claim is not of the claim"},
		"ClaimReplayed": {"desired: {usage-claim: {spec: {replayDeletion: true}}}", "usage-claim repeats a deletion"},
	}},
	"retention-usages-are-few": {usagesOfAClaim, map[string]breakage{
		"Many": {`desired: {u1: &u {apiVersion: protection.crossplane.io/v1beta1, kind: Usage}, u2: *u, u3: *u, u4: *u, u5: *u, u6: *u, u7: *u, u8: *u, u9: *u, u10: *u}`, "the claim has 13 usages, of at most 12"},
	}},
	"retention-others": {`
desired:
  vpc: {aws: ec2/VPC, external: vpc-1, policies: [Observe], with: {region: us-east-1}}
  secretversion-1: {aws: secretsmanager/SecretVersion, policies: [Observe], with: {region: us-east-1, secretIdRef: {name: shop-secret-db}}}
`, map[string]breakage{
		"NoName":  {"desired: {vpc: {external: null}}", "vpc names nothing that exists"},
		"Changes": {"desired: {vpc: {with: {tags: {Name: shop}}}}", "vpc wants something of what is somebody else's"},
	}},
	"retention-archive": {archive, map[string]breakage{
		"OtherVault":  {"desired: {vault: {external: other}}", `plan puts snapshots into "shop-archive", which is not the claim's vault`},
		"Short":       {"claim: {backup: {archiveYears: 10}}", "plan deletes snapshots after 1827 days, want 3653"},
		"ShortCopies": {"desired: {plan: {with: {rule: [{targetVaultName: shop-archive, enableContinuousBackup: false, lifecycle: {deleteAfter: 1827}, copyAction: [{lifecycle: {deleteAfter: 30}}]}]}}}", "plan deletes snapshots after 30 days"},
		"Continuous":  {"desired: {plan: {with: {rule: [{targetVaultName: shop-archive, enableContinuousBackup: true, lifecycle: {deleteAfter: 1827}}]}}}", "plan backs up continuously"},
		"Another":     {"desired: {selection: {with: {resources: ['*']}}}", "selection selects *, which is not the primary"},
		"ShortLock":   {"desired: {vaultlock-1827: {with: {minRetentionDays: 1}}}", "vaultlock-1827 keeps snapshots for 1 days, want 1827"},
	}},
	"retention-images": {`
desired: {lifecycle-backend: {aws: ecr/LifecyclePolicy, with: {policy: '{"rules": [{"selection": {"tagStatus": "untagged"}}]}'}}}
`, map[string]breakage{
		"Any":     {`desired: {lifecycle-backend: {with: {policy: '{"rules": [{"selection": {"tagStatus": "any"}}]}'}}}`, `lifecycle-backend expires images whose tag status is "any"`},
		"NotJSON": {"desired: {lifecycle-backend: {with: {policy: 'any'}}}", "lifecycle-backend has a policy that is not JSON"},
	}},
}
