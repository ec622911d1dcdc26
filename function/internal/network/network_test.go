package network

import (
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// claim returns a small claim with the changes applied.
func claim(change ...func(*v1alpha1.KashaClaimSpec)) *v1alpha1.KashaClaim {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team-shop"
	c.Spec = v1alpha1.KashaClaimSpec{
		Region:             "us-east-1",
		AvailabilityZones:  []string{"us-east-1a", "us-east-1b"},
		Environment:        v1alpha1.Production,
		DeletionProtection: ptr.To(true),
		ProviderConfigRef:  v1alpha1.ProviderConfigReference{Kind: "ClusterProviderConfig", Name: "default"},
		Network: v1alpha1.Network{
			CIDR:        "10.0.0.0/16",
			NATGateways: v1alpha1.NATPerZone,
			FlowLogs:    v1alpha1.FlowLogs{MaxAggregationSeconds: 60},
		},
		Frontend: v1alpha1.Frontend{Port: 3000},
		Backend:  v1alpha1.Backend{Port: 8080},
	}
	for _, f := range change {
		f(&c.Spec)
	}
	return c
}

// cluster returns observed resources that are ready, each with an ID made of its key.
func cluster(keys ...stack.Key) map[stack.Key]stack.Observed {
	out := map[stack.Key]stack.Observed{}
	for _, k := range keys {
		out[k] = stacktest.Object{"status": map[string]any{"atProvider": map[string]any{"id": "id-of-" + string(k)}}}
	}
	return out
}

// compose returns the tier's resources by key. Observed resources are ready.
func compose(t *testing.T, c *v1alpha1.KashaClaim, o map[stack.Key]stack.Observed) map[stack.Key]*stack.Resource {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := ec2.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	s := stack.New(stack.Input{
		Claim:    c,
		Observed: o,
		Ready:    func(k stack.Key) bool { return o[k] != nil },
		Scheme:   scheme,
	})
	s.Tier(0, v1alpha1.ConditionNetwork)
	Compose(s, plan.New(s))
	rs, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	out := map[stack.Key]*stack.Resource{}
	for _, r := range rs {
		out[r.Key] = r
	}
	return out
}

// forProvider returns a resource's spec.forProvider. It is empty while the resource is
// held back.
func forProvider(r *stack.Resource) map[string]any {
	if r == nil || r.Object == nil {
		return nil
	}
	spec, _ := r.Object["spec"].(map[string]any)
	fp, _ := spec["forProvider"].(map[string]any)
	return fp
}

// TestPrivateDNSNeverChanges: the provider wants to replace an endpoint whose private DNS
// changes, so an endpoint has the same value in every pass. Without its name, clients would
// not find a living endpoint.
func TestPrivateDNSNeverChanges(t *testing.T) {
	c := claim(func(s *v1alpha1.KashaClaimSpec) {
		s.Network.Endpoints.Interface = []v1alpha1.InterfaceEndpoint{"sqs"}
	})
	worlds := map[string][]stack.Key{
		"Nothing":   nil,
		"Endpoint":  {"endpoint-sqs"},
		"Addresses": {"endpoint-sqs", "endpoint-sqs-backend-a", "endpoint-sqs-backend-b"},
		"All":       {"endpoint-sqs", "endpoint-sqs-backend-a", "endpoint-sqs-backend-b", "endpoint-sqs-sg"},
	}
	for name, there := range worlds {
		t.Run(name, func(t *testing.T) {
			got := forProvider(compose(t, c, cluster(there...))["endpoint-sqs"])["privateDnsEnabled"]
			if got != true {
				t.Errorf("private DNS is %v while there are %v", got, there)
			}
		})
	}
	if !slices.Contains(kinds.AWS[ec2.VPCEndpoint_GroupVersionKind].Immutable, "privateDnsEnabled") {
		t.Error("a change of private DNS is not known to be refused")
	}
}
