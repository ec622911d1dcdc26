package watch

import (
	"k8s.io/utils/ptr"

	sns "github.com/upbound/provider-aws/v2/apis/namespaced/sns/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	topicKey = stack.Key("topic-alarms")
	// limitTopic is the limit for topic names, and limitDisplay for what stands
	// before the @ of its e-mails.
	// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
	limitTopic   = 256
	limitDisplay = 100
)

// topic is encrypted with a key of the claim's: alarms cannot publish to one
// that is encrypted with SNS's own.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func topic(s *stack.Stack) {
	s.Add(topicKey, "Where alarms go.", &sns.Topic{Spec: sns.TopicSpec{ForProvider: sns.TopicParameters{
		Region:         &s.Region,
		DisplayName:    ptr.To(s.Name("alarms", limitDisplay)),
		KMSMasterKeyID: ptr.To(s.ARN("key-telemetry")),
		Tags:           s.Tags(topicKey),
	}}}, stack.ExternalName(s.Name("alarms", limitTopic)))
}

func topicPolicy(s *stack.Stack) {
	s.Add("topicpolicy-alarms", "Lets this account's alarms, and nobody else, publish.", &sns.TopicPolicy{Spec: sns.TopicPolicySpec{ForProvider: sns.TopicPolicyParameters{
		Region: &s.Region,
		ArnRef: s.Ref(topicKey),
		Policy: ptr.To(publishers(s).String()),
	}}})
}

func publishers(s *stack.Stack) policy.Document {
	topic := policy.List{s.ARN(topicKey)}
	return policy.Document{{
		Sid:       "Alarms",
		Effect:    policy.Allow,
		Principal: &policy.Principal{Service: policy.List{"cloudwatch.amazonaws.com"}},
		Action:    policy.List{"sns:Publish"},
		Resource:  topic,
		Condition: policy.Condition{"StringEquals": {"aws:SourceAccount": {s.Account()}}},
	}, {
		Sid:       "Owner",
		Effect:    policy.Allow,
		Principal: &policy.Principal{AWS: policy.List{"arn:aws:iam::" + s.Account() + ":root"}},
		Action: policy.List{
			"sns:AddPermission", "sns:DeleteTopic", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic",
			"sns:Publish", "sns:RemovePermission", "sns:SetTopicAttributes", "sns:Subscribe",
		},
		Resource: topic,
	}}
}

// subscription is known by its address: another address is another
// subscription, since AWS cannot change one.
func subscription(s *stack.Stack, email string) {
	s.Add(stack.Key("subscription-"+stack.Digest(email)), "Sends alarms by e-mail, once the address has confirmed.", &sns.TopicSubscription{Spec: sns.TopicSubscriptionSpec{ForProvider: sns.TopicSubscriptionParameters{
		Region:      &s.Region,
		TopicArnRef: s.Ref(topicKey),
		Protocol:    ptr.To("email"),
		Endpoint:    &email,
	}}})
}
