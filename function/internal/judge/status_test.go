package judge

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// seen is a claim's stack and plan with observed resources. The resources in ready work.
func seen(
	observed map[stack.Key]stack.Observed, ready []stack.Key, change func(*v1alpha1.KashaClaim),
) (*stack.Stack, *plan.Plan) {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team"
	c.Spec.Region, c.Spec.AvailabilityZones = "us-east-1", []string{"us-east-1a", "us-east-1b"}
	c.Spec.Network.CIDR = "10.0.0.0/16"
	if change != nil {
		change(c)
	}
	s := stack.New(stack.Input{Claim: c, Observed: observed, Scheme: kinds.Scheme, Ready: func(k stack.Key) bool {
		for _, r := range ready {
			if r == k {
				return true
			}
		}
		return false
	}})
	return s, plan.New(s)
}

// reports is an observed resource with what AWS reports of it.
func reports(at map[string]any) stacktest.Object {
	return stacktest.Object{"status": map[string]any{"atProvider": at}}
}

// TestRememberPassword: the status has what the next pass needs to know about the password.
func TestRememberPassword(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("CET", 3600))
	cases := map[string]struct {
		reason string
		record credentials.Record
		want   v1alpha1.DatabaseStatus
	}{
		"Provider": {
			"The provider has generated it.", credentials.Record{Generation: 2, ChangedAt: at},
			v1alpha1.DatabaseStatus{
				PasswordGeneration: 2, PasswordChangedAt: "2026-01-02T02:04:05Z", PasswordRotation: "Generation",
			},
		},
		"Application": {
			"AWS's application may have changed it since.", credentials.Record{Generation: 1, ByApplication: true},
			v1alpha1.DatabaseStatus{PasswordGeneration: 1, PasswordRotation: "Application"},
		},
		"Unset": {
			"A status of an older version does not say who changes it.",
			credentials.Record{Generation: 1, Unset: true},
			v1alpha1.DatabaseStatus{PasswordGeneration: 1},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got v1alpha1.DatabaseStatus
			rememberPassword(tc.record, &got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestStatusKeepsWhatIsNotReported: an application reads addresses from the status. A pass
// in which AWS reports nothing must not empty them.
func TestStatusKeepsWhatIsNotReported(t *testing.T) {
	before := v1alpha1.KashaClaimStatus{
		Endpoints: v1alpha1.EndpointsStatus{CDN: "d1.example.net", ALB: "alb.example", BackendALB: "in.example"},
		Database: v1alpha1.DatabaseStatus{
			Writer: "db.example:3306", Reader: "ro.example:3306", Proxy: "proxy.example:3306", SecretARN: "arn:old",
			LatestRestorableTime: "2026-01-02T03:04:05Z",
		},
		Queues: []v1alpha1.QueueStatus{{Name: "jobs", URL: "https://jobs", DeadLetterURL: "https://dead"}},
		Network: v1alpha1.NetworkStatus{
			VPCID: "vpc-1", DataSubnetIDs: []string{"subnet-1"}, NATGatewayIPs: []string{"1.2.3.4"},
		},
		Bucket: "bucket", AlarmTopicARN: "arn:topic",
	}
	change := func(c *v1alpha1.KashaClaim) {
		c.Status = before
		c.Spec.Queues = []v1alpha1.Queue{{Name: "jobs"}}
		c.Spec.Database.ReadReplicas, c.Spec.Database.Proxy.Enabled = ptr.To(int32(1)), true
		c.Spec.Network.NATGateways = v1alpha1.NATSingle
	}
	s, p := seen(nil, nil, change)
	quiet := Status(s, p, outcomeOf(p))
	for name, pair := range map[string][2]any{
		"alb":      {before.Endpoints.ALB, quiet.Endpoints.ALB},
		"writer":   {before.Database.Writer, quiet.Database.Writer},
		"reader":   {before.Database.Reader, quiet.Database.Reader},
		"proxy":    {before.Database.Proxy, quiet.Database.Proxy},
		"secret":   {before.Database.SecretARN, quiet.Database.SecretARN},
		"restore":  {before.Database.LatestRestorableTime, quiet.Database.LatestRestorableTime},
		"queues":   {before.Queues, quiet.Queues},
		"vpc":      {before.Network.VPCID, quiet.Network.VPCID},
		"subnets":  {before.Network.DataSubnetIDs, quiet.Network.DataSubnetIDs},
		"nat":      {before.Network.NATGatewayIPs, quiet.Network.NATGatewayIPs},
		"bucket":   {before.Bucket, quiet.Bucket},
		"topic":    {before.AlarmTopicARN, quiet.AlarmTopicARN},
		"secrets":  {[]string{"arn:old"}, quiet.Secrets},
		"frontend": {"https://d1.example.net", quiet.Services[0].URL},
		"backend":  {"http://in.example", quiet.Services[1].URL},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s must stay: -want, +got:\n%s", name, diff)
		}
	}
}

// outcomeOf is a pass without resources.
func outcomeOf(p *plan.Plan) Outcome {
	var o Outcome
	for _, w := range p.Workloads {
		o.Rollouts = append(o.Rollouts, w.Rollout)
	}
	return o
}

// TestStatusHasWhatAWSReports: what AWS reports now replaces what the status had.
func TestStatusHasWhatAWSReports(t *testing.T) {
	observed := map[stack.Key]stack.Observed{
		keys.Secret:          reports(map[string]any{"arn": "arn:new"}),
		keys.Primary:         reports(map[string]any{"endpoint": "db:3306", "address": "db"}),
		keys.Replica(0):      reports(map[string]any{"endpoint": "ro:3306"}),
		keys.Proxy:           reports(map[string]any{"endpoint": "proxy"}),
		keys.Queue("jobs"):   reports(map[string]any{"url": "https://jobs"}),
		keys.NATGateway("a"): reports(map[string]any{"publicIp": "5.6.7.8"}),
		keys.NATGateway("b"): reports(map[string]any{"publicIp": "5.6.7.9"}),
		keys.Service("backend"): reports(map[string]any{
			"desiredCount": 3.0,
		}),
	}
	s, p := seen(observed, nil, func(c *v1alpha1.KashaClaim) {
		c.Spec.Queues = []v1alpha1.Queue{{Name: "jobs"}}
		c.Spec.Database.ReadReplicas, c.Spec.Database.Proxy.Enabled = ptr.To(int32(1)), true
		c.Spec.Network.NATGateways = v1alpha1.NATPerZone
		c.Status.Network.NATGatewayIPs, c.Status.Database.SecretARN = []string{"1.2.3.4"}, "arn:old"
	})
	got := Status(s, p, outcomeOf(p))
	for name, pair := range map[string][2]any{
		"secret": {"arn:new", got.Database.SecretARN},
		"writer": {"db:3306", got.Database.Writer},
		"reader": {"ro:3306", got.Database.Reader},
		"proxy":  {"proxy:3306", got.Database.Proxy},
		"queue":  {[]v1alpha1.QueueStatus{{Name: "jobs", URL: "https://jobs"}}, got.Queues},
		"nat":    {[]string{"5.6.7.8", "5.6.7.9"}, got.Network.NATGatewayIPs},
		"tasks":  {ptr.To(int32(3)), got.Services[1].Tasks},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", name, diff)
		}
	}
}

// TestURL: the domain becomes the claim's URL as soon as its record works, and stays the
// URL when the record is being changed.
func TestURL(t *testing.T) {
	domain := func(before string) func(*v1alpha1.KashaClaim) {
		return func(c *v1alpha1.KashaClaim) {
			c.Spec.Edge.Domain = &v1alpha1.Domain{Name: "shop.example.com", HostedZoneID: "Z1"}
			c.Status.Endpoints = v1alpha1.EndpointsStatus{CDN: "d1.example.net", URL: before}
		}
	}
	_, p := seen(nil, nil, domain(""))
	record := p.Entrance.Record("a", p.Entrance.ViewerNames[0])
	const own, other = "https://shop.example.com", "https://d1.example.net"
	for name, tc := range map[string]struct {
		before string
		ready  []stack.Key
		want   string
	}{
		"New":   {"", nil, other},
		"Works": {other, []stack.Key{record}, own},
		"Stays": {own, nil, own},
	} {
		t.Run(name, func(t *testing.T) {
			s, p := seen(nil, tc.ready, domain(tc.before))
			if got := Status(s, p, outcomeOf(p)); got.Endpoints.URL != tc.want || got.Domain.HostedZoneID != "Z1" {
				t.Errorf("want %s in Z1, got %s in %s", tc.want, got.Endpoints.URL, got.Domain.HostedZoneID)
			}
		})
	}
}

// TestTier: the worst resource of a tier decides its condition.
func TestTier(t *testing.T) {
	vpc := schema.GroupVersionKind{Kind: "VPC"}
	part := func(key stack.Key, waits ...string) *stack.Resource {
		r := &stack.Resource{Key: key, Kind: vpc, Name: "shop-" + string(key), Waits: waits}
		if len(waits) == 0 {
			r.Object = map[string]any{}
		}
		return r
	}
	good, other, held := part("good"), part("other"), part("held", "arn of shop-good")
	works := map[stack.Key]Verdict{"good": {State: Working}}
	with := func(v Verdict) map[stack.Key]Verdict {
		out := maps.Clone(works)
		out["other"] = v
		return out
	}
	cases := map[string]struct {
		resources []*stack.Resource
		verdicts  map[stack.Key]Verdict
		want      Condition
	}{
		"Empty": {nil, nil, Condition{
			"NetworkReady", true, "Available", "The claim needs no resources in this tier.",
		}},
		"Works": {[]*stack.Resource{good}, works, Condition{
			"NetworkReady", true, "Available", "All 1 resources are ready.",
		}},
		"Fails": {
			[]*stack.Resource{good, other, held}, with(Verdict{Failing, "Odd: it is odd."}), Condition{
				"NetworkReady", false, "Failed", "Odd: it is odd: VPC shop-other. 1 of 3 resources are ready.",
			},
		},
		"Deleted": {
			[]*stack.Resource{good, other}, with(Verdict{Deleting, "is being deleted"}), Condition{
				"NetworkReady", false, "Deleting", "VPC shop-other is being deleted but the claim still needs it; " +
					"it will be recreated. 1 of 2 resources are ready.",
			},
		},
		"Creates": {
			[]*stack.Resource{good, other}, with(Verdict{Creating, "is being changed"}), Condition{
				"NetworkReady", false, "Creating", "Waiting for VPC shop-other (is being changed). " +
					"1 of 2 resources are ready.",
			},
		},
		"New": {[]*stack.Resource{good, other, held}, works, Condition{
			"NetworkReady", false, "Creating", "Waiting for VPC shop-other. 1 of 3 resources are ready.",
		}},
		"Held": {[]*stack.Resource{good, held}, works, Condition{
			"NetworkReady", false, "Waiting", "Waiting for arn of shop-good. 1 of 2 resources are ready.",
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tier("NetworkReady", tc.resources, tc.verdicts)); diff != "" {
				t.Errorf("-want, +got:\n%s", diff)
			}
		})
	}
}

// TestHarms: a change that users notice is announced with what it does. A change that they
// do not notice, and a field that AWS only completes, is not.
func TestHarms(t *testing.T) {
	object := func(version, kind string, params map[string]any) stacktest.Object {
		return stacktest.Object{
			"apiVersion": version, "kind": kind, "spec": map[string]any{"forProvider": params},
		}
	}
	instance := func(params map[string]any) stacktest.Object {
		return object("rds.aws.m.upbound.io/v1beta1", "Instance", params)
	}
	queue := func(seconds any) stacktest.Object {
		return object("sqs.aws.m.upbound.io/v1beta1", "Queue", map[string]any{"messageRetentionSeconds": seconds})
	}
	password := func(secret string) stacktest.Object {
		return instance(map[string]any{"passwordSecretRef": map[string]any{"name": secret}})
	}
	cases := map[string]struct {
		was, is stacktest.Object
		want    []string
	}{
		"Class": {
			instance(map[string]any{"instanceClass": "db.t4g.small"}),
			instance(map[string]any{"instanceClass": "db.t4g.large"}),
			[]string{"changing instanceClass of shop-x from db.t4g.small to db.t4g.large restarts the instance"},
		},
		"Same": {
			instance(map[string]any{"instanceClass": "db.t4g.small"}),
			instance(map[string]any{"instanceClass": "db.t4g.small"}), nil,
		},
		"Completed": {instance(map[string]any{"instanceClass": "db.t4g.small"}), instance(nil), nil},
		"Shorter": {queue(345600.0), queue(86400.0), []string{
			"changing messageRetentionSeconds of shop-x from 345600 to 86400 deletes the messages in the queue",
		}},
		"Longer":   {queue(86400.0), queue(345600.0), nil},
		"SameTime": {queue(86400.0), queue(86400.0), nil},
		"NoTime":   {queue(86400.0), queue(nil), nil},
		"Password": {
			password("one"), password("two"),
			[]string{"changing the password of shop-x to the one in Secret two"},
		},
		"SamePass":  {password("one"), password("one"), nil},
		"FirstPass": {instance(nil), password("one"), nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := harms(&stack.Resource{Key: "x", Name: "shop-x", Object: tc.is}, tc.was)
			if len(got) != len(tc.want) {
				t.Fatalf("want %q, got %q", tc.want, got)
			}
			for i, want := range tc.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("want %q, got %q", want, got[i])
				}
			}
		})
	}
}

// TestFewerTasks: scaling stops tasks at once when the new maximum is below what runs.
func TestFewerTasks(t *testing.T) {
	for name, tc := range map[string]struct {
		was  float64
		runs any
		most int32
		want string
	}{
		"Fewer":    {6, 5.0, 2, "changing spec.backend.scaling.max from 6 to 2 stops 3 of the 5 tasks that run"},
		"Room":     {6, 2.0, 2, ""},
		"More":     {2, 5.0, 6, ""},
		"TooMany":  {2, 5.0, 2, ""},
		"NotKnown": {6, nil, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, p := seen(map[stack.Key]stack.Observed{
				keys.Scaling("backend"): stacktest.Object{"spec": map[string]any{
					"forProvider": map[string]any{"maxCapacity": tc.was},
				}},
				keys.Service("backend"): reports(map[string]any{"desiredCount": tc.runs}),
			}, nil, func(c *v1alpha1.KashaClaim) { c.Spec.Backend.Scaling.Max = tc.most })
			w, _ := p.Workload("backend")
			got := strings.Join(stopped(s, w), "\n")
			if tc.want == "" && got != "" || !strings.HasPrefix(got, tc.want) {
				t.Errorf("want %q, got %q", tc.want, got)
			}
		})
	}
}

// TestOlderLogs: a shorter retention deletes log lines.
func TestOlderLogs(t *testing.T) {
	for days, warns := range map[int32]bool{7: true, 30: false, 90: false} {
		s, _ := seen(map[stack.Key]stack.Observed{
			"loggroup-backend": stacktest.Object{"spec": map[string]any{
				"forProvider": map[string]any{"retentionInDays": 30.0},
			}},
			"loggroup-waf": stacktest.Object{},
		}, nil, func(c *v1alpha1.KashaClaim) { c.Spec.Logs.RetentionDays = days })
		got := olderLogs(s)
		if (len(got) == 1) != warns {
			t.Errorf("%d days: got %q", days, got)
		}
		if warns && got[0] != "changing logs.retentionDays from 30 to 7 deletes all log lines that are older" {
			t.Errorf("got %q", got[0])
		}
	}
}

// TestLastChange: the warnings of one generation stay together, and those of the one before
// go. A render without a cluster has none.
func TestLastChange(t *testing.T) {
	before := v1alpha1.LastChangeStatus{Generation: 3, Warnings: []string{"b", "c"}}
	for name, tc := range map[string]struct {
		generation int64
		warnings   []string
		want       v1alpha1.LastChangeStatus
	}{
		"Same":  {3, []string{"c", "a"}, v1alpha1.LastChangeStatus{Generation: 3, Warnings: []string{"a", "b", "c"}}},
		"Quiet": {3, nil, before},
		"Next":  {4, []string{"a"}, v1alpha1.LastChangeStatus{Generation: 4, Warnings: []string{"a"}}},
		"Calm":  {4, nil, v1alpha1.LastChangeStatus{}},
		"None":  {0, []string{"a"}, v1alpha1.LastChangeStatus{}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := seen(nil, nil, func(c *v1alpha1.KashaClaim) {
				c.Generation, c.Status.LastChange = tc.generation, before
			})
			if diff := cmp.Diff(tc.want, LastChange(s, tc.warnings)); diff != "" {
				t.Errorf("-want, +got:\n%s", diff)
			}
		})
	}
	var many []string
	for i := range 80 {
		many = append(many, strings.Repeat("x", i+1))
	}
	s, _ := seen(nil, nil, func(c *v1alpha1.KashaClaim) { c.Generation = 1 })
	if got := LastChange(s, many); len(got.Warnings) != 50 {
		t.Errorf("the status has at most 50 warnings, got %d", len(got.Warnings))
	}
}

// TestCounts: the numbers that kubectl get shows.
func TestCounts(t *testing.T) {
	rs := []*stack.Resource{{Key: "a"}, {Key: "b"}, {Key: "c"}}
	verdicts := map[stack.Key]Verdict{"a": {State: Working}, "b": {State: Failing}, "z": {State: Working}}
	if got, want := count(rs, verdicts), (v1alpha1.ResourcesStatus{Desired: 3, Ready: 1}); got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
	conditions := []Condition{
		{Type: v1alpha1.ConditionNetwork, True: true}, {Type: v1alpha1.ConditionDatabase},
		{Type: v1alpha1.ConditionRollout, True: true},
	}
	if got := health(conditions); got != "1/2 tiers" {
		t.Errorf("a rollout is no tier: got %q", got)
	}
}
