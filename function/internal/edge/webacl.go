package edge

import (
	"encoding/json"

	"k8s.io/utils/ptr"

	wafv2 "github.com/upbound/provider-aws/v2/apis/namespaced/wafv2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// globalRegion is where AWS keeps what protects CloudFront, wherever the rest
	// of the platform is.
	// https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html
	globalRegion = "us-east-1"
	// rateWindow is the window of the claim's rate limit.
	rateWindow = 300
)

func webACL(s *stack.Stack) {
	const key = stack.Key("webacl")
	name := s.Name("edge", stack.LimitName)
	s.Add(key, "Refuses known attacks and callers that ask too often, before CloudFront.", &wafv2.WebACL{Spec: wafv2.WebACLSpec{ForProvider: wafv2.WebACLParameters{
		Region:        ptr.To(globalRegion),
		Scope:         ptr.To("CLOUDFRONT"),
		Name:          &name,
		Description:   ptr.To("What may reach CloudFront"),
		DefaultAction: &wafv2.DefaultActionParameters{Allow: &wafv2.AllowParameters{}},
		RuleJSON:      ptr.To(rulesJSON(s.Claim.Spec.Edge.WAF.RateLimit)),
		VisibilityConfig: &wafv2.WebACLVisibilityConfigParameters{
			CloudwatchMetricsEnabled: ptr.To(true),
			SampledRequestsEnabled:   ptr.To(true),
			MetricName:               &name,
		},
		Tags: s.Tags(key),
	}}})
}

// rulesJSON are the rules as AWS's API writes them: the provider hands them on
// unread, and drops what it does not know without a word.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html
func rulesJSON(rateLimit int64) string {
	b, _ := json.Marshal([]rule{ //nolint:errchkjson // Only strings, numbers and flags.
		managed(10, "AWSManagedRulesCommonRuleSet"),
		managed(20, "AWSManagedRulesKnownBadInputsRuleSet"),
		rate(30, "RateLimitRule", rateLimit),
	})
	return string(b)
}

// managed is one of AWS's own rule sets, with the actions that AWS chose.
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
func managed(priority int, name string) rule {
	return rule{
		Name:             name,
		Priority:         priority,
		Statement:        statement{ManagedRuleGroupStatement: &managedRuleGroup{VendorName: "AWS", Name: name}},
		OverrideAction:   &overrideAction{},
		VisibilityConfig: visible(name),
	}
}

// rate blocks an address for as long as it asks more often than the limit.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
func rate(priority int, name string, limit int64) rule {
	return rule{
		Name:     name,
		Priority: priority,
		Statement: statement{RateBasedStatement: &rateBased{
			Limit:               limit,
			EvaluationWindowSec: rateWindow,
			AggregateKeyType:    "IP",
		}},
		Action:           &action{},
		VisibilityConfig: visible(name),
	}
}

func visible(metric string) visibility {
	return visibility{SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: metric}
}

type rule struct {
	Name      string
	Priority  int
	Statement statement
	// A rule set has an OverrideAction, a rule an Action.
	OverrideAction   *overrideAction `json:",omitempty"`
	Action           *action         `json:",omitempty"`
	VisibilityConfig visibility
}

type statement struct {
	ManagedRuleGroupStatement *managedRuleGroup `json:",omitempty"`
	RateBasedStatement        *rateBased        `json:",omitempty"`
}

type managedRuleGroup struct {
	VendorName string
	Name       string
}

type rateBased struct {
	Limit               int64
	EvaluationWindowSec int64
	AggregateKeyType    string
}

// overrideAction None leaves a rule set's own actions alone.
type overrideAction struct{ None struct{} }

type action struct{ Block struct{} }

type visibility struct {
	SampledRequestsEnabled   bool
	CloudWatchMetricsEnabled bool
	MetricName               string
}
