// Package protect blocks deletions: of the claim while it is protected, and of
// resources that data or an orderly teardown still depends on.
package protect

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	cloudfront "github.com/upbound/provider-aws/v2/apis/namespaced/cloudfront/v1beta1"
	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"
	kms "github.com/upbound/provider-aws/v2/apis/namespaced/kms/v1beta1"
	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"
	wafv2 "github.com/upbound/provider-aws/v2/apis/namespaced/wafv2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds a usage only where the order of deletion matters. When a claim is
// deleted, Kubernetes deletes all of its resources at once.
func Compose(s *stack.Stack, p *plan.Plan) {
	if p.Protected {
		claim(s)
	}
	for _, u := range usages(s, p) {
		edge(s, u)
	}
}

// claim refuses the deletion of the whole claim before anything is deleted. It does not
// replay: a refused deletion must not happen later because the protection is turned off
// for another reason.
func claim(s *stack.Stack) {
	const reason = "deletionProtection is on: set spec.deletionProtection to false first, " +
		"and wait until the claim is Ready"
	kind := schema.FromAPIVersionAndKind(v1alpha1.APIVersion, v1alpha1.Kind)
	s.AddObject(keys.ClaimUsage, "Refuses to delete the claim while deletionProtection is on.", kinds.Usage,
		map[string]any{"spec": map[string]any{
			"of":     resource(kind, s.Claim.GetName()),
			"reason": reason,
		}})
}

// A usage keeps one resource for as long as another needs it.
type usage struct {
	of, by end
	why    string
	// once turns off the replay of a refused deletion. The resource in by can be
	// deleted while the claim stays, and a database must not be deleted then because a
	// user once tried. When the claim is deleted, the deletion waits until Kubernetes
	// tries again.
	once bool
}

type end struct {
	key  stack.Key
	kind schema.GroupVersionKind
}

func usages(s *stack.Stack, p *plan.Plan) []usage {
	out := []usage{{
		of:  end{keys.WebACL, wafv2.WebACL_GroupVersionKind},
		by:  end{keys.Distribution, cloudfront.Distribution_GroupVersionKind},
		why: "AWS does not delete a firewall that a distribution uses.",
	}}
	for _, system := range p.Database.Systems {
		out = append(out, databaseUsages(system)...)
		if system.Copying() {
			out = append(out, usage{
				of:  end{keys.Primary, rds.Instance_GroupVersionKind},
				by:  end{keys.Aurora, rds.Cluster_GroupVersionKind},
				why: "AWS does not delete a database that is being copied.", once: true,
			})
		}
	}
	return out
}

// databaseUsages keep what a database needs, and the database for as long as it has instances
// that need it.
func databaseUsages(system plan.System) []usage {
	holder, instance, why := end{system.Holder(), rds.Instance_GroupVersionKind}, rds.Instance_GroupVersionKind,
		"Without its primary, the replica would become a primary and stay in AWS."
	if system.Engine() == v1alpha1.AuroraMySQL {
		holder.kind, instance = rds.Cluster_GroupVersionKind, rds.ClusterInstance_GroupVersionKind
		why = "AWS does not delete a cluster that has nodes."
	}
	out := []usage{
		{
			of: end{keys.DataKey, kms.Key_GroupVersionKind}, by: holder,
			why: "The database's final snapshot needs the key.",
		},
		{
			of: end{keys.SubnetGroup, rds.SubnetGroup_GroupVersionKind}, by: holder,
			why: "AWS does not delete a subnet group that a database uses.",
		},
	}
	for _, k := range system.Instances() {
		if k != holder.key {
			out = append(out, usage{of: holder, by: end{k, instance}, once: true, why: why})
		}
	}
	for _, log := range plan.Logs() {
		out = append(out, usage{
			of: end{keys.DatabaseLogGroup(holder.key, log), cloudwatchlogs.Group_GroupVersionKind}, by: holder,
			why: "RDS would create the log group again, and nothing would delete it.",
		})
	}
	return out
}

// edge is added once both resources exist, because Crossplane looks both up.
func edge(s *stack.Stack, u usage) {
	spec := map[string]any{
		"of":     resource(u.of.kind, s.ObjectName(u.of.key)),
		"by":     resource(u.by.kind, s.ObjectName(u.by.key)),
		"reason": u.why,
	}
	if !u.once {
		spec["replayDeletion"] = true
	}
	s.AddObject(keys.Usage(u.of.key, u.by.key), u.why, kinds.Usage, map[string]any{"spec": spec},
		observed(s, u.of.key, u.by.key)...)
}

func observed(s *stack.Stack, keys ...stack.Key) []stack.Option {
	out := make([]stack.Option, 0, len(keys))
	for _, k := range keys {
		_, exists := s.Observed(k)
		out = append(out, stack.When(exists, s.ObjectName(k)))
	}
	return out
}

func resource(kind schema.GroupVersionKind, name string) map[string]any {
	return map[string]any{
		"apiVersion":  kind.GroupVersion().String(),
		"kind":        kind.Kind,
		"resourceRef": map[string]any{"name": name},
	}
}
