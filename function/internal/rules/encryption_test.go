package rules

const telemetryKey = `
desired:
  vpc: {aws: ec2/VPC, at: {ownerId: '111122223333'}}
  key-data: {aws: kms/Key, with: {region: us-east-1}, at: {arn: 'arn:data'}}
  key-telemetry:
    aws: kms/Key
    at: {arn: 'arn:telemetry'}
    with:
      region: us-east-1
      policy: >-
        {"Version": "2012-10-17", "Statement": [
        {"Sid": "Logs", "Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"}, "Resource": "*",
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:111122223333:log-group:*"}}},
        {"Sid": "Alarms", "Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Resource": "*",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}]}
  loggroup-backend: {aws: cloudwatchlogs/Group, external: /kasha/backend, with: {region: us-east-1, kmsKeyId: 'arn:telemetry'}}
  topic-alarms: {aws: sns/Topic, at: {arn: 'arn:topic'}, with: {region: us-east-1, kmsMasterKeyId: 'arn:telemetry'}}
  alarm-backend-cpu: {aws: cloudwatch/MetricAlarm, with: {alarmActions: ['arn:topic']}}
`

var encryptionExamples = map[string]example{
	"encryption-right-key": {`
desired:
  key-data: {aws: kms/Key, at: {arn: 'arn:data'}}
  key-telemetry: {aws: kms/Key, at: {arn: 'arn:telemetry'}}
  db-primary: {aws: rds/Instance, with: {kmsKeyIdRef: {name: shop-key-data}, performanceInsightsKmsKeyId: 'arn:data'}}
  db-replica-1: {aws: rds/Instance, with: {replicateSourceDb: 'arn:db'}}
  secret-db: {aws: secretsmanager/Secret, with: {kmsKeyIdRef: {name: shop-key-data}}}
  loggroup-backend: {aws: cloudwatchlogs/Group, with: {kmsKeyId: 'arn:telemetry'}}
  queue-jobs: {aws: sqs/Queue, with: {kmsMasterKeyId: alias/aws/sqs, kmsDataKeyReusePeriodSeconds: 300}}
  repository-backend: {aws: ecr/Repository, with: {encryptionConfiguration: [{encryptionType: KMS, kmsKey: 'arn:data'}]}}
  alias-data: {aws: kms/Alias, with: {targetKeyIdRef: {name: shop-key-data}}}
`, map[string]breakage{
		"None":            {"desired: {secret-db: {with: {kmsKeyIdRef: null}}}", `secret-db has kmsKeyId of "", want "key-data"`},
		"DataIsTelemetry": {"desired: {db-primary: {with: {kmsKeyIdRef: {name: shop-key-telemetry}}}}", `db-primary has kmsKeyId of "key-telemetry", want "key-data"`},
		"LogsAreData":     {"desired: {loggroup-backend: {with: {kmsKeyId: 'arn:data'}}}", `loggroup-backend has kmsKeyId of "key-data", want "key-telemetry"`},
		"InABlock":        {"desired: {repository-backend: {with: {encryptionConfiguration: [{kmsKey: 'arn:telemetry'}]}}}", `repository-backend has encryptionConfiguration.0.kmsKey of "key-telemetry"`},
		"Somebodys":       {"desired: {queue-jobs: {with: {kmsMasterKeyId: 'arn:else'}}}", `queue-jobs has kmsMasterKeyId of "arn:else", want "alias/aws/sqs"`},
		"ReplicasOwn":     {"desired: {db-replica-1: {with: {kmsKeyIdRef: {name: shop-key-data}}}}", `db-replica-1 has kmsKeyId of "key-data", want ""`},
		"Insights":        {"desired: {db-primary: {with: {performanceInsightsKmsKeyId: 'arn:telemetry'}}}", `db-primary has performanceInsightsKmsKeyId of "key-telemetry"`},
		"Alias":           {"desired: {alias-data: {with: {targetKeyIdRef: {name: shop-key-telemetry}}}}", `alias-data has targetKeyId of "key-telemetry"`},
		"UnknownField":    {"desired: {cluster: {aws: ecs/Cluster, with: {configuration: {executeCommandConfiguration: {kmsKeyId: 'arn:data'}}}}}", "cluster names a key in configuration.executeCommandConfiguration.kmsKeyId, which is not in the table"},
		"Restored":        {"claim: {database: {restoreFromSnapshot: snap}}", `db-primary has kmsKeyId of "key-data", want ""`},
	}},
	"encryption-on": {`
desired:
  db-primary: {aws: rds/Instance, with: {storageEncrypted: true}}
  repository-backend: {aws: ecr/Repository, with: {encryptionConfiguration: [{encryptionType: KMS}]}}
  bucket-app-encryption: {aws: s3/BucketServerSideEncryptionConfiguration, with: {rule: [{applyServerSideEncryptionByDefault: {sseAlgorithm: aws:kms, kmsMasterKeyId: 'arn:data'}}]}}
`, map[string]breakage{
		"Off":        {"desired: {db-primary: {with: {storageEncrypted: false}}}", "db-primary is not encrypted"},
		"Default":    {"desired: {db-primary: {with: {storageEncrypted: null}}}", "db-primary is not encrypted"},
		"Repository": {"desired: {repository-backend: {with: {encryptionConfiguration: [{encryptionType: AES256}]}}}", "repository-backend is not encrypted with KMS"},
		"NoKey":      {"desired: {bucket-app-encryption: {with: {rule: [{applyServerSideEncryptionByDefault: {sseAlgorithm: aws:kms}}]}}}", `bucket-app-encryption is encrypted by "aws:kms" and names a key: false`},
		"KeyUnused":  {"desired: {bucket-app-encryption: {with: {rule: [{applyServerSideEncryptionByDefault: {sseAlgorithm: AES256, kmsMasterKeyId: a}}]}}}", `bucket-app-encryption is encrypted by "AES256" and names a key: true`},
	}},
	"encryption-key-policy": {telemetryKey, map[string]breakage{
		"AnotherRegion": {"desired: {loggroup-backend: {with: {region: eu-west-1}}}", "key-telemetry does not allow logs.eu-west-1.amazonaws.com kms:Encrypt"},
		"AnotherKey":    {"desired: {loggroup-backend: {with: {kmsKeyId: 'arn:data'}}}", "key-data does not allow logs.us-east-1.amazonaws.com kms:Encrypt"},
		"TopicToo":      {"desired: {topic-alarms: {with: {kmsMasterKeyId: 'arn:data'}}}", "key-data does not allow cloudwatch.amazonaws.com kms:Decrypt"},
		"Budget":        {"desired: {budget: {aws: budgets/Budget, with: {notification: [{subscriberSnsTopicArns: ['arn:topic']}]}}}", "key-telemetry does not allow budgets.amazonaws.com kms:Decrypt"},
		"OtherAccount":  {"desired: {vpc: {at: {ownerId: '444455556666'}}}", "key-telemetry does not allow logs.us-east-1.amazonaws.com kms:Encrypt"},
		"CopiesNeedIt":  {"claim: {backup: {archiveYears: 5, copyTo: {vaultARN: 'arn:aws:backup:eu-west-1:444455556666:backup-vault:a'}}}", "key-data has no policy"},
	}},
	"encryption-same-region": {`
claim: {region: eu-west-1}
desired:
  key-edge: {aws: kms/Key, with: {region: us-east-1}, at: {arn: 'arn:edge'}}
  topic-alarms-edge: {aws: sns/Topic, with: {region: us-east-1, kmsMasterKeyId: 'arn:edge'}}
`, map[string]breakage{
		"FarAway": {"desired: {topic-alarms-edge: {with: {region: eu-west-1}}}", "topic-alarms-edge is in another region than its key"},
	}},
}
