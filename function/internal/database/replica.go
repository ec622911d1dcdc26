package database

import (
	"k8s.io/utils/ptr"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// replica is the nth read replica. What it does not say it has from the
// primary: its engine, its storage at first, its schema, its password and its key. A
// replica in the primary's region must not name a key.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
func replica(s *stack.Stack, key stack.Key, n int) {
	p := instance(s, key)
	p.AllocatedStorage = grown(s, key)
	striping(s, key, ptr.Deref(p.AllocatedStorage, 0), &p)
	// The source's ARN, not a reference: a reference yields the identifier, and
	// the provider refuses that together with a subnet group. The subnet group is
	// given in full because the provider writes it into the spec otherwise.
	p.ReplicateSourceDB = ptr.To(s.RegionalARN("rds", "db:"+s.DatabaseID(stack.Primary)))
	p.DBSubnetGroupName = ptr.To(subnetGroupName(s))
	p.AvailabilityZone = ptr.To(replicaZone(s, key, n))
	p.MultiAz = ptr.To(false)
	// All of a replica's data is the primary's, and lowering readReplicas
	// deletes it: there is nothing to protect, and protection would be in the way.
	p.DeletionProtection = ptr.To(false)
	p.SkipFinalSnapshot = ptr.To(true)
	s.Add(key, "A copy of the primary to read from.", &rds.Instance{Spec: rds.InstanceSpec{ForProvider: p}},
		stack.After(stack.Primary),
		stack.When(available(s), s.ObjectName(stack.Primary)+" to be available"))
}

// available tells whether a replica can be made of the primary, and in which
// zone it should not be.
func available(s *stack.Stack) bool {
	state, _ := s.Status(stack.Primary, "status")
	_, zone := s.Status(stack.Primary, "availabilityZone")
	return state == "available" && zone
}

// replicaZone is the zone of the nth replica: another one than the primary's
// when the replica is made, and the same ever after, since an instance cannot be
// moved. AWS does not tell the provider where the standby is.
func replicaZone(s *stack.Stack, key stack.Key, n int) string {
	if zone, ok := s.Status(key, "availabilityZone"); ok {
		return s.Sticky(key, "availabilityZone", zone)
	}
	primary, _ := s.Status(stack.Primary, "availabilityZone")
	var others []string
	for _, z := range s.Zones {
		if z.Name != primary {
			others = append(others, z.Name)
		}
	}
	if len(others) == 0 {
		return primary
	}
	return s.Sticky(key, "availabilityZone", others[n%len(others)])
}
