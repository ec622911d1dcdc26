package edge

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	wafv2 "github.com/upbound/provider-aws/v2/apis/namespaced/wafv2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// rateWindow is the window of the claim's rate limit, in seconds.
const rateWindow = 300

func webACL(s *stack.Stack) {
	const key = keys.WebACL
	name := s.Name("edge", plan.LimitName)
	addressSets(s)
	s.Add(key, "Blocks known attacks and addresses that send too many requests, before CloudFront serves them.",
		&wafv2.WebACL{Spec: wafv2.WebACLSpec{ForProvider: wafv2.WebACLParameters{
			Region:        ptr.To(plan.GlobalRegion),
			Scope:         ptr.To("CLOUDFRONT"),
			Name:          &name,
			Description:   ptr.To("What may reach CloudFront"),
			DefaultAction: &wafv2.DefaultActionParameters{Allow: &wafv2.AllowParameters{}},
			RuleJSON:      ptr.To(rulesJSON(s)),
			VisibilityConfig: &wafv2.WebACLVisibilityConfigParameters{
				CloudwatchMetricsEnabled: ptr.To(true),
				SampledRequestsEnabled:   ptr.To(true),
				MetricName:               &name,
			},
			Tags: s.Tags(key),
		}}})
}

// rulesJSON writes the rules as AWS's API does. The provider does not check them, and
// silently drops fields that it does not know.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html
func rulesJSON(s *stack.Stack) string {
	waf := s.Claim.Spec.Edge.WAF
	b, _ := json.Marshal(append(addressRules(s), //nolint:errchkjson // Only strings, numbers and flags.
		managed(10, v1alpha1.WAFCommon, waf),
		managed(20, v1alpha1.WAFKnownBadInputs, waf),
		rate(30, "RateLimitRule", waf),
	))
	return string(b)
}

// managed is one of AWS's own rule sets. Its rules keep the actions that AWS chose,
// except those that the claim overrides.
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
func managed(priority int, set v1alpha1.WAFRuleSet, waf v1alpha1.WAF) rule {
	name := "AWSManagedRules" + string(set) + "RuleSet"
	group := &managedRuleGroup{VendorName: "AWS", Name: name}
	if set == v1alpha1.WAFCommon {
		group.ScopeDownStatement = except(waf.ExemptPaths)
	}
	for _, o := range overrides(waf) {
		if o.RuleSet == set {
			override := ruleActionOverride{Name: o.Rule, ActionToUse: action{o.Action: {}}}
			group.RuleActionOverrides = append(group.RuleActionOverrides, override)
		}
	}
	override := "None"
	if waf.Mode == v1alpha1.WAFCount {
		override = "Count"
	}
	return rule{
		Name:             name,
		Priority:         priority,
		Statement:        statement{ManagedRuleGroupStatement: group},
		OverrideAction:   action{override: {}},
		VisibilityConfig: visible(name),
	}
}

// except matches all requests but those to the exempt paths. AWS resolves %2e and /../
// first, so that /hooks/../admin is not exempt with /hooks/. Some servers read a semicolon
// or a backslash as a part of such a way up, so a path with one is never exempt.
// https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-scope-down-statements.html
// https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html
func except(paths []string) *statement {
	if len(paths) == 0 {
		return nil
	}
	var begin []string
	for _, p := range slices.Sorted(slices.Values(paths)) {
		begin = append(begin, regexp.QuoteMeta(p))
	}
	return &statement{NotStatement: &negation{Statement: statement{RegexMatchStatement: &regexMatch{
		RegexString:  "^(" + strings.Join(begin, "|") + `)[^;\\]*$`,
		FieldToMatch: component{"UriPath": {}},
		TextTransformations: []transformation{
			{Priority: 0, Type: "URL_DECODE"}, {Priority: 1, Type: "NORMALIZE_PATH"},
		},
	}}}}
}

// bodySize is the rule that blocks bodies of more than 8 KiB.
const bodySize = "SizeRestrictions_BODY"

// overrides are those of the claim, and the one that lets uploads pass.
func overrides(waf v1alpha1.WAF) []v1alpha1.WAFOverride {
	said := func(o v1alpha1.WAFOverride) bool { return o.RuleSet == v1alpha1.WAFCommon && o.Rule == bodySize }
	if waf.LargeBodies == v1alpha1.WAFBlock || slices.ContainsFunc(waf.Overrides, said) {
		return waf.Overrides
	}
	uploads := v1alpha1.WAFOverride{
		RuleSet: v1alpha1.WAFCommon, Rule: bodySize, Action: string(v1alpha1.WAFCount),
	}
	return append(slices.Clone(waf.Overrides), uploads)
}

// rate blocks an address for as long as it sends more requests than the limit.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
func rate(priority int, name string, waf v1alpha1.WAF) rule {
	act := string(v1alpha1.WAFBlock)
	if waf.Mode == v1alpha1.WAFCount {
		act = string(v1alpha1.WAFCount)
	}
	return rule{
		Name:     name,
		Priority: priority,
		Statement: statement{RateBasedStatement: &rateBased{
			Limit:               waf.RateLimit,
			EvaluationWindowSec: rateWindow,
			AggregateKeyType:    "IP",
		}},
		Action:           action{act: {}},
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
	OverrideAction   action `json:",omitempty"`
	Action           action `json:",omitempty"`
	VisibilityConfig visibility
}

type statement struct {
	ManagedRuleGroupStatement *managedRuleGroup `json:",omitempty"`
	RateBasedStatement        *rateBased        `json:",omitempty"`
	IPSetReferenceStatement   *addressSet       `json:",omitempty"`
	NotStatement              *negation         `json:",omitempty"`
	RegexMatchStatement       *regexMatch       `json:",omitempty"`
}

type negation struct{ Statement statement }

type regexMatch struct {
	RegexString         string
	FieldToMatch        component
	TextTransformations []transformation
}

// A component is a part of a request, by its name.
type component map[string]struct{}

type transformation struct {
	Priority int
	Type     string
}

type managedRuleGroup struct {
	VendorName          string
	Name                string
	ScopeDownStatement  *statement           `json:",omitempty"`
	RuleActionOverrides []ruleActionOverride `json:",omitempty"`
}

type ruleActionOverride struct {
	Name        string
	ActionToUse action
}

type rateBased struct {
	Limit               int64
	EvaluationWindowSec int64
	AggregateKeyType    string
}

type addressSet struct{ ARN string }

// An action is its name with an empty object. None keeps a rule set's own actions.
type action map[string]struct{}

type visibility struct {
	SampledRequestsEnabled   bool
	CloudWatchMetricsEnabled bool
	MetricName               string
}
