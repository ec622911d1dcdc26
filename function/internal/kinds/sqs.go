package kinds

import sqs "github.com/upbound/provider-aws/v2/apis/namespaced/sqs/v1beta1"

var sqsKinds = []Record{
	{
		GVK: sqs.Queue_GroupVersionKind, Object: &sqs.Queue{},
		Keys: []string{"queue-*", "dlq-*", "deadletters-schedules"},
		Actions: []string{
			"sqs:CreateQueue", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SetQueueAttributes",
			"sqs:DeleteQueue", "sqs:TagQueue", "sqs:UntagQueue", "sqs:ListQueueTags",
		},
		Proofs:                 []Proof{{Field: "url"}},
		Loss:                   "the messages in it",
		RetainedWhileProtected: true,
		// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
		Harms: []Harm{{
			Field: "messageRetentionSeconds", Lowered: true, Does: "deletes the messages in the queue that are older",
		}},
		Immutable: []string{"name"},
		Simulated: func(a *Answer) {
			a.At["url"] = "https://sqs." + a.Region + ".amazonaws.com/" + account + "/" + a.param("name")
			a.At["id"] = a.At["url"]
			a.arn("sqs", a.param("name"))
		},
	},
	{
		GVK: sqs.QueuePolicy_GroupVersionKind, Object: &sqs.QueuePolicy{},
		Keys:      []string{"queuepolicy-*"},
		Actions:   []string{"sqs:SetQueueAttributes", "sqs:GetQueueAttributes"},
		NoProof:   setting,
		Immutable: []string{"queueUrlRef"},
	},
}
