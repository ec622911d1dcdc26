package judge

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Status returns the claim's status. A field whose value is not known at this moment
// keeps its previous value, as long as the spec still asks for that resource.
func Status(s *stack.Stack, p *plan.Plan, o Outcome) v1alpha1.KashaClaimStatus {
	before := s.Claim.Status
	st := v1alpha1.KashaClaimStatus{
		Health:            health(o.Conditions),
		Blocker:           blocker(o.Conditions),
		StackID:           s.ID,
		Endpoints:         endpoints(s, p, before.Endpoints),
		Domain:            domain(s, p, before.Domain),
		Database:          database(s, p, before.Database),
		Queues:            queues(s, before.Queues),
		Network:           network(s, p, before.Network),
		Bucket:            known(s, keys.Bucket, "id", before.Bucket),
		AlarmTopicARN:     known(s, keys.Topic, "arn", before.AlarmTopicARN),
		EdgeAlarmTopicARN: known(s, keys.EdgeTopic, "arn", before.EdgeAlarmTopicARN),
		Adopted:           o.Adopted,
		Resources:         count(o.Resources, o.Verdicts),
	}
	st.Overrides = overrides(s, before.Overrides)
	st.Static = static(s, p, before.Static)
	st.Schedules = schedules(s, p, before.Schedules)
	st.Services = services(s, p, o.Rollouts, st.Endpoints)
	if st.Database.SecretARN != "" {
		st.Secrets = []string{st.Database.SecretARN}
	}
	return st
}

// An Outcome is the result of a pass, from which the status is written.
type Outcome struct {
	Resources  []*stack.Resource
	Verdicts   map[stack.Key]Verdict
	Conditions []Condition
	Rollouts   []rollout.State
	// Adopted are the keys of the resources that existed in AWS before the claim.
	Adopted []string
}

func services(
	s *stack.Stack, p *plan.Plan, states []rollout.State, e v1alpha1.EndpointsStatus,
) []v1alpha1.ServiceStatus {
	var out []v1alpha1.ServiceStatus
	for i, w := range p.Workloads {
		st := rollout.Record(w.Before, states[i])
		st.Kind = w.Kind
		st.Tasks = tasks(s, w, st.Tasks)
		st.URL = url(p, w, e)
		st.Release = release(p, w, w.Before.Release)
		st.History = rollout.Remember(s, w.Name, w.Before.History, states[i])
		if w.Repository {
			st.Repository = known(s, keys.Repository(w.Name), "repositoryUrl", st.Repository)
		}
		out = append(out, st)
	}
	return out
}

// release is what is known of a workload's release. What was known of it stays.
func release(p *plan.Plan, w plan.Workload, before *v1alpha1.ReleaseStatus) *v1alpha1.ReleaseStatus {
	i := slices.IndexFunc(p.Releases, func(r *plan.Release) bool { return r.Workload == w.Name })
	if i < 0 {
		return nil
	}
	r := p.Releases[i]
	if r.Answer.Status == "" && before != nil && before.ID == r.ID() {
		return before
	}
	return &v1alpha1.ReleaseStatus{
		ID: r.ID(), Image: r.Image, Phase: phaseOf(r), ExitCode: r.Answer.ExitCode,
		Reason: r.Answer.Reason, Task: r.Answer.Task, LogStream: r.LogStream(),
		StartedAt: r.Answer.Started, FinishedAt: r.Answer.Finished,
	}
}

// databaseUsers are what is known of the users that Kasha makes. It is nil where there are none.
// What was known of them stays.
func databaseUsers(p *plan.Plan, before *v1alpha1.DatabaseUsersStatus) *v1alpha1.DatabaseUsersStatus {
	u, r := p.Users, p.Credentials.Users.Record
	if u == nil {
		return nil
	}
	st := v1alpha1.DatabaseUsersStatus{Phase: phaseOf(&u.Release), Reason: u.Answer.Reason, LogStream: u.LogStream()}
	if u.Digest != "" {
		st.ID = u.ID()
	}
	if before != nil && u.Answer.Status == "" && (u.Digest == "" || before.ID == st.ID) {
		st = *before
	}
	st.Generation, st.ChangedAt = int32(r.Generation), ""
	if !r.ChangedAt.IsZero() {
		st.ChangedAt = r.ChangedAt.UTC().Format(time.RFC3339)
	}
	return &st
}

func phaseOf(r *plan.Release) v1alpha1.ReleasePhase {
	switch {
	case r.Succeeded():
		return v1alpha1.ReleaseSucceeded
	case r.Failed():
		return v1alpha1.ReleaseFailed
	case r.Answer.Status != "":
		return v1alpha1.ReleaseRunning
	}
	return v1alpha1.ReleaseWaiting
}

// url is the address of a workload. It is empty where there is none.
func url(p *plan.Plan, w plan.Workload, e v1alpha1.EndpointsStatus) string {
	switch {
	case w.Service != "" && w.Expose != nil:
		return exposed(*w.Expose, e.URL)
	case w.Kind == v1alpha1.WorkloadWeb:
		return e.URL
	case w.TLS():
		return "https://" + p.Entrance.InternalName() + ":" + strconv.Itoa(int(plan.ListenerPort(w.Service)))
	case w.Kind == v1alpha1.WorkloadInternal && e.BackendALB != "":
		at := "http://" + e.BackendALB
		if w.Service != "" {
			at += ":" + strconv.Itoa(int(plan.ListenerPort(w.Service)))
		}
		return at
	}
	return ""
}

// exposed is the beginning of the addresses of a public service: up to the first wildcard of
// its first path.
func exposed(e v1alpha1.Expose, site string) string {
	if len(e.Hosts) > 0 {
		site = "https://" + e.Hosts[0]
	}
	if site == "" || len(e.Paths) == 0 {
		return site
	}
	path := e.Paths[0]
	if i := strings.IndexAny(path, "*?"); i >= 0 {
		path = path[:i]
	}
	return site + path
}

// tasks is the service's desired number of tasks, as the provider last observed it.
func tasks(s *stack.Stack, w plan.Workload, before *int32) *int32 {
	o, ok := s.Observed(keys.Service(w.Name))
	if !ok {
		return before
	}
	v, _ := o.Lookup("status", "atProvider", "desiredCount")
	n, ok := v.(float64)
	if !ok {
		return before
	}
	return ptr.To(int32(n))
}

// known is the value that AWS reports now, or else the previous value.
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

// progress is the end of a tier's message. It changes with every resource, and the cause
// does not.
var progress = regexp.MustCompile(` \d+ of \d+ resources are ready\.$`)

// maxBlocker is the maximum length of a blocker in characters. A terminal shows it beside
// other columns.
const maxBlocker = 100

// blocker is the tier that a reader should look at first: one that failed, or else one that
// is being deleted, or else the first that is not ready. The conditions are in the order in
// which a request meets the tiers, so later tiers often wait for it.
func blocker(conditions []Condition) string {
	for _, reason := range []string{
		v1alpha1.ReasonFailed, v1alpha1.ReasonReleaseFailed, v1alpha1.ReasonUsersFailed, v1alpha1.ReasonDeleting, "",
	} {
		for _, c := range conditions {
			if c.True || reason != "" && c.Reason != reason || c.Type == v1alpha1.ConditionGuardrails {
				continue
			}
			tier := strings.TrimSuffix(strings.TrimSuffix(c.Type, "Ready"), "Succeeded")
			return cut(tier + ": " + strings.TrimSuffix(progress.ReplaceAllString(c.Message, ""), "."))
		}
	}
	return ""
}

// cut shortens a text to maxBlocker characters.
func cut(text string) string {
	if r := []rune(text); len(r) > maxBlocker {
		return string(r[:maxBlocker-1]) + "…"
	}
	return text
}

func endpoints(s *stack.Stack, p *plan.Plan, before v1alpha1.EndpointsStatus) v1alpha1.EndpointsStatus {
	e := v1alpha1.EndpointsStatus{
		CDN:        known(s, keys.Distribution, "domainName", before.CDN),
		ALB:        known(s, keys.Balancer(plan.PublicBalancer), "dnsName", before.ALB),
		BackendALB: known(s, keys.Balancer(plan.InternalBalancer), "dnsName", before.BackendALB),
	}
	if e.CDN != "" {
		e.URL = "https://" + e.CDN
	}
	// The domain becomes the URL as soon as its record is ready, and stays the URL.
	if names := p.Entrance.ViewerNames; len(names) > 0 {
		own := "https://" + names[0]
		if before.URL == own || s.Ready(p.Entrance.Record("a", names[0])) {
			e.URL = own
		}
	}
	return e
}

func static(s *stack.Stack, p *plan.Plan, before v1alpha1.StaticStatus) v1alpha1.StaticStatus {
	if p.Static.Spec == nil {
		return v1alpha1.StaticStatus{}
	}
	out := v1alpha1.StaticStatus{
		Bucket:         known(s, keys.Static, "id", before.Bucket),
		DistributionID: known(s, keys.Distribution, "id", before.DistributionID),
	}
	if len(p.Static.Spec.Uploaders) > 0 {
		out.UploadRoleARN = known(s, keys.Role(keys.Uploads), "arn", before.UploadRoleARN)
	}
	return out
}

func domain(s *stack.Stack, p *plan.Plan, before v1alpha1.DomainStatus) v1alpha1.DomainStatus {
	d := s.Claim.Spec.Edge.Domain
	if d == nil {
		return v1alpha1.DomainStatus{}
	}
	if d.HostedZoneID != "" {
		return v1alpha1.DomainStatus{HostedZoneID: d.HostedZoneID}
	}
	key := p.Entrance.Zone()
	out := v1alpha1.DomainStatus{
		HostedZoneID: known(s, key, "zoneId", before.HostedZoneID),
		NameServers:  before.NameServers,
	}
	if servers := s.StatusList(key, "nameServers"); len(servers) > 0 {
		out.NameServers = servers
	}
	return out
}

func database(s *stack.Stack, p *plan.Plan, before v1alpha1.DatabaseStatus) v1alpha1.DatabaseStatus {
	system := p.Database.Serving
	d := v1alpha1.DatabaseStatus{
		Engine:          system.Engine(),
		Writer:          known(s, system.Holder(), "endpoint", before.Writer),
		SecretARN:       secret(s, p, before.SecretARN),
		FinalSnapshotID: s.Sticky(system.Holder(), "finalSnapshotIdentifier", before.FinalSnapshotID),
	}
	if system.Engine() == v1alpha1.AuroraMySQL {
		// AWS reports the hosts of a cluster without its port, and no latest time.
		d.Writer = withPort(s, keys.Aurora, "endpoint", before.Writer)
		d.Reader = withPort(s, keys.Aurora, "readerEndpoint", before.Reader)
	} else {
		d.LatestRestorableTime = known(s, keys.Primary, "latestRestorableTime", before.LatestRestorableTime)
		if replicas := p.Database.Replicas; len(replicas) > 0 {
			d.Reader = known(s, replicas[0], "endpoint", before.Reader)
		}
	}
	if p.Credentials.Mode != credentials.ByRDS {
		rememberPassword(p.Credentials.Record, &d)
	}
	d.Users = databaseUsers(p, before.Users)
	d.Move = move(s, p, before.Move)
	if s.Claim.Spec.Database.Proxy.Enabled {
		if host := known(s, keys.Proxy, "endpoint", strings.TrimSuffix(before.Proxy, hostPort(""))); host != "" {
			d.Proxy = hostPort(host)
		}
	}
	return d
}

// withPort is a host that AWS reports, with MySQL's port.
func withPort(s *stack.Stack, key stack.Key, field, before string) string {
	if host, ok := s.Status(key, field); ok {
		return hostPort(host)
	}
	return before
}

// rememberPassword records the decision about the password in the status.
func rememberPassword(r credentials.Record, into *v1alpha1.DatabaseStatus) {
	into.PasswordGeneration = int32(r.Generation)
	if !r.ChangedAt.IsZero() {
		into.PasswordChangedAt = r.ChangedAt.UTC().Format(time.RFC3339)
	}
	switch {
	case r.ByApplication:
		into.PasswordRotation = v1alpha1.RotationApplication
	case !r.Unset:
		into.PasswordRotation = v1alpha1.RotationGeneration
	}
}

func hostPort(host string) string { return host + ":" + strconv.Itoa(plan.MySQLPort) }

func secret(s *stack.Stack, p *plan.Plan, before string) string {
	if arn, ok := s.Known(p.SecretARN()); ok {
		return arn
	}
	return before
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
			URL:           known(s, keys.Queue(q.Name), "url", was[q.Name].URL),
			DeadLetterURL: known(s, keys.DeadLetter(q.Name), "url", was[q.Name].DeadLetterURL),
		})
	}
	return out
}

// schedules are what EventBridge Scheduler has, as the provider last observed it.
func schedules(s *stack.Stack, p *plan.Plan, before []v1alpha1.ScheduleStatus) []v1alpha1.ScheduleStatus {
	was := map[string]v1alpha1.ScheduleStatus{}
	for _, c := range before {
		was[c.Name] = c
	}
	var out []v1alpha1.ScheduleStatus
	for _, w := range p.Schedules {
		name := w.Schedule.Name
		key, b := keys.Schedule(name), was[name]
		o, _ := s.Observed(key)
		scheduled := plan.Scheduled(o, "status", "atProvider")
		out = append(out, v1alpha1.ScheduleStatus{
			Name:           name,
			Expression:     known(s, key, "scheduleExpression", b.Expression),
			TimeZone:       known(s, key, "scheduleExpressionTimezone", b.TimeZone),
			State:          known(s, key, "state", b.State),
			TaskDefinition: cmp.Or(scheduled, b.TaskDefinition),
		})
	}
	return out
}

func network(s *stack.Stack, p *plan.Plan, before v1alpha1.NetworkStatus) v1alpha1.NetworkStatus {
	return v1alpha1.NetworkStatus{
		VPCID:             known(s, keys.VPC, "id", before.VPCID),
		PublicSubnetIDs:   subnets(s, p, v1alpha1.SubnetPublic, before.PublicSubnetIDs),
		FrontendSubnetIDs: subnets(s, p, v1alpha1.SubnetFrontend, before.FrontendSubnetIDs),
		BackendSubnetIDs:  subnets(s, p, v1alpha1.SubnetBackend, before.BackendSubnetIDs),
		DataSubnetIDs:     subnets(s, p, v1alpha1.SubnetData, before.DataSubnetIDs),
		NATGatewayIPs:     natIPs(s, p, before.NATGatewayIPs),
	}
}

func subnets(s *stack.Stack, p *plan.Plan, tier v1alpha1.SubnetTier, before []string) []string {
	return all(s, p.Network.Subnets(tier), "id", before)
}

func natIPs(s *stack.Stack, p *plan.Plan, before []string) []string {
	var gateways []stack.Key
	for _, az := range p.Network.NATZones() {
		gateways = append(gateways, keys.NATGateway(az.Letter))
	}
	return all(s, gateways, "publicIp", before)
}

// all is a value of each of several resources, in their order. Until all values are
// known, the list keeps its previous content: a reader would take a partial list for the
// whole list.
func all(s *stack.Stack, of []stack.Key, path string, before []string) []string {
	out := make([]string, 0, len(of))
	for _, k := range of {
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
