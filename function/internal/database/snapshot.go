package database

import (
	"strings"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// inspected looks at the snapshot that a new database is made from, and holds the database back
// until the snapshot fits. A new claim waits as a whole: else a network and load balancers
// would be made and billed before the claim is refused. Once the database exists, nobody looks
// at the snapshot any more, so it may be deleted.
func inspected(s *stack.Stack, p *plan.Plan) stack.Option {
	if !restored(s) || hasDatabase(s, p) {
		return stack.When(true, "")
	}
	source := sourceOf(s)
	const purpose = "The snapshot that the database is made from. It is observed, never changed."
	if source.key == keys.ClusterSnapshot {
		s.Add(source.key, purpose, &rds.ClusterSnapshot{Spec: rds.ClusterSnapshotSpec{
			ForProvider: rds.ClusterSnapshotParameters{Region: &s.Region},
		}}, stack.ObserveExternal(source.name))
	} else {
		s.Add(source.key, purpose, &rds.Snapshot{Spec: rds.SnapshotSpec{
			ForProvider: rds.SnapshotParameters{Region: &s.Region},
		}}, stack.ObserveExternal(source.name))
	}
	open := !source.owned && (unreadable(s, source) || isAnother(s, source)) || fits(s, p, source)
	waits := "what AWS says of the snapshot " + source.name
	if !p.Lives() && !open {
		s.HoldBack(waits, source.key)
	}
	return stack.When(open, waits)
}

// hasDatabase tells whether there is or was a database. The status remembers one whose object
// is lost: the provider finds it by its name, whatever became of the snapshot.
func hasDatabase(s *stack.Stack, p *plan.Plan) bool {
	_, ok := s.Observed(p.Database.Serving.Holder())
	return ok || s.Claim.Status.Database.FinalSnapshotID != ""
}

// A source is a snapshot of an instance or of a cluster.
type source struct {
	key   stack.Key
	name  string
	owned bool
	// arn and encrypted are the fields with its ARN, and with whether it is encrypted.
	arn, encrypted string
}

// sourceOf is the claim's snapshot. A cluster takes a snapshot of an instance only by its ARN,
// so a mere name is that of a cluster's.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
func sourceOf(s *stack.Stack) source {
	db := s.Claim.Spec.Database
	name, owned := snapshotName(db.RestoreFromSnapshot)
	if db.Engine != v1alpha1.AuroraMySQL || strings.Contains(db.RestoreFromSnapshot, ":snapshot:") {
		return source{keys.Snapshot, name, owned, "dbSnapshotArn", "encrypted"}
	}
	return source{keys.ClusterSnapshot, name, owned, "dbClusterSnapshotArn", "storageEncrypted"}
}

// snapshotName is the name in AWS of a snapshot, which RDS keeps in lower case, and whether
// the provider can read the snapshot for sure. That is so for one that a person has taken in
// the claim's account. AWS reads one of another account, or one that RDS or AWS Backup has
// taken, only for a request that says so.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html
func snapshotName(id string) (name string, owned bool) {
	_, after, isARN := strings.Cut(id, "snapshot:")
	if isARN {
		id = after
	}
	return strings.ToLower(id), !isARN && !strings.Contains(id, ":")
}

// unreadable tells whether the provider has failed to read the snapshot.
func unreadable(s *stack.Stack, from source) bool {
	o, ok := s.Observed(from.key)
	return ok && stack.ConditionOf(o, "Synced").Status == "False"
}

// isAnother tells whether the provider has read a snapshot of this account that only has the
// name of the other account's.
func isAnother(s *stack.Stack, from source) bool {
	arn, known := s.Status(from.key, from.arn)
	id := s.Claim.Spec.Database.RestoreFromSnapshot
	return known && strings.Contains(id, "snapshot:") && !strings.EqualFold(arn, id)
}

// owner is the namespace of the claim whose database the snapshot is of. It is empty for a
// snapshot without the tag, for example of a database that Kasha did not make.
func owner(s *stack.Stack, from source) string {
	o, ok := s.Observed(from.key)
	if !ok {
		return ""
	}
	for _, field := range []string{"tagsAll", "tags"} {
		if namespace, _ := stack.Text(o, "status", "atProvider", field, stack.TagNamespace); namespace != "" {
			return namespace
		}
	}
	return ""
}

// fits tells whether the database can be made from the snapshot. It refuses a claim whose
// database could not, in the order in which a person would mend it.
func fits(s *stack.Stack, p *plan.Plan, from source) bool {
	engine, known := s.Status(from.key, "engine")
	version, versioned := s.Status(from.key, "engineVersion")
	state, _ := s.Status(from.key, "status")
	if !known || !versioned || state != "available" {
		return false
	}
	const field = "spec.database.restoreFromSnapshot"
	id, namespace := s.Claim.Spec.Database.RestoreFromSnapshot, owner(s, from)
	switch {
	case !s.Bounded && namespace != "" && namespace != s.Claim.GetNamespace():
		s.Refuse(field, "cannot restore %s: it is a snapshot of a claim in namespace %s; create the claim there, or "+
			"have the platform team list the snapshot under allow.snapshots in a KashaGuardrail of this namespace",
			id, namespace)
	case s.Claim.Spec.Database.Engine == v1alpha1.AuroraMySQL:
		return fitsAurora(s, p, from, engine, version)
	default:
		return fitsMySQL(s, from, engine, version)
	}
	return false
}

// isPlain refuses a snapshot that is not encrypted.
func isPlain(s *stack.Stack, from source) bool {
	if status(s, from.key, from.encrypted) != false {
		return false
	}
	id, command := s.Claim.Spec.Database.RestoreFromSnapshot, "copy-db-snapshot"
	if from.key == keys.ClusterSnapshot {
		command = "copy-db-cluster-snapshot"
	}
	s.Refuse("spec.database.restoreFromSnapshot", "cannot restore %s: it is not encrypted, and the database is; copy "+
		"it with aws rds %s --kms-key-id, and write the name of the copy in a new claim", id, command)
	return true
}

func fitsMySQL(s *stack.Stack, from source, engine, version string) bool {
	const field = "spec.database.restoreFromSnapshot"
	id, wants := s.Claim.Spec.Database.RestoreFromSnapshot, s.Claim.Spec.Database.Version
	size := number(s, from.key, "allocatedStorage")
	switch {
	case engine != "mysql":
		s.Refuse(field, "cannot restore %s: it is a snapshot of %s, and the database is MySQL; write the name of a "+
			"snapshot of MySQL 8.4 in a new claim", id, engine)
	case !strings.HasPrefix(version, "8.4."):
		s.Refuse(field, "cannot restore %s: it is a snapshot of MySQL %s, and the database is MySQL 8.4; upgrade it "+
			"with aws rds modify-db-snapshot --engine-version, and the claim goes on, or restore an upgraded copy in "+
			"a new claim, as docs/backup.md says", id, version)
	case isPlain(s, from):
	case wants != "8.4" && awsfacts.Older(wants, version):
		s.Refuse("spec.database.version", "cannot run MySQL %s from the snapshot %s: it is of %s, and AWS has no "+
			"downgrade; write 8.4, %s or a later version", wants, id, version, version)
	case size > float64(s.Claim.Spec.Database.StorageGiB):
		s.Refuse("spec.database.storageGiB", "cannot restore %s into %d GiB: the snapshot has %.0f GiB, and a volume "+
			"never shrinks; use %.0f or more", id, s.Claim.Spec.Database.StorageGiB, size, size)
	default:
		return true
	}
	return false
}

// fitsAurora takes a snapshot of Aurora, or of MySQL of a version that is not newer than Aurora's.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Migrating.RDSMySQL.Snapshot.html
func fitsAurora(s *stack.Stack, p *plan.Plan, from source, engine, version string) bool {
	const field = "spec.database.restoreFromSnapshot"
	id, wants := s.Claim.Spec.Database.RestoreFromSnapshot, p.AuroraVersion()
	if engine == auroraEngine {
		version = plan.CompatibleWith(version)
	}
	switch {
	case engine != auroraEngine && engine != "mysql":
		s.Refuse(field, "cannot restore %s: it is a snapshot of %s, and the database is Aurora MySQL; write a "+
			"snapshot of Aurora MySQL 8.4 or of MySQL 8.4 in a new claim", id, engine)
	case !strings.HasPrefix(version, "8.4."):
		s.Refuse(field, "cannot restore %s: it is a snapshot of %s %s, and the database is compatible with MySQL "+
			"8.4; restore an upgraded copy in a new claim, as docs/backup.md says", id, engine, version)
	case isPlain(s, from):
	case awsfacts.Older(wants, version):
		s.Refuse("spec.database.aurora.version", "cannot run Aurora MySQL %s from the snapshot %s: it is of %s, and "+
			"AWS has no downgrade; write %s or a later version once AWS has it", wants, id, version, version)
	default:
		return true
	}
	return false
}
