package watch

import (
	"strings"

	"k8s.io/utils/ptr"

	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// limitFilter is the limit for names of metric filters.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
const limitFilter = 512

// errorFilter counts the lines that speak of an error.
func errorFilter(s *stack.Stack, service string) {
	s.Add(stack.Key("metricfilter-"+service+"-errors"), "Counts the lines of the "+service+" that speak of an error.", &cloudwatchlogs.MetricFilter{Spec: cloudwatchlogs.MetricFilterSpec{ForProvider: cloudwatchlogs.MetricFilterParameters{
		Region:          &s.Region,
		LogGroupNameRef: s.Ref(stack.ServiceLogGroupKey(service)),
		Pattern:         ptr.To("?ERROR ?Error ?error ?FATAL ?panic"),
		MetricTransformation: &cloudwatchlogs.MetricTransformationParameters{
			Namespace: ptr.To(metricNamespace(s)),
			Name:      ptr.To(errorMetric(service)),
			Value:     ptr.To("1"),
			// Without it a quiet service has no data instead of no errors.
			DefaultValue: ptr.To("0"),
		},
	}}}, stack.ExternalName(s.Name(service+"-errors", limitFilter)))
}

func metricNamespace(s *stack.Stack) string { return "Kasha/" + s.ID }

func errorMetric(service string) string {
	return strings.ToUpper(service[:1]) + service[1:] + "Errors"
}
