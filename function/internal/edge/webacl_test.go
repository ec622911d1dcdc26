package edge

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRulesJSON guards the names that AWS's API has: what it does not know is
// dropped without a word, and the site then stands open.
func TestRulesJSON(t *testing.T) {
	visibility := func(name string) string {
		return `{"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "` + name + `"}`
	}
	set := func(name, priority string) string {
		return `{"Name": "` + name + `", "Priority": ` + priority + `,
			"Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "` + name + `"}},
			"OverrideAction": {"None": {}}, "VisibilityConfig": ` + visibility(name) + `}`
	}
	want := `[` + set("AWSManagedRulesCommonRuleSet", "10") + `,` + set("AWSManagedRulesKnownBadInputsRuleSet", "20") + `,
		{"Name": "RateLimitRule", "Priority": 30,
			"Statement": {"RateBasedStatement": {"Limit": 2000, "EvaluationWindowSec": 300, "AggregateKeyType": "IP"}},
			"Action": {"Block": {}}, "VisibilityConfig": ` + visibility("RateLimitRule") + `}]`

	if diff := cmp.Diff(decode(t, want), decode(t, rulesJSON(2000))); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
