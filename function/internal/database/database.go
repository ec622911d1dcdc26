// Package database is MySQL on RDS: the primary with its standby, the read
// replicas, and the credentials on their way to Secrets Manager.
package database

import (
	"k8s.io/utils/ptr"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	subnetGroupKey = stack.Key("subnetgroup-data")

	// parameterGroupKey carries the family, which AWS cannot change: the next
	// MySQL is a group of its own.
	parameterGroupKey = stack.Key("parametergroup-mysql84")
	family            = "mysql8.4"
)

// Compose puts the primary into the data subnets, its replicas into other zones,
// and what an application needs to connect into Secrets Manager.
func Compose(s *stack.Stack) {
	subnetGroup(s)
	parameterGroup(s)
	primary(s)
	for i, key := range s.ReplicaKeys() {
		replica(s, key, i)
	}
	if s.ManagedPassword() {
		managedRotation(s)
		return
	}
	secret(s)
	connection(s)
	if s.HasProxy() {
		proxy(s)
	}
	if s.RotatedByApplication() {
		rotation(s)
	}
}

// subnetGroupName is given in full where a replica needs it: see replica.
func subnetGroupName(s *stack.Stack) string { return s.SubnetGroupName() }

func subnetGroup(s *stack.Stack) {
	s.Add(subnetGroupKey, "The subnets that the database may live in.", &rds.SubnetGroup{Spec: rds.SubnetGroupSpec{ForProvider: rds.SubnetGroupParameters{
		Region:       &s.Region,
		Description:  ptr.To("Data subnets of " + s.ID),
		SubnetIDRefs: s.Refs(s.SubnetKeys(v1alpha1.SubnetData)...),
		Tags:         s.Tags(subnetGroupKey),
	}}}, stack.ExternalName(subnetGroupName(s)))
}
