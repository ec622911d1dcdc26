package kinds

import cloudwatchevents "github.com/upbound/provider-aws/v2/apis/namespaced/cloudwatchevents/v1beta1"

var cloudwatcheventsKinds = []Record{
	{
		GVK: cloudwatchevents.Rule_GroupVersionKind, Object: &cloudwatchevents.Rule{},
		Keys: []string{"rule-run-failed"},
		Actions: []string{
			"events:PutRule", "events:DescribeRule", "events:DeleteRule",
			"events:TagResource", "events:UntagResource", "events:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"eventBusName"},
		Simulated: func(a *Answer) { a.arn("events", "rule/"+a.External()) },
	},
	{
		GVK: cloudwatchevents.Target_GroupVersionKind, Object: &cloudwatchevents.Target{},
		Keys:      []string{"ruletarget-run-failed"},
		Actions:   []string{"events:PutTargets", "events:ListTargetsByRule", "events:RemoveTargets"},
		NoProof:   setting,
		Immutable: []string{"eventBusName", "ruleRef", "targetId"},
	},
}
