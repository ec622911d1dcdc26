package database

import (
	"time"

	"k8s.io/utils/ptr"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	xpv2 "github.com/crossplane/crossplane-runtime/v2/apis/common/v2"
	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	username = "admin"
	port     = 3306
	// generation of the credentials. Another generation is another password in a
	// Secret of its own, and another version in Secrets Manager.
	generation = "g1"
)

// primary is the one that is written to. It is never deleted without a final
// snapshot, and its automated backups outlive it for their retention.
func primary(s *stack.Stack) {
	db := s.Claim.Spec.Database
	p := instance(s, stack.Primary)
	p.Engine = ptr.To("mysql")
	// Years of surcharge for an old version are to be somebody's decision.
	p.EngineLifecycleSupport = ptr.To("open-source-rds-extended-support-disabled")
	p.AllocatedStorage = ptr.To(float64(db.StorageGiB))
	striping(s, stack.Primary, float64(db.StorageGiB), &p)
	p.KMSKeyIDRef = s.Ref("key-data")
	p.MultiAz = ptr.To(ptr.Deref(db.MultiAZ, false))
	p.DBSubnetGroupNameRef = s.Ref(subnetGroupKey)
	p.Port = ptr.To(float64(port))
	p.DBName = ptr.To(db.Name)
	p.Username = ptr.To(username)
	p.AutoGeneratePassword = ptr.To(true)
	p.PasswordSecretRef = &xpv1.LocalSecretKeySelector{
		LocalSecretReference: xpv1.LocalSecretReference{Name: s.ObjectName(stack.Primary + "-password-" + generation)},
		Key:                  "password",
	}
	p.BackupRetentionPeriod = ptr.To(float64(db.BackupRetentionDays))
	p.BackupWindow = ptr.To(db.BackupWindow)
	p.DeleteAutomatedBackups = ptr.To(false)
	p.DeletionProtection = ptr.To(s.Protected())
	p.SkipFinalSnapshot = ptr.To(false)
	p.FinalSnapshotIdentifier = ptr.To(finalSnapshotID(s))
	s.Add(stack.Primary, "The database that is written to, with its standby.", &rds.Instance{Spec: rds.InstanceSpec{
		ManagedResourceSpec: xpv2.ManagedResourceSpec{
			WriteConnectionSecretToReference: &xpv1.LocalSecretReference{Name: s.ObjectName(stack.Primary + "-connection")},
		},
		ForProvider: p,
	}})
}

// finalSnapshotID is the name of the snapshot that AWS takes before the primary
// is deleted. It is chosen while the primary lives, since nothing is computed
// when it goes, and it is different for every life of a primary, since AWS
// deletes no primary whose snapshot's name is taken.
func finalSnapshotID(s *stack.Stack) string {
	id := func(t time.Time) string {
		return s.DatabaseID(stack.Primary) + "-final-" + stamp(t) + "-" + s.Life()
	}
	o, ok := s.Observed(stack.Primary)
	if !ok {
		return id(s.Created())
	}
	text, _ := stack.Text(o, "metadata", "creationTimestamp")
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return id(t.UTC())
	}
	return s.Sticky(stack.Primary, "finalSnapshotIdentifier", id(s.Created()))
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "00000000000000"
	}
	return t.Format("20060102150405")
}
