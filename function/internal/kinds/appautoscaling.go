package kinds

import appautoscaling "github.com/upbound/provider-aws/v2/apis/namespaced/appautoscaling/v1beta1"

var appautoscalingKinds = []Record{
	{
		GVK: appautoscaling.Policy_GroupVersionKind, Object: &appautoscaling.Policy{},
		Keys: []string{"scaling-frontend-*", "scaling-backend-*", "scaling-readers-*", "scalingpolicy-*"},
		Actions: []string{
			"application-autoscaling:PutScalingPolicy", "application-autoscaling:DescribeScalingPolicies",
			"application-autoscaling:DeleteScalingPolicy",
		},
		NoProof:   setting,
		Immutable: []string{"resourceIdRef", "scalableDimensionRef", "serviceNamespaceRef"},
		Simulated: func(a *Answer) {
			a.arn("autoscaling", "scalingPolicy:"+a.hash(12))
			alarm := "arn:aws:cloudwatch:" + a.Region + ":" + account + ":alarm:"
			a.At["alarmArns"] = []any{alarm + "high", alarm + "low"}
		},
	},
	{
		GVK: appautoscaling.Target_GroupVersionKind, Object: &appautoscaling.Target{},
		Keys: []string{"scaling-frontend", "scaling-backend", "scaling-readers", "scaling-svc-*", "scaling-worker-*"},
		Actions: []string{
			"application-autoscaling:RegisterScalableTarget", "application-autoscaling:DescribeScalableTargets",
			"application-autoscaling:DeregisterScalableTarget", "application-autoscaling:TagResource",
			"application-autoscaling:UntagResource", "application-autoscaling:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"resourceId", "scalableDimension", "serviceNamespace"},
		Simulated: func(a *Answer) { a.arn("application-autoscaling", "scalable-target/"+a.hash(12)) },
	},
}
