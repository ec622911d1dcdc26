package network

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func TestWhoMayReachWhom(t *testing.T) {
	cases := map[string]struct {
		reason string
		change func(*v1alpha1.KashaClaimSpec)
		want   []string
	}{
		"Default": {
			reason: "A request goes inwards one step at a time, and only tasks may call AWS.",
			change: func(*v1alpha1.KashaClaimSpec) {},
			want: []string{
				"alb <- pl-3b927c52 :80",
				"alb -> sg-frontend :3000",
				"frontend <- sg-alb :3000",
				"frontend -> sg-backend-alb :80",
				"frontend -> 0.0.0.0/0 :443",
				"backend-alb <- sg-frontend :80",
				"backend-alb -> sg-backend :8080",
				"backend <- sg-backend-alb :8080",
				"backend -> sg-db :3306",
				"backend -> 0.0.0.0/0 :443",
				"db <- sg-backend :3306",
			},
		},
		"OwnPrefixListAndPorts": {
			reason: "The claim's prefix list comes before the one that is known for the region.",
			change: func(s *v1alpha1.KashaClaimSpec) {
				s.Edge.OriginPrefixListID = "pl-0123abcd"
				s.Frontend.Port, s.Backend.Port = 80, 80
			},
			want: []string{
				"alb <- pl-0123abcd :80",
				"alb -> sg-frontend :80",
				"frontend <- sg-alb :80",
				"frontend -> sg-backend-alb :80",
				"frontend -> 0.0.0.0/0 :443",
				"backend-alb <- sg-frontend :80",
				"backend-alb -> sg-backend :80",
				"backend <- sg-backend-alb :80",
				"backend -> sg-db :3306",
				"backend -> 0.0.0.0/0 :443",
				"db <- sg-backend :3306",
			},
		},
		"InterfaceEndpoints": {
			reason: "Both services may use the endpoints, because the DNS names resolve to them in the whole VPC.",
			change: func(s *v1alpha1.KashaClaimSpec) {
				s.Network.Endpoints.Interface = []v1alpha1.InterfaceEndpoint{"ecr.api", "sqs"}
			},
			want: []string{
				"alb <- pl-3b927c52 :80",
				"alb -> sg-frontend :3000",
				"frontend <- sg-alb :3000",
				"frontend -> sg-backend-alb :80",
				"frontend -> 0.0.0.0/0 :443",
				"frontend -> sg-endpoints :443",
				"backend-alb <- sg-frontend :80",
				"backend-alb -> sg-backend :8080",
				"backend <- sg-backend-alb :8080",
				"backend -> sg-db :3306",
				"backend -> 0.0.0.0/0 :443",
				"backend -> sg-endpoints :443",
				"db <- sg-backend :3306",
				"endpoints <- sg-frontend :443",
				"endpoints <- sg-backend :443",
			},
		},
		"UnknownRegion": {
			reason: "Without a prefix list, the public load balancer admits no address rather than every address.",
			change: func(s *v1alpha1.KashaClaimSpec) { s.Region = "xx-nowhere-1" },
			want: []string{
				"alb -> sg-frontend :3000",
				"frontend <- sg-alb :3000",
				"frontend -> sg-backend-alb :80",
				"frontend -> 0.0.0.0/0 :443",
				"backend-alb <- sg-frontend :80",
				"backend-alb -> sg-backend :8080",
				"backend <- sg-backend-alb :8080",
				"backend -> sg-db :3306",
				"backend -> 0.0.0.0/0 :443",
				"db <- sg-backend :3306",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := rules(compose(t, claim(tc.change), nil))
			slices.Sort(tc.want)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestNobodyComesInFromAnywhere(t *testing.T) {
	for _, r := range rules(compose(t, claim(withEverything), nil)) {
		if strings.Contains(r, "<- "+anywhere) {
			t.Error(r)
		}
	}
}

func TestRuleKeysFollowWhatCanChange(t *testing.T) {
	before := compose(t, claim(), nil)
	after := compose(t, claim(func(s *v1alpha1.KashaClaimSpec) {
		s.Frontend.Port = 3001
		s.Edge.OriginPrefixListID = "pl-0123abcd"
	}), nil)
	for key, r := range after {
		if old := before[key]; r.Kind.Kind == "SecurityGroupRule" && old != nil {
			if diff := cmp.Diff(old.Object, r.Object); diff != "" {
				t.Errorf("%s changed under one key, which AWS refuses:\n%s", key, diff)
			}
		}
	}
}

func TestDescriptionsAreWhatAWSTakes(t *testing.T) {
	valid := regexp.MustCompile(`^[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}$`)
	for key, r := range compose(t, claim(withEverything), nil) {
		if d, ok := forProvider(r)["description"].(string); ok && !valid.MatchString(d) {
			t.Errorf("%s: %q", key, d)
		}
	}
}

func withEverything(s *v1alpha1.KashaClaimSpec) {
	s.Network.Endpoints.Interface = []v1alpha1.InterfaceEndpoint{
		"ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs", "kms",
	}
	for _, tier := range tiers {
		s.Network.DenyRules = append(s.Network.DenyRules, v1alpha1.DenyRule{
			Subnets: tier, Direction: v1alpha1.Ingress, Number: 1, CIDR: "203.0.113.0/24", Protocol: "all",
		})
	}
}

// rules returns the security group rules as group, direction, peer and port.
func rules(resources map[stack.Key]*stack.Resource) []string {
	var out []string
	for _, r := range resources {
		fp := forProvider(r)
		if r.Kind.Kind != "SecurityGroupRule" || fp == nil {
			continue
		}
		arrow := map[any]string{"ingress": "<-", "egress": "->"}[fp["type"]]
		port := fmt.Sprint(fp["fromPort"])
		if fp["toPort"] != fp["fromPort"] {
			port += "-" + fmt.Sprint(fp["toPort"])
		}
		group := strings.TrimPrefix(refName(fp["securityGroupIdRef"]), "sg-")
		for _, side := range sides(fp) {
			out = append(out, fmt.Sprintf("%s %s %s :%s", group, arrow, side, port))
		}
	}
	slices.Sort(out)
	return out
}

func sides(fp map[string]any) []string {
	var out []string
	for _, field := range []string{"cidrBlocks", "prefixListIds"} {
		values, _ := fp[field].([]any)
		for _, v := range values {
			out = append(out, fmt.Sprint(v))
		}
	}
	if ref, ok := fp["sourceSecurityGroupIdRef"]; ok {
		out = append(out, refName(ref))
	}
	return out
}

func refName(ref any) string {
	m, _ := ref.(map[string]any)
	name, _ := m["name"].(string)
	return strings.TrimPrefix(name, "shop-")
}
