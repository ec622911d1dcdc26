package edge

import (
	"k8s.io/utils/ptr"

	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"
	wafv2 "github.com/upbound/provider-aws/v2/apis/namespaced/wafv2/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// firewallLogs adds the firewall's log group. It is in us-east-1, like the web ACL. Its
// name must begin with aws-waf-logs-.
// https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
func firewallLogs(s *stack.Stack, p *plan.Plan) {
	what := s.Claim.Spec.Edge.WAF.Logs
	if what == v1alpha1.WAFLogsNone || what == "" {
		return
	}
	s.Add(keys.WebACLLogGroup, "The firewall's log of requests.",
		&cloudwatchlogs.Group{Spec: cloudwatchlogs.GroupSpec{ForProvider: cloudwatchlogs.GroupParameters{
			Region:          ptr.To(plan.GlobalRegion),
			RetentionInDays: ptr.To(float64(s.Claim.Spec.Logs.RetentionDays)),
			KMSKeyID:        ptr.To(stack.ARN(p.Entrance.TelemetryKey())),
			SkipDestroy:     ptr.To(false),
			Tags:            s.Tags(keys.WebACLLogGroup),
		}}}, stack.ExternalName("aws-waf-logs-"+s.ID))
	params := wafv2.WebACLLoggingConfigurationParameters{
		Region:                ptr.To(plan.GlobalRegion),
		ResourceArn:           ptr.To(stack.ARN(keys.WebACL)),
		LogDestinationConfigs: list(stack.ARN(keys.WebACLLogGroup)),
		// Readers of the logs must not see viewers' sessions.
		RedactedFields: []wafv2.RedactedFieldsParameters{redacted("authorization"), redacted("cookie")},
	}
	if what == v1alpha1.WAFLogsMatched {
		params.LoggingFilter = matched()
	}
	// Late initialization would write back a filter that the claim has removed.
	s.Add(keys.WebACLLogging, "Writes the firewall's log of requests.",
		&wafv2.WebACLLoggingConfiguration{Spec: wafv2.WebACLLoggingConfigurationSpec{ForProvider: params}},
		stack.NoLateInitialize(), stack.EchoExternalName())
}

func redacted(header string) wafv2.RedactedFieldsParameters {
	return wafv2.RedactedFieldsParameters{SingleHeader: &wafv2.SingleHeaderParameters{Name: &header}}
}

// matched logs only requests that a rule blocked, challenged or counted.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_ActionCondition.html
func matched() *wafv2.LoggingFilterParameters {
	var conditions []wafv2.ConditionParameters
	for _, a := range []string{"BLOCK", "CAPTCHA", "CHALLENGE", "COUNT", "EXCLUDED_AS_COUNT"} {
		conditions = append(conditions, wafv2.ConditionParameters{
			ActionCondition: &wafv2.ActionConditionParameters{Action: ptr.To(a)},
		})
	}
	return &wafv2.LoggingFilterParameters{
		DefaultBehavior: ptr.To("DROP"),
		Filter: []wafv2.FilterParameters{{
			Behavior:    ptr.To("KEEP"),
			Requirement: ptr.To("MEETS_ANY"),
			Condition:   conditions,
		}},
	}
}
