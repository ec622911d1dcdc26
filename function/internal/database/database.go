// Package database composes MySQL on RDS or an Aurora cluster: the instances, and the
// credentials on their way to Secrets Manager. Each engine has files of its own.
package database

import (
	"k8s.io/utils/ptr"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// family is the parameter group's family. AWS cannot change it, so it is in the group's
// key: the next version of MySQL gets a group of its own.
const family = "mysql8.4"

// Compose puts the writer into the data subnets, replicas and readers into other zones,
// and what an application needs to connect into Secrets Manager.
func Compose(s *stack.Stack, p *plan.Plan) {
	subnetGroup(s, p)
	for _, system := range p.Database.Systems {
		engines[system.Engine()](s, p)
	}
	for _, system := range p.Database.Leaving {
		// AWS keeps the settings of a database that it is still deleting.
		settings[system.Engine()](s, p)
	}
	userSecrets(s, p)
	if p.Credentials.Mode == credentials.ByRDS {
		managedRotation(s, p)
		return
	}
	secret(s)
	connection(s, p)
	if p.Credentials.Proxy {
		proxy(s, p)
	}
	if p.Credentials.Mode == credentials.ByApplication {
		rotation(s, p)
	}
}

// engines compose the instances of each engine.
var engines = map[v1alpha1.DatabaseEngine]func(*stack.Stack, *plan.Plan){
	v1alpha1.MySQL:       mysql,
	v1alpha1.AuroraMySQL: aurora,
}

// settings compose the parameter group of each engine.
var settings = map[v1alpha1.DatabaseEngine]func(*stack.Stack, *plan.Plan){
	v1alpha1.MySQL:       parameterGroup,
	v1alpha1.AuroraMySQL: clusterParameterGroup,
}

// mysql is the primary and its replicas.
func mysql(s *stack.Stack, p *plan.Plan) {
	parameterGroup(s, p)
	volumesFit(s, p.Database.Instances())
	versionsFit(s, p, p.Database.Instances())
	primary(s, p)
	for i, key := range p.Database.Replicas {
		replica(s, p, key, i)
	}
}

func subnetGroup(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.SubnetGroup, "The subnets that the database may run in.",
		&rds.SubnetGroup{Spec: rds.SubnetGroupSpec{ForProvider: rds.SubnetGroupParameters{
			Region:       &s.Region,
			Description:  ptr.To("Data subnets of " + s.ID),
			SubnetIDRefs: s.Refs(p.Network.Subnets(v1alpha1.SubnetData)...),
			Tags:         s.Tags(keys.SubnetGroup),
		}}}, stack.ExternalName(p.SubnetGroupName()))
}
