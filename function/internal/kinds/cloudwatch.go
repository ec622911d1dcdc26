package kinds

import cloudwatch "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatch/v1beta1"

var cloudwatchKinds = []Record{
	{
		GVK: cloudwatch.CompositeAlarm_GroupVersionKind, Object: &cloudwatch.CompositeAlarm{},
		Keys: []string{"alarm-critical"},
		Actions: []string{
			"cloudwatch:PutCompositeAlarm", "cloudwatch:DescribeAlarms", "cloudwatch:DeleteAlarms",
			"cloudwatch:TagResource", "cloudwatch:UntagResource", "cloudwatch:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"actionsEnabled"},
		Simulated: func(a *Answer) { a.arn("cloudwatch", "alarm:"+a.External()) },
	},
	{
		GVK: cloudwatch.Dashboard_GroupVersionKind, Object: &cloudwatch.Dashboard{},
		Keys:    []string{"dashboard"},
		Actions: []string{"cloudwatch:PutDashboard", "cloudwatch:GetDashboard", "cloudwatch:DeleteDashboards"},
		NoProof: atOnce,
		Simulated: func(a *Answer) {
			a.At["dashboardArn"] = "arn:aws:cloudwatch::" + account + ":dashboard/" + a.External()
		},
	},
	{
		GVK: cloudwatch.MetricAlarm_GroupVersionKind, Object: &cloudwatch.MetricAlarm{},
		Keys: []string{
			"alarm-public-5xx", "alarm-internal-5xx", "alarm-edge-5xx", "alarm-waf-blocked", "alarm-certificate-*",
			"alarm-frontend-*", "alarm-backend-*", "alarm-svc-*", "alarm-worker-*", "alarm-db-*", "alarm-dlq-*",
			"alarm-backup-*",
			"alarm-schedules-*", "alarm-rollback-*", "alarm-cache-*", "alarm-table-*",
		},
		Actions: []string{
			"cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms", "cloudwatch:DeleteAlarms",
			"cloudwatch:TagResource", "cloudwatch:UntagResource", "cloudwatch:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Simulated: func(a *Answer) { a.arn("cloudwatch", "alarm:"+a.External()) },
	},
}
