package watch

import (
	"k8s.io/utils/ptr"

	cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// limitFilter is the limit for names of metric filters.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
const limitFilter = 512

// errorFilter counts the log lines that mention an error.
func errorFilter(s *stack.Stack, p *plan.Plan, w plan.Workload) {
	s.Add(keys.ErrorFilter(w.Name), "Counts the log lines of the "+w.Name+" that mention an error.",
		&cloudwatchlogs.MetricFilter{Spec: cloudwatchlogs.MetricFilterSpec{
			ForProvider: cloudwatchlogs.MetricFilterParameters{
				Region:          &s.Region,
				LogGroupNameRef: s.Ref(keys.LogGroup(w.Name)),
				Pattern:         ptr.To("?ERROR ?Error ?error ?FATAL ?panic"),
				MetricTransformation: &cloudwatchlogs.MetricTransformationParameters{
					Namespace: ptr.To(p.MetricNamespace()),
					Name:      ptr.To(w.ErrorMetric()),
					Value:     ptr.To("1"),
					// Without it, a service that logs nothing has no data instead of no errors.
					DefaultValue: ptr.To("0"),
				},
			},
		}}, stack.ExternalName(s.Name(w.Name+"-errors", limitFilter)))
}
