package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/cost"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Status gathers the claim's status. What is not known at this moment keeps the
// value that it had, as long as the spec asks for the thing that it is about.
func Status(s *stack.Stack, resources []*stack.Resource, verdicts map[stack.Key]Verdict, conditions []Condition) v1alpha1.KashaClaimStatus {
	before := s.Claim.Status
	st := v1alpha1.KashaClaimStatus{
		Health:    health(conditions),
		Endpoints: endpoints(s, before.Endpoints),
		Domain:    domain(s, before.Domain),
		Database:  database(s, before.Database),
		Queues:    queues(s, before.Queues),
		Network:   network(s, before.Network),
		Repositories: v1alpha1.RepositoriesStatus{
			Frontend: known(s, "repository-frontend", "repositoryUrl", before.Repositories.Frontend),
			Backend:  known(s, "repository-backend", "repositoryUrl", before.Repositories.Backend),
		},
		Rollouts: v1alpha1.RolloutsStatus{
			Frontend: recorded(s, "frontend"),
			Backend:  recorded(s, "backend"),
		},
		Bucket:        known(s, "bucket-app", "id", before.Bucket),
		AlarmTopicARN: known(s, "topic-alarms", "arn", before.AlarmTopicARN),
		Cost:          cost.Estimate(s.Claim, resources),
		Resources:     count(resources, verdicts),
	}
	if st.Database.SecretARN != "" {
		st.Secrets = []string{st.Database.SecretARN}
	}
	return st
}

// known is what AWS says now, else what it said before.
func known(s *stack.Stack, key stack.Key, path, before string) string {
	if v, ok := s.Status(key, path); ok {
		return v
	}
	return before
}

func health(conditions []Condition) string {
	ready, tiers := 0, 0
	for _, c := range conditions {
		if c.Type == v1alpha1.ConditionRollout {
			continue
		}
		tiers++
		if c.True {
			ready++
		}
	}
	return fmt.Sprintf("%d/%d tiers", ready, tiers)
}

func endpoints(s *stack.Stack, before v1alpha1.EndpointsStatus) v1alpha1.EndpointsStatus {
	e := v1alpha1.EndpointsStatus{
		CDN:        known(s, "distribution", "domainName", before.CDN),
		ALB:        known(s, "alb-public", "dnsName", before.ALB),
		BackendALB: known(s, "alb-internal", "dnsName", before.BackendALB),
	}
	if e.CDN != "" {
		e.URL = "https://" + e.CDN
	}
	// Once the domain has led to CloudFront, it is the way in.
	if names := s.ViewerNames(); len(names) > 0 {
		own := "https://" + names[0]
		if before.URL == own || s.Ready(s.ViewerRecordKey(names[0], "A")) {
			e.URL = own
		}
	}
	return e
}

func domain(s *stack.Stack, before v1alpha1.DomainStatus) v1alpha1.DomainStatus {
	d := s.Claim.Spec.Edge.Domain
	if d == nil {
		return v1alpha1.DomainStatus{}
	}
	if d.HostedZoneID != "" {
		return v1alpha1.DomainStatus{HostedZoneID: d.HostedZoneID}
	}
	key := s.ZoneKey()
	out := v1alpha1.DomainStatus{HostedZoneID: known(s, key, "zoneId", before.HostedZoneID), NameServers: before.NameServers}
	if servers := s.StatusList(key, "nameServers"); len(servers) > 0 {
		out.NameServers = servers
	}
	return out
}

func database(s *stack.Stack, before v1alpha1.DatabaseStatus) v1alpha1.DatabaseStatus {
	d := v1alpha1.DatabaseStatus{
		Writer:               known(s, stack.Primary, "endpoint", before.Writer),
		SecretARN:            secret(s, before.SecretARN),
		FinalSnapshotID:      s.Sticky(stack.Primary, "finalSnapshotIdentifier", before.FinalSnapshotID),
		PasswordRotation:     rotation(s, before),
		LatestRestorableTime: known(s, stack.Primary, "latestRestorableTime", before.LatestRestorableTime),
	}
	if s.ManagedPassword() {
		d.PasswordRotation = ""
	} else {
		d.PasswordGeneration = int32(s.PasswordGeneration())
		d.PasswordChangedAt = changed(s, d.PasswordGeneration, before)
	}
	if s.Claim.Spec.Database.Proxy.Enabled {
		d.Proxy = hostPort(known(s, stack.Proxy, "endpoint", strings.TrimSuffix(before.Proxy, mysqlPort)))
	}
	if replicas := s.ReplicaKeys(); len(replicas) > 0 {
		d.Reader = known(s, replicas[0], "endpoint", before.Reader)
	}
	return d
}

const mysqlPort = ":3306"

func hostPort(host string) string {
	if host == "" {
		return ""
	}
	return host + mysqlPort
}

func secret(s *stack.Stack, before string) string {
	if arn, ok := s.Known(s.SecretARN()); ok {
		return arn
	}
	return before
}

// changed is when a generation of the password began: when it was first seen.
func changed(s *stack.Stack, generation int32, before v1alpha1.DatabaseStatus) string {
	if generation == before.PasswordGeneration && before.PasswordChangedAt != "" {
		return before.PasswordChangedAt
	}
	if now := s.Now(); !now.IsZero() {
		return now.UTC().Format(time.RFC3339)
	}
	return ""
}

// rotation remembers that AWS's application may have changed the password until
// there is another.
func rotation(s *stack.Stack, before v1alpha1.DatabaseStatus) v1alpha1.PasswordRotation {
	_, begun := s.Observed(stack.RotationKey)
	switch {
	case s.RotatedByApplication() && begun:
		return v1alpha1.RotationApplication
	case before.PasswordRotation == v1alpha1.RotationApplication && int32(s.PasswordGeneration()) == before.PasswordGeneration:
		return before.PasswordRotation
	case before.PasswordRotation == "" && s.RotatedByApplication():
		return ""
	}
	return v1alpha1.RotationGeneration
}

func queues(s *stack.Stack, before []v1alpha1.QueueStatus) []v1alpha1.QueueStatus {
	was := map[string]v1alpha1.QueueStatus{}
	for _, q := range before {
		was[q.Name] = q
	}
	var out []v1alpha1.QueueStatus
	for _, q := range s.Claim.Spec.Queues {
		out = append(out, v1alpha1.QueueStatus{
			Name:          q.Name,
			URL:           known(s, stack.QueueKey(q), "url", was[q.Name].URL),
			DeadLetterURL: known(s, stack.DeadLetterKey(q), "url", was[q.Name].DeadLetterURL),
		})
	}
	return out
}

func network(s *stack.Stack, before v1alpha1.NetworkStatus) v1alpha1.NetworkStatus {
	return v1alpha1.NetworkStatus{
		VPCID:             known(s, "vpc", "id", before.VPCID),
		PublicSubnetIDs:   subnets(s, v1alpha1.SubnetPublic, before.PublicSubnetIDs),
		FrontendSubnetIDs: subnets(s, v1alpha1.SubnetFrontend, before.FrontendSubnetIDs),
		BackendSubnetIDs:  subnets(s, v1alpha1.SubnetBackend, before.BackendSubnetIDs),
		DataSubnetIDs:     subnets(s, v1alpha1.SubnetData, before.DataSubnetIDs),
		NATGatewayIPs:     natIPs(s, before.NATGatewayIPs),
	}
}

func subnets(s *stack.Stack, tier v1alpha1.SubnetTier, before []string) []string {
	return all(s, s.SubnetKeys(tier), "id", before)
}

func natIPs(s *stack.Stack, before []string) []string {
	var keys []stack.Key
	for _, az := range s.Zones {
		if k := stack.Key("nat-" + az.Letter); s.Has(k) {
			keys = append(keys, k)
		}
	}
	return all(s, keys, "publicIp", before)
}

// all are a value of several resources in order. Until all of them are known the
// list stays what it was: half a list would be taken for the whole.
func all(s *stack.Stack, keys []stack.Key, path string, before []string) []string {
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		v, ok := s.Status(k, path)
		if !ok {
			return before
		}
		out = append(out, v)
	}
	return out
}

func count(resources []*stack.Resource, verdicts map[stack.Key]Verdict) v1alpha1.ResourcesStatus {
	var c v1alpha1.ResourcesStatus
	for _, r := range resources {
		c.Desired++
		if verdicts[r.Key].State == Working {
			c.Ready++
		}
	}
	return c
}
