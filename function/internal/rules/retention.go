package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
)

// retentionRules are about what may be deleted, when, and with what.
var retentionRules = []Rule{{
	ID:     "retention-policies",
	Title:  "What must outlive the claim is never deleted by the provider, and everything else is.",
	Why:    "A data key or a vault that goes with the claim takes the backups with it; a leftover costs money.",
	Source: "https://docs.crossplane.io/latest/managed-resources/managed-resources/#managementpolicies",
	check:  eachOf(isKeptAsLongAs),
}, {
	ID:     "retention-no-force",
	Title:  "What can be deleted with all that is in it says that it must not be.",
	Why:    "One deletion would take every object, image, record or recovery point.",
	Source: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket#force_destroy",
	check:  each(deletesNothingByForce),
}, {
	ID:     "retention-settings",
	Title:  "The settings that decide what a deletion takes with it have the values of the table.",
	Why:    "AWS's defaults delete automated backups, keep log groups or give a week to notice a deleted key.",
	Source: "Kasha: docs/deletion.md",
	check:  eachOf(keepsItsSettings),
}, {
	ID:     "retention-cluster-content",
	Title:  "An Aurora cluster is made of one thing, and does not become another one later.",
	Why:    "A copy that loses its source becomes a database of its own, and the provider refuses to take that back.",
	Source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html",
	check:  each(clusterHasItsContent),
}, {
	ID: "retention-final-snapshot",
	Title: "The primary database is deleted with a final snapshot, whose name AWS accepts, and its protection " +
		"is the claim's.",
	Why:    "Without it the deletion of the claim deletes the data.",
	Source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
	check:  each(leavesAFinalSnapshot),
}, {
	ID: "retention-usages",
	Title: "A usage holds back each deletion whose order decides whether data lives " +
		"or a deletion hangs, and no other.",
	Why: "Kubernetes deletes everything of a claim at once: the key before the final snapshot, the primary " +
		"before its replicas.",
	Source: "https://docs.crossplane.io/latest/managed-resources/usages/",
	check:  holdsDeletionsBack,
}, {
	ID:     "retention-usages-are-few",
	Title:  "A claim has at most 12 usages.",
	Why:    "Crossplane keeps a watch for each usage and asks at each deletion.",
	Source: "Kasha: docs/performance.md",
	check:  usagesAreFew,
}, {
	ID:     "retention-others",
	Title:  "An object of a resource that the claim does not own has only the resource's name and region.",
	Why:    "Kasha would change or delete a network that it was only lent.",
	Source: "Kasha: docs/network.md",
	check:  each(changesNothingOfOthers),
}, {
	ID: "retention-archive",
	Title: "The monthly plan is for the primary, goes to the claim's vault, and keeps each snapshot and copy " +
		"for the claim's years.",
	Why:    "Snapshots of something else, or that expire early, are found out when they are needed.",
	Source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html",
	check:  archivesTheDatabase,
}, {
	ID:     "retention-images",
	Title:  "An image that has a tag is never expired.",
	Why:    "A version that still runs, or that ECS goes back to, could start no more tasks.",
	Source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
	check:  each(expiresUntaggedOnly),
}}

// Management policies, as they are written in an object.
const (
	everything  = ""
	retained    = "Observe,Create,Update,LateInitialize"
	withoutLate = "Observe,Create,Update,Delete"
	observed    = "Observe"
)

// policies are the management policies of an object: what the provider may do in AWS. None means everything.
func policies(o map[string]any) []string { return texts(lookup(o, "spec", "managementPolicies")) }

// onlyLooks tells whether the provider may only observe.
func onlyLooks(o map[string]any) bool { return strings.Join(policies(o), ",") == observed }

// mayCreate tells whether the provider creates the resource where AWS has none.
func mayCreate(o map[string]any) bool {
	p := policies(o)
	return len(p) == 0 || slices.Contains(p, "Create") || slices.Contains(p, "*")
}

func isProtected(w World) bool { return in(w.Claim, "spec.deletionProtection") == "true" }

func always(World) bool { return true }

// kept are the objects whose management policies are not everything. The first row that matches a key and holds
// counts. A bar separates alternatives.
var kept = []struct {
	keys, policies string
	holds          func(World) bool
	why            string
}{
	{"key-data", retained, always, "final snapshots and recovery points are encrypted with it"},
	{"dbsnapshot-restored", "Observe", always, "it is somebody's, and outlives the claim"},
	{"clustersnapshot-restored", "Observe", always, "it is somebody's, and outlives the claim"},
	{"db-cluster", withoutLate, always, "late initialization would pin its zones and nodes, and the source of a copy"},
	{"db-node-*", withoutLate, always, "all of it is in the spec"},
	{"clusterparametergroup-*", withoutLate, always, "late initialization would write removed parameters back"},
	{"key-copy-*", retained, always, "the copies are encrypted with it"},
	{"vault", retained, always, "recovery points outlive the claim"},
	{"vault-copy-*", retained, always, "copies outlive the claim"},
	{"vaultlock-*", retained, always, "a lock protects against the deletion of its object too"},
	{"role-backup", retained, always, "AWS Backup expires a recovery point with the role that took it"},
	{"attachment-backup", retained, always, "the role needs it to expire recovery points"},
	{"attachment-backup-restores", retained, always, "the role needs it to restore"},
	{"bucket-accesslogs*", retained, always, "logs are wanted when something is gone"},
	{"bucket-static*", retained, always, "files may be in it, and its settings protect them"},
	{"secretrotation-managed", retained, always, "RDS refuses to cancel it"},
	{"queue-*", retained, isProtected, "messages of a protected claim outlive their object"},
	{"dlq-*", retained, isProtected, "messages of a protected claim outlive their object"},
	{"deadletters-schedules", retained, isProtected, "messages of a protected claim outlive their object"},
	{"loggroup-ecsexec", retained, isProtected, "nobody hides what a shell showed"},
	{"zone-*", retained, isProtected, "another zone has other name servers"},
	{"vpc", observed, hasExistingNetwork, "the claim does not own it"},
	{"subnet-*", observed, hasExistingNetwork, "the claim does not own it"},
	{"secretversion-*", observed, isAtRestWithApplication, "the provider would make an old password the current one"},
	{"secretversion-*", withoutLate + "|" + observed, isRotatedByApplication, "it is only observed once it is in AWS"},
	{"secretversion-*", withoutLate, always, "late initialization would pin the stage AWSCURRENT"},
	{"service-*", withoutLate, always, "late initialization would pin the number of tasks"},
	{"distribution", withoutLate, always, "late initialization would write removed paths back"},
	{"originaccess-static", withoutLate, always, "all of it is in the spec"},
	{"edgefunction-static", withoutLate, always, "all of it is in the spec"},
	{"cachepolicy", withoutLate, always, "late initialization would write what the code has removed back"},
	{"responseheaders", withoutLate, always, "late initialization would write removed headers back"},
	{"logging-waf", withoutLate, always, "late initialization would write a removed filter back"},
	{"nacl-default", withoutLate, always, "late initialization would write subnets back that have moved"},
}

func hasExistingNetwork(w World) bool { return lookup(w.Claim, "spec", "network", "existing") != nil }

// isRotatedByApplication tells whether AWS's application changes the password.
func isRotatedByApplication(w World) bool {
	return in(w.Claim, "spec.database.rotation") == "Application" && !isManagedPassword(w)
}

// isManagedPassword tells whether RDS makes and keeps the password itself.
func isManagedPassword(w World) bool {
	return in(w.Claim, "spec.database.manageMasterUserPassword") == "true"
}

func isAtRestWithApplication(w World) bool { return w.Settled && isRotatedByApplication(w) }

func isKeptAsLongAs(w World, key string, o map[string]any) []string {
	want, why := everything, "nothing needs it once the claim is gone"
	for _, row := range kept {
		if matches(row.keys, key) && row.holds(w) {
			want, why = row.policies, row.why
			break
		}
	}
	if got := strings.Join(policies(o), ","); !slices.Contains(strings.Split(want, "|"), got) {
		return []string{fmt.Sprintf("has the management policies %q, want %q: %s", got, want, why)}
	}
	return nil
}

func deletesNothingByForce(w World, _ string, o map[string]any) string {
	if kindOf(o) == "rds/ClusterInstance" && isCopy(w) {
		// All of a copy's data is in what it copies.
		return ""
	}
	schemas, err := definitions()
	if err != nil {
		return err.Error()
	}
	if kindOf(o) == "ecs/Service" {
		// There it is only about whether tasks are stopped first.
		return ""
	}
	for _, field := range []string{"forceDestroy", "forceDelete"} {
		if _, has := schemas[gvkOf(o)].forProvider[field]; has && !onlyLooks(o) && params(o)[field] != false {
			return fmt.Sprintf("has %s %v, want false", field, params(o)[field])
		}
	}
	return ""
}

// settings decide what a deletion deletes, and what can be restored. A row with a kind is for every
// object of it.
var settings = []struct{ kind, keys, field, want, why string }{
	{"rds/Instance", "db-primary", "deleteAutomatedBackups", "false", "any second of the last weeks can be restored"},
	{"rds/Instance", "db-*", "copyTagsToSnapshot", "true", "a snapshot tells whose it is"},
	{"rds/Instance", "db-replica-*", "skipFinalSnapshot", "true", "all of its data is the primary's"},
	{"rds/Instance", "db-replica-*", "deletionProtection", "false", "lowering readReplicas deletes it"},
	{"rds/Cluster", "db-cluster", "deleteAutomatedBackups", "false", "any second of the last weeks can be restored"},
	{"rds/Cluster", "db-cluster", "copyTagsToSnapshot", "true", "a snapshot tells whose it is"},
	{"rds/ClusterInstance", "db-node-*", "copyTagsToSnapshot", "true", "a snapshot tells whose it is"},
	{"kms/Key", "*", "deletionWindowInDays", "30", "the longest that AWS allows"},
	{"kms/Key", "*", "enableKeyRotation", "true", "AWS recommends it"},
	{"secretsmanager/Secret", "secret-db", "recoveryWindowInDays", "7", "a deleted secret can be restored"},
	{"secretsmanager/Secret", "secret-user-*", "recoveryWindowInDays", "0", "the runner can write another password"},
	{"cloudwatchlogs/Group", "*", "skipDestroy", "false", "otherwise the group stays in AWS"},
	{"ecs/TaskDefinition", "*", "skipDestroy", "true", "ECS goes back to it"},
	{"ec2/SecurityGroup", "*", "revokeRulesOnDelete", "true", "AWS keeps a group that another's rule names"},
	{"s3/BucketVersioning", "*", "versioningConfiguration.status", "Enabled", "an overwritten object can be had back"},
	{"ecr/Repository", "*", "imageTagMutability", "IMMUTABLE", "a tag stays what it was"},
	{"backup/VaultLockConfiguration", "*", "changeableForDays", "",
		"with it the lock cannot be removed, not even by AWS"},
	{"sqs/Queue", "dlq-*", "messageRetentionSeconds", "1209600", "the longest that SQS keeps a message"},
	{"sqs/Queue", "deadletters-schedules", "messageRetentionSeconds", "1209600",
		"the longest that SQS keeps a message"},
	{"ecs/Service", "*", "deploymentCircuitBreaker.rollback", "true", "a version that does not start is taken back"},
	{"ecs/Service", "*", "deploymentCircuitBreaker.enable", "true", "a version that does not start is taken back"},
	{"ecs/Service", "*", "desiredCount", "", "the number of tasks is the scaling's"},
}

func keepsItsSettings(w World, key string, o map[string]any) []string {
	var out []string
	for _, s := range settings {
		if s.kind != kindOf(o) || !matches(s.keys, key) || s.kind == "rds/Cluster" && isCopy(w) {
			continue
		}
		if got := in(params(o), s.field); got != s.want {
			out = append(out, fmt.Sprintf("has %s %q, want %q: %s", s.field, got, s.want, s.why))
		}
	}
	if kindOf(o) == "elbv2/LB" {
		if got := in(params(o), "enableDeletionProtection") == "true"; got != isProtected(w) {
			out = append(out, fmt.Sprintf("has enableDeletionProtection %v, unlike the claim", got))
		}
	}
	return out
}

// leavesAFinalSnapshot is about primaries: a replica's data is its primary's.
func leavesAFinalSnapshot(w World, _ string, o map[string]any) string {
	p := params(o)
	id := text(p, "identifier")
	switch {
	case kindOf(o) == "rds/Cluster" && isCopy(w):
		return ""
	case kindOf(o) == "rds/Cluster":
		id = externalName(o)
	case kindOf(o) != "rds/Instance" || p["replicateSourceDb"] != nil:
		return ""
	}
	name := text(p, "finalSnapshotIdentifier")
	switch {
	case p["skipFinalSnapshot"] != false:
		return fmt.Sprintf("has skipFinalSnapshot %v, want false", p["skipFinalSnapshot"])
	case !strings.HasPrefix(name, id+"-final-") || len(name) > 255 || strings.HasSuffix(name, "-"):
		return fmt.Sprintf("leaves a final snapshot of the name %q; "+
			"it must begin with the instance's and have at most 255 characters", name)
	case (in(p, "deletionProtection") == "true") != isProtected(w):
		return fmt.Sprintf("has deletionProtection %v, unlike the claim", p["deletionProtection"])
	}
	return ""
}

// An edge of a usage: of is kept for as long as by exists.
type usageEdge struct {
	of, by string
	// replays means that a deletion that was refused happens later by itself.
	replays bool
	why     string
}

// usageEdges are all allowed edges, with patterns of keys. If an edge can be removed while the claim stays, a
// refused deletion must not be replayed.
var usageEdges = []usageEdge{
	{"key-data", "db-primary", true, "no final snapshot without the key"},
	{"subnetgroup-data", "db-primary", true, "AWS keeps a subnet group that has a database"},
	{"key-data", "db-cluster", true, "no final snapshot without the key"},
	{"subnetgroup-data", "db-cluster", true, "AWS keeps a subnet group that has a database"},
	{"db-primary", "db-cluster", false, "AWS keeps a database that is being copied"},
	{"db-cluster", "db-node-*", false, "AWS keeps a cluster that has nodes"},
	{"loggroup-db-cluster-*", "db-cluster", true, "RDS would make the log group again"},
	{"webacl", "distribution", true, "AWS keeps a firewall that guards something"},
	{"db-primary", "db-replica-*", false, "a replica without its primary is promoted and stays"},
	{"loggroup-db-primary-*", "db-primary", true, "RDS would make the log group again"},
}

func holdsDeletionsBack(w World) []Violation {
	have := usagesOf(w)
	var out []Violation
	for _, key := range w.sorted {
		if gvkOf(w.Desired[key]) == kinds.Usage && key != "usage-claim" && !isWantedUsage(w, key) {
			out = append(out, violation(key, "is not one of the usages that the rule knows"))
		}
	}
	if w.Settled {
		for _, pair := range wantedUsages(w) {
			if !have[pair] {
				out = append(out, violation(pair[0], "can be deleted while %s needs it: it has no usage", pair[1]))
			}
		}
	}
	return append(out, holdsTheClaimBack(w)...)
}

// usagesOf are the pairs of keys that usages tie together.
func usagesOf(w World) map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, o := range w.Desired {
		if gvkOf(o) == kinds.Usage {
			out[[2]string{usageEnd(w, o, "of"), usageEnd(w, o, "by")}] = true
		}
	}
	return out
}

// usageEnd is the key of the object at an end of a usage, if its kind is what the usage says.
func usageEnd(w World, o map[string]any, end string) string {
	key := w.byName(text(o, "spec", end, "resourceRef", "name"))
	is := w.Desired[key]
	if text(is, "kind") != text(o, "spec", end, "kind") ||
		text(is, "apiVersion") != text(o, "spec", end, "apiVersion") {
		return ""
	}
	return key
}

func isWantedUsage(w World, key string) bool {
	o := w.Desired[key]
	of, by := usageEnd(w, o, "of"), usageEnd(w, o, "by")
	replays := in(o, "spec.replayDeletion") == "true"
	return slices.ContainsFunc(usageEdges, func(e usageEdge) bool {
		return matches(e.of, of) && matches(e.by, by) && e.replays == replays
	})
}

// wantedUsages are the pairs of composed keys that the table knows.
func wantedUsages(w World) [][2]string {
	var out [][2]string
	for _, e := range usageEdges {
		if e.by == "db-cluster" && e.of == "db-primary" && !isCopy(w) {
			continue
		}
		for _, of := range w.matching(e.of) {
			for _, by := range w.matching(e.by) {
				out = append(out, [2]string{of, by})
			}
		}
	}
	return out
}

// looksFirst tells whether a new claim only looks at the snapshot that it restores, so that AWS has nothing of it.
func looksFirst(w World) bool {
	looks := w.Desired["dbsnapshot-restored"] != nil || w.Desired["clustersnapshot-restored"] != nil
	return len(w.Desired) == 1 && looks
}

// holdsTheClaimBack requires a usage of the claim itself exactly while the claim is protected.
func holdsTheClaimBack(w World) []Violation {
	o := w.Desired["usage-claim"]
	switch {
	case looksFirst(w):
		return nil
	case (o != nil) != isProtected(w):
		return []Violation{
			violation("usage-claim", "is composed: %v, and the claim is protected: %v", o != nil, isProtected(w)),
		}
	case o != nil && text(o, "spec", "of", "resourceRef", "name") != text(w.Claim, "metadata", "name"):
		return []Violation{{Key: "usage-claim", Message: "is not of the claim"}}
	case o != nil && lookup(o, "spec", "replayDeletion") != nil:
		return []Violation{violation("usage-claim", "repeats a deletion that was refused, once the protection is off")}
	}
	return nil
}

const maxUsages = 12

func usagesAreFew(w World) []Violation {
	n := 0
	for _, o := range w.Desired {
		if gvkOf(o) == kinds.Usage {
			n++
		}
	}
	most := maxUsages
	if w.Desired["db-cluster"] != nil {
		// One for each node, and during a move those of both databases.
		most += len(w.keys("rds/ClusterInstance")) + 6
	}
	if n > most {
		return []Violation{{Message: fmt.Sprintf("has %d usages, of at most %d", n, most)}}
	}
	return nil
}

func changesNothingOfOthers(_ World, _ string, o map[string]any) string {
	if !onlyLooks(o) || text(o, "kind") == "SecretVersion" {
		// An old version of the secret is ours, but never written again.
		return ""
	}
	if externalName(o) == "" {
		return "names nothing that exists"
	}
	if len(params(o)) != 1 || params(o)["region"] == nil {
		return fmt.Sprintf("sets fields of a resource that the claim does not own: %v", params(o))
	}
	return ""
}

func archivesTheDatabase(w World) []Violation {
	var out []Violation
	wrong := func(key, format string, a ...any) {
		out = append(out, violation(key, format, a...))
	}
	years, _ := number(w.Claim, "spec.backup.archiveYears")
	// 365 days a year, and one for each leap year that may be among them.
	days := written(years*365 + float64(int(years+3)/4))
	for _, key := range w.keys("backup/Plan") {
		for _, rule := range objects(params(w.Desired[key])["rule"]) {
			if vault := w.Desired["vault"]; vault == nil || text(rule, "targetVaultName") != externalName(vault) {
				wrong(key, "puts snapshots into %q, which is not the claim's vault", text(rule, "targetVaultName"))
			}
			for _, lifecycle := range append(objects(rule["copyAction"]), rule) {
				if got := in(lifecycle, "lifecycle.deleteAfter"); got != days {
					wrong(key, "deletes snapshots after %s days, want %s for %v years", got, days, years)
				}
			}
			if in(rule, "enableContinuousBackup") != "false" {
				wrong(key, "backs up continuously, which takes the database's own backup window over")
			}
		}
	}
	for _, key := range w.keys("backup/Selection") {
		of, name := "db-primary", "primary"
		if key == "selection-cluster" {
			of, name = "db-cluster", "cluster"
		}
		if got := in(params(w.Desired[key]), "resources"); w.Observed[of] != nil && got != w.arn(of) {
			wrong(key, "selects %s, which is not the %s", got, name)
		}
	}
	for _, key := range w.keys("backup/VaultLockConfiguration") {
		if got := in(params(w.Desired[key]), "minRetentionDays"); got != days {
			wrong(key, "keeps snapshots for %s days, want %s", got, days)
		}
	}
	return out
}

func expiresUntaggedOnly(_ World, _ string, o map[string]any) string {
	if kindOf(o) != "ecr/LifecyclePolicy" {
		return ""
	}
	var doc struct {
		Rules []struct {
			Selection struct{ TagStatus string }
		}
	}
	if err := decode(text(params(o), "policy"), &doc); err != nil {
		return "has a policy that is not JSON: " + err.Error()
	}
	for _, r := range doc.Rules {
		if r.Selection.TagStatus != "untagged" {
			return fmt.Sprintf("expires images whose tag status is %q", r.Selection.TagStatus)
		}
	}
	return ""
}
