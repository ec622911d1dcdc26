package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// encryptionRules are about keys: which key encrypts what, and whether its users may use it.
var encryptionRules = []Rule{{
	ID:    "encryption-right-key",
	Title: "Each thing at rest is encrypted with the key of the table: data, telemetry, copies, or the service's own.",
	Why:   "Data under the telemetry key is lost with the claim; logs under the data key open it to more services.",
	Source: "Kasha: docs/security.md; " +
		"https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_protect_data_rest_encrypt.html",
	check: usesTheRightKey,
}, {
	ID:     "encryption-on",
	Title:  "What can be unencrypted says that it is not.",
	Why:    "AWS cannot encrypt a database later.",
	Source: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3",
	check:  each(isEncrypted),
}, {
	ID:    "encryption-key-policy",
	Title: "A key's policy has the statements that the services need whose things it encrypts.",
	Why: "CloudWatch refuses a log group whose key it may not use, and an alarm " +
		"that cannot encrypt does not notify.",
	Source: "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html, " +
		"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
	check: keysAdmitTheirUsers,
}, {
	ID:     "encryption-same-region",
	Title:  "A thing and its key are in one region.",
	Why:    "No key is known in two regions.",
	Source: "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html",
	check:  keysAreNear,
}}

// Where a bucket says how its objects are encrypted.
const (
	bucketEncryption = "s3/BucketServerSideEncryptionConfiguration"
	byDefault        = "rule.0.applyServerSideEncryptionByDefault."
)

// Ways to be encrypted that are no key of the claim's.
const (
	sqsOwn = "alias/aws/sqs"
	s3Own  = "AES256"
)

// A lock is a field that names an encryption key, and the key that it must name.
type lock struct {
	kind, keys string
	// field of spec.forProvider, dotted. A reference beside it serves as well.
	field string
	// key is the key of the KMS key, or the name of a service's own. Empty means that the field must not be set.
	key func(World, string) string
	// optional means that the field may be missing.
	optional bool
}

// locks are all fields that name a key. A field without a row breaks the rule.
var locks = []lock{
	{"rds/Instance", "db-primary", "kmsKeyId", primaryKey, false},
	{"rds/Instance", "db-primary", "masterUserSecretKmsKeyId", managedKey, false},
	{"rds/Instance", "db-*", "performanceInsightsKmsKeyId", key("key-data"), true},
	// A replica in its source's region has the source's key, and must not name one.
	// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
	{"rds/Instance", "db-replica-*", "kmsKeyId", key(""), true},
	{"rds/Cluster", "db-cluster", "kmsKeyId", primaryKey, false},
	{"rds/Cluster", "db-cluster", "masterUserSecretKmsKeyId", managedKey, false},
	{"rds/Cluster", "db-cluster", "performanceInsightsKmsKeyId", key("key-data"), true},
	{"rds/DBInstanceAutomatedBackupsReplication", "backups-copy-*", "kmsKeyId", copyKey, false},
	{"secretsmanager/Secret", "secret-db", "kmsKeyId", key("key-data"), false},
	{"secretsmanager/Secret", "secret-user-*", "kmsKeyId", key("key-data"), false},
	{"serverlessrepo/CloudFormationStack", "rotation-application", "parameters.kmsKeyArn", key("key-data"), false},
	{"ecr/Repository", "repository-*", "encryptionConfiguration.0.kmsKey", key("key-data"), false},
	{bucketEncryption, "bucket-app-encryption", byDefault + "kmsMasterKeyId", key("key-data"), false},
	{bucketEncryption, "bucket-static-encryption", byDefault + "kmsMasterKeyId", key("key-data"), false},
	// CloudFront's log delivery may not use a key of the claim's.
	{bucketEncryption, "bucket-accesslogs-encryption", byDefault + "sseAlgorithm", key(s3Own), false},
	{"backup/Vault", "vault", "kmsKeyArn", key("key-data"), false},
	{"backup/Vault", "vault-copy-*", "kmsKeyArn", copyKey, false},
	{"cloudwatchlogs/Group", "loggroup-waf", "kmsKeyId", edgeKey, false},
	{"cloudwatchlogs/Group", "loggroup-*", "kmsKeyId", key("key-telemetry"), false},
	{"ecs/Cluster", "cluster", "configuration.executeCommandConfiguration.kmsKeyId", key("key-telemetry"), true},
	{"sns/Topic", "topic-alarms-edge", "kmsMasterKeyId", key("key-edge"), false},
	{"sns/Topic", "topic-alarms", "kmsMasterKeyId", key("key-telemetry"), false},
	// Where no other AWS service sends to a queue, SQS's own key is enough.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
	{"sqs/Queue", "queue-*", "kmsMasterKeyId", queueKey, false},
	{"sqs/Queue", "dlq-*", "kmsMasterKeyId", key(sqsOwn), false},
	// With SSE-SQS no key has to admit EventBridge Scheduler.
	{"sqs/Queue", "deadletters-schedules", "kmsMasterKeyId", key(""), true},
	{"kms/Alias", "alias-*", "targetKeyId", aliasedKey, false},
}

func key(k string) func(World, string) string { return func(World, string) string { return k } }

// primaryKey is the data key, or no key where a snapshot is restored, which keeps its
// own.
func primaryKey(w World, _ string) string {
	if in(w.Claim, "spec.database.restoreFromSnapshot") != "" {
		return ""
	}
	return "key-data"
}

// managedKey encrypts the secret that RDS makes, where it makes one.
func managedKey(w World, _ string) string {
	if isManagedPassword(w) {
		return "key-data"
	}
	return ""
}

// queueKey is none where other AWS services send to a queue, which is then encrypted with SSE-SQS.
func queueKey(w World, key string) string {
	if hasProducers(w, strings.TrimPrefix(key, "queue-")) {
		return ""
	}
	return sqsOwn
}

func hasProducers(w World, queue string) bool {
	return slices.ContainsFunc(objects(lookup(w.Claim, "spec", "queues")), func(q map[string]any) bool {
		return text(q, "name") == queue && len(objects(q["producers"])) > 0
	})
}

// copyKey is the key of the copies' region.
func copyKey(w World, _ string) string { return "key-copy-" + in(w.Claim, "spec.backup.copyTo.region") }

// edgeKey is for telemetry in us-east-1.
func edgeKey(w World, _ string) string {
	if w.region() == globalRegion {
		return "key-telemetry"
	}
	return "key-edge"
}

func aliasedKey(_ World, k string) string { return "key-" + strings.TrimPrefix(k, "alias-") }

func usesTheRightKey(w World) []Violation {
	var out []Violation
	for _, k := range w.sorted {
		o := w.Desired[k]
		if onlyLooks(o) {
			continue
		}
		known := map[string]bool{}
		for _, l := range locks {
			if l.kind != kindOf(o) || !matches(l.keys, k) || known[l.field] {
				continue
			}
			known[l.field] = true
			got, want := lockedWith(w, o, l.field), l.key(w, k)
			if got != want && !(got == "" && l.optional) {
				out = append(out, violation(k, "has %s of %q, want %q", l.field, got, want))
			}
		}
		for _, field := range keyFields(params(o), "") {
			if !known[field] {
				out = append(out,
					Violation{Key: k, Message: "names a key in " + field + ", which is not in the table of locks"})
			}
		}
	}
	return out
}

// lockedWith is what a field names: the key of a KMS key, or the name of a service's own.
func lockedWith(w World, o map[string]any, field string) string {
	at := strings.Split(field, ".")
	last := at[len(at)-1]
	beside := asMap(lookup(params(o), at[:len(at)-1]...))
	if ref := w.ref(beside, last); ref != "" {
		return ref
	}
	value := text(beside, last)
	if k := w.byARN(value); k != "" {
		return k
	}
	return value
}

// keyFields are the dotted paths of the fields that name a key, without the Ref at the end.
func keyFields(v any, path string) []string {
	var out []string
	switch v := v.(type) {
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(v)) {
			at := strings.TrimPrefix(path+"."+field, ".")
			if namesAKey(field) && v[field] != "" {
				out = append(out, strings.TrimSuffix(at, "Ref"))
			} else {
				out = append(out, keyFields(v[field], at)...)
			}
		}
	case []any:
		for i, e := range v {
			out = append(out, keyFields(e, path+"."+fmt.Sprint(i))...)
		}
	}
	return out
}

// namesAKey tells whether a field names a key: kmsKeyId, kmsMasterKeyId, kmsKeyArnRef. How long a data key is reused
// and for what a key is used name none.
func namesAKey(field string) bool {
	lower := strings.ToLower(field)
	return strings.Contains(lower, "kms") && strings.Contains(lower, "key") && !strings.Contains(lower, "reuse")
}

func isEncrypted(_ World, _ string, o map[string]any) string {
	p := params(o)
	switch kindOf(o) {
	case "sqs/Queue":
		if (p["sqsManagedSseEnabled"] == true) == (text(p, "kmsMasterKeyId") != "") {
			return "is not encrypted in exactly one way"
		}
	case "rds/Instance", "rds/Cluster":
		if p["storageEncrypted"] != true {
			return "is not encrypted"
		}
	case "ecr/Repository":
		if in(p, "encryptionConfiguration.0.encryptionType") != "KMS" {
			return "is not encrypted with KMS"
		}
	case bucketEncryption:
		by, hasKey := in(p, byDefault+"sseAlgorithm"), in(p, byDefault+"kmsMasterKeyId") != ""
		if by != s3Own && by != "aws:kms" || hasKey != (by == "aws:kms") {
			return fmt.Sprintf("is encrypted by %q and names a key: %v", by, hasKey)
		}
	}
	return ""
}

// A need is what a service does with a key for an object that it encrypts.
type need struct {
	object, key string
	request
}

// keyNeeds are what the key policies of a world must allow to services that do not use the rights of their caller.
func keyNeeds(w World) []need {
	var out []need
	add := func(object, key, service string, context map[string]string, actions ...string) {
		for _, a := range actions {
			out = append(out,
				need{object, key, request{kind: "Service", caller: service, action: a, context: context}})
		}
	}
	source := map[string]string{"aws:SourceAccount": w.account()}
	for _, k := range w.keys("cloudwatchlogs/Group") {
		o := w.Desired[k]
		region := text(params(o), "region")
		arn := "arn:aws:logs:" + region + ":" + w.account() + ":log-group:" + externalName(o)
		context := map[string]string{"kms:EncryptionContext:aws:logs:arn": arn}
		add(k, lockedWith(w, o, "kmsKeyId"), "logs."+region+".amazonaws.com", context, "kms:Encrypt", "kms:Decrypt",
			"kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey")
	}
	for _, p := range publishers(w) {
		key, tells := lockedWith(w, w.Desired[p.topic], "kmsMasterKeyId"), source
		if p.service == "events.amazonaws.com" {
			tells = nil
		}
		add(p.by, key, p.service, tells, "kms:Decrypt", "kms:GenerateDataKey")
	}
	return out
}

func keysAdmitTheirUsers(w World) []Violation {
	var out []Violation
	for _, n := range keyNeeds(w) {
		var d document
		if decode(text(params(w.Desired[n.key]), "policy"), &d) != nil || !d.allows(n.request) {
			out = append(out, violation(n.key, "does not allow %s for %s", n.request, n.object))
		}
	}
	if to := copyAccount(w); w.Settled && to != "" {
		out = append(out, admitsCopies(w, to)...)
	}
	return out
}

// admitsCopies is about the account that the archive is copied to: a snapshot stays encrypted with the data key
// until it is copied.
func admitsCopies(w World, to string) []Violation {
	var d document
	if err := decode(text(params(w.Desired["key-data"]), "policy"), &d); err != nil {
		return []Violation{{Key: "key-data", Message: "has no policy"}}
	}
	var out []Violation
	ask := func(context map[string]string, actions ...string) {
		for _, a := range actions {
			r := request{kind: "AWS", caller: "arn:aws:iam::" + to + ":root", action: a, context: context}
			if !d.allows(r) {
				out = append(out,
					Violation{Key: "key-data", Message: "does not allow " + r.String() + " for the copies"})
			}
		}
	}
	ask(nil, "kms:DescribeKey", "kms:Decrypt", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo",
		"kms:GenerateDataKey")
	ask(map[string]string{"kms:GrantIsForAWSResource": "true"}, "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant")
	return out
}

func keysAreNear(w World) []Violation {
	var out []Violation
	for _, k := range w.sorted {
		o := w.Desired[k]
		for _, l := range locks {
			key := w.Desired[lockedWith(w, o, l.field)]
			if l.kind == kindOf(o) && kindOf(key) == "kms/Key" &&
				text(params(key), "region") != text(params(o), "region") {
				out = append(out, violation(k, "is in another region than its key"))
				break
			}
		}
	}
	return out
}
