package plan

import (
	"math"
	"slices"
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

func planOf(change ...func(*v1alpha1.KashaClaimSpec)) *Plan {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team"
	c.Spec.Region, c.Spec.AvailabilityZones = "us-east-1", []string{"us-east-1a", "us-east-1b"}
	c.Spec.Network.CIDR = "10.0.0.0/16"
	for _, f := range change {
		f(&c.Spec)
	}
	return New(stack.New(stack.Input{Claim: c}))
}

// TestAnyClaimHasAPlan: validation reads the plan, so every claim must have one, also an
// invalid one.
func TestAnyClaimHasAPlan(t *testing.T) {
	for _, c := range []*v1alpha1.KashaClaim{
		{},
		{Spec: v1alpha1.KashaClaimSpec{AvailabilityZones: []string{""}}},
		{Spec: v1alpha1.KashaClaimSpec{Edge: v1alpha1.Edge{Domain: &v1alpha1.Domain{}}}},
		{Spec: v1alpha1.KashaClaimSpec{Network: v1alpha1.Network{NATGateways: v1alpha1.NATSingle}}},
		{Spec: v1alpha1.KashaClaimSpec{Database: v1alpha1.Database{ReadReplicas: ptr.To(int32(-1))}}},
		{Spec: v1alpha1.KashaClaimSpec{Database: v1alpha1.Database{ReadReplicas: ptr.To(int32(math.MaxInt32))}}},
	} {
		p := New(stack.New(stack.Input{Claim: c}))
		p.Network.Reach()
		p.Network.NATZones()
		for _, b := range p.Bindings {
			b.Alarms()
		}
	}
}

func TestNATZones(t *testing.T) {
	cases := map[string]struct {
		reason string
		nat    v1alpha1.NATGateways
		want   []string
	}{
		"PerZone": {"Each zone uses its own gateway.", v1alpha1.NATPerZone, []string{"a", "b"}},
		"Single":  {"All zones use the first zone's gateway.", v1alpha1.NATSingle, []string{"a", "a"}},
		"None":    {"No zone has a gateway.", v1alpha1.NATNone, []string{"", ""}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			n := planOf(func(s *v1alpha1.KashaClaimSpec) { s.Network.NATGateways = tc.nat }).Network
			var got []string
			for _, az := range n.Zones {
				of, _ := n.NATZone(az)
				got = append(got, of.Letter)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%s want %v, got %v", tc.reason, tc.want, got)
			}
		})
	}
}

// TestReach: a task that starts before its zone has a route out, or before an endpoint has
// its addresses, cannot pull its image.
func TestReach(t *testing.T) {
	endpoint := func(s *v1alpha1.KashaClaimSpec) {
		s.Network.Endpoints.Interface = []v1alpha1.InterfaceEndpoint{"ecr.api"}
	}
	cases := map[string]struct {
		reason string
		change func(*v1alpha1.KashaClaimSpec)
		want   []stack.Key
	}{
		"NAT": {"The routes to the NAT gateways and to S3.", func(*v1alpha1.KashaClaimSpec) {},
			[]stack.Key{
				"endpoint-s3",
				"endpoint-s3-private-a",
				"endpoint-s3-private-b",
				"route-private-a",
				"route-private-b",
			}},
		"NoNAT": {"Without NAT gateways there are no routes to them.",
			func(s *v1alpha1.KashaClaimSpec) { s.Network.NATGateways = v1alpha1.NATNone },
			[]stack.Key{"endpoint-s3", "endpoint-s3-private-a", "endpoint-s3-private-b"}},
		"Endpoints": {"An endpoint with its security group and an address in each zone.",
			func(s *v1alpha1.KashaClaimSpec) { s.Network.NATGateways = v1alpha1.NATNone; endpoint(s) },
			[]stack.Key{
				"endpoint-ecr-api",
				"endpoint-ecr-api-backend-a",
				"endpoint-ecr-api-backend-b",
				"endpoint-ecr-api-sg",
				"endpoint-s3",
				"endpoint-s3-private-a",
				"endpoint-s3-private-b",
			}},
		"Existing": {"Kasha does not manage the routes of an existing network.",
			func(s *v1alpha1.KashaClaimSpec) { s.Network.Existing = &v1alpha1.ExistingNetwork{} }, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := slices.Sorted(slices.Values(planOf(tc.change).Network.Reach())); !slices.Equal(got, tc.want) {
				t.Errorf("%s want %v, got %v", tc.reason, tc.want, got)
			}
		})
	}
}

// TestVariables: the names of an application's environment variables are API. A workload
// gets the variables of its bindings, and none of a binding that it does not use. A new
// binding adds variables here, and changes none.
func TestVariables(t *testing.T) {
	names := func(p *Plan, workload string) []string {
		w, ok := p.Workload(workload)
		if !ok {
			t.Fatalf("there is no workload %s", workload)
		}
		var out []string
		for _, v := range w.Variables("us-east-1") {
			out = append(out, v.Name)
		}
		return slices.Sorted(slices.Values(out))
	}
	queues := func(s *v1alpha1.KashaClaimSpec) { s.Queues = []v1alpha1.Queue{{Name: "image-jobs"}} }
	managed := func(s *v1alpha1.KashaClaimSpec) { s.Database.ManageMasterUserPassword = true }
	cases := map[string]struct {
		reason, workload string
		change           func(*v1alpha1.KashaClaimSpec)
		want, not        []string
	}{
		"Frontend": {
			"It calls the backend and has no data.", "frontend", queues,
			[]string{"AWS_REGION", "BACKEND_URL"},
			[]string{"BUCKET", "DB_HOST", "DB_NAME", "DB_PORT", "DB_SECRET_ARN", "DB_SECRET_REVISION",
				"QUEUE_URL_IMAGE_JOBS"},
		},
		"Backend": {
			"It uses the database, the bucket and the queues.", "backend", queues,
			[]string{"AWS_REGION", "BUCKET", "DB_SECRET_ARN", "DB_SECRET_REVISION", "QUEUE_URL_IMAGE_JOBS"},
			[]string{"BACKEND_URL", "DB_HOST", "DB_NAME", "DB_PORT"},
		},
		"Managed": {
			"The secret that RDS keeps has only a name and a password.", "backend", managed,
			[]string{"AWS_REGION", "BUCKET", "DB_HOST", "DB_NAME", "DB_PORT", "DB_SECRET_ARN"},
			[]string{"BACKEND_URL", "DB_SECRET_REVISION", "QUEUE_URL_IMAGE_JOBS"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := names(planOf(tc.change), tc.workload)
			for _, v := range tc.want {
				if !slices.Contains(got, v) {
					t.Errorf("%s want the variable %s, got %v", tc.reason, v, got)
				}
			}
			for _, v := range tc.not {
				if slices.Contains(got, v) {
					t.Errorf("%s want no variable %s, got %v", tc.reason, v, got)
				}
			}
			if len(slices.Compact(slices.Clone(got))) != len(got) {
				t.Errorf("%s want each variable once, got %v", tc.reason, got)
			}
		})
	}
}

func TestNoWorkloadOfAnotherName(t *testing.T) {
	if w, ok := planOf().Workload("worker"); ok {
		t.Errorf("a name that the claim does not declare has no workload, got %s", w.Name)
	}
}

func TestReplicas(t *testing.T) {
	p := planOf(func(s *v1alpha1.KashaClaimSpec) { s.Database.ReadReplicas = ptr.To(int32(2)) })
	want := []stack.Key{"db-primary", "db-replica-1", "db-replica-2"}
	if got := p.Database.Instances(); !slices.Equal(got, want) {
		t.Errorf("the primary comes first: want %v, got %v", want, got)
	}
}

// observedPlan is a plan of a claim in us-east-1 with observed resources.
func observedPlan(observed map[stack.Key]stack.Observed) *Plan {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team"
	c.Spec.Region, c.Spec.AvailabilityZones = "us-east-1", []string{"us-east-1a", "us-east-1b"}
	c.Spec.Network.CIDR = "10.0.0.0/16"
	return New(stack.New(stack.Input{Claim: c, Observed: observed}))
}

// TestAdmitsPrefixList: a claim that lives keeps the prefix list that its rule already names.
func TestAdmitsPrefixList(t *testing.T) {
	p := observedPlan(map[stack.Key]stack.Observed{
		keys.PrefixListRule(keys.GroupRule(keys.PublicGroup, keys.Ingress, keys.CloudFront, HTTPPort),
			"pl-1"): stacktest.Object{},
	})
	if !p.AdmitsPrefixList("pl-1") || p.AdmitsPrefixList("pl-2") {
		t.Error("the list of the rule must be admitted, and no other")
	}
}

// TestRunningVersion: AWS reports the version that runs beside the one that was asked for.
func TestRunningVersion(t *testing.T) {
	cases := map[string]struct {
		reason string
		status map[string]any
		want   string
	}{
		"Actual": {
			"What runs counts.", map[string]any{"engineVersion": "8.4", "engineVersionActual": "8.4.6"}, "8.4.6",
		},
		"Asked": {"It is what AWS reports.", map[string]any{"engineVersion": "8.4.3"}, "8.4.3"},
		"None":  {"AWS reports nothing yet.", nil, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := observedPlan(map[stack.Key]stack.Observed{
				keys.Primary: stacktest.Object{"status": map[string]any{"atProvider": tc.status}},
			})
			if got, known := p.RunningVersion(keys.Primary); got != tc.want || known != (tc.want != "") {
				t.Errorf("%s got %q, %v", tc.reason, got, known)
			}
		})
	}
}
