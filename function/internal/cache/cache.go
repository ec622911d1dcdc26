// Package cache composes the claim's cache: a serverless cache of ElastiCache for Valkey, and the user that workloads
// log in as.
package cache

import (
	"k8s.io/utils/ptr"

	elasticache "github.com/upbound/provider-aws/v2/apis/namespaced/elasticache/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// engine of the cache and its users. AWS refuses another engine's user in a group of Valkey's.
const engine = "valkey"

// access lets the application do everything but what is dangerous to the cache as a whole, such as FLUSHALL and KEYS.
// https://valkey.io/topics/acl/
const access = "on ~* +@all -@dangerous"

const (
	cachePurpose = "Holds what the application can compute again."
	userPurpose  = "The application logs in to the cache as this user, with IAM instead of a password."
	usersPurpose = "The users that the cache knows."
)

// Compose adds the cache, or keeps one that the claim no longer asks for while a version of a workload that has its
// variables may run.
func Compose(s *stack.Stack, p *plan.Plan) {
	spec := s.Claim.Spec.Cache
	if spec == nil {
		leave(s, p)
		return
	}
	keepVersion(s, *spec)
	user(s, p)
	users(s, p)
	cache(s, p, *spec)
}

// keepVersion refuses a version that is lower than that of a cache that exists. The schema says so too, but it does
// not see a cache that was removed from the claim, and is asked for again before it has gone. A version is one digit.
func keepVersion(s *stack.Stack, spec v1alpha1.Cache) {
	if was := s.Sticky(keys.Cache, "majorEngineVersion", spec.Version); spec.Version < was {
		s.Refuse("spec.cache.version", "cannot lower the version of the cache from %s to %s: AWS has no downgrade; "+
			"write %s, or wait until the cache has gone", was, spec.Version, was)
	}
}

// leave refuses to remove the cache of a protected claim. Else the group stays as long as the cache, because AWS
// deletes no group that a cache uses, and the user as long as the group that names it.
func leave(s *stack.Stack, p *plan.Plan) {
	_, exists := s.Observed(keys.Cache)
	if exists && p.Protected {
		s.Refuse("spec.cache", "cannot remove the cache: what is in it would be lost, and the workloads would "+
			"have to do without it at once; set deletionProtection to false first, or keep the cache")
	}
	if p.Cache.Leaving {
		s.KeepObserved(keys.Cache, elasticache.ServerlessCache_GroupVersionKind, cachePurpose, options()...)
	}
	if exists {
		s.KeepObserved(keys.CacheUsers, elasticache.UserGroup_GroupVersionKind, usersPurpose, options()...)
	}
	if _, used := s.Observed(keys.CacheUsers); used {
		s.KeepObserved(keys.CacheUser, elasticache.User_GroupVersionKind, userPurpose, options()...)
	}
}

// options keep the names that Kasha has chosen. The provider copies nothing from AWS into the spec: it would pin what
// is left out.
func options() []stack.Option {
	return []stack.Option{stack.NoLateInitialize(), stack.EchoExternalName()}
}

// user has the name of its ID, without which AWS refuses logins with IAM.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
func user(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.CacheUser, userPurpose, &elasticache.User{Spec: elasticache.UserSpec{
		ForProvider: elasticache.UserParameters{
			Region:             &s.Region,
			Engine:             ptr.To(engine),
			UserName:           ptr.To(p.CacheUser()),
			AccessString:       ptr.To(access),
			AuthenticationMode: &elasticache.AuthenticationModeParameters{Type: ptr.To("iam")},
			Tags:               s.Tags(keys.CacheUser),
		},
	}}, stack.ExternalName(p.CacheUser()), stack.NoLateInitialize())
}

func users(s *stack.Stack, p *plan.Plan) {
	s.Add(keys.CacheUsers, usersPurpose, &elasticache.UserGroup{Spec: elasticache.UserGroupSpec{
		ForProvider: elasticache.UserGroupParameters{
			Region:     &s.Region,
			Engine:     ptr.To(engine),
			UserIDRefs: s.Refs(keys.CacheUser),
			Tags:       s.Tags(keys.CacheUsers),
		},
	}}, stack.ExternalName(p.CacheName()), stack.NoLateInitialize(), stack.After(keys.CacheUser))
}

// cache is encrypted with the data key, whose ARN is written: a reference would give the key's ID, and ElastiCache
// answers the ARN, which the provider would take for another key.
func cache(s *stack.Stack, p *plan.Plan, spec v1alpha1.Cache) {
	s.Add(keys.Cache, cachePurpose, &elasticache.ServerlessCache{Spec: elasticache.ServerlessCacheSpec{
		ForProvider: elasticache.ServerlessCacheParameters{
			Region:             &s.Region,
			Engine:             ptr.To(engine),
			MajorEngineVersion: &spec.Version,
			Description:        ptr.To("The cache of " + s.ID),
			KMSKeyID:           ptr.To(stack.ARN(keys.DataKey)),
			// There is no reference to a group.
			UserGroupID:         ptr.To(p.CacheName()),
			SubnetIDRefs:        s.Refs(p.Network.Subnets(v1alpha1.SubnetData)...),
			SecurityGroupIDRefs: s.Refs(keys.CacheGroup),
			CacheUsageLimits: []elasticache.CacheUsageLimitsParameters{{
				DataStorage: []elasticache.DataStorageParameters{{
					Maximum: ptr.To(float64(spec.MaxGiB)), Unit: ptr.To("GB"),
				}},
				EcpuPerSecond: []elasticache.EcpuPerSecondParameters{{
					Maximum: ptr.To(float64(spec.MaxECPUPerSecond)),
				}},
			}},
			SnapshotRetentionLimit: ptr.To(float64(spec.SnapshotDays)),
			Tags:                   s.Tags(keys.Cache),
		},
	}}, stack.ExternalName(p.CacheName()), stack.NoLateInitialize(), stack.After(keys.CacheUsers))
}
