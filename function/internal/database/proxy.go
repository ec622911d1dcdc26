package database

import (
	"k8s.io/utils/ptr"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// borrowSeconds is how long a client waits for a connection of the pool, where a claim
	// of an older XRD does not say it.
	borrowSeconds = 120
)

// proxy pools connections to the primary. It logs in with the secret and notices every
// new version of it. Its clients log in to it with the same secret.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html
func proxy(s *stack.Stack, p *plan.Plan) {
	pool := s.Claim.Spec.Database.Proxy
	s.Add(keys.Proxy, "Pools connections to the primary.",
		&rds.Proxy{Spec: rds.ProxySpec{ForProvider: rds.ProxyParameters{
			Region:                 &s.Region,
			EngineFamily:           ptr.To("MYSQL"),
			RequireTLS:             ptr.To(true),
			IdleClientTimeout:      ptr.To(float64(pool.IdleClientSeconds)),
			RoleArnRef:             s.Ref(keys.Role(keys.ProxyRole)),
			Auth:                   accepted(p),
			VPCSecurityGroupIDRefs: s.Refs(keys.ProxyGroup),
			VPCSubnetIdsRefs:       s.Refs(p.Network.Subnets(v1alpha1.SubnetData)...),
			Tags:                   s.Tags(keys.Proxy),
		}}}, stack.ExternalName(s.Name("proxy", plan.LimitDatabase)), stack.After(keys.RolePolicy(keys.ProxyRole)))
	s.Add(keys.ProxyTargetGroup, "Sets how many connections the pool may have.",
		&rds.ProxyDefaultTargetGroup{Spec: rds.ProxyDefaultTargetGroupSpec{
			ForProvider: rds.ProxyDefaultTargetGroupParameters{
				Region:         &s.Region,
				DBProxyNameRef: s.Ref(keys.Proxy),
				ConnectionPoolConfig: &rds.ConnectionPoolConfigParameters{
					ConnectionBorrowTimeout:   ptr.To(float64(ptr.Deref(pool.BorrowSeconds, borrowSeconds))),
					MaxConnectionsPercent:     ptr.To(float64(pool.MaxConnectionsPercent)),
					MaxIdleConnectionsPercent: ptr.To(float64(pool.MaxConnectionsPercent / 2)),
				},
			},
		}})
	target := rds.ProxyTargetParameters{
		Region: &s.Region, DBProxyNameRef: s.Ref(keys.Proxy), TargetGroupName: ptr.To("default"),
	}
	if _, cluster := p.Identifiers(p.Database.Serving); cluster != "" {
		// The provider has no reference to a cluster here. The pool follows the writer.
		target.DBClusterIdentifier = &cluster
	} else {
		target.DBInstanceIdentifierRef = s.Ref(keys.Primary)
	}
	s.Add(p.ProxyTarget(), "Connects the pool to the primary.",
		&rds.ProxyTarget{Spec: rds.ProxyTargetSpec{ForProvider: target}},
		stack.After(p.Database.Serving.Serves()...))
}
