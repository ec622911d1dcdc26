package plan

import (
	"slices"
	"strconv"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Ports of a serverless cache: for all commands, and for reads that may be a little old.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/set-up.html
const (
	CachePort       = 6379
	cacheReaderPort = 6380
)

// cacheVariable has the address of the cache.
const cacheVariable = "CACHE_HOST"

// Cache is the claim's cache.
type Cache struct {
	// Spec is what the claim asks for, or nil.
	Spec *v1alpha1.Cache
	// Leaving tells whether a version of a workload that has the cache's variables may run although the claim no
	// longer asks for the cache.
	Leaving bool
}

func cacheOf(s *stack.Stack, running []containers.Container) Cache {
	c := Cache{Spec: s.Claim.Spec.Cache}
	_, exists := s.Observed(keys.Cache)
	c.Leaving = c.Spec == nil && exists && slices.ContainsFunc(running, func(c containers.Container) bool {
		_, uses := c.Value(cacheVariable)
		return uses
	})
	return c
}

// CacheName is the name in AWS of the cache and of the group of its users.
func (p *Plan) CacheName() string { return p.stack.Name("cache", LimitCache) }

// CacheUser is the user of the cache that workloads log in as.
func (p *Plan) CacheUser() string { return p.stack.Name("app", LimitCache) }

// A cacheBinding is the claim's cache.
type cacheBinding struct {
	nothing
	p *Plan
}

func (cacheBinding) Serves(d Declared) bool { return d.Data }

// there tells whether workloads may reach the cache.
func (b cacheBinding) there() bool { return b.p.Cache.Spec != nil || b.p.Cache.Leaving }

// Variables have the name of the cache and the user, for which clients sign tokens of IAM.
func (b cacheBinding) Variables() []Variable {
	if b.p.Cache.Spec == nil {
		return nil
	}
	return []Variable{
		{cacheVariable, stack.Await(keys.Cache, "endpoint.0.address")},
		{"CACHE_PORT", strconv.Itoa(CachePort)},
		{"CACHE_READER_PORT", strconv.Itoa(cacheReaderPort)},
		{"CACHE_NAME", b.p.CacheName()},
		{"CACHE_USER", b.p.CacheUser()},
	}
}

// Grant lets workloads log in. AWS wants both the cache and the user.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
func (b cacheBinding) Grant() Grant {
	if !b.there() {
		return Grant{}
	}
	return Grant{Statements: policy.Document{policy.Permit("Cache", policy.List{
		b.p.RegionalARN("elasticache", "serverlesscache:"+b.p.CacheName()),
		b.p.RegionalARN("elasticache", "user:"+b.p.CacheUser()),
	}, "elasticache:Connect")}}
}

func (b cacheBinding) Groups() []Group {
	if !b.there() {
		return nil
	}
	return []Group{{keys.CacheGroup, "Cache"}}
}

func (b cacheBinding) Paths(user Workload) []Path {
	if !b.there() {
		return nil
	}
	return []Path{
		{user.Group, keys.CacheGroup, CachePort, user.Title() + " to the cache"},
		{user.Group, keys.CacheGroup, cacheReaderPort, user.Title() + " to the cache for reads"},
	}
}

const (
	// fullShare is the part of its most that a cache holds when its alarm rings.
	fullShare = 0.9
	gigabyte  = 1_000_000_000
)

func (b cacheBinding) Alarms() []Alarm {
	spec := b.p.Cache.Spec
	if spec == nil {
		return nil
	}
	return []Alarm{{
		Name:        "cache-throttled",
		Purpose:     "Fires when the cache has throttled commands for five minutes.",
		Do:          "Raise spec.cache.maxECPUPerSecond, or look for commands on large values.",
		Runbook:     "cache-throttled",
		Threshold:   Above(0, Minute, 5),
		MissingData: MissingIsGood,
		Expression:  b.counted("ThrottledCmds", "Sum"),
	}, {
		Name:        "cache-full",
		Purpose:     "Fires when the cache is almost full for 15 minutes.",
		Do:          "Raise spec.cache.maxGiB, or let what is in it expire earlier.",
		Runbook:     "cache-full",
		Threshold:   Above(float64(spec.MaxGiB)*gigabyte*fullShare, 5*Minute, 3),
		MissingData: MissingIsGood,
		Expression:  b.counted("BytesUsedForCache", "Maximum"),
	}, {
		Name:        "cache-logins",
		Purpose:     "Fires when logins to the cache have failed for ten minutes.",
		Do:          "Look at the backend's log: a client must sign a new token of IAM for each connection.",
		Runbook:     "cache-logins",
		Threshold:   Above(0, 5*Minute, 2),
		MissingData: MissingIsGood,
		Expression:  b.counted("AuthenticationFailures", "Sum"),
	}}
}

// cacheDimensions are the names under which ElastiCache is known to report a serverless cache. Its documentation
// names the metrics and not the dimension. Those that it does not use have no values.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html
var cacheDimensions = []string{"clusterId", "ServerlessCacheName"}

func (b cacheBinding) counted(metric, statistic string) []Query {
	return sumOf(cacheDimensions, func(dimension string) Metric {
		return Metric{"AWS/ElastiCache", metric, statistic, map[string]string{dimension: b.p.CacheName()}}
	})
}

func (b cacheBinding) Graphs() []Graph {
	if b.p.Cache.Spec == nil {
		return nil
	}
	lines := func(metric string) []Line {
		var out []Line
		for _, dimension := range cacheDimensions {
			out = append(out, Line{Namespace: "AWS/ElastiCache", Metric: metric, Label: "cache",
				Dimensions: []string{dimension, b.p.CacheName()}})
		}
		return out
	}
	return []Graph{
		{Title: "Cache: ECPUs", Statistic: "Sum", Lines: lines("ElastiCacheProcessingUnits")},
		{Title: "Cache: bytes", Statistic: "Maximum", Lines: lines("BytesUsedForCache")},
		{Title: "Cache: hits, %", Statistic: "Average", Percent: true, Lines: lines("CacheHitRate")},
		{Title: "Cache: throttled commands", Statistic: "Sum", Lines: lines("ThrottledCmds")},
	}
}
