package edge

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// TestRulesJSON checks the field names of AWS's API: the provider silently drops an
// unknown field, which leaves the site unprotected.
func TestRulesJSON(t *testing.T) {
	visibility := func(name string) string {
		return `{"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "` + name + `"}`
	}
	set := func(name, priority string) string {
		return `{"Name": "` + name + `", "Priority": ` + priority + `,
			"Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "` + name + `"}},
			"OverrideAction": {"None": {}}, "VisibilityConfig": ` + visibility(name) + `}`
	}
	want := `[` + set("AWSManagedRulesCommonRuleSet", "10") + `,` +
		set("AWSManagedRulesKnownBadInputsRuleSet", "20") + `,
		{"Name": "RateLimitRule", "Priority": 30,
			"Statement": {"RateBasedStatement": {"Limit": 2000, "EvaluationWindowSec": 300, "AggregateKeyType": "IP"}},
			"Action": {"Block": {}}, "VisibilityConfig": ` + visibility("RateLimitRule") + `}]`

	got := rulesJSON(firewall(t, v1alpha1.WAF{RateLimit: 2000, LargeBodies: v1alpha1.WAFBlock}))
	if diff := cmp.Diff(decode(t, want), decode(t, got)); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestExemptPaths checks the statement in the names of AWS's API, and that the longest one
// fits into the 512 characters of an expression.
func TestExemptPaths(t *testing.T) {
	const want = `{"NotStatement": {"Statement": {"RegexMatchStatement": {
		"RegexString": "^(/a\\.b|/hooks/)[^;\\\\]*$", "FieldToMatch": {"UriPath": {}},
		"TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}, {"Priority": 1, "Type": "NORMALIZE_PATH"}]}}}}`
	got, err := json.Marshal(except([]string{"/hooks/", "/a.b"}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decode(t, "["+want+"]"), decode(t, "["+string(got)+"]")); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	longest := slices.Repeat([]string{"/" + strings.Repeat(".", 29)}, 8)
	if n := len(except(longest).NotStatement.Statement.RegexMatchStatement.RegexString); n > 512 {
		t.Errorf("the expression has %d characters, and AWS takes 512", n)
	}
	if except(nil) != nil {
		t.Error("without paths the rule set looks at all requests")
	}
}

func TestFirewallSettings(t *testing.T) {
	cases := map[string]struct {
		reason string
		waf    v1alpha1.WAF
		want   []string
	}{
		"Count": {
			reason: "In count mode AWS's rule sets and the rate limit block nothing.",
			waf:    v1alpha1.WAF{RateLimit: 10, Mode: v1alpha1.WAFCount, LargeBodies: v1alpha1.WAFBlock},
			want: []string{
				"AWSManagedRulesCommonRuleSet Count", "AWSManagedRulesKnownBadInputsRuleSet Count",
				"RateLimitRule Count",
			},
		},
		"Overrides": {
			reason: "An override is in the rule set that it names, and only there.",
			waf: v1alpha1.WAF{RateLimit: 10, Overrides: []v1alpha1.WAFOverride{
				{RuleSet: v1alpha1.WAFCommon, Rule: "SizeRestrictions_BODY", Action: "Count"},
				{RuleSet: v1alpha1.WAFKnownBadInputs, Rule: "PROPFIND_METHOD", Action: "Allow"},
			}},
			want: []string{
				"AWSManagedRulesCommonRuleSet None SizeRestrictions_BODY=Count",
				"AWSManagedRulesKnownBadInputsRuleSet None PROPFIND_METHOD=Allow", "RateLimitRule Block",
			},
		},
		"Addresses": {
			reason: "Address rules come first, denied before allowed, and they block in count mode too.",
			waf: v1alpha1.WAF{
				RateLimit: 10, Mode: v1alpha1.WAFCount, LargeBodies: v1alpha1.WAFBlock,
				AllowCIDRs: []string{"192.0.2.0/24"},
				DenyCIDRs:  []string{"2001:db8::/32", "198.51.100.0/24"},
			},
			want: []string{
				"deny-ipv4 Block", "deny-ipv6 Block", "allow-ipv4 Allow",
				"AWSManagedRulesCommonRuleSet Count", "AWSManagedRulesKnownBadInputsRuleSet Count",
				"RateLimitRule Count",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, summary(t, rulesJSON(firewall(t, tc.waf)))); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestOnlyTheCommonRulesAreExempt: known bad inputs are refused on every path.
func TestOnlyTheCommonRulesAreExempt(t *testing.T) {
	var rules []struct {
		Name      string
		Statement struct {
			ManagedRuleGroupStatement *struct{ ScopeDownStatement any }
		}
	}
	s := firewall(t, v1alpha1.WAF{RateLimit: 10, ExemptPaths: []string{"/hooks/"}})
	if err := json.Unmarshal([]byte(rulesJSON(s)), &rules); err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		group := r.Statement.ManagedRuleGroupStatement
		exempt := group != nil && group.ScopeDownStatement != nil
		if want := r.Name == "AWSManagedRulesCommonRuleSet"; exempt != want {
			t.Errorf("the rule %s is exempt on the path: %v, want %v", r.Name, exempt, want)
		}
	}
}

// summary returns one line for each rule.
func summary(t *testing.T, text string) []string {
	t.Helper()
	var rules []rule
	if err := json.Unmarshal([]byte(text), &rules); err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, r := range rules {
		if i > 0 && r.Priority <= rules[i-1].Priority {
			t.Errorf("%s has the priority %d, which is not after the one before", r.Name, r.Priority)
		}
		line := r.Name
		for _, a := range []action{r.OverrideAction, r.Action} {
			for name := range a {
				line += " " + name
			}
		}
		if g := r.Statement.ManagedRuleGroupStatement; g != nil {
			for _, o := range g.RuleActionOverrides {
				for name := range o.ActionToUse {
					line += " " + o.Name + "=" + name
				}
			}
		}
		out = append(out, line)
	}
	return out
}

func firewall(t *testing.T, waf v1alpha1.WAF) *stack.Stack {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.SetName("shop")
	c.Spec.Network.CIDR = "10.0.0.0/16"
	c.Spec.Edge.WAF = waf
	s := stack.New(stack.Input{Claim: c, Scheme: runtime.NewScheme()})
	return s
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
