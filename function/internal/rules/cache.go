package rules

// cacheAlarms are about a cache that throttles, is full or refuses logins. ElastiCache's documentation does not say
// under which dimension it reports a serverless cache, so the alarms look at both that are in use.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html
func cacheAlarms(w World) map[string]alarm {
	if lookup(w.Claim, "spec", "cache") == nil {
		return nil
	}
	of := func(metric, statistic, period string) []string {
		name := externalName(w.Desired["cache"])
		return []string{
			"m1: AWS/ElastiCache " + metric + " " + statistic + " " + period + " clusterId=" + name,
			"m2: AWS/ElastiCache " + metric + " " + statistic + " " + period + " ServerlessCacheName=" + name,
			"sum: FILL(m1, 0) + FILL(m2, 0) !",
		}
	}
	most, _ := number(w.Claim, "spec.cache.maxGiB")
	return map[string]alarm{
		"alarm-cache-throttled": above(0, minute, 5).computed(of("ThrottledCmds", "Sum", "60")...),
		"alarm-cache-full": above(most*900_000_000, 5*minute, 3).computed(
			of("BytesUsedForCache", "Maximum", "300")...),
		"alarm-cache-logins": above(0, 5*minute, 2).computed(of("AuthenticationFailures", "Sum", "300")...),
	}
}
