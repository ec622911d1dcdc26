package network

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

var (
	subnetKeys = []stack.Key{
		"subnet-public-a", "subnet-public-b", "subnet-frontend-a", "subnet-frontend-b",
		"subnet-backend-a", "subnet-backend-b", "subnet-data-a", "subnet-data-b",
	}
	atDefault = []any{
		"id-of-subnet-public-a", "id-of-subnet-public-b", "id-of-subnet-frontend-a", "id-of-subnet-frontend-b",
		"id-of-subnet-backend-a", "id-of-subnet-backend-b", "id-of-subnet-data-a", "id-of-subnet-data-b",
	}
	ofBackend = []any{"id-of-subnet-backend-a", "id-of-subnet-backend-b"}
)

func denyBackend(s *v1alpha1.KashaClaimSpec) {
	s.Network.DenyRules = []v1alpha1.DenyRule{{
		Subnets: v1alpha1.SubnetBackend, Direction: v1alpha1.Ingress, Number: 10,
		CIDR: "203.0.113.0/24", Protocol: "tcp", FromPort: ptr.To[int32](22), ToPort: ptr.To[int32](22),
	}}
}

// naclRules are the keys of the rules that a claim asks for.
func naclRules(resources map[stack.Key]*stack.Resource) []stack.Key {
	var out []stack.Key
	for k := range resources {
		if strings.HasPrefix(string(k), "naclrule-") {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func TestSubnetsMoveWhenTheirRulesAreThere(t *testing.T) {
	c := claim(denyBackend)
	wanted := naclRules(compose(t, c, nil))
	withoutBackend := slices.DeleteFunc(slices.Clone(atDefault), func(v any) bool {
		return slices.Contains(ofBackend, v)
	})

	attached := cluster(append(subnetKeys, "nacl-default")...)
	attached["nacl-backend"] = stacktest.Object{"spec": map[string]any{
		"forProvider": map[string]any{"subnetIds": ofBackend},
	}}

	cases := map[string]struct {
		reason      string
		observed    map[stack.Key]stack.Observed
		own, others any
	}{
		"NoRulesYet": {
			reason:   "An ACL without rules denies everything, so no subnet is in it.",
			observed: cluster(append(subnetKeys, "nacl-default", "nacl-backend")...),
			own:      nil, others: atDefault,
		},
		"OneRuleMissing": {
			reason:   "A subnet moves only once every rule exists.",
			observed: cluster(append(append(subnetKeys, "nacl-default", "nacl-backend"), wanted[1:]...)...),
			own:      nil, others: atDefault,
		},
		"AllRules": {
			reason:   "Both ACLs change their subnets in the same pass.",
			observed: cluster(append(append(subnetKeys, "nacl-default", "nacl-backend"), wanted...)...),
			own:      ofBackend, others: withoutBackend,
		},
		"RulesFlap": {
			reason:   "A subnet that has moved stays, even while the rules are not observed.",
			observed: attached,
			own:      ofBackend, others: withoutBackend,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := compose(t, c, tc.observed)
			if diff := cmp.Diff(tc.own, forProvider(got["nacl-backend"])["subnetIds"]); diff != "" {
				t.Errorf("\n%s\nnacl-backend: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.others, forProvider(got["nacl-default"])["subnetIds"]); diff != "" {
				t.Errorf("\n%s\nnacl-default: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRuleWaitsForTheOneBeforeIt(t *testing.T) {
	before := naclRules(compose(t, claim(denyBackend), nil))
	changed := claim(denyBackend, func(s *v1alpha1.KashaClaimSpec) { s.Network.DenyRules[0].CIDR = "198.51.100.0/24" })

	var waiting []stack.Key
	for key, r := range compose(t, changed, cluster(before...)) {
		if r.Kind.Kind == "NetworkACLRule" && r.Object == nil {
			waiting = append(waiting, key)
		}
	}
	if len(waiting) != 1 || slices.Contains(before, waiting[0]) ||
		!strings.HasPrefix(string(waiting[0]), "naclrule-backend-in-10-") {
		t.Errorf("got %v waiting, want the changed rule alone, under a new key", waiting)
	}
	for _, key := range naclRules(compose(t, changed, nil)) {
		if compose(t, changed, nil)[key].Object == nil {
			t.Errorf("%s waits though no rule is in its place", key)
		}
	}
}

func TestNetworkACLRuleNumbersProtocols(t *testing.T) {
	got := compose(t, claim(denyBackend), nil)
	for _, key := range naclRules(got) {
		fp := forProvider(got[key])
		want := map[string]any{
			"region": "us-east-1", "networkAclIdRef": map[string]any{"name": "shop-nacl-backend"},
			"egress": strings.Contains(string(key), "-out-"), "ruleNumber": 100.0, "ruleAction": "allow",
			"protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0.0, "toPort": 0.0,
		}
		if strings.Contains(string(key), "-10-") {
			want["ruleNumber"], want["ruleAction"] = 10.0, "deny"
			want["protocol"], want["cidrBlock"], want["fromPort"], want["toPort"] = "6", "203.0.113.0/24", 22.0, 22.0
		}
		if diff := cmp.Diff(want, fp); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", key, diff)
		}
	}
}
