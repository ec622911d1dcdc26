package database

import (
	"time"

	"k8s.io/utils/ptr"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	xpv2 "github.com/crossplane/crossplane-runtime/v2/apis/common/v2"
	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// username is the name of the master user.
const username = "admin"

// primary is the instance that is written to. AWS never deletes it without a final
// snapshot, and keeps its automated backups for their retention period after that.
func primary(s *stack.Stack, p *plan.Plan) {
	db := s.Claim.Spec.Database
	params := instance(s, p, keys.Primary)
	params.Engine = ptr.To("mysql")
	params.InstanceClass = ptr.To(p.AfterReplicas("instanceClass", *params.InstanceClass))
	insights(s, keys.Primary, &params)
	params.EngineVersion = ptr.To(p.AfterReplicas("engineVersion", db.Version))
	// Extended support costs a surcharge for years, so an old version must not get it
	// by default.
	params.EngineLifecycleSupport = ptr.To("open-source-rds-extended-support-disabled")
	params.AllocatedStorage = ptr.To(float64(db.StorageGiB))
	striping(s, keys.Primary, float64(db.StorageGiB), &params)
	standby, _ := asked(s, keys.Primary, "multiAz").(bool)
	params.MultiAz = ptr.To(ptr.Deref(db.MultiAZ, standby))
	params.DBSubnetGroupNameRef = s.Ref(keys.SubnetGroup)
	params.Port = ptr.To(float64(plan.MySQLPort))
	content(s, &params)
	params.AutoGeneratePassword, params.PasswordSecretRef = generated(s, p, keys.Primary)
	params.ManageMasterUserPassword, params.MasterUserSecretKMSKeyIDRef = managed(s, p)
	params.BackupRetentionPeriod = ptr.To(float64(db.BackupRetentionDays))
	params.BackupWindow = ptr.To(db.BackupWindow)
	params.DeleteAutomatedBackups = ptr.To(false)
	params.DeletionProtection = ptr.To(p.Protected && !p.Database.Move.Wants.Unprotect)
	params.SkipFinalSnapshot = ptr.To(false)
	params.FinalSnapshotIdentifier = ptr.To(finalSnapshotID(s, p, keys.Primary))
	s.Add(keys.Primary, "The primary instance of the database, which takes all writes.",
		&rds.Instance{Spec: rds.InstanceSpec{
			ManagedResourceSpec: xpv2.ManagedResourceSpec{
				WriteConnectionSecretToReference: &xpv1.LocalSecretReference{
					Name: s.ObjectName(keys.PrimaryConnection),
				},
			},
			ForProvider: params,
		}}, stack.After(keys.SubnetGroup, keys.ParameterGroup), inspected(s, p))
}

// content is an empty schema that is encrypted with the data key, or a snapshot. A
// snapshot brings its own key, schemas and master user, and AWS does not allow others:
// naming others would be a permanent difference.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
func content(s *stack.Stack, params *rds.InstanceParameters) {
	if restored(s) {
		params.SnapshotIdentifier = ptr.To(s.Claim.Spec.Database.RestoreFromSnapshot)
		return
	}
	params.KMSKeyIDRef = s.Ref(keys.DataKey)
	params.DBName = ptr.To(s.Claim.Spec.Database.Name)
	params.Username = ptr.To(username)
}

func restored(s *stack.Stack) bool { return s.Claim.Spec.Database.RestoreFromSnapshot != "" }

// generated is the password that the provider generates, in a Secret for each generation. The
// provider never reads it back from AWS: the database gets another password when the name of the
// Secret changes.
func generated(s *stack.Stack, p *plan.Plan, key stack.Key) (*bool, *xpv1.LocalSecretKeySelector) {
	owner := credentials.Owner{Key: key}
	name := owner.SecretName(s, p.Credentials.Generation)
	switch serves := key == p.Owner().Key; {
	case p.Credentials.Mode == credentials.ByRDS, owner.Cluster() && (!serves || p.Credentials.FromSource):
		// A copy has the password of what it was copied from.
		return nil, nil
	case !serves:
		name = s.Sticky(key, "passwordSecretRef.name", owner.SecretName(s, 1))
	}
	return ptr.To(true), &xpv1.LocalSecretKeySelector{
		LocalSecretReference: xpv1.LocalSecretReference{Name: name}, Key: "password",
	}
}

// managed is the password that RDS generates and keeps.
func managed(s *stack.Stack, p *plan.Plan) (*bool, *xpv1.NamespacedReference) {
	if p.Credentials.Mode == credentials.ByRDS {
		return ptr.To(true), s.Ref(keys.DataKey)
	}
	return nil, nil
}

// finalSnapshotID is the name of the snapshot that AWS takes before it deletes the
// primary or the cluster. It is chosen while that exists, because nothing is computed at its
// deletion. It is different for every life of it, because AWS does not delete a
// database if a snapshot of that name exists.
func finalSnapshotID(s *stack.Stack, p *plan.Plan, key stack.Key) string {
	id := func(t time.Time) string {
		return s.Lived(p.DatabaseID(key) + "-final-" + stamp(t))
	}
	o, ok := s.Observed(key)
	if !ok {
		return id(s.Created())
	}
	text, _ := stack.Text(o, "metadata", "creationTimestamp")
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return id(t.UTC())
	}
	return s.Sticky(key, "finalSnapshotIdentifier", id(s.Created()))
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "00000000000000"
	}
	return t.Format("20060102150405")
}
