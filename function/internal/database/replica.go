package database

import (
	"k8s.io/utils/ptr"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/window"
)

// replica is the nth read replica. It takes from the primary what it does not set: the
// engine, the first storage size, the schema, the password and the key. A replica in
// the primary's region must not name a key.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
func replica(s *stack.Stack, p *plan.Plan, key stack.Key, n int) {
	params := instance(s, p, key)
	params.MaintenanceWindow = ptr.To(replicaWindow(s, p, n))
	insights(s, key, &params)
	params.AllocatedStorage = grown(s, key)
	striping(s, key, ptr.Deref(params.AllocatedStorage, 0), &params)
	// An ARN, because a reference yields the identifier, which the provider refuses
	// together with a subnet group. The subnet group is named, because the provider
	// would write it into the spec otherwise.
	params.ReplicateSourceDB = ptr.To(p.RegionalARN("rds", "db:"+p.DatabaseID(keys.Primary)))
	params.DBSubnetGroupName = ptr.To(p.SubnetGroupName())
	params.AvailabilityZone = ptr.To(replicaZone(s, p, key, n))
	params.MultiAz = ptr.To(false)
	// All of a replica's data is on the primary, and lowering readReplicas deletes the
	// replica: there is nothing to protect, and protection would prevent the deletion.
	params.DeletionProtection = ptr.To(false)
	params.SkipFinalSnapshot = ptr.To(true)
	s.Add(key, "A read replica of the primary.", &rds.Instance{Spec: rds.InstanceSpec{ForProvider: params}},
		stack.After(keys.Primary),
		stack.When(available(s), s.ObjectName(keys.Primary)+" to be available"))
}

// replicaWindow is the maintenance window of the nth replica, before its primary's, so that
// AWS never restarts two instances at once, and replicas first. RDS refuses a window that
// overlaps the instance's backup window, which it may have chosen itself. All windows keep
// clear of all backup windows, so that they keep clear of each other.
func replicaWindow(s *stack.Stack, p *plan.Plan, n int) string {
	db := s.Claim.Spec.Database
	primary, ok := window.Weekly(db.MaintenanceWindow)
	if !ok {
		return db.MaintenanceWindow
	}
	backups := []string{db.BackupWindow}
	for _, key := range p.Database.Replicas {
		own, _ := s.Status(key, "backupWindow")
		backups = append(backups, own)
	}
	var taken []window.Window
	for _, text := range backups {
		if w, ok := window.Daily(text); ok {
			taken = append(taken, w)
		}
	}
	return primary.Before(n, taken...).String()
}

// available tells whether AWS can create a replica of the primary, and the primary's
// zone is known.
func available(s *stack.Stack) bool {
	state, _ := s.Status(keys.Primary, "status")
	_, zone := s.Status(keys.Primary, "availabilityZone")
	return state == "available" && zone
}

// replicaZone is the zone of the nth replica. A new replica gets another zone than the
// primary's. It keeps this zone, because an instance cannot be moved. AWS does not tell
// the provider which zone the standby is in.
func replicaZone(s *stack.Stack, p *plan.Plan, key stack.Key, n int) string {
	if zone, ok := s.Status(key, "availabilityZone"); ok {
		return s.Sticky(key, "availabilityZone", zone)
	}
	primary, _ := s.Status(keys.Primary, "availabilityZone")
	var others []string
	for _, z := range p.Network.Zones {
		if z.Name != primary {
			others = append(others, z.Name)
		}
	}
	if len(others) == 0 {
		return primary
	}
	return s.Sticky(key, "availabilityZone", others[n%len(others)])
}
