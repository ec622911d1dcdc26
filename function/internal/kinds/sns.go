package kinds

import sns "github.com/upbound/provider-aws/v2/apis/namespaced/sns/v1beta1"

var snsKinds = []Record{
	{
		GVK: sns.Topic_GroupVersionKind, Object: &sns.Topic{},
		Keys: []string{"topic-alarms", "topic-alarms-edge"},
		Actions: []string{
			"sns:CreateTopic", "sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:DeleteTopic",
			"sns:GetDataProtectionPolicy", "sns:TagResource", "sns:UntagResource", "sns:ListTagsForResource",
		},
		Proofs: []Proof{{Field: "arn"}},
		Simulated: func(a *Answer) {
			a.arn("sns", a.External())
			a.At["id"] = a.At["arn"]
		},
	},
	{
		GVK: sns.TopicPolicy_GroupVersionKind, Object: &sns.TopicPolicy{},
		Keys:      []string{"topicpolicy-alarms", "topicpolicy-alarms-edge"},
		Actions:   []string{"sns:SetTopicAttributes", "sns:GetTopicAttributes"},
		NoProof:   setting,
		Immutable: []string{"arnRef"},
	},
	{
		GVK: sns.TopicSubscription_GroupVersionKind, Object: &sns.TopicSubscription{},
		Keys: []string{"subscription-*"},
		Actions: []string{
			"sns:Subscribe", "sns:GetSubscriptionAttributes", "sns:SetSubscriptionAttributes", "sns:Unsubscribe",
			"sns:ListSubscriptionsByTopic",
		},
		NoProof:   "A person confirms a subscription by e-mail. The claim is ready without that.",
		Immutable: []string{"protocol", "endpoint", "topicArnRef"},
		Simulated: func(a *Answer) {
			a.arn("sns", "subscription")
			a.At["pendingConfirmation"] = true
		},
	},
}
