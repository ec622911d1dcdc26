package kinds

import cloudwatchlogs "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchlogs/v1beta1"

var cloudwatchlogsKinds = []Record{
	{
		GVK: cloudwatchlogs.Group_GroupVersionKind, Object: &cloudwatchlogs.Group{},
		Keys: []string{"loggroup-*"},
		Actions: []string{
			"logs:CreateLogGroup", "logs:DescribeLogGroups", "logs:DeleteLogGroup", "logs:PutRetentionPolicy",
			"logs:DeleteRetentionPolicy", "logs:AssociateKmsKey", "logs:DisassociateKmsKey", "logs:TagResource",
			"logs:UntagResource", "logs:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Loss:      "the log lines in it",
		Simulated: func(a *Answer) { a.arn("logs", "log-group:"+a.External()) },
	},
	{
		GVK: cloudwatchlogs.MetricFilter_GroupVersionKind, Object: &cloudwatchlogs.MetricFilter{},
		Keys:      []string{"metricfilter-*"},
		Actions:   []string{"logs:PutMetricFilter", "logs:DescribeMetricFilters", "logs:DeleteMetricFilter"},
		NoProof:   setting,
		Immutable: []string{"logGroupNameRef"},
	},
}
