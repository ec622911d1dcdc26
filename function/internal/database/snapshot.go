package database

import (
	"strings"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// inspected looks at the snapshot that a new database is made from, and holds the primary back
// until the snapshot fits. A new claim waits as a whole: else a network and load balancers
// would be made and billed before the claim is refused. Once the primary exists, nobody looks
// at the snapshot any more, so it may be deleted.
func inspected(s *stack.Stack, p *plan.Plan) stack.Option {
	if !restored(s) || hasPrimary(s) {
		return stack.When(true, "")
	}
	name, owned := snapshotName(s.Claim.Spec.Database.RestoreFromSnapshot)
	s.Add(keys.Snapshot, "The snapshot that the database is made from. It is observed, never changed.",
		&rds.Snapshot{Spec: rds.SnapshotSpec{ForProvider: rds.SnapshotParameters{Region: &s.Region}}},
		stack.ObserveExternal(name))
	open := !owned && (unreadable(s) || isAnother(s)) || fits(s)
	waits := "what AWS says of the snapshot " + name
	if !p.Lives() && !open {
		s.HoldBack(waits, keys.Snapshot)
	}
	return stack.When(open, waits)
}

// hasPrimary tells whether there is or was a primary. The status remembers one whose object
// is lost: the provider finds the instance by its name, whatever became of the snapshot.
func hasPrimary(s *stack.Stack) bool {
	_, ok := s.Observed(keys.Primary)
	return ok || s.Claim.Status.Database.FinalSnapshotID != ""
}

// snapshotName is the name in AWS of a snapshot, which RDS keeps in lower case, and whether
// the provider can read the snapshot for sure. That is so for one that a person has taken in
// the claim's account. AWS reads one of another account, or one that RDS or AWS Backup has
// taken, only for a request that says so.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html
func snapshotName(id string) (name string, owned bool) {
	_, after, isARN := strings.Cut(id, ":snapshot:")
	if isARN {
		id = after
	}
	return strings.ToLower(id), !isARN && !strings.Contains(id, ":")
}

// unreadable tells whether the provider has failed to read the snapshot.
func unreadable(s *stack.Stack) bool {
	o, ok := s.Observed(keys.Snapshot)
	return ok && stack.ConditionOf(o, "Synced").Status == "False"
}

// isAnother tells whether the provider has read a snapshot of this account that only has the
// name of the other account's.
func isAnother(s *stack.Stack) bool {
	arn, known := s.Status(keys.Snapshot, "dbSnapshotArn")
	id := s.Claim.Spec.Database.RestoreFromSnapshot
	return known && strings.Contains(id, ":snapshot:") && !strings.EqualFold(arn, id)
}

// owner is the namespace of the claim whose database the snapshot is of. It is empty for a
// snapshot without the tag, for example of a database that Kasha did not make.
func owner(s *stack.Stack) string {
	o, ok := s.Observed(keys.Snapshot)
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
func fits(s *stack.Stack) bool {
	const field = "spec.database.restoreFromSnapshot"
	id := s.Claim.Spec.Database.RestoreFromSnapshot
	engine, known := s.Status(keys.Snapshot, "engine")
	version, versioned := s.Status(keys.Snapshot, "engineVersion")
	state, _ := s.Status(keys.Snapshot, "status")
	wants, size := s.Claim.Spec.Database.Version, number(s, keys.Snapshot, "allocatedStorage")
	switch {
	case !known || !versioned || state != "available":
		return false
	case !s.Bounded && owner(s) != "" && owner(s) != s.Claim.GetNamespace():
		s.Refuse(field, "cannot restore %s: it is a snapshot of a claim in namespace %s; create the claim there, or "+
			"have the platform team list the snapshot under allow.snapshots in a KashaGuardrail of this namespace",
			id, owner(s))
	case engine != "mysql":
		s.Refuse(field, "cannot restore %s: it is a snapshot of %s, and the database is MySQL; write the name of a "+
			"snapshot of MySQL 8.4 in a new claim", id, engine)
	case !strings.HasPrefix(version, "8.4."):
		s.Refuse(field, "cannot restore %s: it is a snapshot of MySQL %s, and the database is MySQL 8.4; upgrade it "+
			"with aws rds modify-db-snapshot --engine-version, and the claim goes on, or restore an upgraded copy in "+
			"a new claim, as docs/backup.md says", id, version)
	case status(s, keys.Snapshot, "encrypted") == false:
		s.Refuse(field, "cannot restore %s: it is not encrypted, and the database is; copy it with aws rds "+
			"copy-db-snapshot --kms-key-id, and write the name of the copy in a new claim", id)
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
